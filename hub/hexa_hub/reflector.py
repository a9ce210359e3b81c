"""What the hub knows of pods and of their events, for as long as it runs."""

import asyncio
from time import monotonic
from typing import Any

from kubernetes_asyncio.client import ApiException
from kubespawner.reflector import ResourceReflector  # type: ignore[import-untyped]
from kubespawner.spawner import EventReflector, PodReflector  # type: ignore[import-untyped]

LONGEST_PAUSE_SECONDS = 5
"""How long a reflector waits at most before it asks Kubernetes again."""


class LastingReflector(ResourceReflector):  # type: ignore[misc]
    """Asks until Kubernetes answers, however long that takes.

    KubeSpawner's gives up for good after some 51 seconds. A pod that goes is then never missed, and one that comes is
    never seen. Every watch begins with a list, so that it is enough for the list not to fail.
    """

    first_load_future: "asyncio.Future[None]"

    async def _list_and_update(self, resource_version: str | None = None) -> str:
        """List the resources, and return the version that the watch goes on from.

        Raises:
            ApiException: Kubernetes refuses the very first list, which a start waits for.

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
                    self.log.warning("The %s are known again after %.0f s", self.kind, monotonic() - began)
                return version
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            # Kubernetes may have forgotten the version, or never have reached it, where it was restored from a backup.
            resource_version = "0"


def _text(error: Exception) -> str:
    return f"status {error.status}" if isinstance(error, ApiException) else f"{type(error).__name__} {error}".strip()


class LastingPodReflector(LastingReflector, PodReflector):  # type: ignore[misc]
    """Knows the pods."""


class LastingEventReflector(LastingReflector, EventReflector):  # type: ignore[misc]
    """Knows the events of pods."""

    resources: dict[str, dict[str, Any]]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in order, each with what KubeSpawner reads and whoever writes an event may leave out.

        One that has no time would otherwise stop every start.
        """
        return sorted(
            (_complete(event) for event in list(self.resources.values())), key=lambda event: str(event["lastTimestamp"])
        )


def _complete(event: dict[str, Any]) -> dict[str, Any]:
    """Write into an event what it lacks, and return it."""
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
"""The reflectors by what they reflect."""
