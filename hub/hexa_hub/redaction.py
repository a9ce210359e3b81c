"""Redaction of the log: hides the secrets of servers that are starting."""

import json
import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"
SHORTEST = 8
"""The shortest value to hide, in characters. Shorter ones, such as `true` or `80`, appear in too many lines."""
SHORTEST_SECRET = 4
"""The same, for variables whose name says that the value is a secret."""

_SECRET = re.compile(r".*(PASSWORD|TOKEN|KEY|SECRET).*", re.IGNORECASE)

_PUBLIC = re.compile(r"(?!.*TOKEN)(JUPYTERHUB_|JUPYTER_IMAGE|CPU_|MEM_).*|HEXA_SERVER_URL|HEXA_WORKSPACE|LANG|LC_ALL")
"""Variables that every server has and that are not secret."""


class Redaction:
    """Hides values in all log records of this process, from `hide` until `forget`."""

    def __init__(self) -> None:
        self._hidden: dict[object, frozenset[str]] = {}
        self._installed = False

    def install(self) -> None:
        """Redact each log record when it is created, whatever its logger and handlers. Idempotent."""
        if self._installed:
            return
        self._installed = True
        make = logging.getLogRecordFactory()

        def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = make(*args, **kwargs)
            self.redact_record(record)
            return record

        logging.setLogRecordFactory(redacted)
        # At level DEBUG it logs each response of Kubernetes, including the environment of pods.
        logging.getLogger("kubernetes_asyncio").setLevel(logging.INFO)

    def hide(self, owner: object, environment: Mapping[str, Any], public: Iterable[str] = ()) -> None:
        """Hide the values of an environment. They replace the earlier values of the same owner.

        `public` are values that are never hidden, such as the user's name.
        """
        private = {name: value for name, value in environment.items() if not _PUBLIC.fullmatch(name)}
        known = {*public, *(value for name, value in environment.items() if name not in private)}
        forms = (_forms(name, value) for name, value in private.items() if isinstance(value, str))
        self._hidden[owner] = frozenset(form for each in forms for form in each if form not in known)

    def forget(self, owner: object) -> None:
        """Stop hiding the values of this owner."""
        self._hidden.pop(owner, None)

    def redact(self, text: str) -> str:
        """Return the text with each hidden value replaced."""
        found = {value for values in list(self._hidden.values()) for value in values if value in text}
        # The longest first, since a value may contain a shorter one.
        for value in sorted(found, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def redact_record(self, record: logging.LogRecord) -> None:
        """Remove hidden values from a record and from its traceback."""
        if not self._hidden:
            return
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            return
        if (clean := self.redact(text)) != text:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[1] is not None:
            text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
            if (clean := self.redact(text)) != text:
                record.exc_info, record.exc_text = None, clean


def _forms(name: str, value: str) -> set[str]:
    """Return the forms that a value may have in a log: as it is, escaped, and parts that escaping does not change."""
    shortest = SHORTEST_SECRET if _SECRET.fullmatch(name) else SHORTEST
    # A pod's environment doubles each dollar sign.
    forms = {value, value.replace("$$", "$"), value.replace("$", "$$")}
    # Twice: an error message of Kubernetes quotes the value, and its JSON quotes the message.
    for _ in range(2):
        forms |= {escaped for form in forms for escaped in _escaped(form)}
    # A message that wraps its lines contains only parts of a value.
    parts = {part for part in re.split(r"[\s\"'\\$]+", value) if len(part) >= SHORTEST}
    return parts | {form for form in forms if len(form) >= shortest}


def _escaped(text: str) -> set[str]:
    """Return the text as in a quoted string of Python (both kinds of quotes), JSON, and Go, which escapes HTML."""
    go = json.dumps(text, ensure_ascii=False)[1:-1]
    for character in "&<>\u2028\u2029":
        go = go.replace(character, f"\\u{ord(character):04x}")
    return {
        repr(text)[1:-1],
        repr(f'"{text}')[2:-1],
        repr(text.encode(errors="surrogatepass"))[2:-1],
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        go,
    }


redaction = Redaction()
"""The only instance, because a process has only one log."""
