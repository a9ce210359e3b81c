"""The default images and their versions. Bump them here."""

from hexa_notebooks.model.field_types import Image

HUB: Image = "docker.io/blsq/openhexa-jupyterhub:0.1.0"
"""The hub. Built from `hub/` in this repository."""

SINGLEUSER: Image = "docker.io/blsq/openhexa-base-notebook:0.1.0"
"""Users' servers. Built from `jupyter/` in this repository."""

PROXY: Image = "quay.io/jupyterhub/configurable-http-proxy:5.3.0"
"""configurable-http-proxy. Releases before 5.1 leak the sockets of stopped servers."""

CLOUD_SQL_PROXY: Image = "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.28.0"
"""The Cloud SQL Auth Proxy: a static binary in a distroless image that runs as uid 65532."""

TRAEFIK: Image = "docker.io/library/traefik:v3.7.16"
"""Traefik, which terminates TLS in front of the proxy if certificates are ordered automatically. 3.7.11 fixes
CVE-2026-85595 and CVE-2026-85597; 3.7.13 fixes CVE-2026-88008."""

SECRET_SYNC: Image = "quay.io/jupyterhub/k8s-secret-sync:4.4.0"  # noqa: S105 (an image)
"""Copies Traefik's certificates to a Secret, so that they survive a restart of its pod."""

KUBE_SCHEDULER: Image = "registry.k8s.io/kube-scheduler:v1.35.7"
"""kube-scheduler, which packs users' servers onto few nodes: a static binary in a distroless image."""

PAUSE: Image = "registry.k8s.io/pause:3.10.1"
"""A static binary that only waits, for placeholder pods and for pods that have pulled their images."""

IMAGE_AWAITER: Image = "quay.io/jupyterhub/k8s-image-awaiter:4.4.0"
"""Exits when all pods of a DaemonSet are ready."""
