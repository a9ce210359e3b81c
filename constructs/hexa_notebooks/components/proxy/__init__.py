"""The proxy, configurable-http-proxy, which routes every request to the hub or to a user's server."""
