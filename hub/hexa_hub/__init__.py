"""JupyterHub as a part of OpenHEXA: users sign in by the App, and each of their workspaces has a server."""
