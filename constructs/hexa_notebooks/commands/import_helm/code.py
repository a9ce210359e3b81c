"""The hub's configuration files in Python: in a fixed order, with the values that they read, and without secrets."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from hexa_notebooks.commands.import_helm.chart_version import built_in_objects
from hexa_notebooks.commands.import_helm.code_secrets import Literal, secret_comments, secret_literals, text_of
from hexa_notebooks.commands.import_helm.get_config import Reads, reads
from hexa_notebooks.commands.import_helm.references import with_variables
from hexa_notebooks.commands.import_helm.secrets import Secrets
from hexa_notebooks.commands.import_helm.tree import Tree

_CONFIG_FILES = "/usr/local/etc/jupyterhub/jupyterhub_config.d/"
_COMMENT = "# (a secret stood here)"
_MARK = "'(a secret)'"
_CHART_IMAGE = re.compile(r"((quay\.io|docker\.io)/)?jupyterhub/k8s-hub")
_PUT = "put the values that it reads by get_config into hub.values, except custom and global, which are there"
_LEFT_OUT = ("hub.extraConfig", "hub.extraFiles", "imagePullSecret", "proxy.https.manual", "singleuser.extraFiles")
"""Values that may hold secrets in any form, and that only the chart itself has a reason to read."""
_LIVE_TRAITS = ("ConfigurableHTTPProxy.auth_token", "CryptKeeper.keys", "JupyterHub.cookie_secret")
_LIVE = {
    **{f"hub.config.{key}": f"hub.config.{key}" for key in _LIVE_TRAITS},
    "hub.cookieSecret": "hub.config.JupyterHub.cookie_secret",
    "hub.db.password": "hub.db.password",
    "proxy.secretToken": "hub.config.ConfigurableHTTPProxy.auth_token",
}
"""Values that the chart's Secret holds too, each with its key there."""


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """The content of the hub's ConfigMap beside its traits."""

    extra_config: dict[str, str] = field(default_factory=dict)
    """The files of `hub.extraConfig`, by names that keep their order."""
    image_files: dict[str, str] = field(default_factory=dict)
    """The files of `hub.extraFiles` that the hub runs, by their keys."""
    values: dict[str, Any] = field(default_factory=dict)
    """The values that these files read by `get_config`."""
    notes: list[str] = field(default_factory=list)
    """Things that you should check, a line each."""


def config_files(tree: Tree, secrets: Secrets) -> ConfigFiles:
    """Return the files, with variables in place of secrets."""
    found = ConfigFiles()
    read = Reads()
    for key, text in sorted(tree.get("hub.extraConfig", {}).items()):
        path = f"hub.extraConfig.{key}"
        variables = _Variables(path, secrets)
        found.extra_config[key] = _rewritten(str(text), path, secrets, read, variables)
    for key, file in sorted(tree.get("hub.extraFiles", {}).items()):
        if is_configuration(file):
            # The file itself stays in the live Secret; a copy without its secrets serves `hub-config`.
            found.image_files[key] = _rewritten(str(file["stringData"]), f"hub.extraFiles.{key}", secrets, read, None)
    _name_files(found)
    _collect_values(tree, found, secrets, read)
    found.notes.extend(_unseen(tree))
    return found


def _unseen(tree: Tree) -> Iterator[str]:
    """Yield the places of configuration files that an import cannot see."""
    mounts = [
        (f"hub.extraVolumeMounts.{index}", mount.get("mountPath"))
        for index, mount in enumerate(tree.get("hub.extraVolumeMounts", []))
        if isinstance(mount, Mapping)
    ]
    files = [
        (f"hub.extraFiles.{key}", file.get("mountPath"))
        for key, file in sorted(tree.get("hub.extraFiles", {}).items())
        if "stringData" not in file
    ]
    folder = PurePosixPath(_CONFIG_FILES)
    for path, target in [*mounts, *((path, target) for path, target in files if str(target).endswith(".py"))]:
        place = PurePosixPath(str(target))
        is_run = place.is_relative_to(folder) and place.suffix in ("", ".py")
        if is_run or folder.is_relative_to(place) or place == folder.with_suffix(".py"):
            yield f"{path}: puts configuration where the hub runs it, which cannot be seen here; {_PUT}"
    image = tree.get("hub.image.name")
    if image and not _CHART_IMAGE.fullmatch(image):
        yield f"hub.image: a configuration file in {image}, below {_CONFIG_FILES}, cannot be seen here; {_PUT}"


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


def _collect_values(tree: Tree, found: ConfigFiles, secrets: Secrets, read: Reads) -> None:
    """Carry over the values that the files read; also `custom` and `global`, for files that an import cannot see."""
    names = secrets.names
    tree = Tree({"custom": {}, **tree.values, **built_in_objects(names.release, names.namespace, names.chart)})
    paths = read.paths | read.sections | {"custom"}
    if tree.get("global", {}) not in ({}, {"safeToShowValues": False}):
        paths.add("global")
    if "" in paths:
        paths = {*tree.values}
        found.notes.append(
            "a configuration file calls get_config with a path that it computes, so all values are carried over"
            f" except {', '.join(_LEFT_OUT)}: put into hub.values what it reads of these"
        )
    for path in sorted(paths):
        _carry(tree, path, found, secrets)


def _carry(tree: Tree, path: str, found: ConfigFiles, secrets: Secrets) -> None:
    """Carry over a value, with variables of the hub in place of secrets."""
    value = tree.get(path)
    if value is None:
        return
    if any(path == each or path.startswith(f"{each}.") for each in _LEFT_OUT):
        found.notes.append(f"{path}: a configuration file reads it by get_config; put what it needs into hub.values")
        return
    *parents, last = path.split(".")
    level = found.values
    for parent in parents:
        level = level.setdefault(parent, {})
    level[last] = with_variables(_without(value, path, secrets), path, secrets)


def _without(value: Any, path: str, secrets: Secrets) -> Any:
    """Return a value without parts that are never carried over, and with variables for those in the live Secret."""
    if any(path == each for each in _LEFT_OUT):
        return {}
    if key := _live_key(path):
        variable = secrets.live_variable(path, key)
        return {"$env": variable, "split": ";"} if isinstance(value, list) else {"$env": variable}
    if not isinstance(value, Mapping):
        return value
    return {key: _without(item, f"{path}.{key}", secrets) for key, item in value.items() if item is not None}


def _live_key(path: str) -> str | None:
    """Return the key that the chart's Secret has for a value, if it has one."""
    if found := re.fullmatch(r"(hub\.services\.[^.]+)\.api_?[tT]oken", path):
        return f"{found[1]}.apiToken"
    return _LIVE.get(path)


@dataclass(frozen=True, slots=True)
class _Variables:
    """The variables that replace the secrets of a file."""

    path: str
    secrets: Secrets
    names: dict[str, str] = field(default_factory=dict)

    def reading(self, node: Literal, where: str) -> str | None:
        """Return the code that replaces a literal, or None if no variable can hold it."""
        secret = text_of(node)
        if secret is None:
            self.secrets.refused.append(
                f"{where}: a secret in a form that no variable can replace (an f-string with placeholders, a pattern"
                " of match, or text with a null byte, a carriage return or what is not UTF-8); read it from os.environ,"
                " and name the variable in hub.extraEnv from a Secret",
            )
            return None
        # The note on this secret asks for a file without a line break at its end, so the code adds it back.
        content = secret.rstrip("\n")
        if content not in self.names:
            self.names[content] = self.secrets.numbered_variable(self.path, where)
        code = f'__import__("os").environ["{self.names[content]}"]'
        if line_breaks := secret[len(content) :]:
            code = f'({code} + "{line_breaks}")'.replace("\n", r"\n")
        return f"{code}.encode()" if _is_bytes(node) else code


def _is_bytes(node: Literal) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bytes)


def _rewritten(text: str, path: str, secrets: Secrets, read: Reads, variables: _Variables | None) -> str:
    """Return Python code with `os.environ[...]`, or without variables a mark, in place of each secret.

    The values that it reads are added to `read`. Invalid Python, and a secret that no variable can hold, are refused.
    """
    try:
        tree = ast.parse(text)
        literals = secret_literals(tree)
        its = reads(tree)
    except SyntaxError as error:
        # Python gives no line for a null byte.
        line = error.lineno or _line_of("\0", text)
        secrets.refused.append(f"{path}, line {line}: {error.msg}; the hub could not run it either")
        return ""
    except ValueError:
        line = _line_of("[\0\ud800-\udfff]", text)
        secrets.refused.append(f"{path}, line {line}: a character that Python code cannot have; remove it")
        return ""
    except (RecursionError, MemoryError):
        secrets.refused.append(f"{path}: an expression is too deep to look for secrets in it; split it up")
        return ""
    read.paths.update(its.paths)
    read.sections.update(its.sections)
    lines = text.encode().splitlines(keepends=True)
    # First line and byte, last line and byte, replacement.
    replacements = [(line, start, line, end, _COMMENT) for line, start, end in secret_comments(text)]
    for node in literals:
        where = f"{path}, line {node.lineno}, column {len(lines[node.lineno - 1][: node.col_offset].decode()) + 1}"
        code = variables.reading(node, where) if variables else f"{'b' if _is_bytes(node) else ''}{_MARK}"
        if code is not None:
            end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
            replacements.append((node.lineno, node.col_offset, *end, code))
    # From the end of the file, so that the positions before stay valid.
    for first, start, last, end_column, code in sorted(replacements, reverse=True):
        before, after = lines[first - 1][:start], lines[last - 1][end_column:]
        lines[first - 1 : last] = [before + (b" " if before[-1:].isalnum() else b"") + code.encode() + after]
    return b"".join(lines).decode()


def _line_of(pattern: str, text: str) -> int:
    return re.split(pattern, text, maxsplit=1)[0].count("\n") + 1
