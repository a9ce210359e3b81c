"""What the README and CONTRIBUTING tell people to run exists and works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language in the README."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    """`make x` in a text is a target of the Makefile."""
    targets = set(re.findall(r"^([-a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|\n)make ([-a-z0-9]+)", (ROOT / name).read_text("utf-8")))
    assert named
    assert named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_that_is_named_exists(name: str) -> None:
    """A path in backquotes, or in a command, is one of the repository."""
    text = (ROOT / name).read_text("utf-8")
    folders = "clusters|constructs|dist|hub|tests|docs|benchmarks|imports|requirements"
    named = set(re.findall(rf"(?<![\w/])(?:{folders})/[\w./-]*", text))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path.rstrip(".")).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    """A relative link leads to a file of the repository."""
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_every_block_of_commands_is_valid_shell() -> None:
    """What people paste into a shell is parsed by it."""
    for block in blocks("bash"):
        done = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert done.stderr == ""


def test_every_subcommand_that_is_named_exists() -> None:
    """`hexa-notebooks x` in the README is a subcommand."""
    follows = "clusters/|CLUSTER|OLD|VALUES|- "
    named = set(re.findall(rf"hexa-notebooks ([a-z-]+) (?:{follows})", (ROOT / "README.md").read_text("utf-8")))
    usage = subprocess.run(
        [sys.executable, "-m", "hexa_notebooks.cli", "--help"], capture_output=True, text=True, check=True
    )
    assert {name for name in named if name not in usage.stdout} == set()
    assert named == {"synth", "hub-config", "secret", "upgrade-db", "hook-puller", "diff", "claims", "import-helm"}


def test_the_example_for_other_repositories_synthesises(tmp_path: Path) -> None:
    """The Python of "In your own repository" runs as it stands, and its patch arrives."""
    (example,) = (block for block in blocks("python") if "import hexa_notebooks" in block)
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True, timeout=60)
    (manifest,) = tmp_path.glob("dist/*.yaml")
    objects = {
        f"{made['kind']}/{made['metadata']['name']}": made for made in yaml.safe_load_all(manifest.read_text("utf-8"))
    }
    assert objects["Deployment/hub"]["spec"]["template"]["spec"]["priorityClassName"] == "core"
    assert objects["Service/proxy-public"]["spec"]["loadBalancerIP"] == "203.0.113.10"
