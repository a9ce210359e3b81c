"""The configuration of users' servers, in the image. What a user has in the home folder comes later."""

import json
import os
from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (traitlets provides it)

# Jupyter does not start in a folder that could not be made.
_WORKSPACE = Path.home() / "workspace"
c.ServerApp.root_dir = str(_WORKSPACE if _WORKSPACE.is_dir() else Path.home())

# The App shows the server in an iframe, which JupyterHub forbids unless a policy of its own is set.
# JupyterHub's extension cannot read what `update` makes of this, and then no server of a hub answers.
settings = {}
if policy := os.environ.get("CONTENT_SECURITY_POLICY"):
    settings["headers"] = {"Content-Security-Policy": policy}
# The hub says how browsers keep cookies. JupyterHub's extension heeds it for those that sign in only.
if options := os.environ.get("JUPYTERHUB_COOKIE_OPTIONS"):
    settings["xsrf_cookie_kwargs"] = json.loads(options) | {"path": os.environ["JUPYTERHUB_SERVICE_PREFIX"]}
if settings:
    c.ServerApp.tornado_settings = settings

# In seconds. A kernel that computes, or that a page is connected to, is never ended.
seconds = os.environ.get("HEXA_KERNEL_IDLE_SECONDS") or "14400"
if not seconds.isdecimal():
    raise SystemExit(f"HEXA_KERNEL_IDLE_SECONDS is {seconds!r}; write a whole number of seconds, 0 to end no kernel")
c.MappingKernelManager.cull_idle_timeout = int(seconds)
c.MappingKernelManager.cull_interval = 300

# A bucket would get a folder of all that was ever deleted.
c.FileContentsManager.delete_to_trash = False
