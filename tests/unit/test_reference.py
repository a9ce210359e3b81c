"""The configuration reference, which the documentation site generates from the models."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dev.reference import words
from dev.reference.models import page_of
from dev.reference.pages import pages
from hexa_notebooks import Config, ResourcesConfig
from hexa_notebooks.notebooks import config as notebooks_config
from tests.manifests.config_models import MODELS, is_discriminator
from tests.paths import ROOT

PAGES = pages()
MKDOCS = """
site_name: Reference
docs_dir: docs
site_dir: site
use_directory_urls: false
theme: material
strict: true
validation: {anchors: warn}
hooks: [HOOK]
nav:
  - index.md
NAV
"""


def section(page: str, heading: str) -> str:
    """Return the text below a heading."""
    (found,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGES[f"reference/{page}.md"], re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_model_is_explained_with_all_of_its_fields(model: type[Config]) -> None:
    """Each model has one section with its docstring and all fields, or links to fields that several models share."""
    text = section(page_of(model), model.__name__)
    assert model.__doc__
    assert text.strip().startswith(model.__doc__.splitlines()[0].split("`")[0].split("<")[0])
    for name in (name for name in model.model_fields if not is_discriminator(model, name)):
        assert re.search(rf"^- .*\*\*`{name}`\*\*|\[`{name}`\]\(\S+#\w+\.{name}\)", text, re.MULTILINE), name


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_type_a_default_and_a_text(path: str) -> None:
    """The description is below the type and default."""
    fields = re.findall(r"^- <a id=\S+</a>\*\*`(\w+)`\*\*: (.*)\n\n(.*)\n", PAGES[path], re.MULTILINE)
    assert len(fields) == PAGES[path].count("<a id=")
    for name, kind, text in fields:
        assert re.fullmatch(r".+; (\*\*required\*\*|`.+` by default)", kind), name
        assert re.match(r"    \S", text), name


def test_every_link_leads_to_a_heading_or_a_field() -> None:
    """Links across pages are checked, too."""
    anchors = {
        f"{path.removeprefix('reference/')}#{name}"
        for path, text in PAGES.items()
        for name in [
            *re.findall(r'<a id="([^"]+)">', text),
            *(heading.lower() for heading in re.findall(r"^## (\S+)$", text, re.MULTILINE)),
            "",
        ]
    }
    links = [link for text in PAGES.values() for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert len(links) > len(MODELS)
    assert [link for link in links if (link if "#" in link else f"{link}#") not in anchors] == []


def test_field_says_what_it_takes() -> None:
    """Models and shared types are links. Bounds and defaults are in words."""
    assert "**`timeout_s`**: whole number, at least 0; `3600` by default\n" in section("hub", "CullerConfig")
    assert (
        "**`database`**: [`SqlitePvc`](database.md#sqlitepvc) or [`SqliteMemory`](database.md#sqlitememory) or"
        in section("README", "NotebooksConfig")
    )
    assert "**`parent_refs`**: tuple of [Named](types.md#named), not empty; **required**\n" in section(
        "exposure", "ServiceHttpRoute"
    )
    assert "RFC 1123 subdomain of at most 253 characters." in section("types", "DnsName")
    assert '**`address`**: `"public"` or `"private"` or `"psc"`; `"public"` by default\n' in section(
        "database", "CloudSql"
    )
    assert "Used by [`NotebooksConfig.culler`](README.md#NotebooksConfig.culler)." in section("hub", "CullerConfig")


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("int | None", "whole number or `None`"),
        ("dict[LabelValue, tuple[str, ...]]", "dictionary of [LabelValue](types.md#labelvalue) to tuple of text"),
        ("Annotated[int, Field(ge=1, le=9)]", "whole number, 1 to 9"),
        ("Annotated[str, Field(min_length=1, max_length=3)] | None", "text, not empty, at most 3 long or `None`"),
        ("'HubConfig'", "[`HubConfig`](hub.md#hubconfig)"),
        ("set[int]", "`set[int]`"),
    ],
)
def test_type_is_in_words(annotation: str, expected: str) -> None:
    """A type without a description is shown as Python."""
    assert words.words_of(ast.parse(annotation, mode="eval").body, notebooks_config) == expected


def test_default_is_what_a_cluster_file_would_say() -> None:
    """A model shows only the set fields; strings are in double quotes."""
    default = ResourcesConfig(cpu_request="1", memory_request="1Gi")
    assert words.python(default) == 'ResourcesConfig(cpu_request="1", memory_request="1Gi")'
    assert words.python(("it's", 'a "b"', None)) == '("it\'s", "a \\"b\\"", None)'
    assert words.python({"a": (1,)}) == '{"a": (1,)}'


def test_every_command_is_there_with_its_help() -> None:
    """The text is that of `--help`."""
    page = PAGES["reference/commands.md"]
    listed = re.findall(r"^## (\S+)$", page, re.MULTILINE)
    assert {"synth", "hub-config", "secret", "upgrade-db", "diff", "graph", "claims", "import-helm"} <= {*listed}
    for name in listed:
        assert f"usage: hexa-notebooks {name} [-h]" in section("commands", name)


def test_hub_package_is_explained() -> None:
    """The pages cover its environment variables and the traits of its classes."""
    page = PAGES["reference/hexa-hub.md"]
    assert "- **`AUTHENTICATION_URL`**\n\n    The endpoint" in page
    assert "- **`WorkspaceSpawner.allowed_images`**: `[]` by default\n\n    Images" in page


def test_pages_are_the_same_everywhere() -> None:
    """The order of sets and the width of a terminal make no difference."""
    code = "import json; from dev.reference.pages import pages; print(json.dumps(pages()))"
    environment = os.environ | {"PYTHONHASHSEED": "7", "COLUMNS": "40"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout) == PAGES


def test_site_takes_the_pages_without_a_warning(tmp_path: Path) -> None:
    """A strict build finds every page of the reference, and every link target."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n\n[Culler](reference/hub.md#CullerConfig.timeout_s)\n")
    nav = "\n".join(f"  - {path}" for path in PAGES)
    hook = str(ROOT / "dev" / "reference" / "hook.py")
    (tmp_path / "mkdocs.yml").write_text(MKDOCS.replace("HOOK", hook).replace("NAV", nav))
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    html = (tmp_path / "site" / "reference" / "hub.html").read_text()
    assert 'id="CullerConfig.timeout_s"' in html
    assert 'href="index.html#NotebooksConfig.culler"' in html
