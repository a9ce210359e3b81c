"""What is a secret in plain text: by its name, by its form, or by what stands before it.

One judgement for every command. A value is a secret if it has the form of one wherever it stands (a provider's token, a
password in a URL, an option `--token=...`), or if its name says so and its text can be one: neither empty, nor a flag,
nor a path, an address or a placeholder, which say *where* the secret is.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hexa_notebooks.model.token_forms import TOKEN
from hexa_notebooks.traits import is_known

Path = tuple[str | int, ...]
"""Where a value is: keys and indexes from the top."""
Replace = Callable[[Path, Any], Any]
"""Returns what stands in for a secret."""

_SECRETS = re.compile(
    r"\w*(secret|passw(or)?d|passphrase|passcode|token|credential|api_?key)s?|pass|pwd|\w*pw|creds?|crypt_?keys?"
    r"|\w+(access|private|secret|crypt|signing|ssh|master)keys?"
    r"|authorization|htpasswd|kubeconfig|netrc|pgpass|dockerconfigjson"
)
"""Last words of names of secrets."""
_KEYS = re.compile(
    r"access|account|api|auth|cipher|client|cookie|crypt|decryption|deploy|encrypt|encryption|fernet|hmac|jwt"
    r"|license|licence|master|private|secret|session|shared|sign|signature|signing|sas|ssh|tls|webhook"
)
"""What makes a `key` a secret, standing before it."""
_KEYS_ABOVE = re.compile(r"api|crypt|encryption|fernet|private|signing|ssh")
"""The same where the two are keys one below the other: `ssh: {key: ...}`."""
_QUALIFIERS = re.compile(
    r"b|base|base64|content|contents|current|data|dev|hex|json|new|old|pem|plain|previous|primary|prod"
    r"|production|raw|secondary|staging|string|test|text|value"
)
"""What may follow in a name and changes nothing, as in COOKIE_SECRET_HEX."""
_CHATS = re.compile(r"discord|matrix|mattermost|rocketchat|slack|teams|zulip")
"""Whoever has the address of their webhooks can post."""
_CLASS_AND_TRAIT = re.compile(r"(?:^|\.)(CryptKeeper\.keys|LTI\w*Authenticator\.consumers)$")
_SECRET_TRAITS = re.compile(
    r"admin_password|api_tokens|auth_token|client_secret|cookie_secret|github_client_secret|keys|password"
    r"|proxy_auth_token|service_tokens|user_password"
)
"""The known traits that hold secrets; any other known one holds none, whatever its name sounds like.

Source: their help in JupyterHub, KubeSpawner and OAuthenticator. `google_service_account_keys` has paths, for example.
"""
_NAMES_ONE = re.compile(r"(image_?)?pull_?secrets?|existing_?secret|secret_?name", re.IGNORECASE)
"""Names of Secrets, and no secrets themselves."""
_REFERENCE = re.compile(r"\$env|name|secret|secretKeyRef|secretName|secretRef|secret_name|value_from|valueFrom")
"""Keys of a mapping that says in which Secret, or in which variable, a secret is."""
_DESCRIBES = re.compile(r"class|description|enabled|file|kind|label|namespace|path|provider|type|url|version")
"""Keys in a mapping of secrets, such as `credentials`, that describe them."""

_LABELS = re.compile(r"\w*([lL]abels|[aA]nnotations|[nN]ode_?[sS]elector)")
"""Mappings whose keys name other objects, as in `nginx.ingress.kubernetes.io/auth-secret`."""

_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_PLACEHOLDER = re.compile(
    r"\$\{\{?[^{}]*\}\}?|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|\{\{.{0,200}?\}\}|\{[^{}\s]*\}|<[^<>@]*>|%\(\w+\)s|%[sr]|\*{3,}"
)
"""In the spelling of shells, Kubernetes, Helm, Jinja, Python and people."""
_USER_AND_PASSWORD = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,40}://[^/\s:@?#\"'<>]*:(?!\d+(?:[/?#\"']|$))([^@\s\"']+)@", re.I
)
"""A number before a slash is a port."""
_PARAMETER = re.compile(r"[?&;]([\w.-]+)=([^&\s\"'#;]+)")
_SIGNATURES = re.compile(r"sig|signature|x-amz-signature|x-goog-signature")
_SETTING = re.compile(r"(?:^|[ ;])(password|passwd|pwd|token|secret)=([^\s&\"';]+)", re.IGNORECASE)
"""As in the words of a database's address, which are one line: `host=db password=...`."""
_OPTION = re.compile(r"(?:^|[\s'\"])--?([A-Za-z][-.\w]*)(?:=|\s+(?!-))(\"[^\"]*\"|'[^']*'|[^\s'\"]+)")
_BASIC = re.compile(r"\bcurl\b[^\n|;&]*?\s(?:-u|--user)[ =]?[\"']?([^\s:\"']+):([^\s\"']+)")
_NETRC = re.compile(r"\blogin\s+\S+\s+password\s+(\S+)")
_HEADER = re.compile(
    r"\b(?:authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)|bearer)\s+([A-Za-z0-9._~+/=-]{6,})", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"']([A-Za-z_][-.\w]*)[\"']\s*:\s*[\"']([^\"'\n]+)[\"']")
"""A member of an object in JSON."""
_LINE = re.compile(
    r"^[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+)?[\"']?([A-Za-z_][-.\w]*)[\"']?([ \t]*(?::[ \t]|=)[ \t]*)"
    r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s#,\"']+)[ \t]*[,;]?[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
"""A line of a script or a configuration file that sets a name."""

_FLAG = re.compile(
    r"(true|false|yes|no|on|off|none|null|nil|auto|default|enabled?|disabled?|required|optional|always|never|undefined)?",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[-_. :/]*[A-Za-z]+([-_. :/]+[A-Za-z]+)*[-_. :/]*")
_PATH = re.compile(
    r"(file:/+|~|\.{1,2}|[A-Za-z]:\\)?[/\\][^\s+=]*|[\w.-]+(/[\w.-]+)+\.\w{1,5}|[\w-]+\.(json|key|pem|crt|txt)"
)
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://|arn:|ref\+|vault:|projects/)[^\s]+", re.IGNORECASE)
_PUBLIC = re.compile(
    r"\s*(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+) |\s*-----BEGIN (CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY)"
)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
_RANDOM = re.compile(r"[0-9a-fA-F]{32,}|[A-Za-z0-9+/_-]{22,}={0,2}")


def names_a_secret(name: str) -> bool:
    """Return whether a name, or the last part of a path such as `CryptKeeper.keys`, says that it is a secret."""
    if _CLASS_AND_TRAIT.search(name):
        return True
    if names_labels(name):
        return False
    section, _, trait = name.rpartition(".")
    section = section.rpartition(".")[2]
    if section and is_known(section, trait):
        return _SECRET_TRAITS.fullmatch(trait) is not None
    words = [word.lower() for word in _words(name)]
    while len(words) > 1 and (_QUALIFIERS.fullmatch(words[-1]) or words[-1].isdigit()):
        words.pop()
    if not words or _NAMES_ONE.search(name.rpartition(".")[2]):
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in ("key", "keys"):
        is_one_name = len(_words(trait)) > 1
        kinds = _KEYS if is_one_name else _KEYS_ABOVE
        return kinds.fullmatch(before) is not None and "public" not in words
    if last in ("webhook", "url", "uri"):
        return "webhook" in words and any(_CHATS.fullmatch(word) for word in words)
    if last in ("pat", "pats"):
        return bool(before) and len(_words(trait)) > 1
    if last == "dsn":
        return "sentry" in words
    return _SECRETS.fullmatch(last) is not None


def names_labels(name: str) -> bool:
    """Return whether a path leads into labels or annotations, whose keys name other objects."""
    return any(_LABELS.fullmatch(part) for part in name.split(".")[:-1])


def holds_a_secret(name: str, value: Any) -> bool:
    """Return whether a setting of this name, or anything in it, is a secret in plain text."""
    return next(plaintext_secrets(value, (name,)), None) is not None


def plaintext_secrets(value: Any, path: Path) -> Iterator[Path]:
    """Yield where in a value secrets stand in plain text."""
    found: list[Path] = []

    def note(where: Path, secret: Any) -> Any:
        found.append(where)
        return secret

    replace_secrets(value, path, note)
    yield from found


def replace_secrets(value: Any, path: Path, replace: Replace) -> Any:
    """Return a value in which `replace(path, secret)` stands in for each secret in plain text, at any depth.

    A secret is a text; a number, as which YAML reads a password of digits; or a mapping whose keys are secrets, as
    `JupyterHub.api_tokens`, which maps tokens to names.
    """
    return _replace(value, path, replace, is_secret=False)


def _replace(value: Any, path: Path, replace: Replace, *, is_secret: bool) -> Any:
    if isinstance(value, str):
        return replace(path, value) if _is_secret(path, value, is_secret) else value
    name = _name(path)
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_pin = (is_secret or names_a_secret(name)) and could_be_secret(name, str(value))
        return replace(path, value) if is_pin else value
    if isinstance(value, list | tuple):
        is_secret = is_secret or names_a_secret(name)
        if is_secret and are_names(name, value):
            return value
        items = [
            _replace(item, (*path, index), replace, is_secret=is_secret or _follows_option(value, index))
            for index, item in enumerate(value)
        ]
        return type(value)(items)
    if not isinstance(value, dict) or ("$env" in value and value.keys() <= {"$env", "split"}):
        return value
    if value and _has_secret_keys(name, value):
        return replace(path, value)
    is_secret = (is_secret or names_a_secret(name)) and not any(_REFERENCE.fullmatch(str(key)) for key in value)
    variable = value.get("name") if isinstance(value.get("value"), str) else None
    replaced = {}
    for key, item in value.items():
        # A variable, as Kubernetes writes it in a list.
        place = (*path, variable) if key == "value" and isinstance(variable, str) else (*path, str(key))
        below = is_secret and not (isinstance(item, str) and describes(key))
        replaced[key] = _replace(item, place, replace, is_secret=below)
    return replaced


def refuse_secrets(value: Any, name: str, fix: str) -> None:
    """Refuse secrets in plain text, at any depth of a setting.

    Raises:
        ValueError: with the name of each, never a value, and `fix`.

    """
    places = [_shown(path) for path in plaintext_secrets(value, (name,))]
    if places:
        are = "is a secret" if len(places) == 1 else "are secrets"
        raise ValueError(f"{', '.join(places)} {are}, and would stand in the manifests for everybody to read: {fix}")


def text_holds_a_secret(text: str) -> bool:
    """Return whether a text has a secret in it that is known by its form or by what stands before it."""
    return (
        TOKEN.search(text) is not None
        or _PRIVATE_KEY.search(text) is not None
        or any(_can_be_secret(found[1]) for found in _USER_AND_PASSWORD.finditer(text))
        or any(
            (names_a_secret(found[1]) or _SIGNATURES.fullmatch(found[1].lower()))
            and could_be_secret(found[1], found[2])
            for found in _PARAMETER.finditer(text)
        )
        or ("\n" not in text and any(could_be_secret(*found.groups()) for found in _SETTING.finditer(text)))
        or any(
            names_a_secret(found[1]) and could_be_secret(found[1], found[2].strip("\"'"))
            for found in _OPTION.finditer(text)
        )
        or any(_can_be_secret(found[2]) for found in _BASIC.finditer(text))
        or any(_can_be_secret(found[1]) for found in _NETRC.finditer(text))
        or any(re.search("[0-9]|[a-z][A-Z]", found[1]) for found in _HEADER.finditer(text))
        or any(_quoted_is_secret(*found.groups()) for found in _QUOTED.finditer(text))
        or any(_line_is_secret(*found.groups()) for found in _LINE.finditer(text))
    )


def could_be_secret(name: str, text: str) -> bool:
    """Return whether a text can be the secret that its name says it is.

    An empty one, a flag, a path, an address and a placeholder cannot; nor can a number, but for a password.
    """
    text = text.strip()
    if _FLAG.fullmatch(text) or not _can_be_secret(text) or _PUBLIC.match(text):
        return False
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?[a-z]{0,2}", text):
        is_password = re.search(r"pass|pwd|secret", name, re.IGNORECASE) is not None
        return len(text) >= (4 if is_password else 16)
    if _VARIABLE.fullmatch(text) and names_a_secret(text):
        return False
    is_location = (_PATH.fullmatch(text) or _ADDRESS.fullmatch(text)) and not is_random(text)
    return not is_location or _is_webhook(name, text)


def describes(key: Any) -> bool:
    """Return whether a key in a mapping of secrets says something about them, as `path` and `type` do."""
    return _DESCRIBES.fullmatch(str(key).lower()) is not None


def are_names(name: str, items: Sequence[Any]) -> bool:
    """Return whether a list with the name of several tokens or keys names things, such as services."""
    words = [word.lower() for word in _words(name)][-1:]
    return (
        words in (["tokens"], ["keys"])
        and not _CLASS_AND_TRAIT.search(name)
        and all(isinstance(item, str) and is_word(item) for item in items)
    )


def is_word(text: str) -> bool:
    """Return whether a text is made of words alone, placeholders aside."""
    return _WORDS.fullmatch(_PLACEHOLDER.sub(" ", text).strip()) is not None


def is_random(text: str) -> bool:
    """Return whether a text has a part that looks as if it were drawn by lot."""
    return any(
        re.search(r"\d", part) and re.search(r"[A-Za-z]", part) and _entropy(part) >= _least_entropy(part)
        for part in (found[0] for found in _RANDOM.finditer(text))
        if any(len(run) >= 16 for run in re.split(r"[-_/]", part))
    )


def _is_secret(path: Path, text: str, is_secret: bool) -> bool:
    if text_holds_a_secret(text):
        return True
    name = _name(path)
    if names_labels(name):
        return is_random(text) and names_a_secret(name.rpartition(".")[2])
    if is_secret or names_a_secret(name):
        return could_be_secret(name, re.sub(r"^(bearer|basic|token)\s+", "", text, flags=re.IGNORECASE))
    last = [word.lower() for word in _words(name)][-1:]
    return last in (["key"], ["keys"], ["salt"], ["auth"]) and is_random(text) and could_be_secret(name, text)


def _is_webhook(name: str, text: str) -> bool:
    return names_a_secret(name) and re.search(r"webhook|dsn", name, re.IGNORECASE) is not None and "://" in text


def _name(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _words(name: str) -> list[str]:
    return re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", name)


def _shown(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _has_secret_keys(name: str, mapping: dict[Any, Any]) -> bool:
    return re.search(r"(^|[._])(api|service)_tokens$", name) is not None or any(
        text_holds_a_secret(str(key)) for key in mapping
    )


def _follows_option(items: Any, index: int) -> bool:
    """Return whether an item is the value of an option before it, as in `["--token", "..."]`."""
    before = items[index - 1] if index else None
    return isinstance(before, str) and before.startswith("-") and "=" not in before and names_a_secret(before)


def _can_be_secret(text: str) -> bool:
    """Return whether something other than placeholders is left of a text."""
    return re.search(r"[^\W_]", _PLACEHOLDER.sub("", text)) is not None


def _quoted_is_secret(name: str, text: str) -> bool:
    # The label of a field says its name once more.
    is_label = text.lower() == _words(name)[-1].lower()
    return names_a_secret(name) and could_be_secret(name, text) and not is_label


def _line_is_secret(name: str, sign: str, value: str) -> bool:
    text = value.strip("\"'")
    if text != value or not _quoted_is_secret(name, text):
        return _quoted_is_secret(name, text)
    # Without quotes it may be code, which calls and names things.
    is_plain = re.fullmatch(r"[\w.+/=~!@%^*-]+", text) is not None
    is_password = re.search(r"passw|pwd", name, re.IGNORECASE) is not None
    return is_plain and (bool(re.search(r"\d", text)) or sign == "=" or ":" in sign or is_password)


def _entropy(text: str) -> float:
    """Return bits a character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _least_entropy(text: str) -> float:
    return 2.8 if re.fullmatch("[0-9a-fA-F]+", text) else 3.6
