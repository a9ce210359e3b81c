"""The chart's configuration files in Python: in a stated order, with the values that they read, and without secrets."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hexa_notebooks.errors import OperatorError
from hexa_notebooks.helm.code_secrets import Literal, secret_literals, text_of
from hexa_notebooks.helm.names import Names
from hexa_notebooks.helm.secrets import Secrets
from hexa_notebooks.helm.tree import Tree
from hexa_notebooks.secret_ref import SecretKeyRef, holds_a_secret, names_a_secret

_READS_VALUE = re.compile(r"""get_config\(\s*["']([^"']+)["']|set_config_if_not_none\([^)]*["']([^"']+)["']\s*\)""")
_CONFIG_FILES = "/usr/local/etc/jupyterhub/jupyterhub_config.d/"
_USES_CHART = re.compile(
    r"\b(z2jh|get_config|get_name|get_name_env|get_secret_value|set_config_if_not_none|camelCaseify|glob|re|sys)\b"
)
"""Names that such files find in the chart's own file, before whose end they run."""
_COMPUTED = re.compile(r"""get_config\(\s*[^"'\s)]""")


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """What goes into the hub's ConfigMap beside its traits."""

    extra_config: dict[str, str] = field(default_factory=dict)
    """The files of `hub.extraConfig`, by names that keep their order."""
    image_files: dict[str, str] = field(default_factory=dict)
    """The files of `hub.extraFiles` that the hub runs, by their keys."""
    values: dict[str, Any] = field(default_factory=dict)
    """The values that they read by `get_config`."""
    secrets: dict[str, SecretKeyRef] = field(default_factory=dict)
    """Secrets that were written into them, by the variable that they now read."""
    notes: list[str] = field(default_factory=list)
    """What the operator should look at."""


def config_files(tree: Tree, secrets: Secrets) -> ConfigFiles:
    """Return the files, secrets in them replaced by variables."""
    found = ConfigFiles()
    # Of the values, some name variables and keys of Secrets themselves.
    taken = str(tree.values)
    for key, text in sorted(tree.get("hub.extraConfig", {}).items()):
        path = f"hub.extraConfig.{key}"
        found.extra_config[key] = _with_variables(str(text), path, secrets, found, taken)
    for key, file in sorted(tree.get("hub.extraFiles", {}).items()):
        if is_configuration(file):
            # The file itself stays in the live Secret; a copy without its secrets serves `hub-config`.
            path = f"hub.extraFiles.{key}"
            found.image_files[key] = _with_variables(str(file["stringData"]), path, secrets, found, taken)
    _name_files(found)
    _collect_values(tree, found, secrets.names)
    return found


def is_configuration(file: Mapping[str, Any]) -> bool:
    """Return whether the hub runs an extra file as configuration."""
    path = str(file.get("mountPath"))
    return path.startswith(_CONFIG_FILES) and path.endswith(".py") and "stringData" in file


def _name_files(found: ConfigFiles) -> None:
    names = [key.removesuffix(".py") for key in found.extra_config]
    fits = all(re.fullmatch(r"(?!\.\.)[-._a-zA-Z0-9]{1,240}", name) for name in names)
    keeps_order = names == sorted(names) and len({*names}) == len(names)
    reserved = {"jupyterhub_config", "z2jh"} & {*names}
    if not fits or not keeps_order or reserved:
        width = len(str(len(names)))
        names = [
            f"{index:0{width}}-{re.sub(r'[^-._a-zA-Z0-9]', '-', name)}" for index, name in enumerate(names, start=1)
        ]
    texts = list(found.extra_config.values())
    found.extra_config.clear()
    found.extra_config.update({f"{name}.py": text for name, text in zip(names, texts, strict=True)})


def _collect_values(tree: Tree, found: ConfigFiles, names: Names) -> None:
    texts = [*found.extra_config.values(), *found.image_files.values()]
    uses_shim = any(_USES_CHART.search(text) for text in texts)
    tree = Tree({**tree.values, **_release(names)})
    custom = {key: tree.get(key) for key in ("custom", "global")}
    default = {"custom": {}, "global": {"safeToShowValues": False}}
    for key, value in custom.items():
        if value and value != default[key]:
            found.values[key] = without_secrets(value, key, found.notes)
    if not uses_shim:
        return
    for text in texts:
        if _COMPUTED.search(text):
            found.notes.append(
                "a configuration file calls get_config with a path that it computes: only custom, global and paths that"
                " are written out are carried over; put the others into hub.values"
            )
        for match in _READS_VALUE.findall(text):
            _carry(tree, next(path for path in match if path), found)
    if not found.values:
        # An empty one would leave the module out, which these files import.
        found.values["custom"] = {}


def _release(names: Names) -> dict[str, Any]:
    """Return what the chart adds to the values."""
    return {
        "Chart": {"Name": "jupyterhub", "Version": "4.4.0"},
        "Release": {"Name": names.release, "Namespace": names.namespace, "Service": "Helm"},
    }


def _carry(tree: Tree, path: str, found: ConfigFiles) -> None:
    value = tree.get(path)
    if value is None or path.split(".")[0] in ("custom", "global"):
        return
    *parents, last = path.split(".")
    if names_a_secret(path) or path.startswith(("hub.config", "hub.services")):
        found.notes.append(f"{path}: a configuration file reads it by get_config; it is a secret and was left out")
        return
    level = found.values
    for parent in parents:
        level = level.setdefault(parent, {})
    level[last] = without_secrets(value, path, found.notes)


def without_secrets(value: Any, path: str, notes: list[str] | None = None) -> Any:
    """Return a value without the settings whose names say that they are secrets; each is noted, or refused.

    Raises:
        OperatorError: there is one, and no `notes` to say so.

    """
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            where = f"{path}.{key}"
            if holds_a_secret(str(key), item):
                if notes is None:
                    raise OperatorError(
                        f"{where}: a secret inside of a setting, which would stand in the manifests for everybody to"
                        " read: set this trait in hub.extraConfig, from os.environ, and the variable in hub.extraEnv"
                        " from a Secret"
                    )
                notes.append(f"{where}: was left out, since it is a secret; name its Secret in hub.secrets instead")
            else:
                kept[key] = without_secrets(item, where, notes)
        return kept
    if isinstance(value, list):
        return [without_secrets(item, f"{path}[{index}]", notes) for index, item in enumerate(value)]
    return value


def _with_variables(text: str, path: str, secrets: Secrets, found: ConfigFiles, taken: str) -> str:
    """Return Python code in which each string that is set as a secret has become `os.environ[...]`.

    No variable has a name that is in `taken`.

    Raises:
        OperatorError: it is no Python, or no variable can hold a secret in it.

    """
    try:
        literals = secret_literals(ast.parse(text), names_a_secret)
    except SyntaxError as error:
        # Python tells no line for a null byte.
        line = error.lineno or _line_of("\0", text)
        raise OperatorError(f"{path}, line {line}: {error.msg}; the hub could not run it either") from None
    except ValueError:
        line = _line_of("[\0\ud800-\udfff]", text)
        raise OperatorError(f"{path}, line {line}: a character that Python code cannot have; take it out") from None
    except (RecursionError, MemoryError):
        raise OperatorError(f"{path}: an expression is too deep to look for secrets in it; split it up") from None
    lines = text.encode().splitlines(keepends=True)
    variables: dict[str, str] = {}
    replacements = []
    for node in literals:
        where = f"{path}, line {node.lineno}, column {len(lines[node.lineno - 1][: node.col_offset].decode()) + 1}"
        secret = text_of(node)
        if secret is None:
            raise OperatorError(
                f"{where}: a secret in a form that no variable can stand for (an f-string with placeholders, a pattern"
                " of match, or text with a null byte, a carriage return or what is not UTF-8); read it from os.environ,"
                " and name the variable in hub.extraEnv from a Secret"
            )
        # The file of a secret has no line break at its end.
        content = secret.rstrip("\n")
        if content not in variables:
            variables[content] = _variable(path, found, taken)
            found.secrets[variables[content]] = secrets.to_create(where, variables[content])
        replacements.append((node, _reading(variables[content], secret[len(content) :], node)))
    for node, code in reversed(replacements):
        start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before, after = lines[start][: node.col_offset], lines[end][node.end_col_offset :]
        lines[start : end + 1] = [before + (b" " if before[-1:].isalnum() else b"") + code.encode() + after]
    return b"".join(lines).decode()


def _line_of(pattern: str, text: str) -> int:
    return re.split(pattern, text, maxsplit=1)[0].count("\n") + 1


def _variable(path: str, found: ConfigFiles, taken: str) -> str:
    """Return the first free one of the variables that are named after a file."""
    stem = re.sub(r"[^A-Z0-9]+", "_", path.upper()).removeprefix("HUB_")[:200].strip("_")
    names = (f"{stem}_SECRET_{number}" for number in count(1))
    return next(name for name in names if name not in found.secrets and name not in taken)


def _reading(variable: str, line_breaks: str, node: Literal) -> str:
    """Return the code that is the same as a literal."""
    code = f'__import__("os").environ["{variable}"]'
    if line_breaks:
        code = f'({code} + "{line_breaks}")'.replace("\n", r"\n")
    is_bytes = isinstance(node, ast.Constant) and isinstance(node.value, bytes)
    return f"{code}.encode()" if is_bytes else code
