"""From the values of the Zero to JupyterHub chart 4.4.0 to a cluster file."""
