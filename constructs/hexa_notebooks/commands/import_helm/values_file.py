"""Reading a values file, and the files that people give by mistake."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hexa_notebooks.commands.import_helm.values_yaml import ValuesError, ValuesFile, read_text

STDIN = Path("-")
"""The name of standard input in place of a file."""
_LARGEST = 4 * 2**20
"""In bytes; Helm keeps a release in a Secret, of 1 MiB at most."""
_GIVE_VALUES = "give what helm get values --output=yaml prints"
_MAGIC = {
    b"PK\x03\x04": "is an archive, not values",
    b"\x1f\x8b": "is compressed, as the archive of a chart is",
    b"\0GITCRYPT\0": "is encrypted by git-crypt; unlock the repository first",
    b"$ANSIBLE_VAULT;": "is encrypted by Ansible; decrypt it by ansible-vault first",
    b"age-encryption.org/": "is encrypted by age; decrypt it first",
    b"\xff\xfe": "is UTF-16; save it as UTF-8",
    b"\xfe\xff": "is UTF-16; save it as UTF-8",
}
_HEADER = re.compile(r"\A(\s*)(?:USER-SUPPLIED|COMPUTED) VALUES:[ \r]*(?=\n)")
"""The line that `helm get values` prints above the values."""
_SOPS = re.compile(r"\bENC\[[A-Z0-9_]+,data:")
_KIND = re.compile(r"^kind: *[\"']?(\w+)", re.MULTILINE)


def read_file(path: Path) -> ValuesFile:
    """Read a values file, or standard input for `-`.

    Raises:
        ValuesError: it cannot be read, does not hold values, or is not one mapping in YAML.

    """
    name = "stdin" if path == STDIN else str(path)
    data = _bytes(path, name)
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise ValuesError(f"{name}: {what}")
    if len(data) > _LARGEST:
        raise ValuesError(f"{name}: is larger than {_LARGEST // 2**20} MiB, and so no values of a release")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValuesError(f"{name}:{line}: is not UTF-8; save it as UTF-8") from None
    _refuse_other_output(text, name)
    file = read_text(_HEADER.sub(r"\1", text), name)
    _refuse_other_files(file.values, name)
    return file


def _bytes(path: Path, name: str) -> bytes:
    """Return at most one byte more than is allowed, so that reading an endless file ends."""
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(_LARGEST + 1)
        with path.open("rb") as file:
            return file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ValuesError(f"{name}: no such file; name a values file as given to helm upgrade --values") from None
    except IsADirectoryError:
        raise ValuesError(f"{name}: is a folder; name a values file in it") from None
    except (OSError, ValueError) as error:
        raise ValuesError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _refuse_other_output(text: str, name: str) -> None:
    if sops := _SOPS.search(text):
        line = text.count("\n", 0, sops.start()) + 1
        raise ValuesError(
            f"{name}:{line}: is encrypted by SOPS; give the plain values: sops --decrypt FILE |"
            " hexa-notebooks import-helm - ..., which leaves no plain copy behind"
        )
    if text.startswith("NAME: ") and re.search("^(HOOKS|MANIFEST|STATUS):", text, re.MULTILINE):
        raise ValuesError(f"{name}: is what helm get all or helm status prints; {_GIVE_VALUES}")
    kinds = _KIND.findall(text)
    if len(kinds) > 1:
        raise ValuesError(
            f"{name}: holds {len(kinds)} Kubernetes objects, such as a {kinds[0]}; {_GIVE_VALUES}, or of a HelmRelease"
            " or an Application that object alone, with --section"
        )


def _refuse_other_files(values: Mapping[str, Any], name: str) -> None:
    if isinstance(values.get("apiVersion"), str) and "kind" not in values and {"name", "version"} <= values.keys():
        raise ValuesError(f"{name}: is a Chart.yaml, which describes a chart; {_GIVE_VALUES}")
