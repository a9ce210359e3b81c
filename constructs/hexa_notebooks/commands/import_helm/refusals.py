"""Values of the right type that make no sense: the chart refuses them, crashes, or silently gets them wrong."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from hexa_notebooks.commands.import_helm.chart_values import BUDGETS, PROBES
from hexa_notebooks.commands.import_helm.shape import NEEDED, Problem
from hexa_notebooks.commands.import_helm.tree import Tree
from hexa_notebooks.commands.import_helm.values_yaml import Key, kind_of
from hexa_notebooks.model.config import did_you_mean

_SECTIONS = (
    *("Authenticator", "ConfigurableHTTPProxy", "CryptKeeper", "JupyterHub", "KubeSpawner", "OAuthenticator"),
    "Spawner",
)
_DIGITS = re.compile(r"(secret|token|password|client_id|(^|_)key)$")
"""Traits whose value may be digits only, which YAML then reads as a number."""
_IN_QUOTES = "without quotes YAML reads digits as a number, and loses some: write it in quotes"
_EXTENSIONS = (".yaml", ".yml", ".json", ".toml")
_APP_LABELS = tuple(f"app.kubernetes.io/{key}" for key in ("component", "instance", "name"))
_POD_LABELS = ("app", "component", "release", *_APP_LABELS)
_ACCESS = "hub.jupyter.org/network-access-"
_OWN_LABELS = {
    "hub.labels": (*_POD_LABELS, f"{_ACCESS}proxy-api", f"{_ACCESS}proxy-http", f"{_ACCESS}singleuser"),
    "prePuller.labels": _POD_LABELS,
    "proxy.labels": (*_POD_LABELS, f"{_ACCESS}hub", f"{_ACCESS}singleuser"),
    "proxy.service.labels": (*_POD_LABELS, "app.kubernetes.io/managed-by", "chart", "helm.sh/chart", "heritage"),
    "proxy.traefik.labels": (*_POD_LABELS, f"{_ACCESS}proxy-http"),
    "scheduling.userPlaceholder.labels": _POD_LABELS,
    "scheduling.userScheduler.labels": _POD_LABELS,
}
"""The labels that the chart sets beside those of the values."""
_REMOVED = {
    "rbac.enabled": "was removed from the chart; write rbac.create, and serviceAccount.create of each pod",
    "hub.fsGid": "was removed from the chart; write hub.podSecurityContext.fsGroup",
}


def refusals(tree: Tree) -> Iterator[Problem]:
    """Yield the mistakes that you must fix before the values can be carried over."""
    for check in _CHECKS:
        yield from check(tree)


def warnings(tree: Tree) -> Iterator[Problem]:
    """Yield mistakes that are carried over as the chart renders them."""
    for path in BUDGETS:
        if tree.get(f"{path}.enabled") and tree.has(f"{path}.maxUnavailable") and tree.has(f"{path}.minAvailable"):
            fix = "has both maxUnavailable and minAvailable, of which Kubernetes takes one; set the other to null"
            yield _key(path), fix
    if tree.get("proxy.chp.pdb.enabled") and tree.get("proxy.traefik.pdb.enabled"):
        yield (
            _key("proxy.traefik.pdb"),
            "the chart names this budget 'proxy', like that of proxy.chp; enable only one of them",
        )
    if _https(tree) == "letsencrypt" and not tree.get("proxy.https.hosts"):
        yield _key("proxy.https.hosts"), "is empty, so the chart leaves HTTPS off; name the hosts"
    placeholder, priority = "scheduling.userPlaceholder", "scheduling.podPriority.enabled"
    if tree.get(f"{placeholder}.enabled") and tree.get(f"{placeholder}.replicas", 0) > 0 and not tree.get(priority):
        yield _key(f"{placeholder}.replicas"), f"placeholders make no room for users without {priority}; set it to true"


def _key(path: str) -> Key:
    return tuple(path.split("."))


def _https(tree: Tree) -> str | None:
    return tree.get("proxy.https.type") if tree.get("proxy.https.enabled") else None


def _removed_keys(tree: Tree) -> Iterator[Problem]:
    yield from ((_key(path), problem) for path, problem in _REMOVED.items() if tree.has(path))


def _nulls(tree: Tree) -> Iterator[Problem]:
    """Yield the values that null removed, and that the chart needs with the others."""
    numbers = ("failureThreshold", "initialDelaySeconds", "periodSeconds", "timeoutSeconds")
    needed = [f"{probe}.{key}" for probe in PROBES for key in ("enabled", *numbers)]
    if tree.get("hub.db.type") == "sqlite-pvc":
        needed.append("hub.db.pvc")
    if tree.get("httpRoute.enabled"):
        needed.append("httpRoute.gateway")
    yield from ((_key(path), NEEDED) for path in needed if not tree.has(path))


def _missing(tree: Tree) -> Iterator[Problem]:
    """Yield the values that another setting requires, and that are not set."""
    required: dict[str, str] = {}
    if tree.get("imagePullSecret.create"):
        fix = "is required with imagePullSecret.create; write it, or create: false"
        required |= {
            f"imagePullSecret.{key}": fix
            for key in ("registry", "username", "password")
            if not tree.has(f"imagePullSecret.{key}")
        }
    if tree.get("singleuser.storage.type") == "static":
        required["singleuser.storage.static.pvcName"] = "is required for static storage; write the claim's name"
    match _https(tree):
        case "letsencrypt" if tree.get("proxy.https.hosts"):
            required["proxy.https.letsencrypt.contactEmail"] = "is required for letsencrypt; write an address"
        case "manual":
            fix = "is required for manual HTTPS; write it in PEM"
            required |= {"proxy.https.manual.key": fix, "proxy.https.manual.cert": fix}
        case "secret":
            required["proxy.https.secret.name"] = "is required for HTTPS from a Secret; write the Secret's name"
    yield from ((_key(path), fix) for path, fix in required.items() if not tree.get(path))


def _hub_config(tree: Tree) -> Iterator[Problem]:
    config = tree.get("hub.config", {})
    if config.get("JupyterHub") is None:
        yield _key("hub.config.JupyterHub"), NEEDED
    for section, traits in config.items():
        path = ("hub", "config", section)
        if not re.match("[A-Z]", section):
            lower = {known.lower(): known for known in _SECTIONS}
            hint = did_you_mean(lower.get(section.lower(), section), _SECTIONS)
            yield path, f"must be the name of a class, with a capital letter first, as in 'JupyterHub'{hint}"
        for trait, value in (traits or {}).items():
            if _DIGITS.search(trait) and isinstance(value, int | float) and not isinstance(value, bool):
                yield from _no_string(value, *path, trait)
    keys = (config.get("CryptKeeper") or {}).get("keys")
    if isinstance(keys, list):
        for index, item in enumerate(keys):
            yield from _no_string(item, "hub", "config", "CryptKeeper", "keys", index)
    elif keys is not None:
        yield from _no_string(keys, "hub", "config", "CryptKeeper", "keys")


def _no_string(value: Any, *path: str | int) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield path, f"must be a string, got {kind_of(value)}; {_IN_QUOTES}"


def _services(tree: Tree) -> Iterator[Problem]:
    for name, service in tree.get("hub.services", {}).items():
        for key in ("apiToken", "api_token"):
            if service.get(key) is not None:
                yield from _no_string(service[key], "hub", "services", name, key)


def _base_url(tree: Tree) -> Iterator[Problem]:
    if not tree.get("hub.baseUrl", "/").startswith("/"):
        yield _key("hub.baseUrl"), "must begin with a slash, as in '/jupyter'; the chart does not add it"


def _files(tree: Tree) -> Iterator[Problem]:
    for component in ("hub", "singleuser"):
        for name, file in tree.get(f"{component}.extraFiles", {}).items():
            yield from _file((component, "extraFiles", name), file)


def _file(path: Key, file: Mapping[str, Any]) -> Iterator[Problem]:
    contents = [key for key in ("data", "stringData", "binaryData") if file.get(key) is not None]
    if not file.get("mountPath"):
        yield path, "has no mountPath; write the absolute path of the file in the container"
    if len(contents) != 1:
        got = " and ".join(contents) or "none; what --set-file or --set gave to Helm belongs here too"
        yield path, f"must have one of data, stringData and binaryData, got {got}"
    elif not file[contents[0]]:
        yield (*path, contents[0]), "is empty, which the chart refuses; give it content, or remove the file"
    suffix = PurePosixPath(file.get("mountPath") or "").suffix
    if contents == ["data"] and file.get("mountPath") and suffix not in _EXTENSIONS:
        allowed = ", ".join(_EXTENSIONS)
        yield (
            (*path, "mountPath"),
            f"must end in one of {allowed} for data, got {suffix!r}; write the text as stringData",
        )
    if isinstance(file.get("binaryData"), str):
        try:
            base64.b64decode("".join(file["binaryData"].split()), validate=True)
        except (binascii.Error, ValueError):
            yield (*path, "binaryData"), "is not base64; write the output of base64, or plain text as stringData"
    mode = file.get("mode")
    if mode is not None and not 0 <= mode <= 0o777:
        yield (*path, "mode"), f"must be from 0 to 0777, got {mode}; write it in octal, with a 0 first, as in 0644"


def _environment(tree: Tree) -> Iterator[Problem]:
    for component in ("hub", "proxy.chp", "proxy.traefik", "singleuser"):
        path = _key(f"{component}.extraEnv")
        env = tree.get(f"{component}.extraEnv", {})
        if component == "singleuser" and isinstance(env, list):
            yield path, "must be a mapping, got a list, which crashes the hub; write 'NAME: value' lines"
            continue
        entries = [*enumerate(env)] if isinstance(env, list) else [*env.items()]
        names = [(entry.get("name") if isinstance(entry, Mapping) else None) or key for key, entry in entries]
        for (key, entry), name in zip(entries, names, strict=True):
            if names.count(name) > 1:
                yield (*path, key), f"sets {name!r}, and so does another entry; remove one"
            if isinstance(entry, Mapping):
                yield from _variable(entry, (*path, key), is_item=isinstance(env, list))
            elif isinstance(env, list):
                yield (*path, key), "must be a mapping with a name and a value, got a string"


def _variable(entry: Mapping[str, Any], path: Key, *, is_item: bool) -> Iterator[Problem]:
    if is_item and not isinstance(entry.get("name"), str):
        yield path, "needs a name that is a string; write name: and value:"
    source = entry.get("valueFrom", {})
    sources = source.values() if isinstance(source, Mapping) else [source]
    if source is not None and not all(isinstance(each, Mapping) for each in sources):
        yield (*path, "valueFrom"), "must be a mapping such as secretKeyRef: {name: a, key: b}"
    for key in ("name", "value"):
        text = entry.get(key, "")
        if not isinstance(text, str) and not (key == "value" and text is None):
            yield (*path, key), f"must be a string, got {kind_of(text)}; write it in quotes"


def _metadata_server(tree: Tree) -> Iterator[Problem]:
    policy = "singleuser.networkPolicy"
    allowed = f"{policy}.egressAllowRules.cloudMetadataServer"
    if tree.get(f"{policy}.enabled") and tree.get(allowed) and tree.get("singleuser.cloudMetadata.blockWithIptables"):
        fix = "is true, while singleuser.cloudMetadata.blockWithIptables blocks the server; set one of them to false"
        yield _key(allowed), fix


def _volumes(tree: Tree) -> Iterator[Problem]:
    for kind in ("extraVolumes", "extraVolumeMounts"):
        path = f"singleuser.storage.{kind}"
        items = tree.get(path, [])
        for index, item in enumerate(items if isinstance(items, list) else []):
            if not isinstance(item.get("name"), str):
                yield (*_key(path), index), "needs a name that is a string; write name: before the rest"


def _memory(tree: Tree) -> Iterator[Problem]:
    for bound in ("limit", "guarantee"):
        path = f"singleuser.memory.{bound}"
        amount = tree.get(path)
        if isinstance(amount, str) and amount and not re.fullmatch(r"[0-9]+(\.[0-9]+)?[KMGT]", amount):
            short = re.fullmatch(r"([0-9.]+[KMGT])(i|i?B)", amount)
            fix = f"; write {short[1]!r}, which is the same" if short else ""
            yield _key(path), f"must be bytes, or a number with K, M, G or T (of 1024), got {amount!r}{fix}"


def _profiles(tree: Tree) -> Iterator[Problem]:
    """Yield the parts of profiles that KubeSpawner cannot read. They would break the page with the profiles."""
    for index, profile in enumerate(tree.get("singleuser.profileList", [])):
        path: Key = ("singleuser", "profileList", index)
        yield from _override(profile, path)
        yield from _no_mapping(profile, "profile_options", path)
        for name, option in _entries(profile.get("profile_options")):
            place = (*path, "profile_options", name)
            if not isinstance(option, Mapping):
                yield place, f"must be a mapping, got {kind_of(option)}"
                continue
            yield from _no_mapping(option, "choices", place)
            choices = [((*place, "choices", key), choice) for key, choice in _entries(option.get("choices"))]
            if option.get("unlisted_choice") is not None:
                choices.append(((*place, "unlisted_choice"), option["unlisted_choice"]))
            for inner, choice in choices:
                if isinstance(choice, Mapping):
                    yield from _override(choice, inner)
                else:
                    yield inner, f"must be a mapping, got {kind_of(choice)}"


def _override(part: Mapping[str, Any], path: Key) -> Iterator[Problem]:
    yield from _no_mapping(part, "kubespawner_override", path)
    for trait, value in _entries(part.get("kubespawner_override")):
        if trait in ("extra_resource_guarantees", "extra_resource_limits"):
            yield from _no_mapping({trait: value}, trait, (*path, "kubespawner_override"))


def _entries(value: Any) -> list[tuple[str, Any]]:
    return [*value.items()] if isinstance(value, Mapping) else []


def _no_mapping(values: Mapping[str, Any], key: str, path: Key) -> Iterator[Problem]:
    value = values.get(key)
    if value is not None and not isinstance(value, Mapping):
        yield (*path, key), f"must be a mapping, got {kind_of(value)}"


def _labels(tree: Tree) -> Iterator[Problem]:
    problem = "the chart sets this label itself, so the pod would have it twice; remove it"
    for path, own in _OWN_LABELS.items():
        yield from (((*_key(path), label), problem) for label in tree.get(path, {}) if label in own)


_CHECKS: tuple[Callable[[Tree], Iterator[Problem]], ...] = (
    *(_removed_keys, _nulls, _missing, _volumes, _memory, _profiles, _hub_config, _services, _base_url, _files),
    *(_environment, _labels, _metadata_server),
)
