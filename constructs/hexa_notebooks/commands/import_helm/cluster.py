"""The configuration that synthesises the same objects as the chart renders from its values."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from hexa_notebooks import as_chart
from hexa_notebooks.commands.import_helm import hub, pods
from hexa_notebooks.commands.import_helm.code import config_files
from hexa_notebooks.commands.import_helm.exposure import exposure
from hexa_notebooks.commands.import_helm.names import Names
from hexa_notebooks.commands.import_helm.proxy import auth_token, proxy_config
from hexa_notebooks.commands.import_helm.references import with_references
from hexa_notebooks.commands.import_helm.scheduling import scheduling
from hexa_notebooks.commands.import_helm.secrets import Secrets
from hexa_notebooks.commands.import_helm.singleuser import singleuser_config
from hexa_notebooks.commands.import_helm.traits import chart_traits, creates_pull_secret
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.components.database.other import split_password
from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.service_exposure.config import ServiceExposure
from hexa_notebooks.components.singleuser.capabilities import capabilities_on_the_node
from hexa_notebooks.components.singleuser.limits import check_limits
from hexa_notebooks.components.singleuser.user_namespace import check_user_namespaces
from hexa_notebooks.images.registry import ImagesConfig
from hexa_notebooks.images.security_floor import risk
from hexa_notebooks.kubernetes.installation import APP
from hexa_notebooks.kubernetes.plaintext_secret import holds_a_secret, names_a_secret
from hexa_notebooks.model.config import explained
from hexa_notebooks.model.errors import OperatorError
from hexa_notebooks.notebooks.config import NotebooksConfig
from hexa_notebooks.storage.profile_list import overrides
from hexa_notebooks.storage.user_storage import UserStorage
from hexa_notebooks.traits import check, is_known

_OUR_FIELD = re.compile(r"^(?:[A-Z]\w*(?:\.[-\w\[\]]+)*: )+")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The outcome of an import."""

    config: NotebooksConfig
    """The configuration."""
    notes: list[str] = field(default_factory=list)
    """What you should do or know, one item per line."""


class Refusal(NamedTuple):
    """Why something cannot be carried over."""

    line: str
    """The reason, which may begin with the path of a value."""
    got: Any = None
    """The refused value, if it is known. It may be a secret."""


class RefusedError(OperatorError):
    """Values that the fields of Configs do not take."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("\n".join(each.line for each in refusals))
        self.refusals = refusals


def to_cluster(tree: Tree, names: Names) -> Cluster:
    """Return the configuration that keeps a release as the chart rendered it.

    Raises:
        RefusedError: something cannot be carried over, or would put a secret into the manifests.

    """
    refusals: list[Refusal] = []
    with _collected(refusals):
        return _to_cluster(tree, names, refusals)
    raise RefusedError(refusals)


def _to_cluster(tree: Tree, names: Names, refusals: list[Refusal]) -> Cluster:
    # Values may already use names that new variables and keys would get.
    secrets = Secrets(names, taken=str(tree.values))
    given, tree = tree, with_references(tree, secrets)
    files = config_files(given, secrets)
    secrets.check()
    created = [names.name("image-pull-secret")] if creates_pull_secret(tree) else []
    _check_traits(tree, refusals)
    sections: list[Callable[[], dict[str, Any]]] = [
        lambda: {"exposure": exposure(tree, names)},
        lambda: {"database": hub.database(tree, secrets)},
        lambda: {"authenticator": hub.authenticator(tree, secrets)},
        lambda: {"singleuser": singleuser_config(tree)},
        lambda: {"hub": hub.hub_config(tree, secrets, files)},
        lambda: {"proxy": proxy_config(tree, secrets)},
        lambda: {"culler": hub.culler(tree)},
        lambda: scheduling(tree),
    ]
    fields: dict[str, Any] = {}
    for make in sections:
        with _collected(refusals):
            fields |= make()
    secrets.check()
    if refusals:
        raise RefusedError(())
    config: NotebooksConfig = as_chart.NotebooksConfig(
        namespace=as_chart.NamespaceConfig(name=names.namespace),
        release=names.release,
        # The chart cuts a long nameOverride in the label `app`, but not in the names of objects.
        fullname_override=names.fullname if names.app != (names.name_override or APP) else names.fullname_override,
        name_override=names.app if names.name_override else None,
        image_pull_secrets=pods.secret_names([*tree.get("imagePullSecrets", []), *created]),
        images=ImagesConfig(accepted_risks=_risks(fields)),
        **fields,
    )
    config = _with_the_rest(config, tree, names)
    return Cluster(config, [*files.notes, *_notes(config, tree, names), *secrets.commands()])


def _check_traits(tree: Tree, refusals: list[Refusal]) -> None:
    """Add a refusal for each trait of `hub.config` with a value that the hub does not take."""
    for section, values in tree.get("hub.config", {}).items():
        for trait, value in values.items():
            path = f"hub.config.{section}.{trait}"
            if value is None or holds_a_secret(path, value) or not is_known(section, trait):
                continue
            try:
                check({section: {trait: value}}, where="hub.config")
            except ValueError as error:
                refusals.append(Refusal(str(error).replace("hub.config: ", "hub.config.", 1)))


@contextmanager
def _collected(refusals: list[Refusal]) -> Iterator[None]:
    """Add what is refused to `refusals` instead of raising, so that an import reports all of it at once."""
    try:
        yield
    except ValidationError as error:
        # Without the names of our classes, which mean nothing to people who write values of the chart.
        refusals += [
            Refusal(f"cannot be carried over: {_OUR_FIELD.sub('', line)}", problem["input"])
            for problem, line in explained(error, values=False)
        ]
    except OperatorError as error:
        refusals += [Refusal(line) for line in str(error).splitlines()]


def _with_the_rest(config: NotebooksConfig, tree: Tree, names: Names) -> NotebooksConfig:
    """Return the configuration with the traits that its fields alone do not set as the chart does."""
    ours = config.hub_traits()
    overridden: dict[str, dict[str, Any]] = {}
    unknown: dict[str, dict[str, Any]] = {}
    theirs = chart_traits(tree, names)
    for section, values in theirs.items():
        for trait, value in values.items():
            if (section, trait) == ("JupyterHub", "db_url"):
                value, _ = split_password(str(value))
            elif isinstance(value, str) and holds_a_secret(f"{section}.{trait}", value):
                continue
            if _comparable(ours.get(section, {}).get(trait)) != _comparable(value):
                target = unknown if is_known(section) and not is_known(section, trait) else overridden
                target.setdefault(section, {})[trait] = value
    unset = [
        f"{section}.{trait}"
        for section, values in ours.items()
        for trait in values
        if trait not in theirs.get(section, {}) and not names_a_secret(f"{section}.{trait}")
    ]
    hub = config.hub.evolve(override_traits=overridden, unknown_traits=unknown, unset_traits=tuple(unset))
    return config if hub == config.hub else config.evolve(hub=hub)


def _risks(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the running images that are known to be vulnerable, with the reason to accept them."""
    found = [fields[name].image for name in ("hub", "proxy", "singleuser")]
    return {image: "ran so under the Helm chart" for image in found if risk(image)}


def _comparable(value: Any) -> Any:
    """Return a value without nulls and service tokens, and with tuples as lists: these differences mean nothing."""
    if isinstance(value, dict):
        return {
            key: _comparable(item)
            for key, item in value.items()
            if item is not None and not (isinstance(item, dict) and "$env" in item)
        }
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    return value


def _notes(config: NotebooksConfig, tree: Tree, names: Names) -> list[str]:
    notes = [f"images.accepted_risks: {image} {risk(image)}" for image in config.images.accepted_risks]
    if tree.get("imagePullSecret.create"):
        notes.append(
            f"imagePullSecret: the Secret {names.name('image-pull-secret')} stays as it is; the chart wrote it at each"
            " upgrade, from now on you maintain it"
        )
    if tree.get("proxy.https.enabled") and tree.get("proxy.https.type") == "manual":
        notes.append(
            f"proxy.https.manual: the Secret {names.name('proxy-public-manual-tls')} stays as it is; renew it with"
            " kubectl create secret tls"
        )
    for section, values in sorted(tree.get("hub.config", {}).items()):
        complaint = "" if is_known(section) else _complaint("hub.config", section)
        if f"did you mean {section}?".casefold() in complaint.casefold():
            notes.append(f"{complaint}; nothing reads it")
        notes += [
            f"{_complaint('hub.config', section, trait)}; carried over, for an image that has it"
            for trait in sorted(values)
            if is_known(section) and not is_known(section, trait)
        ]
    notes += [
        f"{_complaint(where, 'KubeSpawner', trait)}; it does nothing"
        for where, override in overrides(tree.get("singleuser.profileList", []), "singleuser.profileList")
        for trait in override
        if not is_known("KubeSpawner", trait)
    ]
    notes += [f"singleuser.profileList: {mistake}" for mistake in _mistakes_of_profiles(config)]
    if tree.get("hub.db.type") not in ("sqlite-pvc", "sqlite-memory") and not tree.get("hub.db.url"):
        notes.append("hub.db.url: is not set, so the hub keeps its data in its pod and loses it with the pod")
    if tree.get("singleuser.extraFiles"):
        notes.append("singleuser.extraFiles: are in the manifests, since users can read them; none may hold a secret")
    if isinstance(config.exposure, ServiceExposure) and isinstance(config.exposure.tls, AutoHttps):
        notes.append(
            "proxy.traefik: Traefik restarts once, which cuts the connections through it, unless AutoHttps has"
            f" annotations with the live checksum/static-config: {_annotations_of(names, 'autohttps')}"
        )
    if (scheduler := config.user_scheduler) and scheduler.rbac_version:
        notes.append(
            f"scheduling.userScheduler: rbac_version keeps the rights of Kubernetes {scheduler.rbac_version}, which the"
            f" chart gives any image; {scheduler.image} may lack some: remove rbac_version, or write the image's own"
            " Kubernetes version there if its tag does not say it"
        )
    if tree.get("httpRoute.enabled") and not tree.get("httpRoute.gateway.namespace"):
        notes.append(
            "httpRoute.gateway.namespace: is empty, which the chart writes and the Gateway API refuses: name the"
            " Gateway's namespace in ServiceHttpRoute.parent_refs, or leave the key out there"
        )
    path = config.hub.base_url.rstrip("/")
    if path and not tree.get("proxy.chp.errorTarget"):
        notes.append(
            "hub.baseUrl: the chart's proxy shows an empty page for a server that is gone. To have JupyterHub's, write"
            f" {path}/hub/error for /hub/error in the --error-target of its command line, which you copy from the"
            " Deployment's manifest into proxy=as_chart.ProxyConfig(command=(...)); the proxy restarts once"
        )
    if auth_token(tree) is None:
        notes.append(
            "proxy.annotations: the chart generated the proxy's token; copy the live checksum/auth-token into"
            " proxy=as_chart.ProxyConfig(annotations={...}), so that the proxy does not restart:"
            f" {_annotations_of(names, 'proxy')}"
        )
    return notes


def _mistakes_of_profiles(config: NotebooksConfig) -> Iterator[str]:
    """Yield the reasons that would make a new cluster file refuse these profiles."""
    spawner = UserStorage.of(config.hub_traits()).traits
    for check_servers in (check_limits, check_user_namespaces):
        try:
            check_servers(spawner)
        except ValueError as error:
            yield str(error)
    found = capabilities_on_the_node(spawner)
    if found and config.singleuser.host_users is not True:
        yield f"a profile gives {' and '.join(found)} without a user namespace, which can be root on the node"


def _annotations_of(names: Names, deployment: str) -> str:
    """Return the command that shows the annotations of a Deployment's pods."""
    return (
        f"kubectl get deployment {names.name(deployment)} --namespace={names.namespace}"
        " --output=jsonpath='{.spec.template.metadata.annotations}'"
    )


def _complaint(where: str, section: str, trait: str | None = None) -> str:
    """Return the problem of a name that JupyterHub does not know, with the name that you may mean."""
    try:
        check({section: {trait: None} if trait else {}}, where=where)
    except ValueError as error:
        return str(error)
    return ""
