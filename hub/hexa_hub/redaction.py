"""A log without the secrets of servers that are starting."""

import json
import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"
SHORTEST = 8
"""How many characters a value has at least: shorter ones, such as `true` or `80`, are in every other line."""
SHORTEST_SECRET = 4
"""How many the value of a variable has whose name says that it is a secret."""

_SECRET = re.compile(r".*(PASSWORD|TOKEN|KEY|SECRET).*", re.IGNORECASE)

_PUBLIC = re.compile(r"(?!.*TOKEN)(JUPYTERHUB_|JUPYTER_IMAGE|CPU_|MEM_).*|HEXA_SERVER_URL|HEXA_WORKSPACE|LANG|LC_ALL")
"""Variables of every server that say nothing that its owner, or the hub's log, may not."""


class Redaction:
    """Keeps values out of every record of this process's log, for as long as somebody asks for it."""

    def __init__(self) -> None:
        self._hidden: dict[object, frozenset[str]] = {}
        self._installed = False

    def install(self) -> None:
        """Look at each record as it is made, whoever writes it and wherever it goes. A second time does nothing."""
        if self._installed:
            return
        self._installed = True
        make = logging.getLogRecordFactory()

        def redacted(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = make(*args, **kwargs)
            self.redact_record(record)
            return record

        logging.setLogRecordFactory(redacted)
        # At DEBUG it logs each answer of Kubernetes, and a pod's has its environment.
        logging.getLogger("kubernetes_asyncio").setLevel(logging.INFO)

    def hide(self, owner: object, environment: Mapping[str, Any], public: Iterable[str] = ()) -> None:
        """Hide the values of an environment, and forget those that this owner had hidden before.

        `public` are values that everybody may read, such as the user's name.
        """
        private = {name: value for name, value in environment.items() if not _PUBLIC.fullmatch(name)}
        known = {*public, *(value for name, value in environment.items() if name not in private)}
        forms = (_forms(name, value) for name, value in private.items() if isinstance(value, str))
        self._hidden[owner] = frozenset(form for each in forms for form in each if form not in known)

    def forget(self, owner: object) -> None:
        """Hide the values of this owner no longer."""
        self._hidden.pop(owner, None)

    def redact(self, text: str) -> str:
        """Return a text without the values that are hidden, the longest first."""
        found = {value for values in list(self._hidden.values()) for value in values if value in text}
        for value in sorted(found, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def redact_record(self, record: logging.LogRecord) -> None:
        """Take the values out of a record, and out of the traceback that goes with it."""
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
    """Return what a text can hold of a value: all of it, as it is or escaped, and the parts that no escape changes."""
    shortest = SHORTEST_SECRET if _SECRET.fullmatch(name) else SHORTEST
    # In a pod's environment a dollar is doubled. An error of Kubernetes quotes a value, and its JSON does so once more.
    forms = {value, value.replace("$$", "$"), value.replace("$", "$$")}
    for _ in range(2):
        forms |= {escaped for form in forms for escaped in _escaped(form)}
    # Text that is broken into lines holds only parts.
    parts = {part for part in re.split(r"[\s\"'\\$]+", value) if len(part) >= SHORTEST}
    return parts | {form for form in forms if len(form) >= shortest}


def _escaped(text: str) -> set[str]:
    """Return a text as it stands in quotes: Python's of either kind, JSON's, and those of Go, which escapes HTML."""
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
"""The one of this process, since it has one log."""
