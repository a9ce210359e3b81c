"""Every image that the manifests name by default, with its version: the one place to bump them."""

from hexa_notebooks.field_types import Image

HUB: Image = "docker.io/blsq/openhexa-jupyterhub:0.1.0"
"""The hub, built from `hub/` in this repository."""

PROXY: Image = "quay.io/jupyterhub/configurable-http-proxy:5.3.0"
"""configurable-http-proxy; 5.1 and newer no longer leak sockets of stopped servers."""

CLOUD_SQL_PROXY: Image = "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.3"
"""The Cloud SQL Auth Proxy: distroless, static binary, runs as uid 65532."""
