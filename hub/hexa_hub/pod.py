"""Servers as pods, on a cluster whose API may be slow, unavailable, or refuse the pod."""

import asyncio
import json
from time import monotonic
from typing import Any, ClassVar

from aiohttp import ClientError
from kubernetes_asyncio.client import ApiException
from kubespawner import KubeSpawner  # type: ignore[import-untyped]

from hexa_hub.errors import ServerRefused
from hexa_hub.failures import UncountedFailures
from hexa_hub.redaction import redaction
from hexa_hub.reflector import LASTING

HIDDEN_SECONDS = 60
"""How long the log stays redacted after a failed start: JupyterHub logs the failure only after the start has ended."""
LONGEST_REASON = 300
"""How many characters of Kubernetes' message the page shows."""
PASSING = (401, 429, 500, 502, 503, 504)
"""Statuses of Kubernetes that may pass, and are retried. 401 means an expired token: the client reads the next one
within a minute. 500 also means a webhook that does not answer."""


class PodSpawner(UncountedFailures, KubeSpawner):  # type: ignore[misc]
    """KubeSpawner that survives an outage of the Kubernetes API, and shows users why Kubernetes refuses a pod.

    A server's secrets never reach the log, even if its start fails.
    """

    api: Any
    image: str
    k8s_api_request_timeout: int
    log: Any
    name: str
    namespace: str
    pod_name: str
    start_timeout: int
    reflectors: dict[Any, Any]
    _starting: ClassVar[dict[Any, "asyncio.Future[Any]"]] = {}
    """The reflectors that are waiting for their first list."""
    user: Any
    home_url: str = ""
    """The target of the link on the page of a refusal. No link by default."""
    _refusal: str = ""
    """Why the pod does not exist yet."""
    _until: float = 0
    """The deadline for creating a pod, by the clock of `monotonic`."""
    _secrets: object = None
    """The owner of this start's secrets in `redaction`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        redaction.install()
        super().__init__(*args, **kwargs)

    async def get_pod_manifest(self) -> Any:
        """Return the pod. Hide its environment from the log first."""
        if self._secrets:
            public = (self.user.name, self.name, self.image, self.pod_name, self.namespace)
            # Here, not earlier: only now is the environment complete, with what subclasses add.
            redaction.hide(self._secrets, self.get_env(), public)
        return await super().get_pod_manifest()

    async def _start(self) -> str:
        self._refusal = ""
        # JupyterHub gives up and cleans up at `start_timeout`. Nobody would use or stop a pod that is created later.
        self._until = monotonic() + self.start_timeout - 1
        self._secrets = secrets = object()
        seconds = HIDDEN_SECONDS
        try:
            with self.uncounted_failures():
                try:
                    url: str = await super()._start()
                except TimeoutError:
                    if self._refusal:
                        raise self._refused(self._refusal) from None
                    raise
            seconds = 0
            return url
        finally:
            asyncio.get_running_loop().call_later(seconds, redaction.forget, secrets)

    async def _make_create_pod_request(self, pod: Any, request_timeout: int) -> bool:
        return await self._create("pod", pod, request_timeout)

    async def _make_create_resource_request(self, kind: str, manifest: Any) -> bool:
        return await self._create(kind, manifest, self.k8s_api_request_timeout)

    async def _create(self, kind: str, manifest: Any, timeout: int) -> bool:
        """Create an object, and return whether it exists. If not, KubeSpawner tries again.

        Raises:
            ServerRefused: Kubernetes refuses the object.
            TimeoutError: `start_timeout` is over.

        """
        name = manifest.metadata.name
        seconds = min(timeout, self._until - monotonic())
        if seconds <= 0:
            raise TimeoutError(f"{kind} {name} was not created within {self.start_timeout} s")
        self.log.info("Creating %s %s, for up to %.0f s", kind, name, seconds)
        try:
            await asyncio.wait_for(getattr(self.api, f"create_namespaced_{kind}")(self.namespace, manifest), seconds)
        except TimeoutError:
            self._refusal = f"it did not answer within {seconds:.0f} s"
        except (ClientError, ApiException) as error:
            if isinstance(error, ApiException) and error.status == 409:
                return await self._exists(kind, manifest, error)
            self._keep_reason(error)
        else:
            self._refusal = ""
            return True
        self.log.warning("Kubernetes has not created %s %s: %s", kind, name, redaction.redact(self._refusal))
        return False

    async def _exists(self, kind: str, manifest: Any, conflict: ApiException) -> bool:
        """Return whether the existing object of this name is the one to create. Delete the pod of an earlier start."""
        name = manifest.metadata.name
        if _status(conflict).get("reason", "AlreadyExists") != "AlreadyExists":
            # A conflict of another kind: two requests updated the same ResourceQuota at once.
            return False
        if kind != "pod":
            self.log.info("Found %s %s", kind, name)
        else:
            own = await self._is_of_this_start(manifest)
            if own is None:
                self.log.warning("Found pod %s, but cannot find out which start created it: trying again", name)
                return False
            if not own:
                self.log.info("Found pod %s of an earlier start, deleting it", name)
                await self.stop(True)
                return False
            self.log.info("Found pod %s, which an earlier request of this start created", name)
        self._refusal = ""
        return True

    async def _is_of_this_start(self, manifest: Any) -> bool | None:
        """Return whether this start created the existing pod. Each start has its own token, so compare the tokens.

        Return None if Kubernetes gives no answer, or if the pod is gone.
        """
        asked = self.api.list_namespaced_pod(
            self.namespace,
            field_selector=f"metadata.name={manifest.metadata.name}",
            _request_timeout=self.k8s_api_request_timeout,
        )
        try:
            pods = (await asked).items
        except (ApiException, ClientError, TimeoutError):
            return None
        if not pods:
            return None
        read = self.api.api_client.sanitize_for_serialization
        token = _token(read(manifest))
        return any(token and token == _token(read(pod)) and not pod.metadata.deletion_timestamp for pod in pods)

    async def _make_create_pvc_request(self, pvc: Any, request_timeout: int) -> bool:
        try:
            return bool(await super()._make_create_pvc_request(pvc, request_timeout))
        except (ClientError, ApiException) as error:
            self._keep_reason(error)
        return False

    async def _make_delete_pod_request(self, *args: Any) -> bool:
        try:
            return bool(await super()._make_delete_pod_request(*args))
        except ClientError as error:
            self.log.warning("Cannot reach Kubernetes to delete a pod: %s", error)
        except ApiException as error:
            if error.status not in PASSING:
                raise
        return False

    def _keep_reason(self, error: ClientError | ApiException) -> None:
        """Keep the reason why an object does not exist yet.

        Raises:
            ServerRefused: another try would not help.

        """
        if isinstance(error, ApiException):
            self._refusal = _reason(error)
            if error.status not in PASSING:
                raise self._refused(self._refusal) from None
        else:
            self._refusal = f"it cannot be reached ({error})"

    def _refused(self, reason: str) -> ServerRefused:
        text = redaction.redact(reason)
        short = text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."
        return ServerRefused(short, app_url=self.home_url)

    async def _start_reflector(self, kind: str, reflector_class: Any, replace: bool = False, **kwargs: Any) -> Any:
        key = self._get_reflector_key(kind)
        known = self.reflectors.get(key)
        if known and known.watch_task and not replace:
            if not known.watch_task.done():
                return known
            # The reflector has stopped with an error, and would never see another pod.
            replace = True
        starting = self._starting.get(key)
        if starting is None:
            # A separate task, because other starts still need the reflector if this one is cancelled.
            starting = asyncio.ensure_future(super()._start_reflector(kind, LASTING[kind], replace, **kwargs))
            self._starting[key] = starting
            starting.add_done_callback(lambda done: self._started(key, done))
        return await asyncio.shield(starting)

    def _started(self, key: Any, starting: "asyncio.Future[Any]") -> None:
        del self._starting[key]
        if starting.cancelled() or starting.exception():
            # KubeSpawner would keep a reflector that has failed to start, and never see a pod.
            failed = self.reflectors.pop(key, None)
            if failed and failed.first_load_future.done():
                # Mark the exception as retrieved, or asyncio logs a warning.
                failed.first_load_future.exception()


def _status(error: ApiException) -> dict[str, Any]:
    """Return the `Status` object in an error, or an empty one if the body is something else, as from a proxy."""
    try:
        status = json.loads(error.body or "")
    except ValueError:
        return {}
    return status if isinstance(status, dict) else {}


def _reason(error: ApiException) -> str:
    return str(_status(error).get("message") or f"{error.status} {error.reason}")


def _token(pod: dict[str, Any]) -> str | None:
    """Return the hub's token in the environment of a server's pod, or None."""
    variables = (variable for container in pod["spec"]["containers"] for variable in container.get("env") or ())
    return next((variable.get("value") for variable in variables if variable["name"] == "JUPYTERHUB_API_TOKEN"), None)
