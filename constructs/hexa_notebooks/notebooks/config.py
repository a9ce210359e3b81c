"""The whole: everything that one installation of the notebooks consists of."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, Field, model_validator

from hexa_notebooks.components.admission_policy import AdmissionPolicyConfig
from hexa_notebooks.components.app_api import AppApiConfig
from hexa_notebooks.components.authenticator import Authenticator, OpenHexaApp
from hexa_notebooks.components.authenticator.allowed_images import lets_strangers_in
from hexa_notebooks.components.cookies import CookiesConfig
from hexa_notebooks.components.culler import CullerConfig
from hexa_notebooks.components.database import Database
from hexa_notebooks.components.embedding import EmbeddingConfig
from hexa_notebooks.components.exposure import Exposure
from hexa_notebooks.components.exposure.site import domain, same_site
from hexa_notebooks.components.external_secret import ExternalSecretConfig
from hexa_notebooks.components.external_secret import check as check_external_secrets
from hexa_notebooks.components.hsts import HstsConfig
from hexa_notebooks.components.hub import HubConfig, HubPart
from hexa_notebooks.components.hub.config_map import config_data
from hexa_notebooks.components.hub.jupyterhub import base_part, services_part
from hexa_notebooks.components.hub.pod import pod_template as hub_pod
from hexa_notebooks.components.image_puller import ImagePullerConfig
from hexa_notebooks.components.image_puller.awaiter import awaiter_pod_template as awaiter_pod
from hexa_notebooks.components.image_puller.daemon_set import pod_template as image_puller_pod
from hexa_notebooks.components.image_puller.pools import pools
from hexa_notebooks.components.namespace import NamespaceConfig
from hexa_notebooks.components.pod_priority import PodPriorityConfig, class_name
from hexa_notebooks.components.proxy import ProxyConfig
from hexa_notebooks.components.proxy.deployment import pod_template as proxy_pod
from hexa_notebooks.components.singleuser import SingleuserConfig
from hexa_notebooks.components.singleuser.capabilities import added_capabilities, capabilities_on_the_node
from hexa_notebooks.components.singleuser.hub_part import hub_part as singleuser_part
from hexa_notebooks.components.singleuser.limits import check_limits
from hexa_notebooks.components.singleuser.spawner import LASTING, LIMITING, PLAIN, profile_access
from hexa_notebooks.components.singleuser.user_namespace import check_user_namespaces
from hexa_notebooks.components.user_placeholder import UserPlaceholderConfig
from hexa_notebooks.components.user_placeholder import pod_template as user_placeholder_pod
from hexa_notebooks.components.user_scheduler import UserSchedulerConfig
from hexa_notebooks.components.user_scheduler.deployment import pod_template as user_scheduler_pod
from hexa_notebooks.images.registry import ImagesConfig, Replace, images_replaced, qualified, spawner_images_replaced
from hexa_notebooks.images.security_floor import check as check_risks
from hexa_notebooks.kubernetes.installation import APP, HUB, SINGLEUSER, USER_SCHEDULER, Installation
from hexa_notebooks.kubernetes.json_objects import EnvVar, camel_case
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.kubernetes.network_policy import NetworkConfig
from hexa_notebooks.kubernetes.object_size import too_large
from hexa_notebooks.kubernetes.plaintext_secret import refuse_secrets
from hexa_notebooks.kubernetes.secret_ref import references, secret_keys
from hexa_notebooks.model.config import Config, did_you_mean
from hexa_notebooks.model.field_types import IMAGE, DnsName, LabelValue, dns_label, dns_name
from hexa_notebooks.pods.security import PodSecurityLevel
from hexa_notebooks.pods.validation import conflicts
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import Traits, check, is_known, merge

Fullname = Annotated[str, AfterValidator(lambda value: dns_label(value) if value else value), Field(max_length=40)]
"""A prefix of names; the longest name that it precedes still fits."""


_MAKES_MORE = (
    ("JupyterHub", "internal_ssl", "Secrets and Services"),
    ("KubeSpawner", "services_enabled", "Services"),
    ("KubeSpawner", "enable_user_namespaces", "namespaces for users"),
)


class NotebooksConfig(Config):
    """Settings of one installation: all that an operator edits. A cluster file makes one and names it `config`."""

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

    @model_validator(mode="after")
    def _check_traits(self) -> "NotebooksConfig":
        fix = 'write {"$env": "NAME"} in its place, and NAME as a SecretKeyRef into hub.env'
        refuse_secrets(self.hub.traits, "hub.traits", fix)
        refuse_secrets(self.hub.override_traits, "hub.override_traits", fix)
        check(self.hub.traits, where="hub.traits")
        check(_known(self.hub.override_traits), where="hub.override_traits")
        refuse_secrets(self.hub.unknown_traits, "hub.unknown_traits", fix)
        for section, values in self.hub.unknown_traits.items():
            for trait in values:
                if is_known(section, trait):
                    raise ValueError(f"hub.unknown_traits: {section} has {trait}; move it to hub.override_traits")
        checked = {
            section: {trait: value for trait, value in values.items() if is_known(section, trait)}
            if section in self.hub.unknown_traits
            else values
            for section, values in self.hub_traits().items()
        }
        check(_known(checked), where="traits")
        return self

    @model_validator(mode="after")
    def _secrets_are_references(self) -> "NotebooksConfig":
        for name, pod in (
            ("hub", self.hub),
            ("proxy", self.proxy),
            ("user_scheduler", self.user_scheduler),
            ("user_placeholder", self.user_placeholder),
            ("image_puller", self.image_puller),
        ):
            if pod is None:
                continue
            refuse_secrets(_texts(pod.env), f"{name}.env", "write a SecretKeyRef in its place")
        refuse_secrets(
            self.hub.values,
            "hub.values",
            'write {"$env": "NAME"} in its place, and NAME with its Secret into hub.secrets',
        )
        for field in ("command", "args"):
            refuse_secrets([*(getattr(self.hub, field) or ())], f"hub.{field}", "read it from a variable instead")
        refuse_secrets([*(self.proxy.command or ())], "proxy.command", "read it from a variable instead")
        for service in self.hub.services:
            fix = 'write {"$env": "NAME"} in its place, and NAME with its Secret into hub.secrets'
            refuse_secrets(service.options, f"hub.services: {service.name}", fix)
        fix = (
            "users can read it too, so it is no secret to them either; where it must be there, refer to it by valueFrom"
        )
        refuse_secrets(self.singleuser.env, "singleuser.env", fix)
        refuse_secrets(_texts(self.singleuser.env_templates), "singleuser.env_templates", fix)
        refuse_secrets([*self.singleuser.profile_list], "singleuser.profile_list", fix)
        containers = {
            f"{name}.{field}": [*getattr(pod, field)]
            for name, pod in (("hub", self.hub), ("proxy", self.proxy), ("singleuser", self.singleuser))
            for field in ("init_containers", "extra_containers")
        }
        for name, found in containers.items():
            refuse_secrets(found, name, "refer to its Secret by valueFrom")
        return self

    @model_validator(mode="after")
    def _external_secrets_are_referred_to(self) -> "NotebooksConfig":
        try:
            check_external_secrets(self.external_secrets, self.secret_keys, self.installation)
        except ValueError as error:
            raise ValueError(f"external_secrets: {error}") from None
        return self

    @model_validator(mode="after")
    def _variables_have_one_origin(self) -> "NotebooksConfig":
        origins: dict[str, str] = {}
        in_files = self.hub.secrets_from == "files"
        named = [
            (part.origin, name)
            for part in self.hub_parts
            for name in (*(variable.name for variable in part.env), *(() if in_files else part.secrets))
        ]
        for origin, name in (*named, *(("hub.env", name) for name in self.hub.env)):
            if name in origins:
                raise ValueError(f"environment variable {name} is set by both {origins[name]} and {origin}: remove one")
            origins[name] = origin
        return self

    @model_validator(mode="after")
    def _pods_can_be_made(self) -> "NotebooksConfig":
        # Each pod is made for it, and refuses what it would say twice.
        named = {qualified(image): image for image in self.named_images}
        check_risks(named.values(), self.images.accepted_risks)
        for image in self.images.digests:
            if qualified(image) not in named:
                hint = did_you_mean(image, named.values()) or f" (they name {', '.join(named.values())})"
                raise ValueError(f"images.digests: no manifest of this cluster names the image {image!r}{hint}")
        return self

    @model_validator(mode="after")
    def _files_can_be_applied(self) -> "NotebooksConfig":
        hub = config_data(self.hub, self.installation, self.hub_traits(), self.hub_parts)
        users = {key: file.text or file.binary for key, file in self.singleuser.files.items()}
        name = self.installation.name
        for field, holder, data in (
            ("hub.extra_config, hub.values, hub.traits", name(HUB), hub),
            ("singleuser.files", name(SINGLEUSER), users),
        ):
            # With room for what is in the object besides its data.
            metadata = {"name": holder, "labels": self.installation.labels(HUB).all}
            for problem in too_large({"kind": "ConfigMap", "metadata": metadata, "data": data, "room": " " * 1000}):
                raise ValueError(f"{field}: {problem}")
        return self

    @model_validator(mode="after")
    def _servers_can_be_made(self) -> "NotebooksConfig":
        if not self.singleuser.hardened:
            return self  # a release that is taken over stays as it is
        spawner = self._spawner
        mounts = [{**camel_case(mount)} for mount in _listed(spawner.get("volume_mounts"))]
        pod = {
            "containers": [{"name": "notebook", "volumeMounts": mounts}, *_listed(spawner.get("extra_containers"))],
            "initContainers": _listed(spawner.get("init_containers")),
            "volumes": _listed(spawner.get("volumes")),
        }
        if problems := [*conflicts(to_json(pod))]:
            raise ValueError(f"singleuser: {'; '.join(problems)}")
        return self

    @model_validator(mode="after")
    def _namespace_admits_servers(self) -> "NotebooksConfig":
        levels = get_args(PodSecurityLevel)
        needed, level = self.singleuser.pod_security, self.namespace.pod_security
        if level is not None and levels.index(level) > levels.index(needed):
            raise ValueError(
                f"namespace.pod_security: {level!r} would refuse every user's server, which needs {needed!r} for its"
                f" storage {self.singleuser.storage.kind!r}, for metadata_block or for hardened=False; leave it out, or"
                " change these"
            )
        return self

    @model_validator(mode="after")
    def _cookies_reach_the_hub(self) -> "NotebooksConfig":
        if self.cookies and self.cookies.same_site == "None" and not self.exposure.by_https:
            raise ValueError(
                "cookies.same_site: browsers refuse 'None' without https, and nobody could sign in; write 'Lax', or set"
                " exposure.https=True if TLS ends before the exposure"
            )
        host = self.authenticator.cookies_from
        apart = [each for each in self.exposure.public_hosts if host is not None and not same_site(host, each)]
        if apart and host:
            fix = f"a host below {below!r}" if (below := domain(host)) else f"{host!r} itself"
            raise ValueError(
                f"exposure: browsers never send the App's cookies, of {host!r} in authenticator.url, to"
                f" {' or '.join(map(repr, apart))}, so that nobody could sign in there: these hosts share"
                f" no domain below a public suffix (https://publicsuffix.org); give the notebooks {fix}"
            )
        return self

    @model_validator(mode="after")
    def _capabilities_stay_in_the_pod(self) -> "NotebooksConfig":
        found = capabilities_on_the_node(self._judged)
        if found and self.singleuser.host_users is not True:
            raise ValueError(
                f"singleuser.host_users: servers get {' and '.join(found)} and no user namespace, so that whoever"
                " chooses an image can be root on the node; write host_users=False, or host_users=True where the"
                " cluster is too old for user namespaces and you accept that"
            )
        return self

    @model_validator(mode="after")
    def _user_namespaces_hold_their_servers(self) -> "NotebooksConfig":
        reason = (
            self.singleuser.user_namespace_because if self.singleuser.in_user_namespace else "it has hostUsers: false"
        )
        try:
            check_user_namespaces(self._judged, reason)
        except ValueError as error:
            raise ValueError(f"hub.traits, hub.override_traits, singleuser: {error}") from None
        return self

    @model_validator(mode="after")
    def _images_are_of_known_people(self) -> "NotebooksConfig":
        app = self.authenticator
        if not isinstance(app, OpenHexaApp):
            return self
        allowed = self._spawner.get("allowed_images") or []
        strangers = lets_strangers_in(allowed)
        limited = bool(allowed) and not strangers
        capabilities = added_capabilities(self._spawner)
        if capabilities and not limited and app.any_image_because is None:
            who = f"of {', '.join(map(repr, strangers))} anybody can make one" if strangers else "any image may run"
            raise ValueError(
                f"authenticator.allowed_images: {who}, with the capability {capabilities[0]} that"
                f" singleuser.storage adds; name those of people whom you trust, as in ('docker.io/blsq/*',), or say"
                " why in any_image_because"
            )
        if app.any_image_because is not None and (limited or not capabilities):
            why = "allowed_images limits them" if limited else "the storage adds no capability"
            raise ValueError(f"authenticator.any_image_because: there is nothing to accept, since {why}; remove it")
        return self

    @model_validator(mode="after")
    def _workspaces_have_their_files(self) -> "NotebooksConfig":
        app, storage = self.authenticator, self.singleuser.storage
        if not isinstance(app, OpenHexaApp):
            return self
        if not storage.has_workspaces and app.nothing_kept_because is None:
            raise ValueError(
                f"singleuser.storage: {storage.kind!r} does not mount the buckets of OpenHEXA's workspaces, so that"
                " their servers lose all files when they stop; write storage=InPodFuse(), or say in"
                " authenticator.nothing_kept_because why that may be"
            )
        if storage.has_workspaces and app.nothing_kept_because is not None:
            raise ValueError(
                f"authenticator.nothing_kept_because: {storage.kind!r} mounts the workspaces' buckets, so that files"
                " are kept; remove it"
            )
        return self

    @model_validator(mode="after")
    def _servers_can_be_given_that(self) -> "NotebooksConfig":
        try:
            check_limits(self._judged)
        except ValueError as error:
            raise ValueError(f"hub.traits, hub.override_traits: {error}") from None
        return self

    @cached_property
    def _spawner(self) -> Mapping[str, Any]:
        """The traits of the spawner as the hub loads them, whichever class they are written for."""
        return UserStorage.of(self.hub_traits()).traits

    @property
    def _judged(self) -> Mapping[str, Any]:
        """Those of which a mistake is refused. Profiles of the Helm chart stay as they are: the import names it."""
        return self._spawner if self.singleuser.hardened else {**self._spawner, "profile_list": []}

    @model_validator(mode="after")
    def _hub_makes_pods_and_claims(self) -> "NotebooksConfig":
        if self.admission_policy is None:
            return self
        traits = self.hub_traits()
        for section, trait, makes in _MAKES_MORE:
            if traits.get(section, {}).get(trait):
                raise ValueError(
                    f"admission_policy: {section}.{trait} has the hub make {makes}, and the policy covers pods and"
                    " claims in the hub's namespace alone; remove the trait, or set admission_policy=None"
                )
        return self

    @model_validator(mode="after")
    def _culling_keeps_files(self) -> "NotebooksConfig":
        storage, culler = self.singleuser.storage, self.culler
        if culler and (culler.remove_named_servers or culler.users) and getattr(storage, "delete_with_server", False):
            raise ValueError(
                "culler: remove_named_servers and users delete servers that are only idle, and"
                " singleuser.storage.delete_with_server deletes their files with them; turn one of the two off"
            )
        return self

    @model_validator(mode="after")
    def _profiles_are_limited(self) -> "NotebooksConfig":
        wanted = {self.hub_traits()["JupyterHub"].get("spawner_class")} - set(LIMITING)
        if wanted and profile_access(self.singleuser):
            raise ValueError(
                f"hub.override_traits: JupyterHub.spawner_class {wanted.pop()!r} would give profiles to everybody that"
                " singleuser.profiles limits to users and groups; remove it there"
            )
        return self

    @model_validator(mode="after")
    def _users_have_one_role(self) -> "NotebooksConfig":
        own = any(role.name == "user" for role in self.hub.roles)
        if own and isinstance(self.authenticator, OpenHexaApp) and not self.authenticator.personal_tokens:
            raise ValueError(
                "hub.roles: authenticator sets the role 'user' too, without the right to make tokens, and JupyterHub"
                " takes each role once; give users a role of another name here, or set personal_tokens=True in"
                " authenticator and leave tokens out of yours"
            )
        return self

    @model_validator(mode="after")
    def _servers_have_names(self) -> "NotebooksConfig":
        if self.app_api is not None and not self.hub.named_servers:
            raise ValueError(
                "app_api: the App starts a named server for each workspace; set hub=HubConfig(named_servers=True)"
            )
        return self

    @model_validator(mode="after")
    def _objects_can_be_named(self) -> "NotebooksConfig":
        try:
            if self.fullname_override is None:
                dns_label(self.installation.fullname)
        except ValueError as error:
            raise ValueError(f"fullname_override: {error}; None makes it of release and name_override") from None
        return self

    @model_validator(mode="after")
    def _placeholders_give_way(self) -> "NotebooksConfig":
        placeholder, priority = self.user_placeholder, self.pod_priority
        if placeholder is None or not placeholder.replicas or not placeholder.hardened:
            return self
        if priority is None:
            raise ValueError(
                "user_placeholder: without pod_priority placeholders keep their room from users too, who would wait for"
                " another node; set pod_priority=PodPriorityConfig(), or leave placeholders out"
            )
        if priority.user_placeholder >= priority.default:
            raise ValueError(
                f"pod_priority: placeholders, with {priority.user_placeholder}, would not give way to users, with"
                f" {priority.default}; make user_placeholder less than default"
            )
        return self

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
        """The images that manifests name, before `images` changes them, and the fields whose pods have them.

        What `hexa-notebooks hook-puller` and `upgrade-db` print is among the manifests.
        """
        found: dict[str, list[str]] = {}

        def noted_for(field: str) -> Replace:
            def note(image: str) -> str:
                if IMAGE.fullmatch(image):  # else a template, for what a user writes
                    found.setdefault(image, []).append(field)
                return image

            return note

        for field, pod in self._pods(replace(self.installation, images=ImagesConfig())):
            images_replaced(pod["spec"], noted_for(field))
        spawner_images_replaced(self._traits(), noted_for("singleuser"))
        return {image: list(dict.fromkeys(fields)) for image, fields in found.items()}

    def _pods(self, installation: Installation) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the pods of all manifests, users' servers apart, and the fields that they come from.

        Raises:
            ValueError: a pod says a thing twice.

        """
        nothing: dict[str, str] = {}
        field = "hub"
        try:
            yield field, hub_pod(self.hub, installation, self.hub_parts, labels=nothing, annotations=nothing)
            field = "proxy"
            yield field, proxy_pod(self.proxy, installation, self.exposure, self.hub, labels=nothing)
            field = "exposure"
            yield from ((f"exposure.{name}", pod) for name, pod in self.exposure.pods(installation).items())
            if self.user_scheduler is not None:
                field = "user_scheduler"
                yield (
                    field,
                    user_scheduler_pod(self.user_scheduler, installation, labels=nothing, annotations=nothing),
                )
            if self.user_placeholder is not None:
                field = "user_placeholder"
                yield field, user_placeholder_pod(self.user_placeholder, installation, self.singleuser)
            if self.image_puller is not None:
                field = "image_puller"
                for pool in pools(self.image_puller, self.singleuser):
                    yield (
                        field,
                        image_puller_pod(
                            self.image_puller, installation, self.singleuser, pool, account="", labels=nothing
                        ),
                    )
                field = "image_puller.hook"
                yield field, awaiter_pod(self.image_puller, installation, [""])
        except ValueError as error:
            raise ValueError(f"{field}.{error}") from None

    def hub_traits(self) -> Traits:
        """Return the traits that the hub loads, with placeholders for secrets.

        Raises:
            ValueError: two components set a trait to different values.

        """
        return spawner_images_replaced(self._traits(), self.images.target)

    def _traits(self) -> Traits:
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


def _listed(items: Any) -> list[Any]:
    """Return what KubeSpawner takes as a list, or as an object whose keys set the order alone."""
    return [items[key] for key in sorted(items)] if isinstance(items, Mapping) else [*(items or [])]


def _known(traits: Traits) -> Traits:
    """Return the sections that the index has, which can be checked."""
    return {section: values for section, values in traits.items() if is_known(section)}


def _texts(env: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that are written out; an object of Kubernetes has its text in `value`."""
    written = {name: value.value if isinstance(value, EnvVar) else value for name, value in env.items()}
    return {name: value.get("value") if isinstance(value, dict) else value for name, value in written.items()}
