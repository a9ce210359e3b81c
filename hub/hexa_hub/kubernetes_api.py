"""A check of the Kubernetes API before the hub starts, so that a hub that cannot start servers never becomes Ready."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import aiohttp
from kubernetes_asyncio import client
from kubernetes_asyncio.config import ConfigException
from kubespawner import KubeSpawner  # type: ignore[import-untyped]
from kubespawner.clients import load_config  # type: ignore[import-untyped]
from traitlets import Integer
from traitlets.config import Application, Config, LoggingConfigurable
from traitlets.utils.importstring import import_item

PAUSE_SECONDS = 2
"""The pause between two checks."""
ANSWER_SECONDS = 10
"""Timeout of one check."""
RIGHTS = {"pods": ("list", "watch", "create", "delete"), "events": ("list", "watch")}
"""The verbs that the hub needs for each resource in the namespace of users' servers."""
_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class KubernetesApi(LoggingConfigurable):
    """Checks whether the hub can use the Kubernetes API."""

    wait_seconds = Integer(
        60,
        help="""
        How long the hub waits at startup for the Kubernetes API. If it still cannot use the API after that, the hub
        exits and logs the reason.
        """,
    ).tag(config=True)

    async def wait(self) -> str:
        """Wait until the hub can use the API. Return the problem if it still cannot, or an empty string."""
        until = monotonic() + self.wait_seconds
        told = ""
        while (trouble := await self.trouble()) and monotonic() < until:
            if trouble != told:
                self.log.warning("Waiting up to %s s for the Kubernetes API: %s", self.wait_seconds, trouble)
                told = trouble
            await asyncio.sleep(PAUSE_SECONDS)
        return trouble

    async def trouble(self) -> str:
        """Return the problem that keeps the hub from using the API, as one line, or an empty string."""
        settings = self.config.KubeSpawner
        try:
            connect(settings)
        except ConfigException as error:
            return (
                f"the hub has no credentials for it ({error}); a hub in a pod needs a ServiceAccount and"
                " automountServiceAccountToken"
            )
        namespace = settings.get("namespace") or (_NAMESPACE.read_text() if _NAMESPACE.exists() else "default")
        async with client.ApiClient() as api:
            try:
                missing = await asyncio.wait_for(_missing_rights(api, settings, namespace), ANSWER_SECONDS)
            except Exception as error:
                return f"{api.configuration.host} {_said(error)}"
        if missing:
            return (
                f"the hub's ServiceAccount may not {', '.join(missing)} in the namespace {namespace};"
                " look at its Role and RoleBinding"
            )
        return ""


def connect(settings: Config) -> None:
    """Configure the default Kubernetes client of this process from KubeSpawner's traits, without strict X.509 checks.

    Since version 3.13 Python requires certificate extensions that Kubernetes' own clients do not require. The CA
    certificates of EKS, MicroK8s and many older clusters lack them. Issuer, host name and expiry are still checked.
    """
    # `load_config` does its work once. KubeSpawner calls it later with the same arguments and changes nothing.
    load_config(
        host=settings.get("k8s_api_host", ""),
        ssl_ca_cert=settings.get("k8s_api_ssl_ca_cert", ""),
        verify_ssl=settings.get("k8s_api_verify_ssl"),
    )
    configuration = client.Configuration.get_default_copy()
    configuration.disable_strict_ssl_verification = True
    client.Configuration.set_default(configuration)


async def _missing_rights(api: client.ApiClient, settings: Config, namespace: str) -> list[str]:
    """Return the permissions that the hub lacks, as in `create pods`. Count those that cannot be checked as granted."""
    everywhere = settings.get("enable_user_namespaces", False)
    core, authorization = client.CoreV1Api(api), client.AuthorizationV1Api(api)
    if everywhere:
        await core.list_pod_for_all_namespaces(limit=1)
    else:
        await core.list_namespaced_pod(namespace, limit=1)
    asked = [
        (resource, verb)
        for resource, verbs in RIGHTS.items()
        for verb in verbs
        if resource != "events" or settings.get("events_enabled", True)
    ]

    async def may(resource: str, verb: str) -> bool:
        attributes = client.V1ResourceAttributes(
            resource=resource, verb=verb, namespace=None if everywhere else namespace
        )
        review = client.V1SelfSubjectAccessReview(
            spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=attributes)
        )
        try:
            answer = await authorization.create_self_subject_access_review(review)
        except client.ApiException:
            return True
        return bool(answer.status.allowed)

    allowed = await asyncio.gather(*(may(*each) for each in asked))
    return [f"{verb} {resource}" for (resource, verb), yes in zip(asked, allowed, strict=True) if not yes]


def _said(error: Exception) -> str:
    """Describe an error in words that follow the API's address."""
    match error:
        case aiohttp.ClientConnectorCertificateError(certificate_error=problem):
            reason = getattr(problem, "verify_message", "") or problem
            return f"has a certificate that is not accepted: {reason}"
        case aiohttp.ClientConnectorDNSError():
            return "has a host name that DNS cannot resolve"
        case aiohttp.ClientError():
            return f"cannot be reached: {error}"
        case TimeoutError():
            return f"does not answer within {ANSWER_SECONDS} s"
        case client.ApiException(status=401):
            return "does not accept the hub's token (401)"
        case client.ApiException(status=403):
            return "does not let the hub's ServiceAccount list pods (403); look at its Role and RoleBinding"
        case client.ApiException(status=status, reason=reason):
            return f"answers {status} {reason}"
        case _:
            return f"cannot be used: {type(error).__name__} {error}"


def start(config: Config) -> None:
    """Wait for the API if servers are pods. If the hub cannot use it, exit with a message."""
    spawner_class = config.JupyterHub.spawner_class
    if isinstance(spawner_class, str):
        spawner_class = import_item(spawner_class)
    if not issubclass(spawner_class, KubeSpawner):
        return
    api = KubernetesApi(config=config, log=Application.instance().log)
    # In another thread, because JupyterHub's event loop is already running in this one.
    with ThreadPoolExecutor(1) as pool:
        trouble = pool.submit(asyncio.run, api.wait()).result()
    if trouble:
        sys.exit(f"The hub cannot use the Kubernetes API: {trouble}")
