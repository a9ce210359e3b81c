"""A log without the secrets of servers that are starting."""

import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"
SHORTEST = 8
"""How many characters a value has at least: shorter ones, such as `true` or `80`, are in every other line."""

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
        known = {*public, *(value for name, value in environment.items() if _PUBLIC.fullmatch(name))}
        values = (value for name, value in environment.items() if isinstance(value, str) and value not in known)
        self._hidden[owner] = frozenset(piece for value in values for piece in _pieces(value) if piece not in known)

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


def _pieces(value: str) -> list[str]:
    """Return the parts of a value that stay what they are where it is quoted, escaped or broken into lines."""
    return [piece for piece in re.split(r"[\s\"'\\$]+", value) if len(piece) >= SHORTEST]


redaction = Redaction()
"""The one of this process, since it has one log."""
