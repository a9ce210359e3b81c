"""The instructions in README.md, CONTRIBUTING.md and docs/: code, links and commands exist and work."""

import re
import runpy
import shlex
import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml

import hexa_notebooks
from dev.site_links import absolute
from hexa_notebooks.images import catalogue
from hexa_notebooks.pods.scheduling import dedicated
from tests.documents import CHANGED, FOLLOWED_BY, JOURNEYS, PAGES, STAND_INS, Block, blocks, commands
from tests.manifests.schemas import VERSIONS, problems
from tests.paths import ROOT

PYTHON = [block for page in PAGES for block in blocks(page, "python")]
FRAGMENTS = [block for block in PYTHON if "import hexa_notebooks" not in block.text]
COMMAND = str(Path(sys.executable).with_name("hexa-notebooks"))


def text(page: str) -> str:
    """Return a page."""
    return (ROOT / page).read_text("utf-8")


def prose(page: str) -> str:
    """Return a page without fenced code blocks."""
    return re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site generate them."""
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_make_target_that_is_named_exists() -> None:
    """Every `make x` in text or a command is a target of the Makefile."""
    targets = set(re.findall(r"^([-a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:`|\n|&& )make (?:-C \S+ )?([-a-z0-9]+)", text(page))}
    assert {"synth", "test", "check"} <= named
    assert named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_is_named_exists(page: str) -> None:
    """Every path in backticks or in a command exists in the repository."""
    folders = "clusters|constructs|dev|dist|hub|jupyter|tests|docs|benchmarks|imports|requirements"
    named = set(re.findall(rf"(?<![-\w/.:])(?:{folders})/[\w./-]*", re.sub(r"\]\([^)]*\)", "", text(page))))
    made = {path for path in named if path.startswith(("clusters/production", "dist/production", "dist/notebooks"))}
    assert [path for path in sorted(named - made) if not (ROOT / path.rstrip(".")).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """A relative link points to an existing file and, if it has a fragment, to an existing heading."""
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_index_of_decisions_has_all_of_them() -> None:
    """Every decision record has a line in the index."""
    linked = set(re.findall(r"\]\((0[^)]+)\)", text("docs/decisions/README.md")))
    assert linked == {file.name for file in (ROOT / "docs" / "decisions").glob("0*.md")}


def test_link_out_of_the_pages_leads_to_the_repository() -> None:
    """The site has only the pages. Other files and folders are linked in the repository."""

    def linked(link: str) -> str:
        page = ROOT / "docs" / "operations" / "failures.md"
        return absolute(f"[a]({link})", page, ROOT / "docs", "https://git.example.org/notebooks")[4:-1]

    assert linked("../../hub/Dockerfile#L1") == "https://git.example.org/notebooks/blob/main/hub/Dockerfile#L1"
    assert linked("../../tests/integration") == "https://git.example.org/notebooks/tree/main/tests/integration"
    for link in ("../README.md", "secrets.md#change-a-value", "#monitoring", "../../nowhere.md", "https://example.org"):
        assert linked(link) == link


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_valid(page: str) -> None:
    """The shell parses every command block, and YAML blocks are valid YAML."""
    for block in blocks(page, "bash"):
        done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)
        assert done.stderr == ""
    for block in blocks(page, "yaml"):
        assert list(yaml.safe_load_all(block.text))


@pytest.mark.parametrize("block", FRAGMENTS, ids=lambda block: f"{block.page}:{block.text.splitlines()[0][:30]}")
def test_types_take_every_example(block: Block, tmp_path: Path) -> None:
    """Every Python example type-checks as part of a cluster file."""
    example = tmp_path / "example.py"
    example.write_text(block.text)
    names = {name: getattr(hexa_notebooks, name) for name in import_module("hexa_notebooks").__all__}
    cluster = runpy.run_path(str(ROOT / "clusters" / "openhexa_gke.py"))
    made = runpy.run_path(str(example), names | cluster)
    fields = hexa_notebooks.NotebooksConfig.model_fields.keys() & made.keys()
    assert fields or made["config"] != cluster["config"]
    assert made["config"].evolve(**{field: made[field] for field in fields})


def test_example_for_other_repositories_synthesises(tmp_path: Path) -> None:
    """The Python of "In your own repository" runs unchanged, and its patch takes effect."""
    (example,) = (block for block in PYTHON if block not in FRAGMENTS)
    subprocess.run([sys.executable, "-c", example.text], cwd=tmp_path, check=True, timeout=60)
    (manifest,) = tmp_path.glob("dist/*.yaml")
    objects = {
        f"{made['kind']}/{made['metadata']['name']}": made for made in yaml.safe_load_all(manifest.read_text("utf-8"))
    }
    assert objects["Deployment/hub"]["spec"]["template"]["spec"]["priorityClassName"] == "core"
    assert objects["Service/proxy-public"]["spec"]["loadBalancerIP"] == "203.0.113.10"


def test_picture_is_drawn_from_the_objects() -> None:
    """The architecture diagram is the current output of `hexa-notebooks graph`."""
    (picture,) = blocks("docs/architecture.md", "mermaid")
    done = subprocess.run(
        [COMMAND, "graph", "clusters/openhexa_gke.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert picture.text == done.stdout


def test_readme_lists_every_subcommand() -> None:
    """The command table matches `hexa-notebooks --help`, and no page names another command."""
    usage = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"^    ([a-z][-a-z]+)", usage, re.MULTILINE))
    assert commands == set(re.findall(r"^\| `hexa-notebooks ([-a-z]+) ", text("README.md"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`hexa-notebooks ([-a-z]+)[ `]", text(page))}
    assert named <= commands


def test_mistake_in_a_cluster_file_is_told_as_the_readme_says(tmp_path: Path) -> None:
    """The README shows the real error for such a typo, except for the line."""
    (told,) = (block.text.strip() for block in blocks("README.md", "text") if "did you mean" in block.text)
    (tmp_path / "clusters").mkdir()
    cluster = tmp_path / "clusters" / "local.py"
    cluster.write_text((ROOT / "clusters" / "local.py").read_text("utf-8").replace("mem_limit=", "mem_limt="))
    arguments = [COMMAND, "synth", "clusters/local.py", "--out", "dist"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.sub(r":\d+:", ":", done.stderr.strip()) == re.sub(r":\d+:", ":", told)


def test_every_command_is_run() -> None:
    """A test runs the commands of each page, and every listed exception still exists."""
    followed = {*(page for pages in JOURNEYS.values() for page in pages), *FOLLOWED_BY}
    found = {page: commands(page) for page in PAGES}
    assert [page for page, on_page in found.items() if on_page and page not in followed] == []
    assert [page for page in followed if not found[page]] == []
    every = [command for on_page in found.values() for command in on_page]
    assert STAND_INS.keys() - {program for command in every for program in command.programs} == set()
    assert [pattern for pattern in CHANGED if not any(re.search(pattern, command.text) for command in every)] == []


def test_images_of_this_repository_are_those_of_the_catalogue() -> None:
    """Pages name the images with the release of the manifests, and build each from its own folder."""
    folders = {catalogue.HUB.rpartition("/")[2]: "hub", catalogue.SINGLEUSER.rpartition("/")[2]: "jupyter"}
    repositories = "|".join(image.partition(":")[0] for image in folders)
    named = {name for page in PAGES for name in re.findall(rf"(?:{repositories}):[-.\w]*\w", text(page))}
    assert named == folders.keys()
    words = [
        shlex.split(command.text) for page in PAGES for command in commands(page) if "docker build" in command.text
    ]
    built = {(each[each.index("--tag") + 1].rpartition("/")[2], each[-1]) for each in words}
    assert built == set(folders.items())
    assert all((ROOT / folder / "Dockerfile").is_file() for folder in folders.values())


def test_device_plugin_offers_what_servers_ask_for() -> None:
    """It runs on user nodes despite their taints, and is valid on every supported Kubernetes version."""
    plugin = list(yaml.safe_load_all((ROOT / "docs" / "fuse-device-plugin.yaml").read_text("utf-8")))
    assert [problem for version in VERSIONS for made in plugin for problem in problems(made, version)] == []
    configuration, daemon_set = plugin
    (device,) = yaml.safe_load(configuration["data"]["conf.yaml"])
    assert re.fullmatch(device["devicematch"], hexa_notebooks.InPodFuse().device_resource.partition("/")[2])
    pod = daemon_set["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"hub.jupyter.org/node-purpose": "user"}
    assert pod["tolerations"] == [toleration.model_dump(exclude_none=True) for toleration in dedicated("user")]


def test_backup_of_sqlite_can_be_restored(tmp_path: Path) -> None:
    """The page's two programs copy a database in use, and restore it over a later one."""
    live, copy = tmp_path / "jupyterhub.sqlite", tmp_path / "hub.sqlite"
    words = [shlex.split(command.text.replace("\\\n", " ")) for command in commands("docs/operations/backup.md")]
    backup, restore = (
        line[-1].replace("/srv/jupyterhub", str(tmp_path)).replace("/tmp/hub.sqlite", str(copy))  # noqa: S108
        for line in words
        if line[-2] == "-c" and "sqlite3" in line[-1]
    )
    hub = sqlite3.connect(live, isolation_level=None)
    hub.execute("CREATE TABLE users (name)")
    hub.execute("INSERT INTO users VALUES ('anna')")
    subprocess.run([sys.executable, "-c", backup], check=True, timeout=30)
    hub.execute("INSERT INTO users VALUES ('bela')")
    subprocess.run([sys.executable, "-c", restore], check=True, timeout=30)
    assert hub.execute("SELECT name FROM users").fetchall() == [("anna",)]
