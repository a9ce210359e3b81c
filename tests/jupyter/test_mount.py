"""The workspace's files: real mounts of a real S3 server and of stand-ins for Google Cloud Storage and Azure."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from hexa_jupyter import mount
from hexa_jupyter.mount import is_mounted
from hexa_jupyter.storage import StorageError
from hexa_jupyter.workspace import KILLED, NOTICE
from tests.jupyter.conftest import Start, needs_fuse
from tests.jupyter.image import Image
from tests.jupyter.storages import (
    BUCKET,
    PREFIX,
    AzureBlobs,
    Blob,
    Bucket,
    CloudStorage,
    Renewal,
    S3Server,
    s3_variables,
)
from tests.processes.process import Process, descendants, wait_until

pytestmark = needs_fuse

HUB = {"JUPYTERHUB_USER": "ada@example.org", "JUPYTERHUB_SERVER_NAME": "demo", "JUPYTERHUB_API_TOKEN": "hub-token"}
SAS = "sv=2023-11-03&sp=racwdl&sig=FirstSignature%2Bx%3D"


@pytest.fixture(params=["gcp", "azure"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    """Run a stand-in for each cloud whose storage has no loopback server."""
    server = Bucket(CloudStorage, "first-token") if request.param == "gcp" else Bucket(AzureBlobs, SAS)
    server.blobs["data/old.csv"] = Blob(b"a,b\n1,2\n")
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _nothing_stays_mounted(image: Image) -> Iterator[None]:
    yield
    if is_mounted(image.workspace):
        subprocess.run(["fusermount3", "-uz", image.workspace], check=True)


def cloud_variables(server: Bucket, credential: str) -> dict[str, str]:
    """Return the variables of a workspace in another cloud."""
    if server.RequestHandlerClass is CloudStorage:
        return {
            "WORKSPACE_BUCKET_NAME": BUCKET,
            "WORKSPACE_STORAGE_ENGINE": "gcp",
            f"{PREFIX}GCP_BUCKET_NAME": BUCKET,
            f"{PREFIX}GCP_ACCESS_TOKEN": credential,
            "RCLONE_GCS_ENDPOINT": server.url,
        }
    return azure_variables(server.url, credential)


def azure_variables(url: str, signature: str) -> dict[str, str]:
    """Return the variables of a workspace in Azure."""
    return {
        "WORKSPACE_BUCKET_NAME": BUCKET,
        "WORKSPACE_STORAGE_ENGINE": "azure",
        f"{PREFIX}AZURE_ACCOUNT_NAME": "demo",
        f"{PREFIX}AZURE_STORAGE_SAS_TOKEN": signature,
        "RCLONE_AZUREBLOB_ENDPOINT": url,
    }


def hub_variables(renewal: Renewal) -> dict[str, str]:
    """Return a server's variables about its hub."""
    return {**HUB, "JUPYTERHUB_API_URL": f"{renewal.url}/hub/api", "HEXA_CREDENTIALS_SECONDS": "1"}


def rclone_of(process: Process) -> Any:
    """Return a container's mount process."""
    assert process.pid
    (found,) = [child for child in descendants(process.pid) if child.name() == "rclone"]
    return found


def kill_all(process: Process) -> None:
    """Kill all processes of a container at once, as the kernel does when memory runs out."""
    assert process.pid
    killed = [psutil.Process(process.pid), *descendants(process.pid)]
    for each in killed:
        each.kill()
    psutil.wait_procs(killed, timeout=10)


def exists(path: Path) -> bool:
    """Return whether a file exists. In a mount without its process it does not."""
    return os.path.exists(path)  # noqa: PTH110 (pathlib raises what such a mount answers)


def test_files_of_s3_are_there_before_jupyter(image: Image, s3: S3Server, start: Start) -> None:
    """The program sees the files immediately. Its own files reach the bucket and belong to the image's user."""
    (s3.bucket / "old.csv").write_text("a,b\n")
    image.variables |= s3_variables(s3)
    state = image.started(start("singleuser"))
    assert state["files"] == ["old.csv"]
    assert (image.workspace / "old.csv").read_text() == "a,b\n"
    assert ((image.workspace / "old.csv").stat().st_uid, (image.workspace / "old.csv").stat().st_gid) == (1000, 100)
    (image.workspace / "new.txt").write_text("written")
    wait_until((s3.bucket / "new.txt").exists, "the file to be in the bucket")
    assert image.log == ""


def test_what_is_written_last_is_sent_before_the_container_ends(image: Image, s3: S3Server, start: Start) -> None:
    """The program gets the signal, saves a file and exits with its status. Then nothing is mounted or running."""
    image.variables |= s3_variables(s3, RCLONE_VFS_WRITE_BACK="3s")
    process = start("singleuser", "a b")
    state = image.started(process)
    assert state["arguments"] == ["a b"]
    rclone = rclone_of(process)
    process.stop(by=signal.SIGTERM, seconds=30)
    assert process.status == 3
    assert (s3.bucket / "last-words.txt").read_text() == "SIGTERM"
    assert not is_mounted(image.workspace)
    assert not rclone.is_running()
    assert image.log == ""
    assert not list((image.folder / "tmp").glob("hexa-jupyter-*/"))


@pytest.mark.parametrize("sent", ["sent", "killed-as-it-noted-this", "storage-is-down"])
def test_what_a_killed_container_had_not_sent_is_sent_by_the_next(
    image: Image, s3: S3Server, start: Start, tmp_path: Path, sent: str
) -> None:
    """After an out-of-memory kill, a log line and a file for the user list what was sent, and what could not be."""
    variables = image.variables | s3_variables(s3) | {"HEXA_CACHE_DIR": str(tmp_path / "volume")}
    image.variables = variables | {"RCLONE_VFS_WRITE_BACK": "1h"}
    process = start("singleuser")
    image.started(process)
    (image.workspace / "late results.csv").write_text("a,b\n1,2\n")
    kill_all(process)
    subprocess.run(["fusermount3", "-uz", image.workspace], check=True)
    assert not (s3.bucket / "late results.csv").exists()

    (image.home / "program.json").unlink()
    image.variables = variables
    if sent == "killed-as-it-noted-this":
        (note,) = (tmp_path / "volume").rglob("vfsMeta/**/late results.csv")
        note.write_text("")
    if sent == "storage-is-down":
        s3.stop()
    image.started(start("singleuser"))
    if sent == "storage-is-down":
        (line,) = image.complaints
        assert line.endswith("; files that are not uploaded are lost when the server stops: 'late results.csv'")
        assert "'late results.csv'" in (image.workspace / NOTICE).read_text()
        return
    wait_until((s3.bucket / "late results.csv").exists, "the file to be in the bucket")
    assert (s3.bucket / "late results.csv").read_text() == "a,b\n1,2\n"
    assert image.complaints == [
        "hexa-jupyter: an earlier container was killed before it uploaded all files, uploading now: 'late results.csv'"
    ]
    assert "  late results.csv\n" in (image.workspace / KILLED).read_text()


def test_next_server_hears_nothing_of_one_that_ended_well(
    image: Image, s3: S3Server, start: Start, tmp_path: Path
) -> None:
    """Everything was sent, so the volume is empty."""
    image.variables |= s3_variables(s3, HEXA_CACHE_DIR=str(tmp_path / "volume"))
    for _ in range(2):
        process = start("singleuser")
        image.started(process)
        (image.workspace / "new.txt").write_text("written")
        process.stop(by=signal.SIGTERM, seconds=30)
        (image.home / "program.json").unlink()
    assert list((tmp_path / "volume").iterdir()) == []
    assert image.log == ""
    assert sorted(path.name for path in s3.bucket.iterdir()) == ["last-words.txt", "new.txt"]


def test_volume_that_cannot_be_written_is_a_line(image: Image, s3: S3Server, start: Start, tmp_path: Path) -> None:
    """Files are still sent."""
    (tmp_path / "volume").write_text("a file")
    image.variables |= s3_variables(s3, HEXA_CACHE_DIR=str(tmp_path / "volume"))
    image.started(start("singleuser"))
    (image.workspace / "new.txt").write_text("written")
    wait_until((s3.bucket / "new.txt").exists, "the file to be in the bucket")
    assert image.complaints == [
        f"hexa-jupyter: {tmp_path / 'volume'} is not writable (Not a directory): a killed container loses files"
        " that are not uploaded"
    ]


def test_a_signal_for_all_processes_at_once_loses_nothing(image: Image, s3: S3Server, start: Start) -> None:
    """A terminal and `tini -g` send it so. The program still saves its file, because the mount ends last."""
    image.variables |= s3_variables(s3)
    image.sandbox = ("setsid",)
    process = start("singleuser")
    image.started(process)
    assert process.pid
    os.killpg(process.pid, signal.SIGTERM)
    assert process.wait() == 3
    assert (s3.bucket / "last-words.txt").read_text() == "SIGTERM"
    assert image.log == ""


def test_keys_in_the_home_folder_are_not_the_workspaces(image: Image, s3: S3Server, start: Start) -> None:
    """A user may have keys for another account of the same cloud, which programs find automatically."""
    (image.home / ".aws").mkdir()
    (image.home / ".aws" / "credentials").write_text("[default]\naws_access_key_id=MINE\naws_secret_access_key=mine\n")
    (s3.bucket / "old.csv").touch()
    image.variables |= s3_variables(s3, **{"AWS_ACCESS_KEY_ID": "MINE", "AWS_SECRET_ACCESS_KEY": "mine"})
    assert image.started(start("singleuser"))["files"] == ["old.csv"]


def test_a_mount_of_s3_outlives_its_keys(image: Image, s3: S3Server, renewal: Renewal, start: Start) -> None:
    """After a key change, the mount gets new keys from the hub with the server's token, and files work again."""
    image.variables |= s3_variables(s3, **{f"{PREFIX}S3_SESSION_TOKEN": "ignored-here"}, **hub_variables(renewal))
    renewal.answer = {
        "env": {f"{PREFIX}S3_ACCESS_KEY_ID": "KEY-1", f"{PREFIX}S3_SECRET_ACCESS_KEY": "first-secret-key"}
    }
    image.started(start("singleuser"))
    (image.workspace / "before.txt").write_text("before")
    wait_until((s3.bucket / "before.txt").exists, "the first file to be in the bucket")
    keys = {f"{PREFIX}S3_ACCESS_KEY_ID": "KEY-2", f"{PREFIX}S3_SECRET_ACCESS_KEY": "second-secret-key"}
    renewal.answer = {"env": s3_variables(s3) | keys}
    s3.start("KEY-2", "second-secret-key")
    (image.workspace / "after.txt").write_text("after")
    wait_until((s3.bucket / "after.txt").exists, "the second file to be in the bucket")
    path, authorization, body = renewal.requests[-1]
    assert path == "/hub/api/users/ada%40example.org/servers/demo/credentials"
    assert (authorization, body) == ("token hub-token", "")


def test_files_of_other_clouds_outlive_their_credentials(
    image: Image, cloud: Bucket, renewal: Renewal, start: Start
) -> None:
    """Reading, creating, writing, renaming and removing work before and after the credential changes."""
    first = cloud.credential
    variables = cloud_variables(cloud, first)
    image.variables |= variables | hub_variables(renewal)
    renewal.answer = {"env": {name: value for name, value in variables.items() if name.startswith("WORKSPACE_")}}
    state = image.started(start("singleuser"))
    assert state["files"] == ["data"]
    assert (image.workspace / "data" / "old.csv").read_text() == "a,b\n1,2\n"
    (image.workspace / "results").mkdir()
    (image.workspace / "results" / "new.txt").write_bytes(b"x" * 300_000)
    wait_until(lambda: "results/new.txt" in cloud.blobs, "the file to be in the bucket")
    assert cloud.blobs["results/new.txt"].content == b"x" * 300_000
    (image.workspace / "results" / "new.txt").rename(image.workspace / "results" / "new name.txt")
    assert "results/new.txt" not in cloud.blobs
    assert cloud.blobs["results/new name.txt"].content == b"x" * 300_000

    cloud.credential = "second-token" if "token" in first else SAS.replace("First", "Second")
    renewal.answer = {
        "env": {name: value.replace(first, cloud.credential) for name, value in renewal.answer["env"].items()}
    }
    (image.workspace / "results" / "later.txt").write_text("later")
    wait_until(lambda: "results/later.txt" in cloud.blobs, "the file to be in the bucket with the new credential")
    (image.workspace / "data" / "old.csv").unlink()
    assert "data/old.csv" not in cloud.blobs
    assert "FirstSignature" not in image.log


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (503, {"message": "the App does not answer"}, "the hub answered 503 (the App does not answer)"),
        (200, {"env": {}}, "the answer contains no bucket"),
        (
            200,
            {"env": {"WORKSPACE_BUCKET_NAME": BUCKET, "WORKSPACE_STORAGE_ENGINE": "s3"}},
            f"{PREFIX}S3_ACCESS_KEY_ID and {PREFIX}S3_SECRET_ACCESS_KEY not set; restart the server, so that the hub"
            " requests new credentials",
        ),
    ],
)
def test_a_renewal_that_fails_is_a_line_and_files_go_on(
    image: Image, s3: S3Server, renewal: Renewal, start: Start, status: int, answer: dict[str, Any], reason: str
) -> None:
    """The line has the server, its response and the time of the next try. The old credentials stay."""
    image.variables |= s3_variables(s3, **{f"{PREFIX}S3_SESSION_TOKEN": "ignored-here"}, **hub_variables(renewal))
    renewal.status, renewal.answer = status, answer
    image.started(start("singleuser"))
    for number in range(3):
        (image.workspace / f"{number}.txt").write_text("x")
        wait_until((s3.bucket / f"{number}.txt").exists, "the file to be in the bucket")
    assert image.complaints == [
        f"hexa-jupyter: the workspace's credentials are not renewed: {reason}; trying again in 10 s"
    ]


def test_keys_without_end_are_never_renewed(image: Image, s3: S3Server, renewal: Renewal, start: Start) -> None:
    """The App has permanent keys for storage without temporary ones."""
    image.variables |= s3_variables(s3, **hub_variables(renewal))
    image.started(start("singleuser"))
    for number in range(3):
        (image.workspace / f"{number}.txt").write_text("x")
        wait_until((s3.bucket / f"{number}.txt").exists, "the file to be in the bucket")
    assert renewal.requests == []


def test_a_mount_that_is_lost_comes_back(image: Image, s3: S3Server, start: Start) -> None:
    """After rclone is killed, one line says so, and the files return."""
    (s3.bucket / "old.csv").write_text("a,b\n")
    image.variables |= s3_variables(s3)
    process = start("singleuser")
    image.started(process)
    rclone = rclone_of(process)
    rclone.kill()
    wait_until(lambda: exists(image.workspace / "old.csv"), "the files to be back", processes=[process])
    assert image.complaints == ["hexa-jupyter: rclone ended with status -9 (no reason given); mounting again"]


def test_a_user_is_told_while_a_lost_mount_does_not_come_back(image: Image, s3: S3Server, start: Start) -> None:
    """Files written meanwhile are lost. The warning never reaches the bucket, and disappears afterwards."""
    (s3.bucket / "old.csv").write_text("a,b\n")
    image.variables |= s3_variables(s3)
    flag = image.rclone_that_fails("mount")
    process = start("singleuser")
    image.started(process)
    flag.touch()
    rclone_of(process).kill()
    wait_until(lambda: exists(image.workspace / NOTICE), "the warning", processes=[process])
    flag.unlink()
    wait_until(lambda: exists(image.workspace / "old.csv"), "the files to be back", processes=[process])
    process.stop(seconds=30)
    assert sorted(path.name for path in s3.bucket.iterdir()) == ["last-words.txt", "old.csv"]
    assert list(image.workspace.iterdir()) == []


def test_what_may_be_lost_at_the_end_is_a_line(image: Image, s3: S3Server, start: Start) -> None:
    """Silence would look like success."""
    image.variables |= s3_variables(s3)
    image.rclone_that_fails("rc").touch()
    process = start("singleuser")
    image.started(process)
    process.stop(by=signal.SIGTERM, seconds=30)
    assert process.status == 3
    assert image.complaints == [
        "hexa-jupyter: rclone does not say which files are not uploaded yet; the latest changes may be lost"
    ]


def test_a_long_wait_is_a_line(
    image: Image, s3: S3Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log says why the container is still running, also if it is killed before all is sent."""
    image.variables |= s3_variables(s3, RCLONE_VFS_WRITE_BACK="5s")
    image.workspace.mkdir()
    monkeypatch.setenv("HOME", str(image.home))
    monkeypatch.setattr(mount, "_SILENT_SECONDS", 0)
    with mount.mounted(image.environment()):
        (image.workspace / "late.txt").write_text("late")
    assert (s3.bucket / "late.txt").read_text() == "late"
    line = "hexa-jupyter: files to upload before the container can end: 1\n"
    assert capsys.readouterr().err == line


@pytest.mark.parametrize("needed", [False, True])
def test_what_is_not_sent_in_time_is_counted(
    image: Image, s3: S3Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], needed: bool
) -> None:
    """A server logs it, and a pipeline fails. In both cases nothing stays mounted."""
    image.variables |= s3_variables(s3)
    image.rclone_that_fails("rc", says='{"diskCache": {"uploadsInProgress": 1, "uploadsQueued": 1}}', status=0).touch()
    image.workspace.mkdir()
    monkeypatch.setenv("HOME", str(image.home))
    monkeypatch.setattr(mount, "_UPLOAD_SECONDS", 0)
    message = "2 files could not be uploaded to the storage and are lost: it took too long"
    failure = pytest.raises(StorageError, match=message) if needed else nullcontext()
    with failure, mount.mounted(image.environment(), needed=needed):
        assert is_mounted(image.workspace)
    assert not is_mounted(image.workspace)
    assert capsys.readouterr().err == ("" if needed else f"hexa-jupyter: {message}\n")


def test_no_secret_is_on_a_command_line(image: Image, s3: S3Server, start: Start) -> None:
    """Everybody in the container, and on the node, can list processes."""
    image.variables |= s3_variables(s3)
    process = start("singleuser")
    image.started(process)
    assert process.pid
    lines = [" ".join(item.cmdline()) for item in (psutil.Process(process.pid), *descendants(process.pid))]
    assert len(lines) == 3
    assert not [line for line in lines if "KEY-1" in line or "first-secret-key" in line]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (
            {f"{PREFIX}S3_SECRET_ACCESS_KEY": "wrong-secret-key"},
            f"the bucket '{BUCKET}' cannot be listed (error listing: operation error S3: ListObjects",
        ),
        ({"WORKSPACE_BUCKET_NAME": "nowhere"}, "the credentials give access to no bucket 'nowhere'"),
        ({f"{PREFIX}S3_SECRET_ACCESS_KEY": ""}, f"{PREFIX}S3_SECRET_ACCESS_KEY not set; restart the server"),
        ({"WORKSPACE_STORAGE_ENGINE": "ftp"}, "WORKSPACE_STORAGE_ENGINE is 'ftp', but this image supports gcp, s3,"),
        ({"HEXA_CREDENTIALS_SECONDS": "20m"}, "HEXA_CREDENTIALS_SECONDS is '20m'; use a whole number of seconds"),
        ({"WORKSPACE_STORAGE_ENGINE": "local"}, "the storage is a folder of the host, which is not mounted"),
        ({f"{PREFIX}S3_ENDPOINT_URL": "http://127.0.0.1:9"}, f"the bucket '{BUCKET}' cannot be listed"),
    ],
)
def test_a_server_without_its_files_starts_and_says_so(
    image: Image, s3: S3Server, start: Start, changed: dict[str, str], reason: str
) -> None:
    """A log line and a file for the user have the reason, without a secret."""
    image.variables |= s3_variables(s3) | changed
    state = image.started(start("singleuser"))
    assert state["files"] == [NOTICE]
    (line,) = image.complaints
    assert line.startswith(f"hexa-jupyter: the workspace's files are not mounted at {image.workspace}: {reason}")
    assert reason in (image.workspace / NOTICE).read_text()
    assert "secret-key" not in line.replace("SECRET_ACCESS_KEY", "")


def test_an_account_that_cannot_be_reached_is_named_as_such(image: Image, start: Start) -> None:
    """The message names the account, although rclone asked the server on loopback."""
    image.variables |= azure_variables("http://127.0.0.1:9", SAS)
    image.started(start("singleuser"))
    (line,) = image.complaints
    assert "502 Cannot reach the storage (Connection refused)" in line


def test_a_storage_that_does_not_answer_is_given_up(image: Image, s3: S3Server, start: Start) -> None:
    """A firewall that drops packets causes this: without a limit, the wait would never end."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        image.variables |= s3_variables(s3) | {f"{PREFIX}S3_ENDPOINT_URL": url}
        image.started(start("singleuser"))
    (line,) = image.complaints
    assert line.endswith(": the storage does not answer within 15 s; check that the pod can reach it")


def test_a_container_that_ends_before_its_files_are_there_leaves_nothing(
    image: Image, s3: S3Server, start: Start
) -> None:
    """A server may be stopped while it waits for the storage. The program is then not started."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        image.variables |= s3_variables(s3) | {f"{PREFIX}S3_ENDPOINT_URL": url}
        process = start("singleuser")
        silent.settimeout(30)
        silent.accept()[0].close()
        process.stop(by=signal.SIGTERM)
    assert process.status == 128 + signal.SIGTERM
    assert not (image.home / "program.json").exists()
    assert not list((image.folder / "tmp").glob("hexa-jupyter-*/"))


@pytest.mark.parametrize("form", ["FirstSignature%2Bx%3D", "FirstSignature+x="])
def test_no_secret_is_in_a_message(image: Image, start: Start, form: str) -> None:
    """Rclone's messages quote URLs with their query strings."""
    rclone = image.binaries / "rclone"
    message = f'{{"level": "error", "msg": "Get https://x/?sig={form}&y: EOF"}}'
    rclone.write_text(f"#!/bin/sh\necho '{message}' >&2\nexit 1\n")
    rclone.chmod(0o755)
    image.variables |= azure_variables("http://127.0.0.1:9", SAS)
    image.started(start("singleuser"))
    (line,) = image.complaints
    assert "Get https://x/?sig=***&y: EOF" in line


def test_a_container_that_may_not_mount_says_so(image: Image, s3: S3Server, start: Start) -> None:
    """The message has fusermount's error and the capability that the pod needs."""
    image.variables |= s3_variables(s3)
    image.sandbox = ("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin")
    assert image.started(start("singleuser"))["files"] == [NOTICE]
    (line,) = image.complaints
    fix = "check that the container may mount (capability SYS_ADMIN)"
    assert line.endswith(f"mount failed: Operation not permitted; {fix}")


def test_the_warning_goes_when_the_files_are_back(image: Image, s3: S3Server, start: Start) -> None:
    """A persistent home has it from the last start. It is neither in the bucket nor under the mount."""
    image.workspace.mkdir()
    (image.workspace / NOTICE).write_text("from the last time")
    image.variables |= s3_variables(s3)
    process = start("singleuser")
    assert image.started(process)["files"] == []
    process.stop(seconds=30)
    assert list(image.workspace.iterdir()) == []


def test_files_whose_credentials_nobody_renews_are_a_line(image: Image, s3: S3Server, start: Start) -> None:
    """A container started by hand has no hub."""
    image.variables |= s3_variables(s3, **{f"{PREFIX}S3_SESSION_TOKEN": "ignored-here"})
    image.started(start("singleuser"))
    assert image.complaints == [
        "hexa-jupyter: the credentials cannot be renewed; the files become unavailable when they expire"
    ]


def test_a_workspace_without_a_bucket_is_a_folder(image: Image, start: Start) -> None:
    """Servers outside workspaces have no bucket, which is not an error."""
    image.variables |= {"WORKSPACE_BUCKET_NAME": "", "WORKSPACE_STORAGE_ENGINE": "gcp"}
    assert image.started(start("singleuser"))["files"] == []
    assert image.log == ""
