"""The chart's proxy, converted to our Config."""

import hashlib
from typing import Any

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm import pods
from hexa_notebooks.commands.import_helm.secrets import Secrets
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.proxy.config import ProxyConfig

_TLS = "/etc/chp/tls"
_OF_THE_COMMAND = (
    "proxy.chp.defaultTarget",
    "proxy.chp.errorTarget",
    "proxy.chp.extraCommandLineFlags",
    "hub.config.JupyterHub.subdomain_host",
)
"""Values that the chart passes on the proxy's command line, and that no field sets."""


def proxy_config(tree: Tree, secrets: Secrets) -> ProxyConfig:
    """Return the proxy's settings."""
    fields = pods.core_pod_fields(tree, "proxy.chp") | {
        "command": _command(tree, secrets),
        "labels": tree.get("proxy.labels", {}),
        "annotations": _checksum(tree) | tree.get("proxy.annotations", {}),
        "strategy": tree.get("proxy.deploymentStrategy", {}),
        "probes": pods.probes(tree, "proxy.chp"),
        "network_policy": pods.network_policy(tree, "proxy.chp"),
        "debug": bool(tree.get("debug.enabled")),
    }
    return as_chart.ProxyConfig(**fields)


def certificate(tree: Tree) -> tuple[str, str] | None:
    """Return the file names of key and certificate, or None if the proxy does not terminate TLS."""
    if not tree.get("proxy.https.enabled"):
        return None
    match tree.get("proxy.https.type"):
        case "manual":
            return "tls.key", "tls.crt"
        case "secret":
            return tree.get("proxy.https.secret.key"), tree.get("proxy.https.secret.crt")
    return None


def _command(tree: Tree, secrets: Secrets) -> tuple[str, ...] | None:
    """Return the command line, or None if the default one of `ProxyConfig` is the same."""
    if not any(map(tree.get, _OF_THE_COMMAND)):
        return None
    name = secrets.names.name("hub")
    hub = f"http://{name}:$({name.upper().replace('-', '_')}_SERVICE_PORT)"
    command = [
        "configurable-http-proxy",
        "--ip=",
        "--api-ip=",
        "--api-port=8001",
        f"--default-target={tree.get('proxy.chp.defaultTarget') or hub}",
        f"--error-target={tree.get('proxy.chp.errorTarget') or f'{hub}/hub/error'}",
    ]
    if files := certificate(tree):
        key, crt = files
        command += ["--port=8443", "--redirect-port=8000", "--redirect-to=443"]
        command += [f"--ssl-key={_TLS}/{key}", f"--ssl-cert={_TLS}/{crt}"]
    else:
        command.append("--port=8000")
    if tree.get("hub.config.JupyterHub.subdomain_host"):
        command.append("--host-routing")
    if tree.get("debug.enabled"):
        command.append("--log-level=debug")
    return (*command, *tree.get("proxy.chp.extraCommandLineFlags", []))


def auth_token(tree: Tree) -> Any:
    """Return the token of the proxy's API, or None if the chart generated it."""
    return tree.get("hub.config.ConfigurableHTTPProxy.auth_token") or tree.text("proxy.secretToken")


def _checksum(tree: Tree) -> dict[str, str]:
    """Return the annotation with the chart's digest of the token, so that a takeover does not restart the proxy.

    The digest is cut to four hexadecimal digits, which reveal nothing of use. If the chart generated the token, the
    digest can only be read from the live pod.
    """
    token = auth_token(tree)
    return {} if token is None else {"checksum/auth-token": hashlib.sha256(str(token).encode()).hexdigest()[:4]}
