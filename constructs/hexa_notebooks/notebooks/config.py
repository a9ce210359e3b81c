"""The configuration of an installation: all settings of a cluster file."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from hexa_notebooks.components.admission_policy.config import AdmissionPolicyConfig
from hexa_notebooks.components.app_api import AppApiConfig
from hexa_notebooks.components.authenticator import Authenticator
from hexa_notebooks.components.cookies import CookiesConfig
from hexa_notebooks.components.culler import CullerConfig
from hexa_notebooks.components.database import Database
from hexa_notebooks.components.embedding import EmbeddingConfig
from hexa_notebooks.components.exposure import Exposure
from hexa_notebooks.components.external_secret import ExternalSecretConfig
from hexa_notebooks.components.hsts import HstsConfig
from hexa_notebooks.components.hub.config import HubConfig
from hexa_notebooks.components.hub.jupyterhub import base_part, services_part
from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.namespace.config import NamespaceConfig
from hexa_notebooks.components.pod_priority.config import PodPriorityConfig, class_name
from hexa_notebooks.components.proxy.config import ProxyConfig
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.hub_part import hub_part as singleuser_part
from hexa_notebooks.components.singleuser.spawner import LASTING, PLAIN
from hexa_notebooks.components.user_placeholder.config import UserPlaceholderConfig
from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig
from hexa_notebooks.images.registry import ImagesConfig, spawner_images_replaced
from hexa_notebooks.kubernetes.installation import APP, USER_SCHEDULER, Installation
from hexa_notebooks.kubernetes.network_policy import NetworkConfig
from hexa_notebooks.kubernetes.secret_ref import references, secret_keys
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, LabelValue, dns_label, dns_name
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import Traits, merge

Fullname = Annotated[str, AfterValidator(lambda value: dns_label(value) if value else value), Field(max_length=40)]
"""A prefix of object names, short enough for the longest of them."""


class NotebooksConfig(Config):
    """The settings of one installation. A cluster file assigns one to `config`."""

    exposure: Exposure
    """How users reach the notebooks, and at which reserved address."""
    database: Database
    """The database in which the hub keeps users, servers and tokens."""
    authenticator: Authenticator
    """How users sign in. There is no default: a wrong one would expose users' data."""
    singleuser: SingleuserConfig
    """Users' servers."""
    namespace: NamespaceConfig = NamespaceConfig()
    """The namespace. `hexa-notebooks` by default."""
    release: Annotated[LabelValue, AfterValidator(dns_name)] = "hexa"
    """The label that tells two installations apart. To take over a Helm release, write the name of that release."""
    fullname_override: Fullname | None = ""
    """A prefix of all object names, followed by a `-`. Empty by default: names are short, such as `hub`. None builds
    the prefix from release and name, as in `hexa-jupyterhub-hub`, or from the release alone if it contains the name."""
    name_override: LabelValue | None = Field(default=None, min_length=1)
    """The value of the label `app`, which is part of every selector. None, the default, means `jupyterhub`."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets with which every pod, including users' servers, pulls its images. None by default."""
    images: ImagesConfig = ImagesConfig()
    """Registries and digests of the images of all pods. By default images come from the registries that they name."""
    external_secrets: tuple[ExternalSecretConfig, ...] = ()
    """Secrets that External Secrets Operator creates. None by default: create the manifests that
    `hexa-notebooks secret` prints."""
    hub: HubConfig = HubConfig()
    """The hub."""
    proxy: ProxyConfig = ProxyConfig()
    """The proxy."""
    culler: CullerConfig | None = CullerConfig()
    """The culler, which stops idle servers: after an hour by default. None lets them run forever."""
    app_api: AppApiConfig | None = None
    """The OpenHEXA App's access to the hub's REST API. None by default."""
    embedding: EmbeddingConfig | None = None
    """The sites that may show the notebooks in a frame. None, the default, allows the site of the authenticator, which
    is the App for `OpenHexaApp`. Without one, JupyterHub's own policy allows no site."""
    cookies: CookiesConfig | None = CookiesConfig()
    """How browsers keep the cookies of hub and servers. None leaves it to JupyterHub. Behind a load balancer that
    terminates TLS, JupyterHub sees plain http, and so allows browsers to send cookies over it."""
    hsts: HstsConfig | None = HstsConfig()
    """HTTP Strict Transport Security, if users connect by https (`exposure.https`): browsers use only https for half a
    year by default. None sends no header. With `AutoHttps`, Traefik sends the header, and has its own field for it."""
    admission_policy: AdmissionPolicyConfig | None = AdmissionPolicyConfig()
    """The admission policy, which lets the hub create only the pods and claims that this file describes. On by default.
    None limits the hub only by its Role and by the namespace's Pod Security level, as the Helm chart does."""
    network: NetworkConfig = NetworkConfig()
    """Facts about the cluster for its network policies."""
    user_scheduler: UserSchedulerConfig | None = None
    """A scheduler that packs users' servers onto few nodes, so that the autoscaler can remove the others. None, the
    default, uses the cluster's own scheduler."""
    pod_priority: PodPriorityConfig | None = None
    """PriorityClasses, with which placeholder pods make room for users. None by default: all pods are equal."""
    user_placeholder: UserPlaceholderConfig | None = None
    """Placeholder pods, which reserve room so that the next users do not wait for a new node. None by default."""
    image_puller: ImagePullerConfig | None = None
    """The image puller, which pulls the images of users' servers to nodes in advance, so that the first user of a node
    does not wait for them. None by default."""

    @property
    def secret_keys(self) -> dict[str, list[str]]:
        """The referenced keys of each Secret."""
        return secret_keys(reference for reference, _ in references(self))

    @property
    def installation(self) -> Installation:
        """The settings that all components share."""
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
        """The parts that components add to the hub. Lists and containers in the manifests have this order."""
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

    def hub_traits(self) -> Traits:
        """Return the traits that the hub loads, with placeholders for secrets.

        Raises:
            ValueError: two components set a trait to different values, or `hub.unset_traits` names one that is not set.

        """
        return spawner_images_replaced(self.component_traits(), self.images.target)

    def component_traits(self) -> Traits:
        """Return the traits of the hub before `images` changes the images in them."""
        traits = merge(*((part.origin, part.traits) for part in self.hub_parts))
        for section, values in self.hub.override_traits.items():
            traits[section] = traits.get(section, {}) | values
        for section, values in self.hub.unknown_traits.items():
            traits.setdefault(section, {}).update(values)
        # Last, so that it also removes what the two above set.
        for path in self.hub.unset_traits:
            section, _, trait = path.partition(".")
            if traits.get(section, {}).pop(trait, None) is None:
                raise ValueError(f"hub.unset_traits: nothing sets {path}; remove it")
        return traits

    @cached_property
    def spawner_traits(self) -> Mapping[str, Any]:
        """The effective traits of the hub's spawner, including those of its base classes."""
        return UserStorage.of(self.hub_traits()).traits

    @property
    def checked_spawner_traits(self) -> Mapping[str, Any]:
        """The spawner's traits for checks: without the profiles of a takeover, which the import checks."""
        return self.spawner_traits if self.singleuser.hardened else {**self.spawner_traits, "profile_list": []}
