"""Settings of the hub."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from hexa_notebooks import images
from hexa_notebooks.config import Config
from hexa_notebooks.disruption_budget import DisruptionBudgetConfig
from hexa_notebooks.field_types import EnvName, Image, LabelKey
from hexa_notebooks.network_policy import EgressConfig, Peer
from hexa_notebooks.resources import ResourcesConfig
from hexa_notebooks.scheduling import CoreSchedulingConfig
from hexa_notebooks.secret_ref import FreshSecretKeyRef, SecretKeyRef
from hexa_notebooks.traits import Traits


def _python_file(name: str) -> str:
    if re.fullmatch(r"(?!\.\.)[-._a-zA-Z0-9]{1,250}\.py", name) and name != "jupyterhub_config.py":
        return name
    raise ValueError(
        f"{name!r} is not a name for an extra configuration file: write letters, digits, '-', '_' and '.', ending in"
        " '.py', as in '10-announcement.py' (jupyterhub_config.py is the loader)"
    )


class HubConfig(Config):
    """Settings of `Hub`.

    There is one hub, replaced at once: JupyterHub cannot run twice on a database. Users' servers go on without it.
    """

    image: Image = images.HUB
    """The hub's image, with JupyterHub, KubeSpawner, the idle culler and the authenticator, and psycopg 3 for
    PostgreSQL. By default the one that `hub/` is the source of."""
    resources: ResourcesConfig = ResourcesConfig(cpu_request="200m", memory_request="512Mi", memory_limit="2Gi")
    """CPU and memory. JupyterHub works in one thread, so that more than one core helps only its services; a thousand
    users take some 500Mi."""
    scheduling: CoreSchedulingConfig = CoreSchedulingConfig()
    """On which nodes it runs."""
    proxy_token: FreshSecretKeyRef = SecretKeyRef(key="proxy-token")
    """The token by which the hub and the proxy know each other. Changing it needs a restart of both."""
    cookie_secret: FreshSecretKeyRef = SecretKeyRef(key="cookie-secret")
    """The key that signs cookies, 64 hexadecimal digits. Changing it ends every session."""
    crypt_keys: tuple[FreshSecretKeyRef, ...] = (SecretKeyRef(key="crypt-key"),)
    """The keys that encrypt stored sign-in state, newest first: the first encrypts, every one decrypts. To rotate, put
    a new one in front and drop the old one when users have signed in again. Empty means that no state can be stored."""
    named_servers: bool = False
    """Whether users may have several servers, told apart by name. Off by default; the OpenHEXA App needs it."""
    named_server_limit_per_user: int = Field(default=0, ge=0)
    """How many named servers a user may have. 0, the default, sets no limit."""
    active_server_limit: int = Field(default=0, ge=0)
    """How many servers may run at a time, over all users. 0, the default, sets no limit."""
    concurrent_spawn_limit: int = Field(default=64, ge=1)
    """How many servers may be starting at a time; further users are asked to try again. 64 by default, as in the
    chart."""
    consecutive_failure_limit: int = Field(default=0, ge=0)
    """After how many failed starts in a row, over all users, the hub exits. 0, the default, means never: one user's
    broken image must not end the hub for all."""
    debug: bool = False
    """Whether the hub and the start of servers are logged in detail. Off by default."""
    env: dict[EnvName, str | SecretKeyRef] = Field(default={})
    """Further environment variables of the hub's container, text exactly as written. None by default."""
    traits: Traits = Field(default={})
    """Further JupyterHub configuration, `{"Section": {"trait": value}}`, checked against the pinned releases. A trait
    that a field of this library already sets is refused: use the field."""
    extra_config: dict[Annotated[str, AfterValidator(_python_file)], str] = Field(default={})
    """Python configuration files, by name. They run last, in the order of their names, after
    `traits.json` and after the image's own files in `/usr/local/etc/jupyterhub/jupyterhub_config.d`."""
    disruption_budget: DisruptionBudgetConfig | None = None
    """A PodDisruptionBudget of the hub. None by default: it is a single replica, whose node nothing should keep from
    being drained."""
    service_annotations: dict[LabelKey, str] = Field(default={})
    """Annotations of the Service `hub`, for a scraper of `/hub/metrics` for example. None by default."""
    ingress: tuple[Peer, ...] = ()
    """Who else may call the hub's port, such as a Prometheus server. Nobody by default; the proxy, users' servers and
    pods with the label `hub.jupyter.org/network-access-hub: "true"` always may."""
    egress: tuple[EgressConfig, ...] = ()
    """Whom else the hub may call. Nobody by default, beside what the database, the authenticator and Kubernetes
    need."""
