"""Reflectors that keep the hub's list of pods and events up to date, through any outage of Kubernetes."""

import asyncio
from time import monotonic
from typing import Any

from kubernetes_asyncio.client import ApiException
from kubespawner.reflector import ResourceReflector  # type: ignore[import-untyped]
from kubespawner.spawner import EventReflector, PodReflector  # type: ignore[import-untyped]

LONGEST_PAUSE_SECONDS = 5
"""The longest pause before a reflector tries again."""


class LastingReflector(ResourceReflector):  # type: ignore[misc]
    """A reflector that retries until Kubernetes answers.

    KubeSpawner's reflector stops after about 51 seconds of errors. After that the hub never notices that a pod is gone,
    nor that a new one runs. Every watch begins with a list, so it is enough to retry the list.
    """

    first_load_future: "asyncio.Future[None]"

    async def _list_and_update(self, resource_version: str | None = None) -> str:
        """List the resources, and return the version from which to watch.

        Raises:
            ApiException: Kubernetes refuses the first list, which a start waits for, with 403 or 404.

        """
        began, pause = monotonic(), 0.5
        while True:
            try:
                version: str = await super()._list_and_update(resource_version)
            except Exception as error:
                if not self.first_load_future.done() and getattr(error, "status", 0) in (403, 404):
                    raise
                self.log.warning("The %s cannot be listed, trying again: %s", self.kind, _text(error))
            else:
                if pause > 0.5:
                    self.log.warning("The %s can be listed again after %.0f s", self.kind, monotonic() - began)
                return version
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            # Kubernetes may no longer know this version, or not know it yet after a restore from a backup.
            resource_version = "0"


def _text(error: Exception) -> str:
    return f"status {error.status}" if isinstance(error, ApiException) else f"{type(error).__name__} {error}".strip()


class LastingPodReflector(LastingReflector, PodReflector):  # type: ignore[misc]
    """Reflects the pods."""


class LastingEventReflector(LastingReflector, EventReflector):  # type: ignore[misc]
    """Reflects the events of pods."""

    resources: dict[str, dict[str, Any]]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in order of time, with defaults for the optional fields that KubeSpawner reads.

        Without them, one event without a time would break every start.
        """
        return sorted(
            (_complete(event) for event in list(self.resources.values())), key=lambda event: str(event["lastTimestamp"])
        )


def _complete(event: dict[str, Any]) -> dict[str, Any]:
    """Fill in the fields that an event lacks, and return it."""
    if not event.get("lastTimestamp"):
        series = event.get("series") or {}
        event["lastTimestamp"] = (
            series.get("lastObservedTime")
            or event.get("eventTime")
            or event.get("firstTimestamp")
            or event["metadata"].get("creationTimestamp")
            or ""
        )
    for name, value in (("type", "Normal"), ("message", "")):
        event[name] = event.get(name) or value
    event["involvedObject"].setdefault("name", "")
    return event


LASTING = {"pods": LastingPodReflector, "events": LastingEventReflector}
"""The reflector class for each kind in KubeSpawner."""
