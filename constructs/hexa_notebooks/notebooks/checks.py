"""Checks of an installation that involve more than one component."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_args

from hexa_notebooks.components.authenticator.openhexa_app import OpenHexaApp
from hexa_notebooks.components.exposure.site import domain, same_site
from hexa_notebooks.components.external_secret import check as check_external_secrets
from hexa_notebooks.components.hub.config_map import config_data
from hexa_notebooks.components.singleuser.capabilities import capabilities_on_the_node
from hexa_notebooks.components.singleuser.limits import check_limits
from hexa_notebooks.components.singleuser.spawner import LIMITING, profile_access
from hexa_notebooks.components.singleuser.user_namespace import check_user_namespaces
from hexa_notebooks.images.registry import qualified
from hexa_notebooks.images.security_floor import check as check_risks
from hexa_notebooks.kubernetes.installation import HUB, SINGLEUSER
from hexa_notebooks.kubernetes.json_objects import EnvVar, camel_case
from hexa_notebooks.kubernetes.k8s import to_json
from hexa_notebooks.kubernetes.object_size import too_large
from hexa_notebooks.kubernetes.plaintext_secret import refuse_secrets
from hexa_notebooks.model.config import did_you_mean
from hexa_notebooks.model.field_types import dns_label
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.notebooks.pods import named_images
from hexa_notebooks.pods.security import PodSecurityLevel
from hexa_notebooks.pods.validation import conflicts
from hexa_notebooks.storage.user_storage import listed
from hexa_notebooks.traits import Traits, check, is_known

_FROM_A_VARIABLE = "read it from an environment variable instead"
_USERS_READ_IT = "users can read it too; if they may, refer to its Secret by valueFrom"


def traits_are_known(config: NotebooksConfig) -> None:
    """Refuse unknown traits, values of a wrong type, and secrets in traits."""
    fix = 'write {"$env": "NAME"} instead, and set NAME in hub.env to a SecretKeyRef'
    refuse_secrets(config.hub.traits, "hub.traits", fix)
    refuse_secrets(config.hub.override_traits, "hub.override_traits", fix)
    check(config.hub.traits, where="hub.traits")
    check(_known(config.hub.override_traits), where="hub.override_traits")
    refuse_secrets(config.hub.unknown_traits, "hub.unknown_traits", fix)
    for section, values in config.hub.unknown_traits.items():
        for trait in values:
            if is_known(section, trait):
                raise ValueError(f"hub.unknown_traits: {section} has {trait}; move it to hub.override_traits")
    checked = {
        section: {trait: value for trait, value in values.items() if is_known(section, trait)}
        if section in config.hub.unknown_traits
        else values
        for section, values in config.hub_traits().items()
    }
    check(_known(checked), where="traits")


def secrets_are_references(config: NotebooksConfig) -> None:
    """Refuse secrets in plain text in fields that can refer to a Secret."""
    hub, proxy, users = config.hub, config.proxy, config.singleuser
    pods = {
        "hub": hub,
        "proxy": proxy,
        "user_scheduler": config.user_scheduler,
        "user_placeholder": config.user_placeholder,
        "image_puller": config.image_puller,
    }
    for name, pod in pods.items():
        refuse_secrets(_texts(pod.env) if pod else {}, f"{name}.env", "write a SecretKeyRef instead")
    reference = 'write {"$env": "NAME"} instead, and set NAME in hub.secrets'
    for name, written, fix in (
        ("hub.values", hub.values, reference),
        ("hub.command", [*hub.command], _FROM_A_VARIABLE),
        ("hub.args", [*(hub.args or ())], _FROM_A_VARIABLE),
        ("proxy.command", [*(proxy.command or ())], _FROM_A_VARIABLE),
        *((f"hub.services: {service.name}", service.options, reference) for service in hub.services),
        ("singleuser.env", users.env, _USERS_READ_IT),
        ("singleuser.env_templates", _texts(users.env_templates), _USERS_READ_IT),
        ("singleuser.profile_list", [*users.profile_list], _USERS_READ_IT),
        *(
            (f"{name}.{field}", [*getattr(pod, field)], "refer to its Secret by valueFrom")
            for name, pod in (("hub", hub), ("proxy", proxy), ("singleuser", users))
            for field in ("init_containers", "extra_containers")
        ),
    ):
        refuse_secrets(written, name, fix)


def external_secrets_are_referred_to(config: NotebooksConfig) -> None:
    """Refuse an ExternalSecret for a Secret that nothing refers to."""
    with _error_in("external_secrets"):
        check_external_secrets(config.external_secrets, config.secret_keys, config.installation)


def variables_have_one_origin(config: NotebooksConfig) -> None:
    """Refuse an environment variable of the hub that two components set."""
    origins: dict[str, str] = {}
    in_files = config.hub.secrets_from == "files"
    named = [
        (part.origin, name)
        for part in config.hub_parts
        for name in (*(variable.name for variable in part.env), *(() if in_files else part.secrets))
    ]
    for origin, name in (*named, *(("hub.env", name) for name in config.hub.env)):
        if name in origins:
            raise ValueError(f"environment variable {name} is set by both {origins[name]} and {origin}: remove one")
        origins[name] = origin


def pods_can_be_made(config: NotebooksConfig) -> None:
    """Refuse pods that Kubernetes would refuse, images with known risks, and digests of images that no pod has."""
    # `named_images` builds every pod, and so checks them all.
    named = {qualified(image): image for image in named_images(config)}
    check_risks(named.values(), config.images.accepted_risks)
    for image in config.images.digests:
        if qualified(image) not in named:
            hint = did_you_mean(image, named.values()) or f" (they name {', '.join(named.values())})"
            raise ValueError(f"images.digests: no manifest names the image {image!r}{hint}")


def files_can_be_applied(config: NotebooksConfig) -> None:
    """Refuse files that are too large for their ConfigMap."""
    hub = config_data(config.hub, config.installation, config.hub_traits(), config.hub_parts)
    users = {key: file.text or file.binary for key, file in config.singleuser.files.items()}
    name = config.installation.name
    for field, holder, data in (
        ("hub.extra_config, hub.values, hub.traits", name(HUB), hub),
        ("singleuser.files", name(SINGLEUSER), users),
    ):
        # `room` covers what the object has besides its data, such as annotations.
        metadata = {"name": holder, "labels": config.installation.labels(HUB).all}
        for problem in too_large({"kind": "ConfigMap", "metadata": metadata, "data": data, "room": " " * 1000}):
            raise ValueError(f"{field}: {problem}")


def servers_can_be_made(config: NotebooksConfig) -> None:
    """Refuse users' servers that Kubernetes would refuse, except after a takeover, which changes nothing."""
    if not config.singleuser.hardened:
        return
    spawner = config.spawner_traits
    mounts = [camel_case(mount) for mount in listed(spawner.get("volume_mounts"))]
    pod = {
        "containers": [{"name": "notebook", "volumeMounts": mounts}, *listed(spawner.get("extra_containers"))],
        "initContainers": listed(spawner.get("init_containers")),
        "volumes": listed(spawner.get("volumes")),
    }
    if problems := [*conflicts(to_json(pod))]:
        raise ValueError(f"singleuser: {'; '.join(problems)}")


def namespace_admits_servers(config: NotebooksConfig) -> None:
    """Refuse a Pod Security level that does not admit users' servers."""
    levels = get_args(PodSecurityLevel)
    needed, level = config.singleuser.pod_security, config.namespace.pod_security
    if level is not None and levels.index(level) > levels.index(needed):
        raise ValueError(
            f"namespace.pod_security: {level!r} would refuse every user's server, which needs {needed!r} for its"
            f" storage {config.singleuser.storage.kind!r}, for metadata_block or for hardened=False; remove it, or"
            " change these"
        )


def cookies_reach_the_hub(config: NotebooksConfig) -> None:
    """Refuse cookie settings and hosts with which nobody could sign in."""
    if config.cookies and config.cookies.same_site == "None" and not config.exposure.by_https:
        raise ValueError(
            "cookies.same_site: browsers refuse 'None' without https, and nobody could sign in; write 'Lax', or set"
            " exposure.https=True if something in front of the exposure terminates TLS"
        )
    host = config.authenticator.cookies_from
    apart = [each for each in config.exposure.public_hosts if host is not None and not same_site(host, each)]
    if apart and host:
        fix = f"a host below {below!r}" if (below := domain(host)) else f"{host!r} itself"
        raise ValueError(
            f"exposure: browsers never send the App's cookies, of {host!r} in authenticator.url, to"
            f" {' or '.join(map(repr, apart))}, so that nobody could sign in there: these hosts share"
            f" no domain below a public suffix (https://publicsuffix.org); give the notebooks {fix}"
        )


def capabilities_stay_in_the_pod(config: NotebooksConfig) -> None:
    """Refuse capabilities without a user namespace: a user could become root on the node."""
    found = capabilities_on_the_node(config.checked_spawner_traits)
    if found and config.singleuser.host_users is not True:
        raise ValueError(
            f"singleuser.host_users: servers get {' and '.join(found)} without a user namespace: everybody who can"
            " choose an image can become root on the node; write host_users=False, or host_users=True if the cluster is"
            " too old for user namespaces and you accept the risk"
        )


def user_namespaces_hold_their_servers(config: NotebooksConfig) -> None:
    """Refuse users' servers that cannot run in a user namespace but would."""
    reason = (
        config.singleuser.user_namespace_because if config.singleuser.in_user_namespace else "it has hostUsers: false"
    )
    with _error_in("hub.traits, hub.override_traits, singleuser"):
        check_user_namespaces(config.checked_spawner_traits, reason)


def images_are_trusted(config: NotebooksConfig) -> None:
    """Let the authenticator refuse users' free choice of images."""
    config.authenticator.check_images(config.spawner_traits)


def storage_keeps_files(config: NotebooksConfig) -> None:
    """Let the authenticator refuse storage that would lose users' files."""
    config.authenticator.check_storage(config.singleuser.storage)


def servers_get_their_resources(config: NotebooksConfig) -> None:
    """Refuse resources of users' servers that Kubernetes would refuse."""
    with _error_in("hub.traits, hub.override_traits"):
        check_limits(config.checked_spawner_traits)


def admission_policy_covers_the_hub(config: NotebooksConfig) -> None:
    """Refuse traits that make the hub create objects which the admission policy does not cover."""
    if config.admission_policy is not None:
        config.admission_policy.check_traits(config.hub_traits())


def culling_keeps_files(config: NotebooksConfig) -> None:
    """Refuse a culler that deletes users' files along with their servers."""
    storage, culler = config.singleuser.storage, config.culler
    if culler and (culler.remove_named_servers or culler.users) and getattr(storage, "delete_with_server", False):
        raise ValueError(
            "culler: remove_named_servers and users delete idle servers, and singleuser.storage.delete_with_server"
            " deletes their files with them; turn one of the two off"
        )


def profiles_are_limited(config: NotebooksConfig) -> None:
    """Refuse a spawner class that ignores the limits of profiles to users and groups."""
    wanted = {config.hub_traits()["JupyterHub"].get("spawner_class")} - set(LIMITING)
    if wanted and profile_access(config.singleuser):
        raise ValueError(
            f"hub.override_traits: JupyterHub.spawner_class {wanted.pop()!r} would offer everybody the profiles that"
            " singleuser.profiles limits to users and groups; remove it there"
        )


def users_have_one_role(config: NotebooksConfig) -> None:
    """Refuse a second definition of the role `user`."""
    own = any(role.name == "user" for role in config.hub.roles)
    if own and isinstance(config.authenticator, OpenHexaApp) and not config.authenticator.personal_tokens:
        raise ValueError(
            "hub.roles: authenticator defines the role 'user' too, without the permission to create tokens, and"
            " JupyterHub allows one definition of a role; rename yours, or set personal_tokens=True in authenticator"
            " and leave tokens out of your role"
        )


def servers_have_names(config: NotebooksConfig) -> None:
    """Refuse the App without named servers: it starts one for each workspace."""
    if config.app_api is not None and not config.hub.named_servers:
        raise ValueError(
            "app_api: the App starts a named server for each workspace; set hub=HubConfig(named_servers=True)"
        )


def objects_can_be_named(config: NotebooksConfig) -> None:
    """Refuse a generated prefix that is not valid in object names."""
    try:
        if config.fullname_override is None:
            dns_label(config.installation.fullname)
    except ValueError as error:
        raise ValueError(f"fullname_override: {error}; None builds it from release and name_override") from None


def placeholders_give_way(config: NotebooksConfig) -> None:
    """Refuse placeholder pods that would never make room for users."""
    placeholder, priority = config.user_placeholder, config.pod_priority
    if placeholder is None or not placeholder.replicas or not placeholder.hardened:
        return
    if priority is None:
        raise ValueError(
            "user_placeholder: without pod_priority placeholders never make room, and users wait for another node; set"
            " pod_priority=PodPriorityConfig(), or remove user_placeholder"
        )
    if priority.user_placeholder >= priority.default:
        raise ValueError(
            f"pod_priority: placeholders with priority {priority.user_placeholder} would not make room for users with"
            f" {priority.default}; make user_placeholder less than default"
        )


@contextmanager
def _error_in(field: str) -> Iterator[None]:
    """Add the field that a ValueError is about to its text."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{field}: {error}") from None


def _known(traits: Traits) -> Traits:
    """Return the sections that are in the index, and so can be checked."""
    return {section: values for section, values in traits.items() if is_known(section)}


def _texts(env: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables and their plain text. In an object of Kubernetes it is the `value`."""
    written = {name: value.value if isinstance(value, EnvVar) else value for name, value in env.items()}
    return {name: value.get("value") if isinstance(value, dict) else value for name, value in written.items()}


NotebooksConfig.checks = (
    traits_are_known,
    secrets_are_references,
    external_secrets_are_referred_to,
    variables_have_one_origin,
    pods_can_be_made,
    files_can_be_applied,
    servers_can_be_made,
    namespace_admits_servers,
    cookies_reach_the_hub,
    capabilities_stay_in_the_pod,
    user_namespaces_hold_their_servers,
    images_are_trusted,
    storage_keeps_files,
    servers_get_their_resources,
    admission_policy_covers_the_hub,
    culling_keeps_files,
    profiles_are_limited,
    users_have_one_role,
    servers_have_names,
    objects_can_be_named,
    placeholders_give_way,
)
"""All checks, in the order in which their errors are reported."""
