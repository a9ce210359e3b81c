"""A stand-in for the scheduler and the kubelet that runs the pods of a namespace on loopback."""

import asyncio
import datetime
import http
import json
import random
import ssl
import threading
import uuid
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

import aiohttp

from tests.manifests.synthesis import Object
from tests.processes.kube_api_server import KubeApiServer
from tests.processes.loopback import is_free
from tests.processes.pod_server import KILLED, FakeServer, PodServer, ProcessServer
from tests.processes.process import START_SECONDS, Process

NODE = "stand-in"
RESTART_SECONDS = 10
"""How long the second restart of a container waits; each further one waits twice as long. The first does not wait."""

T = TypeVar("T")


class Kubelet:
    """A stand-in for the scheduler and the kubelet of one namespace; see `run_kubelet`.

    It does what a hub sees of them. A pod is bound to a node, gets its own address in 127.0.0.0/8, and is Running and
    ready once its container has started. Events report each step. A container that exits is restarted if the
    restartPolicy says so; otherwise the pod is Succeeded or Failed. A deleted pod terminates within the grace period.
    After an outage of the API server, the stand-in goes on.

    It omits what KubeSpawner's pods here do not use: init containers, more than one container, probes, volumes,
    lifecycle hooks, resources and limits, images (none is pulled), affinity, and the node object itself.
    """

    def __init__(self, server: KubeApiServer, namespace: str, folder: Path, *, fake: bool) -> None:
        self.paused = False
        """While true, new pods stay Pending, as on a cluster without room."""
        self.images_fail = False
        """While true, new pods wait with ErrImagePull, as with an image that does not exist."""
        self.silent = False
        """While true, new fake servers answer nobody, though their pods run."""
        self.errors: list[Exception] = []
        """What went wrong in the stand-in itself; `run_kubelet` raises it at its end."""
        self._url, self._namespace = server.url, namespace
        self._ssl = ssl.create_default_context(cafile=server.ca_file)
        token = json.loads(server.kubeconfig.read_text())["users"][0]["user"]["token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._folder, self._fake = folder, fake
        self._pods: dict[str, _Pod] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name=f"kubelet {namespace}")

    def pods(self) -> dict[str, str]:
        """Return each pod's address by name, empty if it has none yet."""
        return {pod.name: pod.ip for pod in list(self._pods.values())}

    def process(self, name: str) -> Process:
        """Return the process of a pod. Raises KeyError if there is no such pod or no process."""
        server = self._pod(name).server
        if not isinstance(server, ProcessServer):
            raise KeyError(f"pod {name} has no process")
        return server.process

    def kill(self, name: str) -> None:
        """Kill a pod's container with SIGKILL, as when memory runs out. Its restartPolicy sets what follows.

        Raises KeyError if there is no such pod.
        """
        pod = self._pod(name)
        self._call(pod.server.stop(0) if pod.server else _nothing())

    def evict(self, name: str) -> None:
        """Evict a pod, as when its node runs out of memory: it is Failed, and stays until somebody deletes it.

        Raises KeyError if there is no such pod.
        """
        self._call(self._evict(self._pod(name)))

    def runs(self) -> bool:
        """Return whether it runs without an error so far."""
        return self._thread.is_alive() and not self.errors

    def __str__(self) -> str:
        return f"the stand-in kubelet of {self._namespace}, with these errors: {self.errors}"

    def start(self) -> None:
        """Start to run pods, including existing ones. Raises TimeoutError if the API is not reached."""
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError(f"the stand-in kubelet cannot list the pods of {self._namespace}: {self.errors}")

    def stop(self) -> None:
        """Stop every container, without a report to the API server."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._main.cancel)
            self._thread.join()

    def _pod(self, name: str) -> "_Pod":
        for pod in list(self._pods.values()):
            if pod.name == name:
                return pod
        raise KeyError(f"no pod {name}")

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        main = asyncio.current_task()
        assert main is not None
        self._main = main
        try:
            async with aiohttp.ClientSession(
                self._url,
                headers=self._headers,
                connector=aiohttp.TCPConnector(ssl=self._ssl, limit=32),
                timeout=aiohttp.ClientTimeout(total=None, connect=5),
                read_bufsize=2**21,  # an event of a watch is one line
            ) as self._session:
                while True:
                    with suppress(aiohttp.ClientError, OSError):
                        await self._follow()
                    await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.errors.append(error)
        finally:
            await asyncio.gather(*(self._remove(pod, seconds=5) for pod in list(self._pods.values())))

    async def _follow(self) -> None:
        """List the pods, then watch them until the API server ends the watch or itself."""
        listed = await self._request("GET", "pods")
        uids = {item["metadata"]["uid"] for item in listed["items"]}
        for item in listed["items"]:
            await self._see(item)
        for uid in self._pods.keys() - uids:
            self._gone(self._pods[uid])
        self._ready.set()
        parameters = {"watch": "1", "resourceVersion": listed["metadata"]["resourceVersion"]}
        async with self._session.get(f"/api/v1/namespaces/{self._namespace}/pods", params=parameters) as answer:
            answer.raise_for_status()
            async for line in answer.content:
                event = json.loads(line)
                if event["type"] == "ERROR":  # the version is too old: list anew
                    return
                if event["type"] == "DELETED":
                    if pod := self._pods.get(event["object"]["metadata"]["uid"]):
                        self._gone(pod)
                else:
                    await self._see(event["object"])

    async def _see(self, item: Object) -> None:
        uid = item["metadata"]["uid"]
        if uid not in self._pods:
            self._pods[uid] = _Pod(item)
            self._do(self._pods[uid], self._live(self._pods[uid]))
        pod = self._pods[uid]
        if "deletionTimestamp" in item["metadata"] and not pod.terminating:
            pod.terminating = True
            self._do(pod, self._terminate(pod, item["metadata"]["deletionGracePeriodSeconds"]))

    def _gone(self, pod: "_Pod") -> None:
        self._do(pod, self._remove(pod, seconds=0))

    def _do(self, pod: "_Pod", work: Coroutine[Any, Any, None]) -> None:
        """Start an action for a pod, and cancel the current one."""
        if pod.task:
            pod.task.cancel()
        pod.task = asyncio.create_task(self._noting_errors(work))

    async def _noting_errors(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except _PodGoneError:
            pass  # the watch will say so
        except Exception as error:
            self.errors.append(error)

    async def _live(self, pod: "_Pod") -> None:
        while self.paused:
            await asyncio.sleep(0.1)
        binding = {"metadata": {"name": pod.name, "uid": pod.uid}, "target": {"kind": "Node", "name": NODE}}
        await self._request("POST", f"pods/{pod.name}/binding", binding)
        await self._tell(pod, "Scheduled", f"Successfully assigned {self._namespace}/{pod.name} to {NODE}")
        if self.images_fail:
            await self._tell(pod, "Failed", f'Failed to pull image "{pod.container["image"]}"', warning=True)
            await self._report(pod, "Pending", {"waiting": {"reason": "ErrImagePull"}})
            while self.images_fail:
                await asyncio.sleep(0.1)
        await self._tell(pod, "Pulled", f'Container image "{pod.container["image"]}" already present on machine')

        pod.ip = self._free_address(pod.port)
        pod.server = self._server(pod)
        while True:
            await pod.server.start()
            await self._tell(pod, "Started", f"Container started: {pod.container['name']}")
            await self._report(pod, "Running", {"running": {"startedAt": _now()}})
            status = await pod.server.wait()
            if pod.policy == "Never" or (status == 0 and pod.policy == "OnFailure"):
                await self._report(pod, "Failed" if status else "Succeeded", _terminated(status))
                return
            if pod.restarts:
                await self._tell(pod, "BackOff", "Back-off restarting failed container", warning=True)
                await self._report(pod, "Running", {"waiting": {"reason": "CrashLoopBackOff"}})
                await asyncio.sleep(RESTART_SECONDS * 2 ** (pod.restarts - 1))
            pod.restarts += 1

    async def _terminate(self, pod: "_Pod", seconds: float) -> None:
        """Stop a deleted pod, if it runs, and remove it from the API server."""
        await self._remove(pod, seconds=seconds, forget=False)
        options = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod.uid}}
        await self._request("DELETE", f"pods/{pod.name}", options)

    async def _remove(self, pod: "_Pod", *, seconds: float, forget: bool = True) -> None:
        if pod.task and pod.task is not asyncio.current_task():
            pod.task.cancel()
        if pod.server:
            await pod.server.stop(seconds)
        if forget:
            self._pods.pop(pod.uid, None)

    async def _evict(self, pod: "_Pod") -> None:
        await self._remove(pod, seconds=0, forget=False)
        await self._tell(pod, "Evicted", "The node was low on resource: memory.", warning=True)
        await self._report(pod, "Failed", _terminated(KILLED), reason="Evicted")

    def _free_address(self, port: int) -> str:
        taken = self.pods().values()
        while True:
            ip = f"127.{random.randint(1, 254)}.{random.randint(0, 255)}.{random.randint(1, 254)}"  # noqa: S311
            if ip not in taken and is_free(ip, port):
                return ip

    def _server(self, pod: "_Pod") -> PodServer:
        if self._fake:
            return FakeServer(pod.ip, pod.port, lambda: self.silent)
        return ProcessServer(pod.container, pod.ip, self._folder / pod.home, self._folder / f"{pod.name}.log")

    async def _report(self, pod: "_Pod", phase: str, state: Mapping[str, Any], reason: str | None = None) -> None:
        """Write the status of a pod."""
        ready = "running" in state
        container = {
            "name": pod.container["name"],
            "ready": ready,
            "started": ready,
            "restartCount": pod.restarts,
            "image": pod.container["image"],
            "imageID": "",
            "state": state,
        }
        status = {
            "phase": phase,
            "reason": reason,
            "conditions": [{"type": "Ready", "status": str(ready)}],
            "containerStatuses": [container],
            **({"podIP": pod.ip, "podIPs": [{"ip": pod.ip}]} if pod.ip else {}),
        }
        # With the uid a pod of the same name that came since is left alone.
        await self._request("PATCH", f"pods/{pod.name}/status", {"metadata": {"uid": pod.uid}, "status": status})

    async def _tell(self, pod: "_Pod", reason: str, message: str, *, warning: bool = False) -> None:
        """Write an event for a pod."""
        event = {
            "metadata": {"name": f"{pod.name}.{uuid.uuid4().hex[:16]}"},
            "involvedObject": {
                "apiVersion": "v1",
                "kind": "Pod",
                "namespace": self._namespace,
                "name": pod.name,
                "uid": pod.uid,
            },
            "type": "Warning" if warning else "Normal",
            "reason": reason,
            "message": message,
            "source": {"component": "kubelet", "host": NODE},
            "firstTimestamp": _now(),
            "lastTimestamp": _now(),
            "count": 1,
        }
        await self._request("POST", "events", event)

    async def _request(self, method: str, path: str, body: Object | None = None) -> Any:
        """Send a request, and retry until the API server is reached.

        Raises _PodGoneError if the pod no longer exists.
        """
        headers = {"Content-Type": "application/merge-patch+json" if method == "PATCH" else "application/json"}
        data = None if body is None else json.dumps(body)
        while True:
            try:
                async with self._session.request(
                    method, f"/api/v1/namespaces/{self._namespace}/{path}", data=data, headers=headers
                ) as answer:
                    text = await answer.text()
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(0.2)
                continue
            if answer.status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.CONFLICT):
                raise _PodGoneError(text)
            if answer.status == http.HTTPStatus.TOO_MANY_REQUESTS or answer.status >= 500:
                await asyncio.sleep(0.2)
                continue
            if not answer.ok:
                raise RuntimeError(f"{method} {path}: {answer.status} {text}")
            return json.loads(text)


class _PodGoneError(Exception):
    """The API server does not know the pod, or has another one with its name."""


class _Pod:
    """A pod as the kubelet knows it. Raises NotImplementedError if it uses an omitted feature."""

    def __init__(self, item: Object) -> None:
        self.name: str = item["metadata"]["name"]
        self.uid: str = item["metadata"]["uid"]
        spec = item["spec"]
        if spec.get("initContainers") or len(spec["containers"]) > 1:
            raise NotImplementedError(f"pod {self.name} has more than one container")
        self.container: Object = spec["containers"][0]
        self.policy: str = spec["restartPolicy"]
        self.port: int = self.container.get("ports", [{"containerPort": 80}])[0]["containerPort"]
        claims = (volume.get("persistentVolumeClaim", {}).get("claimName") for volume in spec.get("volumes", []))
        self.home: str = next((claim for claim in claims if claim), self.uid)
        self.ip = ""
        self.restarts = 0
        self.terminating = False
        self.server: PodServer | None = None
        self.task: asyncio.Task[None] | None = None


async def _nothing() -> None:
    pass


def _terminated(status: int) -> Object:
    reason = "Completed" if status == 0 else "Error"
    return {"terminated": {"exitCode": status, "reason": reason, "finishedAt": _now()}}


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def run_kubelet(
    server: KubeApiServer, namespace: str, folder: Path, *, servers: Literal["real", "fake"] = "real"
) -> Iterator[Kubelet]:
    """Run the pods of a namespace until the block ends. Then stop their containers, but keep the objects.

    `servers` sets what runs for a pod: "real" is a process with its log and files in `folder`, see `ProcessServer`;
    "fake" is no process, see `FakeServer`. Finally raises an ExceptionGroup if the stand-in itself failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kubelet = Kubelet(server, namespace, folder, fake=servers == "fake")
    try:
        kubelet.start()
        yield kubelet
    finally:
        kubelet.stop()
    if kubelet.errors:
        raise ExceptionGroup("the stand-in kubelet went wrong", kubelet.errors)
