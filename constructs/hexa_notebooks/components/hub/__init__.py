"""The hub: JupyterHub, which signs users in and starts and stops their servers."""
