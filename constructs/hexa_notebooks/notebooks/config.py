"""The configuration of an installation: everything that a cluster file sets."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from hexa_notebooks.components.admission_policy import AdmissionPolicyConfig
from hexa_notebooks.components.app_api import AppApiConfig
from hexa_notebooks.components.authenticator import Authenticator
from hexa_notebooks.components.cookies import CookiesConfig
from hexa_notebooks.components.culler import CullerConfig
from hexa_notebooks.components.database import Database
from hexa_notebooks.components.embedding import EmbeddingConfig
from hexa_notebooks.components.exposure import Exposure
from hexa_notebooks.components.external_secret import ExternalSecretConfig
from hexa_notebooks.components.hsts import HstsConfig
from hexa_notebooks.components.hub import HubConfig, HubPart
from hexa_notebooks.components.hub.jupyterhub import base_part, services_part
from hexa_notebooks.components.image_puller import ImagePullerConfig
from hexa_notebooks.components.namespace import NamespaceConfig
from hexa_notebooks.components.pod_priority import PodPriorityConfig, class_name
from hexa_notebooks.components.proxy import ProxyConfig
from hexa_notebooks.components.singleuser import SingleuserConfig
from hexa_notebooks.components.singleuser.hub_part import hub_part as singleuser_part
from hexa_notebooks.components.singleuser.spawner import LASTING, PLAIN
from hexa_notebooks.components.user_placeholder import UserPlaceholderConfig
from hexa_notebooks.components.user_scheduler import UserSchedulerConfig
from hexa_notebooks.images.registry import ImagesConfig, spawner_images_replaced
from hexa_notebooks.kubernetes.installation import APP, USER_SCHEDULER, Installation
from hexa_notebooks.kubernetes.network_policy import NetworkConfig
from hexa_notebooks.kubernetes.secret_ref import references, secret_keys
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, LabelValue, dns_label, dns_name
from hexa_notebooks.notebooks.checks import CHECKS
from hexa_notebooks.notebooks.pods import named_images
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import Traits, merge

Fullname = Annotated[str, AfterValidator(lambda value: dns_label(value) if value else value), Field(max_length=40)]
"""A prefix of names; the longest name that it precedes still fits."""


class NotebooksConfig(Config):
    """Settings of one installation: all that an operator edits. A cluster file makes one and names it `config`."""

    checks = CHECKS

    exposure: Exposure
    """How users reach the notebooks, and by which reserved address."""
    database: Database
    """Where the hub keeps its users, servers and tokens."""
    authenticator: Authenticator
    """How users sign in. There is no default, since any would be wrong for somebody's data."""
    singleuser: SingleuserConfig
    """Users' servers."""
    namespace: NamespaceConfig = NamespaceConfig()
    """The namespace. `hexa-notebooks` by default."""
    release: Annotated[LabelValue, AfterValidator(dns_name)] = "hexa"
    """What tells two installations apart, as a label. Where a Helm release is taken over it must be that release's
    name."""
    fullname_override: Fullname | None = ""
    """What the names of all objects begin with, before a `-`. Empty, the default, leaves them short, such as `hub`.
    None takes the release and the name, as in `hexa-jupyterhub-hub`, or the release alone where it holds the name."""
    name_override: LabelValue | None = Field(default=None, min_length=1)
    """The value of the label `app`, part of every selector. None, the default, takes `jupyterhub`."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets by which every pod, the users' too, pulls its images. None by default."""
    images: ImagesConfig = ImagesConfig()
    """From where, and of which content, the images of all pods are. By default from where they are named."""
    external_secrets: tuple[ExternalSecretConfig, ...] = ()
    """Secrets that External Secrets Operator makes. None by default: `hexa-notebooks secret` tells how to make all."""
    hub: HubConfig = HubConfig()
    """The hub."""
    proxy: ProxyConfig = ProxyConfig()
    """The proxy."""
    culler: CullerConfig | None = CullerConfig()
    """What stops idle servers. By default after an hour; None lets them run for ever."""
    app_api: AppApiConfig | None = None
    """The OpenHEXA App's access to the hub's REST API. None by default."""
    embedding: EmbeddingConfig | None = None
    """Which sites may show the notebooks in a frame. None, the default, lets the authenticator's do it, which is the
    App with `OpenHexaApp`, and else leaves JupyterHub's own policy: no site."""
    cookies: CookiesConfig | None = CookiesConfig()
    """How browsers keep the cookies of hub and servers. None leaves it to JupyterHub, which takes a request for plain
    http behind a load balancer that ends TLS, and so lets cookies go over it."""
    hsts: HstsConfig | None = HstsConfig()
    """How long browsers remember to come by https only, where users do (`exposure.https`). Half a year by default; None
    tells them nothing. With `AutoHttps` it is Traefik that tells them, by a field of its own."""
    admission_policy: AdmissionPolicyConfig | None = AdmissionPolicyConfig()
    """What keeps the hub from making any other pods and claims than those that this file describes. It is there by
    default; None leaves the hub whatever its Role and the namespace's Pod Security level admit, as the Helm chart
    does."""
    network: NetworkConfig = NetworkConfig()
    """What the network policies need to know of the cluster."""
    user_scheduler: UserSchedulerConfig | None = None
    """A scheduler that packs users' servers onto few nodes, so that the autoscaler can take the others away. None, the
    default, leaves them to the cluster's own."""
    pod_priority: PodPriorityConfig | None = None
    """The PriorityClasses by which placeholders give way to users. None by default: all pods are equal."""
    user_placeholder: UserPlaceholderConfig | None = None
    """Pods that keep room for the next users, so that these need not wait for a node. None by default."""
    image_puller: ImagePullerConfig | None = None
    """What fetches the images of users' servers onto nodes ahead, so that the first user of a node need not wait for
    them. None by default."""

    @property
    def secret_keys(self) -> dict[str, list[str]]:
        """The keys of each Secret that anything refers to."""
        return secret_keys(reference for reference, _ in references(self))

    @property
    def installation(self) -> Installation:
        """What the components have in common."""
        app = (self.name_override or APP)[:63].removesuffix("-")
        fullname = self.fullname_override
        if fullname is None:
            name = self.name_override or APP
            fullname = self.release if name in self.release else f"{self.release}-{name}"
        installation = Installation(
            release=self.release,
            namespace=self.namespace.name,
            fullname=fullname,
            app=app,
            network=self.network,
            image_pull_secrets=self.image_pull_secrets,
            images=self.images,
        )
        return replace(
            installation,
            priority_class=class_name(installation, "default") if self.pod_priority else None,
            scheduler=installation.cluster_name(USER_SCHEDULER) if self.user_scheduler else None,
        )

    @cached_property
    def hub_parts(self) -> tuple[HubPart, ...]:
        """What each component adds to the hub, in the order in which lists and containers are written."""
        installation = self.installation
        parts = [
            base_part(self.hub, installation),
            self.database.hub_part(installation),
            self.authenticator.hub_part(installation),
            singleuser_part(self.singleuser, installation, spawner_class=self._spawner_class),
        ]
        if self.hub.kubernetes_api is not None:
            parts.append(self.hub.kubernetes_api.hub_part())
        sites = self.authenticator.embedded_in
        embedding = self.embedding or (EmbeddingConfig(frame_ancestors=sites) if sites else None)
        if embedding is not None:
            parts.append(embedding.hub_part())
        if self.cookies is not None:
            parts.append(self.cookies.hub_part(https=self.exposure.by_https))
        if self.hsts is not None and self.exposure.by_https and not self.exposure.sends_hsts:
            parts.append(self.hsts.hub_part())
        if self.culler is not None:
            parts.append(self.culler.hub_part(self.hub.base_url, hardened=self.hub.hardened))
        if self.app_api is not None:
            parts.append(self.app_api.hub_part())
        own = HubPart(origin="hub.secrets", secrets=self.hub.secrets)
        return *parts, services_part(self.hub), own, HubPart(origin="hub.traits", traits=self.hub.traits)

    @property
    def _spawner_class(self) -> str:
        chosen = self.authenticator.spawner_class
        return LASTING if chosen == PLAIN and self.hub.kubernetes_api is not None else chosen

    @cached_property
    def named_images(self) -> dict[str, list[str]]:
        """The images that manifests name, before `images` changes them, and the fields whose pods have them."""
        return named_images(self)

    def hub_traits(self) -> Traits:
        """Return the traits that the hub loads, with placeholders for secrets.

        Raises:
            ValueError: two components set a trait to different values.

        """
        return spawner_images_replaced(self.component_traits(), self.images.target)

    def component_traits(self) -> Traits:
        """Return the same before `images` changes the names of images in them."""
        traits = merge(*((part.origin, part.traits) for part in self.hub_parts))
        for section, values in self.hub.override_traits.items():
            traits[section] = traits.get(section, {}) | values
        for section, values in self.hub.unknown_traits.items():
            traits.setdefault(section, {}).update(values)
        for path in self.hub.unset_traits:
            section, _, trait = path.partition(".")
            if traits.get(section, {}).pop(trait, None) is None:
                raise ValueError(f"hub.unset_traits: nothing sets {path}; remove it")
        return traits

    @cached_property
    def spawner_traits(self) -> Mapping[str, Any]:
        """The traits of the spawner as the hub loads them, whichever class they are written for."""
        return UserStorage.of(self.hub_traits()).traits

    @property
    def checked_spawner_traits(self) -> Mapping[str, Any]:
        """The same without the profiles of a takeover, which stay as they are: the import names their mistakes."""
        return self.spawner_traits if self.singleuser.hardened else {**self.spawner_traits, "profile_list": []}
