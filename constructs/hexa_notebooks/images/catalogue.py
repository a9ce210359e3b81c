"""Every image that the manifests name by default, with its version: the one place to bump them."""

from hexa_notebooks.model.field_types import Image

HUB: Image = "docker.io/blsq/openhexa-jupyterhub:0.1.0"
"""The hub, built from `hub/` in this repository."""

SINGLEUSER: Image = "docker.io/blsq/openhexa-base-notebook:0.1.0"
"""Users' servers, built from `jupyter/` in this repository."""

PROXY: Image = "quay.io/jupyterhub/configurable-http-proxy:5.3.0"
"""configurable-http-proxy; 5.1 and newer no longer leak sockets of stopped servers."""

CLOUD_SQL_PROXY: Image = "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.28.0"
"""The Cloud SQL Auth Proxy: distroless, static binary, runs as uid 65532."""

TRAEFIK: Image = "docker.io/library/traefik:v3.7.16"
"""Traefik, which ends TLS before the proxy where certificates are ordered automatically. 3.7.11 closes
CVE-2026-85595 and CVE-2026-85597, and 3.7.13 closes CVE-2026-88008."""

SECRET_SYNC: Image = "quay.io/jupyterhub/k8s-secret-sync:4.4.0"  # noqa: S105 (an image)
"""Keeps Traefik's certificates in a Secret, so that they outlive its pod."""

KUBE_SCHEDULER: Image = "registry.k8s.io/kube-scheduler:v1.35.7"
"""kube-scheduler, for users' servers where they are packed; distroless, a static binary."""

PAUSE: Image = "registry.k8s.io/pause:3.10.1"
"""A static binary that waits, for pods that only keep room or have fetched images."""

IMAGE_AWAITER: Image = "quay.io/jupyterhub/k8s-image-awaiter:4.4.0"
"""Ends when a DaemonSet has its pods everywhere."""
