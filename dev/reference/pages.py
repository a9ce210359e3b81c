"""The pages of the reference, generated from the models, so that they are always up to date.

Every model that a `NotebooksConfig` can hold has a section, with its fields, their types, defaults and docstrings.
Types that several fields share are explained once. The settings of the hub's package and the commands' help follow.
"""

import contextlib
import inspect
import io
import os
import re
import textwrap
from collections.abc import Iterator
from unittest.mock import patch

from dev.reference.models import (
    AREAS,
    anchor,
    declared,
    is_discriminator,
    link,
    models,
    page_of,
    parts,
    text,
)
from dev.reference.words import default_words, explained, type_words, words_of
from hexa_hub import authenticator, settings, spawner
from hexa_notebooks import Config, as_chart, public
from hexa_notebooks.commands.cli import main

FOLDER = "reference"
"""The folder of the pages on the site."""


def pages() -> dict[str, str]:
    """Return the text of each page by its path; the same sources give the same text."""
    written = {f"{FOLDER}/{name}.md": _area(name, title) for name, (title, _) in AREAS.items()}
    return written | {
        f"{FOLDER}/types.md": _types(),
        f"{FOLDER}/as-chart.md": _as_chart(),
        f"{FOLDER}/hexa-hub.md": _hexa_hub(),
        f"{FOLDER}/commands.md": _commands(),
    }


def _area(page: str, title: str) -> str:
    lines = [f"# {title}", ""]
    if page == "README":
        lines += [
            "A cluster file creates one `NotebooksConfig`. Import every name on these pages from `hexa_notebooks`. A"
            " field that does not exist, or a value of the wrong type, is an error that lists the allowed ones.",
            "",
            *(f"- [{title}]({name}.md)" for name, (title, _) in AREAS.items() if name != page),
            "- [Types of values](types.md)",
            "- [The chart's defaults](as-chart.md)",
            "",
        ]
    for model in models():
        if page_of(model) == page:
            lines += [*_section(model), ""]
    return "\n".join(lines)


def _section(model: type[Config]) -> Iterator[str]:
    yield f"## {model.__name__}"
    yield ""
    yield _prose(inspect.cleandoc(model.__doc__ or ""))
    yield ""
    if users := _users(model):
        yield f"Used by {', '.join(users)}."
        yield ""
    own = declared(model)
    for name, field in model.model_fields.items():
        if name in own and not is_discriminator(field):
            yield f'- <a id="{anchor(model, name)}"></a>**`{name}`**: {type_words(model, name)}; {default_words(field)}'
            yield ""
            yield textwrap.indent(_prose(text(model, name)), "    ")
            yield ""
    for base in model.__mro__[1:]:
        names = [name for name in declared(base) if name in model.model_fields and name not in own]
        if names and issubclass(base, Config):
            links = (f"[`{name}`]({page_of(base)}.md#{anchor(base, name)})" for name in names)
            yield f"Also has the fields of {link(base)}: {', '.join(links)}."
            yield ""


def _users(model: type[Config]) -> list[str]:
    """Return links to the fields that take a model."""
    return [
        f"[`{anchor(user, name)}`]({page_of(user)}.md#{anchor(user, name)})"
        for user in models()
        for name, field in user.model_fields.items()
        if name in declared(user) and model in parts(field.annotation)
    ]


def _prose(words: str) -> str:
    """Return a docstring as Markdown. Text outside of code must not become HTML."""
    parts = re.split(r"(`[^`]*`)", words)
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


def _types() -> str:
    lines = [
        "# Types of values",
        "",
        "Types that several models share. A wrong value is rejected before anything is written.",
        "",
    ]
    for name, alias in sorted(explained().items()):
        lines += [f"## {name}", "", f"{_sentence(words_of(alias.value, alias.module))} {_prose(alias.text)}", ""]
    for name, made in sorted(vars(public).items()):
        if isinstance(made, type) and issubclass(made, str):
            lines += [f"## {name}", "", _prose(inspect.cleandoc(made.__doc__ or "")), ""]
    return "\n".join(lines)


def _as_chart() -> str:
    lines = ["# The chart's defaults", "", _prose(inspect.cleandoc(as_chart.__doc__ or "")), ""]
    presets = [made for made in vars(as_chart).values() if isinstance(made, type) and issubclass(made, Config)]
    for preset in (each for each in presets if each.__module__ == as_chart.__name__):
        config = next(base for base in preset.__bases__ if issubclass(base, Config))
        lines += [f"## as_chart.{preset.__name__}", "", _prose(inspect.cleandoc(preset.__doc__ or "")), ""]
        for name in declared(preset):
            owner = next(base for base in config.__mro__ if issubclass(base, Config) and name in declared(base))
            field = preset.model_fields[name]
            lines += [f"- [`{name}`]({page_of(owner)}.md#{anchor(owner, name)}): {default_words(field)}"]
        lines += ["", f"All other fields have the defaults of {link(config)}.", ""]
    return "\n".join(lines)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _hexa_hub() -> str:
    lines = [
        "# The hub's own package",
        "",
        "The settings of `hexa_hub` in the hub's image. [`OpenHexaApp`](sign-in.md#openhexaapp) sets everything that is"
        " required. Set the traits in [`HubConfig.traits`](hub.md#HubConfig.traits).",
        "",
        "## Environment",
        "",
        _prose(inspect.cleandoc(settings.Settings.__doc__ or "")),
        "",
    ]
    for name, field in declared(settings.Settings).items():
        lines += [f"- **`{name.upper()}`**", "", textwrap.indent(_prose(field.text), "    "), ""]
    for owner in (authenticator.AppAuthenticator, spawner.WorkspaceSpawner):
        lines += [f"## {owner.__name__}", "", _prose(inspect.cleandoc(owner.__doc__ or "")), ""]
        for name, trait in sorted(owner.class_own_traits(config=True).items()):
            help_text = textwrap.indent(_prose(inspect.cleandoc(trait.help)), "    ")
            lines += [f"- **`{owner.__name__}.{name}`**: `{trait.default()!r}` by default", "", help_text, ""]
    return "\n".join(lines)


def _commands() -> str:
    lines = ["# Commands", "", "The `--help` of `hexa-notebooks` and of each subcommand.", "", *_help()]
    for name in re.findall(r"^    ([a-z][a-z-]*)(?= |$)", "\n".join(_help()), re.MULTILINE):
        lines += [f"## {name}", "", *_help(name)]
    return "\n".join(lines)


def _help(*command: str) -> list[str]:
    """Return a command's help as a Markdown block, with the same width on every terminal."""
    printed = io.StringIO()
    with (
        patch.dict(os.environ, COLUMNS="100", NO_COLOR="1"),
        contextlib.redirect_stdout(printed),
        contextlib.suppress(SystemExit),
    ):
        main([*command, "--help"])
    return ["```text", printed.getvalue().rstrip(), "```", ""]
