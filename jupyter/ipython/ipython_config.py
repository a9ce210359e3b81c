"""IPython's configuration for kernels, in the image."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821 (traitlets provides it)

c.InteractiveShellApp.extensions = ["hexa_jupyter.database"]
