"""configurable-http-proxy: every request passes through it, to the hub or to a user's server."""

from hexa_notebooks.components.proxy.config import ProxyConfig

__all__ = ["ProxyConfig"]
