"""Redaction: values that may be secrets are replaced by stars in a report.

A false alarm only hides a value here, so the rules are broad. `kubernetes/plaintext_secret.py` has the narrow rules for
cluster files.
"""

import re
from typing import Any

from hexa_notebooks.manifests.manifest_set import Hidden
from hexa_notebooks.manifests.url_credentials import without_credentials
from hexa_notebooks.model.token_forms import TOKEN

Path = tuple[str, ...]

STARS = "***"
_SHORT = "auth|dsn|jwt|otp|pass|pat|pin|psk|pw|pwd|salt|sas|sig"
_WORDS = (
    r"(?:(?i:secret|passw|passphrase|passcode|token|credential|authorization|signature|webhook|connection_?string"
    r"|dockerconfigjson|kubeconfig|netrc|pgpass"
    r"|(?:access|account|api|client|crypt|cryptkeeper|deploy|encrypt|encryption|fernet|license|master|private|service"
    r"|session|shared|sign|signing|ssh|tls|webhook)[-_. ]?keys?)"
    rf"|(?<![A-Za-z])(?i:{_SHORT})(?![a-z])"
    rf"|(?:{'|'.join(word.capitalize() for word in _SHORT.split('|'))})(?![a-z]))"
)
_NAME = re.compile(_WORDS)
_WHERE = re.compile(
    r"(?i:names?|files?|paths?|dir|folder|refs?|ur[li]s?|endpoint|seconds?|_s|ttl|age|class|type|method|scopes?"
    r"|enabled?|namespaces?|versions?|policy|selector|prefix|mode|users?|expires?|expiration)$"
)
"""Ends of names that describe the place or a property of a secret, not the secret itself."""
_REFERENCES = {"imagePullSecrets", "secret", "secretKeyRef", "secretRef", "secrets", "serviceAccountToken"}
"""Kubernetes fields that refer to a Secret by name."""
_CODE = (".css", ".html", ".js", ".lua", ".md", ".py", ".r", ".sh", ".sql")
"""Extensions of files that are redacted line by line, whatever their name."""
_PLAIN = {"", "true", "false", "none", "null"}

_SET = re.compile(
    rf"{_WORDS}(?P<rest>[\w.-]{{0,60}})(?P<quote>[\"']?)[\])]?(?P<sign>[ \t]{{0,20}}(?:=>|:=|=|:|,)[ \t]*)"
)
_QUOTED = re.compile(r"[A-Za-z]{0,2}(?P<quote>\"|')(?:\\.|(?!(?P=quote)).)*")
_OPTION = re.compile(rf"{_WORDS}[\w.-]{{0,60}}[\"']?[ \t]{{1,20}}[\"']?(?P<value>[^\s\"']+)")
_DASHES = re.compile(r"(?:^|[\s\"'])--?[\w.-]*$")
_FORMS = (
    re.compile(r"(?P<before>\b(?i:bearer|basic|token)\s+)(?P<value>[^\s\"']{8,})"),
    re.compile(r"(?P<before>\b(?i:set-cookie|cookie)[\"']?:\s*)(?P<value>.+)"),
    re.compile(r"(?P<before>(?:-u|--user)[ =]+[\"']?[^\s:\"']{0,200}:)(?P<value>[^\s\"']+)"),
    re.compile(r"(?P<before>\blogin\s+\S{1,200}\s+password\s+)(?P<value>\S+)"),
)
_PEM = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----)(.*?)(-----END|\Z)", re.DOTALL)


def names_a_secret(name: str) -> bool:
    """Return whether a value of this name may be a secret."""
    return _NAME.search(name) is not None and not _WHERE.search(name) and not name.endswith(_CODE)


def is_secret(path: Path) -> bool:
    """Return whether the value at a path may be a secret: by its name, or in a file by the names around it."""
    names = [part.strip("[]") for part in path if not part.startswith("(")]
    if names[-1:] == ["$env"]:
        return False
    if names[-1:] == ["value"]:
        names = names[:-1]
    while names and names[-1].isdigit():
        names.pop()
    if names and names[-1] not in _REFERENCES and names_a_secret(names[-1]):
        return True
    return names[:1] == ["data"] and any(names_a_secret(name) for name in names[1:-1])


def follows_an_option(items: list[Any], index: int) -> bool:
    """Return whether an item is the value of a secret option before it, as in `["--password", "..."]`."""
    before = items[index - 1] if index else None
    return isinstance(before, str) and before.startswith("-") and "=" not in before and names_a_secret(before)


def redacted_path(path: Path) -> Path:
    """Return a path with stars for keys that are secrets themselves, such as API tokens."""
    secret = False
    found = []
    for index, part in enumerate(path):
        known = part == "$env" or names_a_secret(part)
        hide = secret and not known and not part.startswith(("[", "("))
        found.append(STARS if hide else without_credentials(part, STARS))
        secret = path[0] == "data" and index > 1 and names_a_secret(part)
    return tuple(found)


def redacted(value: Any, path: Path = ()) -> Any:
    """Return a value with stars in place of possible secrets."""
    if isinstance(value, str):
        hide = is_secret(path) and value.strip().lower() not in _PLAIN
        return STARS if hide else without_secrets(value)
    if isinstance(value, list):
        return [
            STARS if follows_an_option(value, index) else redacted(item, (*path, f"[{index}]"))
            for index, item in enumerate(value)
        ]
    if isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, str) and "value" in value:
            return {key: redacted(item, (*path, name if key == "value" else key)) for key, item in value.items()}
        return {redacted_path((*path, key))[-1]: redacted(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool) and is_secret(path):
        return STARS
    return value if not isinstance(value, Hidden) else repr(value)


def without_secrets(text: str) -> str:
    """Return a text with stars in place of possible secrets. It keeps its number of lines, for line-by-line diffs."""
    text = _PEM.sub(lambda found: found[1] + re.sub(r"[^\n]+", STARS, found[2]) + found[3], text)
    text = without_credentials(text, STARS)
    text = TOKEN.sub(lambda found: STARS + "\n" * found[0].count("\n"), text)
    for form in _FORMS:
        text = form.sub(lambda found: f"{found['before']}{STARS}", text)
    text = _OPTION.sub(_without_value, text)
    return _without_settings(text)


def _without_value(found: re.Match[str]) -> str:
    """Hide the value of an option in a text, such as `--password VALUE`."""
    whole = found[0]
    is_option = _DASHES.search(found.string, max(0, found.start() - 60), found.start())
    return whole[: found.start("value") - found.start()] + STARS if is_option else whole


def _without_settings(text: str) -> str:
    """Hide values of secret names: a quoted string, the rest of the word after `NAME=`, or the rest of the line."""
    parts = []
    done = 0
    for found in _SET.finditer(text):
        if found.start() < done or _WHERE.search(found["rest"]) or ("," in found["sign"] and not found["quote"]):
            continue
        start = found.end()
        parts.append(text[done:start])
        quoted = _QUOTED.match(text, start)
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if quoted and quoted.end() <= end:
            parts.append(f"{quoted[0][: quoted[0].index(quoted['quote']) + 1]}{STARS}")
            done = quoted.end()
            continue
        # `NAME=value more` is a command line, `name: value more` is a setting up to the end of its line.
        word = re.compile(r"\S*").match(text, start, end) if found["sign"] == "=" else None
        done = word.end() if word and word[0] else end
        shown = text[start:done].strip()
        parts.append(
            text[start:done] if shown.lower() in _PLAIN else STARS if shown not in ("|", ">", "(", "\\") else shown
        )
        # The value goes on in the next lines: a block of YAML, a list, or a continued command.
        if done == end and shown.lower() in ("", "|", "|-", ">", ">-", "(", "[", "{", "\\"):
            block = _block(text, found.start(), end)
            parts.append(re.sub(r"[^\n]+", STARS, text[end:block]))
            done = block
    return "".join(parts) + text[done:]


def _block(text: str, start: int, end: int) -> int:
    """Return the end of the block: the lines that are indented more than the line of `start`."""
    line = text[text.rfind("\n", 0, start) + 1 : end]
    own = len(line) - len(line.lstrip())
    while end < len(text):
        next_end = text.find("\n", end + 1)
        next_end = len(text) if next_end < 0 else next_end
        inner = text[end + 1 : next_end]
        if inner.strip() and len(inner) - len(inner.lstrip()) <= own:
            return end
        end = next_end
    return end
