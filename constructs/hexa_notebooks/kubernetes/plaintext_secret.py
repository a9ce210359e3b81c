"""Detection of secrets in plain text. Every command uses these rules.

A value is a secret in two cases. Its text has a form that only secrets have, wherever it is: a provider's token, a
password in a URL, an option `--token=...`. Or its name is the name of a secret, and its text can be one. Empty text,
flags, paths, addresses and placeholders cannot: they say where a secret is.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from hexa_notebooks.model.token_forms import TOKEN
from hexa_notebooks.traits import is_known

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""
Replace = Callable[[Path, Any], Any]
"""Returns the replacement of a secret."""

_SECRETS = re.compile(
    r"\w*(secret|passw(or)?d|passphrase|passcode|token|credential|api_?key)s?|pass|pwd|\w*pw|creds?|crypt_?keys?"
    r"|\w+(access|private|secret|crypt|signing|ssh|master)keys?"
    r"|authorization|htpasswd|kubeconfig|netrc|pgpass|dockerconfigjson"
)
"""The last word in the name of a secret."""
_KEYS = re.compile(
    r"access|account|api|auth|cipher|client|cookie|crypt|decryption|deploy|encrypt|encryption|fernet|hmac|jwt"
    r"|license|licence|master|private|secret|session|shared|sign|signature|signing|sas|ssh|tls|webhook"
)
"""Words that make a following `key` a secret."""
_KEYS_ABOVE = re.compile(r"api|crypt|encryption|fernet|private|signing|ssh")
"""The same for a nested key: `ssh: {key: ...}`."""
_QUALIFIERS = re.compile(
    r"b|base|base64|content|contents|current|data|dev|hex|json|new|old|pem|plain|previous|primary|prod"
    r"|production|raw|secondary|staging|string|test|text|value"
)
"""Last words that are ignored, as in COOKIE_SECRET_HEX."""
_CHATS = re.compile(r"discord|matrix|mattermost|rocketchat|slack|teams|zulip")
"""Services whose webhook URLs are secrets: the URL is enough to post."""
_CLASS_AND_TRAIT = re.compile(r"(?:^|\.)(CryptKeeper\.keys|LTI\w*Authenticator\.consumers)$")
_SECRET_TRAITS = re.compile(
    r"admin_password|api_tokens|auth_token|client_secret|cookie_secret|github_client_secret|keys|password"
    r"|proxy_auth_token|service_tokens|user_password"
)
"""The known traits that hold secrets. No other known trait does, whatever its name: `google_service_account_keys` holds
paths, for example. Source: the help of the traits in JupyterHub, KubeSpawner and OAuthenticator."""
_NAMES_ONE = re.compile(r"(image_?)?pull_?secrets?|existing_?secret|secret_?name", re.IGNORECASE)
"""Settings that name a Secret."""
_REFERENCE = re.compile(r"\$env|name|secret|secretKeyRef|secretName|secretRef|secret_name|value_from|valueFrom")
"""Keys of a mapping that refers to a Secret or a variable."""
_DESCRIBES = re.compile(r"class|description|enabled|file|kind|label|namespace|path|provider|type|url|version")
"""Keys in a mapping of secrets, such as `credentials`, whose values are not secret."""
_LABELS = re.compile(r"\w*([lL]abels|[aA]nnotations|[nN]ode_?[sS]elector)")
"""Mappings whose keys may name other objects, as in `nginx.ingress.kubernetes.io/auth-secret`."""

_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_PLACEHOLDER = re.compile(
    r"\$\{\{?[^{}]*\}\}?|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|\{\{.{0,200}?\}\}|\{[^{}\s]*\}|<[^<>@]*>|%\(\w+\)s|%[sr]|\*{3,}"
)
"""Placeholders of shells, Kubernetes, Helm, Jinja and Python, and those that people write."""
_USER_AND_PASSWORD = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,40}://[^/\s:@?#\"'<>]*:(?!\d+(?:[/?#\"']|$))([^@\s\"']+)@", re.I
)
"""A password in a URL. A number before a slash is a port."""
_PARAMETER = re.compile(r"[?&;]([\w.-]+)=([^&\s\"'#;]+)")
"""A parameter in the query of a URL."""
_SIGNATURES = re.compile(r"sig|signature|x-amz-signature|x-goog-signature")
_SETTING = re.compile(r"(?:^|[ ;])(password|passwd|pwd|token|secret)=([^\s&\"';]+)", re.IGNORECASE)
"""A word of a database's connection string, which is one line: `host=db password=...`."""
_OPTION = re.compile(r"(?:^|[\s'\"])--?([A-Za-z][-.\w]*)(?:=|\s+(?!-))(\"[^\"]*\"|'[^']*'|[^\s'\"]+)")
_BASIC = re.compile(r"\bcurl\b[^\n|;&]*?\s(?:-u|--user)[ =]?[\"']?([^\s:\"']+):([^\s\"']+)")
_NETRC = re.compile(r"\blogin\s+\S+\s+password\s+(\S+)")
_HEADER = re.compile(
    r"\b(?:authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)|bearer)\s+([A-Za-z0-9._~+/=-]{6,})", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"']([A-Za-z_][-.\w]*)[\"']\s*:\s*[\"']([^\"'\n]+)[\"']")
"""A member of a JSON object."""
_LINE = re.compile(
    r"^[ \t]*(?:export[ \t]+|set[ \t]+|-[ \t]+)?[\"']?([A-Za-z_][-.\w]*)[\"']?([ \t]*(?::[ \t]|=)[ \t]*)"
    r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s#,\"']+)[ \t]*[,;]?[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
"""A line of a script or a configuration file that sets a variable."""

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
    """Return whether a name, or the last part of a path such as `CryptKeeper.keys`, is the name of a secret."""
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
    """Return whether a path leads into labels or annotations, whose keys may name other objects."""
    return any(_LABELS.fullmatch(part) for part in name.split(".")[:-1])


def holds_a_secret(name: str, value: Any) -> bool:
    """Return whether a setting of this name, or anything in it, is a secret in plain text."""
    return bool(plaintext_secrets(value, (name,)))


def plaintext_secrets(value: Any, path: Path) -> list[Path]:
    """Return the paths of all secrets in plain text in a value."""
    found: list[Path] = []
    replace_secrets(value, path, lambda where, _: found.append(where))
    return found


def replace_secrets(value: Any, path: Path, replace: Replace) -> Any:
    """Return a value with each secret in plain text replaced by `replace(path, secret)`, at any depth.

    A secret is a string; a number, since YAML reads a password of digits as one; or a mapping whose keys are secrets,
    such as `JupyterHub.api_tokens`, which maps tokens to names.
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
        # In Kubernetes' list of variables, {name: ..., value: ...}, the variable names the secret.
        place = (*path, variable) if key == "value" and isinstance(variable, str) else (*path, str(key))
        below = is_secret and not (isinstance(item, str) and describes(key))
        replaced[key] = _replace(item, place, replace, is_secret=below)
    return replaced


def refuse_secrets(value: Any, name: str, fix: str) -> None:
    """Refuse secrets in plain text, at any depth of a setting.

    Raises:
        ValueError: the text has the path of each secret, never its value, and `fix`.

    """
    if places := [_shown(path) for path in plaintext_secrets(value, (name,))]:
        are = "is a secret" if len(places) == 1 else "are secrets"
        raise ValueError(f"{', '.join(places)} {are}, and would be readable in the manifests: {fix}")


def text_holds_a_secret(text: str) -> bool:
    """Return whether a text contains a secret, known by its form or by the words before it."""
    return (
        TOKEN.search(text) is not None
        or _PRIVATE_KEY.search(text) is not None
        or ("\n" not in text and any(could_be_secret(*found.groups()) for found in _SETTING.finditer(text)))
        or any(is_secret(*found.groups()) for form, is_secret in _FORMS for found in form.finditer(text))
    )


def could_be_secret(name: str, text: str) -> bool:
    """Return whether a text can be the secret that its name announces.

    Empty text, a flag, a path, an address and a placeholder cannot. A number can be a password, or a long secret.
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
    """Return whether a key in a mapping of secrets describes them, as `path` and `type` do."""
    return _DESCRIBES.fullmatch(str(key).lower()) is not None


def are_names(name: str, items: Sequence[Any]) -> bool:
    """Return whether a list called `tokens` or `keys` holds names, such as those of services."""
    words = [word.lower() for word in _words(name)][-1:]
    return (
        words in (["tokens"], ["keys"])
        and not _CLASS_AND_TRAIT.search(name)
        and all(isinstance(item, str) and is_word(item) for item in items)
    )


def is_word(text: str) -> bool:
    """Return whether a text consists of words and placeholders only."""
    return _WORDS.fullmatch(_PLACEHOLDER.sub(" ", text).strip()) is not None


def is_random(text: str) -> bool:
    """Return whether a part of a text looks randomly generated."""
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
    """Return whether a text has anything besides placeholders and punctuation."""
    return re.search(r"[^\W_]", _PLACEHOLDER.sub("", text)) is not None


def _parameter_is_secret(name: str, text: str) -> bool:
    is_named = names_a_secret(name) or _SIGNATURES.fullmatch(name.lower()) is not None
    return is_named and could_be_secret(name, text)


def _quoted_is_secret(name: str, text: str) -> bool:
    # The label of a form field repeats the name of the field.
    is_label = text.lower() == _words(name)[-1].lower()
    return names_a_secret(name) and could_be_secret(name, text) and not is_label


def _line_is_secret(name: str, sign: str, value: str) -> bool:
    text = value.strip("\"'")
    if text != value or not _quoted_is_secret(name, text):
        return _quoted_is_secret(name, text)
    # Text without quotes may be code that calls a function or names a variable.
    is_plain = re.fullmatch(r"[\w.+/=~!@%^*-]+", text) is not None
    is_password = re.search(r"passw|pwd", name, re.IGNORECASE) is not None
    return is_plain and (bool(re.search(r"\d", text)) or sign == "=" or ":" in sign or is_password)


def _entropy(text: str) -> float:
    """Return the entropy of a text, in bits per character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _least_entropy(text: str) -> float:
    return 2.8 if re.fullmatch("[0-9a-fA-F]+", text) else 3.6


_FORMS: tuple[tuple[re.Pattern[str], Callable[..., object]], ...] = (
    (_USER_AND_PASSWORD, _can_be_secret),
    (_PARAMETER, _parameter_is_secret),
    (_OPTION, lambda name, text: names_a_secret(name) and could_be_secret(name, text.strip("\"'"))),
    (_BASIC, lambda _, password: _can_be_secret(password)),
    (_NETRC, _can_be_secret),
    (_HEADER, lambda token: re.search("[0-9]|[a-z][A-Z]", token)),
    (_QUOTED, _quoted_is_secret),
    (_LINE, _line_is_secret),
)
"""Forms in which a secret appears in a text, and whether the groups of a match are one."""
