"""Keys of older and newer releases of the chart, and common mistakes, each with the key to write instead.

Source: the change log of the chart, its upgrade guides, and the notes that it prints after an upgrade.
"""

from hexa_notebooks.commands.import_helm.tree import dotted
from hexa_notebooks.commands.import_helm.values_yaml import Key

_PROXY = ("containerSecurityContext", "image", "networkPolicy", "nodeSelector", "pdb", "resources", "tolerations")
_PULLING = "write imagePullSecret.create with registry, username and password, or name Secrets in imagePullSecrets"
_BY_TRAEFIK = "the chart terminates TLS with Traefik since 0.9: remove it, and see proxy.traefik"
_NEXT = "this key is of chart 5"
_WRITE = {
    "auth": (
        "write hub.config: the class as JupyterHub.authenticator_class, admin.users as Authenticator.admin_users,"
        " whitelist.users as Authenticator.allowed_users, state.enabled as Authenticator.enable_auth_state,"
        " state.cryptoKey as CryptKeeper.keys, and the rest under the name of the class, as in"
        " GitHubOAuthenticator.client_id"
    ),
    "cull.url": "the chart knows the hub's address itself: remove it",
    "cull.maxage": "write cull.maxAge",
    "httpRoute.parentRefs": f"{_NEXT}: write httpRoute.gateway",
    "hub.extraConfigMap": "write custom, which get_config reads",
    "hub.imagePullPolicy": "write hub.image.pullPolicy",
    "hub.imagePullSecret": _PULLING,
    "hub.publicURL": "write hub.config.JupyterHub.public_url",
    "hub.securityContext": "write hub.podSecurityContext, or hub.containerSecurityContext",
    "hub.uid": "write hub.containerSecurityContext.runAsUser",
    "imagePullSecret.enabled": "write imagePullSecret.create",
    "proxy.chp.args": f"{_NEXT}: write proxy.chp.extraCommandLineFlags",
    "proxy.chp.cmd": "write proxy.chp.extraCommandLineFlags",
    "proxy.chp.command": f"{_NEXT}: write proxy.chp.extraCommandLineFlags",
    "proxy.lego": _BY_TRAEFIK,
    "proxy.nginx": _BY_TRAEFIK,
    "proxy.token": "write proxy.secretToken",
    "scheduling.userScheduler.policy": "write scheduling.userScheduler.plugins",
    "singleuser.annotations": "write singleuser.extraAnnotations",
    "singleuser.cloudMetadata.enabled": "write singleuser.cloudMetadata.blockWithIptables with the opposite value",
    "singleuser.env": "write singleuser.extraEnv",
    "singleuser.imagePullPolicy": "write singleuser.image.pullPolicy",
    "singleuser.imagePullSecret": _PULLING,
    "singleuser.labels": "write singleuser.extraLabels",
    "singleuser.schedulerStrategy": "write scheduling.userScheduler.enabled",
    "token": "write proxy.secretToken",
} | {f"proxy.{key}": f"write proxy.chp.{key}" for key in _PROXY}


def what_to_write(path: Key) -> str | None:
    """Return the advice for a key that the chart does not have, or None if the key is unknown."""
    return _WRITE.get(dotted(path))
