"""Jupyter's configuration for users' servers, in the image. Configuration in the home folder overrides it."""

import json
import os
from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (traitlets provides it)

# The folder may be missing if it could not be created, and Jupyter does not start in a missing folder.
_WORKSPACE = Path.home() / "workspace"
c.ServerApp.root_dir = str(_WORKSPACE if _WORKSPACE.is_dir() else Path.home())

# The App shows the server in an iframe, which JupyterHub forbids unless the server sets a policy.
# Assign the trait below, and do not call `update` on it: JupyterHub's extension cannot read the result of `update`, and
# then the server does not answer.
settings = {}
if policy := os.environ.get("CONTENT_SECURITY_POLICY"):
    settings["headers"] = {"Content-Security-Policy": policy}
# The hub passes on its cookie options. JupyterHub's extension applies them only to its sign-in cookies.
if options := os.environ.get("JUPYTERHUB_COOKIE_OPTIONS"):
    settings["xsrf_cookie_kwargs"] = json.loads(options) | {"path": os.environ["JUPYTERHUB_SERVICE_PREFIX"]}
if settings:
    c.ServerApp.tornado_settings = settings

# Jupyter stops idle kernels, but never one that is busy or that a page is connected to.
seconds = os.environ.get("HEXA_KERNEL_IDLE_SECONDS") or "14400"
if not seconds.isdecimal():
    raise SystemExit(f"HEXA_KERNEL_IDLE_SECONDS is {seconds!r}; use a whole number of seconds, or 0 to stop no kernel")
c.MappingKernelManager.cull_idle_timeout = int(seconds)
c.MappingKernelManager.cull_interval = 300

# A trash folder in the bucket would keep every deleted file.
c.FileContentsManager.delete_to_trash = False
