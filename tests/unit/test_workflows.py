"""GitHub workflows: their permissions, and the existence of everything they run."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks.images import catalogue
from tests.node.node import DEBIAN
from tests.paths import ROOT
from tests.programs.build import kubernetes_version

GITHUB = ROOT / ".github"
FILES = sorted([*GITHUB.glob("workflows/*.yaml"), *GITHUB.glob("actions/*/action.yaml")])
WORKFLOWS = [file for file in FILES if file.parent.name == "workflows"]
WRITES = {
    "diff.yaml": {"pull-requests"},
    "images.yaml": {"id-token", "attestations"},
    "test.yaml": set(),
}
"""What each workflow may write."""


def load(file: Path) -> dict[Any, Any]:
    """Return a workflow or an action. YAML reads its key `on` as true."""
    content: dict[Any, Any] = yaml.safe_load(file.read_text("utf-8"))
    return content


def jobs(file: Path) -> dict[str, dict[str, Any]]:
    """Return the jobs of a workflow; an action is one job."""
    content = load(file)
    return {"action": content["runs"]} if "runs" in content else content["jobs"]


def steps(file: Path) -> list[dict[str, Any]]:
    """Return the steps of all jobs."""
    return [step for job in jobs(file).values() for step in job["steps"]]


def step(file: str, name: str) -> dict[str, Any]:
    """Return the step of a workflow by its id or name."""
    [found] = [each for each in steps(GITHUB / "workflows" / file) if name in (each.get("id"), each.get("name"))]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_every_action_is_pinned(file: Path) -> None:
    """A commit cannot move, but a tag can. The version in the comment is for readers and for Renovate."""
    uses = re.findall(r"uses: (\S+)(.*)", file.read_text("utf-8"))
    loose = [
        name
        for name, comment in uses
        if not name.startswith("./")
        and not (re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40}", name) and re.fullmatch(r" # v\d+(\.\d+)*", comment))
    ]
    assert uses
    assert loose == []


def test_an_action_has_one_version() -> None:
    """All workflows use the same commit of an action."""
    pins = {pin for file in FILES for pin in re.findall(r"uses: ([\w/.-]+@\w+)", file.read_text("utf-8"))}
    names = [pin.partition("@")[0] for pin in pins]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_permissions_are_the_least(file: Path) -> None:
    """A workflow may only read the repository, a job lists any further permission, and no checkout keeps its token."""
    assert load(file)["permissions"] == {"contents": "read"}
    written = {
        scope
        for job in jobs(file).values()
        for scope, access in job.get("permissions", {}).items()
        if (scope, access) != ("contents", "read")
    }
    assert written == WRITES[file.name]
    checkouts = [each for each in steps(file) if each.get("uses", "").startswith("actions/checkout@")]
    assert [each["with"]["persist-credentials"] for each in checkouts] == [False] * len(checkouts)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_nothing_of_a_fork_runs_with_secrets(file: Path) -> None:
    """No trigger gives a pull request more than a fork's token, and none of its text becomes a command."""
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(load(file)[True])
    for each in steps(file):
        assert "${{" not in each.get("run", ""), f"{file.name}: pass it to the command by `env`"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_every_job_ends(file: Path) -> None:
    """Every job has a time limit, much shorter than GitHub's six hours."""
    assert all(job["timeout-minutes"] <= 120 for job in jobs(file).values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name + "/" + file.name)
def test_what_is_run_exists(file: Path) -> None:
    """Make targets, actions and files of this repository exist."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for each in steps(file):
        if (local := each.get("uses", "")).startswith("./"):
            assert (ROOT / local / "action.yaml").is_file(), local
        run = each.get("run", "")
        for target in re.findall(r"^make (?:-C \w+ )?(\S+)$", run, re.MULTILINE):
            assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), target
        for name in re.findall(r"(?:^|/| )((?:\.github|tests|constructs)/[\w./-]+)", run, re.MULTILINE):
            assert (ROOT / name).exists(), name


def test_every_supported_python_is_tested() -> None:
    """The oldest is the one in the package's metadata."""
    versions = jobs(GITHUB / "workflows" / "test.yaml")["check"]["strategy"]["matrix"]["python-version"]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert f'requires-python = ">={versions[0]}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_kind_has_the_oldest_and_the_newest_kubernetes() -> None:
    """The versions are the oldest supported one, that of our own node, and one in between."""
    versions = jobs(GITHUB / "workflows" / "test.yaml")["kind"]["strategy"]["matrix"]["kubernetes"]
    minors = [int(re.fullmatch(r"v1\.(\d+)\.\d+", version)[1]) for version in versions]  # type: ignore[index]
    oldest = re.search(r"cdk8s-plus-(\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert oldest
    assert minors[0] == int(oldest[1])
    assert minors[0] < minors[1] < minors[2]
    assert kubernetes_version().startswith(f"v1.{minors[2]}.")


def test_what_a_node_needs_is_installed() -> None:
    """`.ci/run` installs the node's Debian packages before it builds and runs a node."""
    listed = re.search(r"packages=\((.*?)\)", (ROOT / ".ci" / "run").read_text("utf-8"), re.DOTALL)
    assert listed
    assert set(DEBIAN.values()) - set(listed[1].split()) == set()


def test_api_server_is_of_the_release_that_is_built_elsewhere() -> None:
    """setup-envtest downloads the minor version that `make envtest` builds."""
    fetched = re.search(r"setup-envtest use (1\.\d+)\.x", (GITHUB / "actions/setup/action.yaml").read_text("utf-8"))
    built = re.search(r"k8s\.io/kubernetes v(1\.\d+)\.", (ROOT / "tests/programs/kubernetes/go.mod").read_text("utf-8"))
    assert fetched
    assert built
    assert fetched[1] == built[1]


@pytest.mark.parametrize(("release", "accepted"), [("v{}", True), ("v{}.1", False), ("{}", False)])
def test_release_has_the_version_of_the_catalogue(release: str, accepted: bool, tmp_path: Path) -> None:
    """An image is pushed only under the name in the manifests of the release."""
    output = tmp_path / "output"
    output.touch()
    version = catalogue.HUB.rpartition(":")[2]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step("images.yaml", "catalogue")["run"]],
        cwd=ROOT,
        env={**os.environ, "IMAGE": "HUB", "RELEASE": release.format(version), "GITHUB_OUTPUT": str(output)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == accepted
    said = dict(line.split("=", 1) for line in output.read_text().splitlines())
    # Docker Hub takes no attestation under its short name: see the README of actions/attest-build-provenance.
    subject = catalogue.HUB.rpartition(":")[0].replace("docker.io/", "index.docker.io/")
    expected = {"image": catalogue.HUB, "registry": catalogue.HUB.partition("/")[0], "subject": subject}
    assert said == (expected if accepted else {})
    assert ("::error::" in done.stdout) != accepted


def test_both_images_come_with_their_origin() -> None:
    """Images for both architectures have provenance and an SBOM, and an attestation of the digest in the registry."""
    [job] = jobs(GITHUB / "workflows" / "images.yaml").values()
    for each in job["strategy"]["matrix"]["include"]:
        assert (ROOT / each["folder"] / "Dockerfile").is_file()
        assert hasattr(catalogue, each["image"])
    build = step("images.yaml", "build")["with"]
    assert build["platforms"] == "linux/amd64,linux/arm64"
    assert (build["provenance"], build["sbom"]) == ("mode=max", True)
    assert job["steps"][-1]["with"] == {
        "subject-name": "${{ steps.catalogue.outputs.subject }}",
        "subject-digest": "${{ steps.build.outputs.digest }}",
        "push-to-registry": True,
    }


def test_base_is_what_the_pull_request_was_merged_into(tmp_path: Path) -> None:
    """Otherwise the comment would contain changes that others have merged since."""

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.test", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path / "proposed", timeout=60, check=True)

    (tmp_path / "proposed").mkdir()
    git("init", "--quiet", "--initial-branch=main")
    git("commit", "--quiet", "--allow-empty", "--message=start")
    for branch, start in (("topic", "main"), ("main", "main")):
        git("checkout", "--quiet", "-B", branch, start)
        (tmp_path / "proposed" / branch).touch()
        git("add", branch)
        git("commit", "--quiet", f"--message={branch}")
    git("checkout", "--quiet", "--detach")
    git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    command = ["bash", "-eo", "pipefail", "-c", step("diff.yaml", "check out the base")["run"]]
    subprocess.run(command, cwd=tmp_path, timeout=60, check=True)
    assert {file.name for file in (tmp_path / "proposed").iterdir()} == {".git", "main", "topic"}
    assert {file.name for file in (tmp_path / "base").iterdir()} == {".git", "main"}


def test_every_push_is_tested_to_its_end() -> None:
    """Only a run for the same pull request number, which no fork can forge, or for the same commit is cancelled."""
    group = load(GITHUB / "workflows" / "test.yaml")["concurrency"]["group"]
    assert group == "${{ github.workflow }}-${{ github.event.pull_request.number || github.sha }}"


def test_label_is_good_for_the_commits_that_it_was_set_on() -> None:
    """A label stays when commits are pushed. So the event counts, not the list of labels."""
    [reviewed] = [
        each["env"]["REVIEWED"]
        for each in steps(GITHUB / "workflows" / "diff.yaml")
        if "REVIEWED" in each.get("env", {})
    ]
    assert "github.event.action == 'labeled'" in reviewed
    assert "pull_request.labels" not in reviewed


def test_long_comment_says_where_the_rest_is(tmp_path: Path) -> None:
    """GitHub accepts at most 65536 characters. Each cluster's summary is kept, and the previous comment is replaced."""
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\necho "$*" > called\n')
    program.chmod(0o700)
    comment = tmp_path / "diff.md"
    details = "- a change\n" * 10_000
    comment.write_text(f"## local\n\n**Different: 1 changed**\n{details}## other\n\n**Equal**\n{details}")
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step("diff.yaml", "comment")["run"]],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "PULL_REQUEST": "https://example.test/1",
            "RUN": "https://example.test/run",
        },
        timeout=60,
        check=True,
    )
    expected = [
        "## local",
        "**Different: 1 changed**",
        "## other",
        "**Equal**",
        "",
        "The rest is too long for a comment: ",
    ]
    assert comment.read_text() == "\n".join(expected) + "https://example.test/run\n"
    assert (tmp_path / "called").read_text() == (
        "pr comment https://example.test/1 --edit-last --create-if-none --body-file diff.md\n"
    )


@pytest.mark.parametrize(
    ("status", "reviewed", "accepted"),
    [
        ("0", False, True),
        ("1", False, True),
        ("2", True, False),
        ("3", False, False),
        ("3", True, True),
        ("127", True, False),
    ],
)
def test_unsafe_change_needs_a_label(status: str, reviewed: bool, accepted: bool) -> None:
    """Manifests that cannot be read or compared always fail."""
    [last] = [each for each in steps(GITHUB / "workflows" / "diff.yaml") if "REVIEWED" in each.get("env", {})]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", last["run"]],
        env={**os.environ, "STATUS": status, "REVIEWED": str(reviewed).lower()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == accepted
    assert ("::error::" in done.stdout) != accepted
