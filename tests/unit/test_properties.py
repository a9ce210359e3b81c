"""For any configuration, synthesis is complete and deterministic, or one error names the field."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
import yaml
from annotated_types import MinLen
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue, TypeAdapter, ValidationError

from hexa_notebooks import (
    AffinityConfig,
    AutoHttps,
    ChartNetworkPolicy,
    Config,
    DisruptionBudgetConfig,
    EnvVar,
    GcsFuseCsi,
    HookPullerConfig,
    HubConfig,
    HubServiceConfig,
    ImagePullerConfig,
    ImagesConfig,
    NativeAuthenticator,
    NodeRequirement,
    NotebooksConfig,
    OtherAuthenticator,
    OtherDatabase,
    ProxyConfig,
    RegionalAddress,
    ResourcesConfig,
    SecretSyncConfig,
    ServiceExposure,
    ServiceHttpRoute,
    ServiceIngress,
    SharedPvc,
    SingleuserConfig,
    SqlitePvc,
    Toleration,
    UserFile,
    UserPlaceholderConfig,
    UserSchedulerConfig,
)
from hexa_notebooks.images import catalogue
from hexa_notebooks.kubernetes.json_objects import JsonObject
from hexa_notebooks.notebooks.synth import synth
from tests.manifests.config_errors import explain
from tests.manifests.config_models import MODELS, is_discriminator
from tests.manifests.synthesis import synth as objects_of
from tests.paths import ROOT

Values = dict[str, Any]

bounded = settings(
    deadline=None,
    # Without shrinking, which may take minutes for what is as large as a configuration. On CI the examples are always
    # the same: Hypothesis sees to that by itself.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

HOSTILE_TEXTS = [
    *("", " ", "\n", "\0", "a\nb: c", "a\r\n ", "\x1b[0m", "\x85", "\u2028", "\ufeff", "\ud800", "é", "😀"),
    *("'", '"', "---", "- x", "#", "a #b", "=", "<<", "~", "*a", "&a", "!!str", "@", "`", "%", "|", ">", "?", ": "),
    *("yes", "No", "null", "0o7", "010", "1_000", "1e3", ".5", "12:30:45", "0x1F", "2026-01-01", ".nan", "true"),
    *("{", "}", "{{", "{username}", "$(HOME)", "${X}", "%s", "latest", "512Mb", "10.0.0.1/8", "*.a.b", "a" * 300),
]
UNWRITABLE = {"\x85", "\u2028", "\ud800"}
PIECES = [
    *(None, True, False, 0, 1, 2, 60, 3600, 8443, 30080, 2**30, 0.5),
    *("a", "hexa-notebooks", "x" * 63, "hub.example.org", "example.org/team", "A_B", "SYS_ADMIN", "10-extra.py"),
    *(
        "512M",
        "2G",
        "0s",
        "1h",
        "250m",
        "512Mi",
        "50%",
        "10.0.0.0/8",
        "fd00::/8",
        "203.0.113.10",
        "2001:db8::1",
        "/home",
        "'self'",
    ),
    *("https://app.example.org", "http://app.hexa-app.svc:8000", "my-project:europe-west1:hexa-main"),
    *("quay.io/jupyter/base-notebook:2026-01-19", f"gcr.io/proxy@sha256:{'0' * 64}"),
    *("docker.io", "mirror.example.org:5000/dockerhub"),
    *("hexa-notebooks@my-project.iam.gserviceaccount.com", "oauthenticator.google.GoogleOAuthenticator"),
    *("LDAPAuthenticator.bind_password", "{username}", "PreferDualStack", "aGVsbG8="),
    *HOSTILE_TEXTS,
]
"""What fields are filled with: each takes from these what its type allows, and has to refuse the others."""

WRITABLE = [text for text in HOSTILE_TEXTS if text not in UNWRITABLE]
HARD = [
    "",
    "\n",
    "\0",
    "a\r\n ",
    "\x1b[0m",
    "\ufeff",
    "😀",
    "- x",
    "a #b",
    "=",
    "~",
    "&a",
    "%",
    ": ",
    "No",
    "1e3",
    "{x}",
    "$(X)",
]
OBJECTS: list[Any] = [{}, {"key": "value", "list": [1, {"deep": None}]}, {text: [text] for text in HARD}]
"""Parts of Kubernetes' objects, whatever they say."""

VARIABLES = [{"name": f"V{index}", "value": text} for index, text in enumerate(HARD)]
RULE = {"ports": [{"port": 9000, "protocol": "TCP"}]}
TERM = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "1e3"}}}
NODES = {"matchExpressions": [{"key": "zone", "operator": "Exists"}]}

FITTING: dict[Any, list[Any]] = {
    NodeRequirement: [{"key": "zone", "values": ["a", "b"]}, {"key": "example.org/gpu", "operator": "Exists"}],
    DisruptionBudgetConfig: [{"max_unavailable": 1}, {"min_available": "50%", "evict_unhealthy": False}],
    Toleration: [{"key": "team", "value": "a"}, {"operator": "Exists", "effect": "NoExecute"}],
    ResourcesConfig: [
        {"cpu_request": "100m", "memory_request": "64Mi", "memory_limit": "1Gi"},
        {"cpu_request": "1", "cpu_limit": "2", "memory_request": "1e9", "memory_limit": "2G"},
    ],
    (ImagesConfig, "accepted_risks"): [{}],
    (ImagesConfig, "digests"): [{}, {catalogue.PROXY: f"sha256:{'0' * 64}"}],
    (HubConfig, "strategy"): [{"type": "Recreate"}, {}],
    (ProxyConfig, "strategy"): [{"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "50%"}}],
    (HubConfig, "lifecycle"): [{}, {"preStop": {"exec": {"command": HARD}}}],
    (HubConfig, "role_rules"): [None, [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]],
    (SqlitePvc, "selector"): [{}, {"matchLabels": {"tier": "1e3"}}],
    (ChartNetworkPolicy, "ingress"): [[], [RULE]],
    (ChartNetworkPolicy, "egress"): [[], [RULE]],
    (ServiceIngress, "extra_paths"): [
        [],
        [{"path": "/x", "pathType": "Prefix", "backend": {"service": {"name": "x", "port": {"number": 80}}}}],
    ],
    (ServiceIngress, "tls"): [[], [{"hosts": ["a.example.org"], "secretName": "tls"}]],
    (AffinityConfig, "node_required"): [[], [NODES]],
    (AffinityConfig, "node_preferred"): [[], [{"weight": 1, "preference": NODES}]],
    (AffinityConfig, "pod_required"): [[], [TERM]],
    (AffinityConfig, "pod_preferred"): [[], [{"weight": 100, "podAffinityTerm": TERM}]],
    (AffinityConfig, "anti_pod_required"): [[], [TERM]],
    (AffinityConfig, "anti_pod_preferred"): [[], [{"weight": 1, "podAffinityTerm": TERM}]],
    (ImagePullerConfig, "container_security_context"): [None, {}, {"runAsUser": 1000}],
    (HookPullerConfig, "pull_security_context"): [None, {}, {"runAsUser": 1000}],
    (SecretSyncConfig, "container_security_context"): [None, {}, {"runAsUser": 1000}],
    (HubConfig, "traits"): [
        {"JupyterHub": {"admin_access": True}, "KubeSpawner": {"image_pull_policy": "Always"}},
        {"JupyterHub": {"template_vars": {text: text for text in WRITABLE}}},
    ],
    (HubConfig, "override_traits"): [{}, {"JupyterHub": {"concurrent_spawn_limit": 3}, "Ours": {"any": HARD}}],
    (HubConfig, "secrets"): [{}, {"MAIL_PASSWORD": {"key": "mail-password"}}],
    (HubConfig, "values"): [{}, {"custom": {text: text for text in HARD}}],
    (OtherAuthenticator, "secrets"): [{}, {"LDAPAuthenticator.bind_password": {"key": "ldap"}}],
    (OtherAuthenticator, "traits"): [{}, {"LDAPAuthenticator": {text: text for text in HARD}}],
    (ProxyConfig, "resources"): [{"cpu_request": "100m", "memory_request": "64Mi", "memory_limit": "1Gi"}],
    (NativeAuthenticator, "traits"): [{"admin_users": ["anna"]}, {"allowed_users": ["é", "{", "#"]}],
    (NativeAuthenticator, "secrets"): [{}, {"client_secret": {"key": "client-secret"}}],
    (SingleuserConfig, "profiles"): [
        [],
        [
            {"slug": "a", "display_name": "A: {x}", "default": True, "mem_limit": "1G"},
            {"slug": "b", "display_name": "#"},
        ],
    ],
    (NotebooksConfig, "external_secrets"): [
        [],
        [{"store": "gcp", "refresh_interval_s": 0}],
        [{"store": "a.b", "remote_ref": {"key": "- #: \U0001f600", "property": "{key}: {secret}\n"}}],
    ],
    (SingleuserConfig, "cpu_guarantee"): [0.05, None],
    (SingleuserConfig, "mem_guarantee"): ["512M"],
    EnvVar: [{"value": "$(A)"}, {"value_from": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
    JsonObject: OBJECTS,
    JsonValue: [*HARD, None, True, 0.5, *OBJECTS],
    OtherDatabase: [
        {"kind": "other", "url": "mysql://hub@db/hub", "password": {"key": "a"}, "upgrade": True},
        {"kind": "other", "url": "#", "port": 5432},
        {"kind": "other"},
    ],
    GcsFuseCsi: [
        {"kind": "gcs-fuse-csi", "bucket": "homes", "service_account": "users"},
        {
            "kind": "gcs-fuse-csi",
            "bucket": "hexa_homes.example.org",
            "service_account": "user-{username}",
            "only_dir": None,
            "one_folder": True,
            "mount_options": ["file-mode=664"],
        },
    ],
    SharedPvc: [
        {"kind": "shared-pvc", "claim": "homes", "sub_path": "a/{username}"},
        {"kind": "shared-pvc", "claim": "homes", "sub_path": None, "one_folder": True},
    ],
    UserFile: [{"mount_path": "/etc/motd", "text": "{: #"}, {"mount_path": "/a", "binary": "aGk=", "mode": 0o400}],
}
for model in (AutoHttps, HubConfig, ImagePullerConfig, ProxyConfig, UserPlaceholderConfig, UserSchedulerConfig):
    FITTING |= {
        (model, "pod_security_context"): [None, {}, {"runAsUser": 1000, "fsGroup": 100}],
        (model, "container_security_context"): [None, {}, {"runAsUser": 1000, "capabilities": {"drop": ["ALL"]}}],
        (model, "init_containers"): [[], [{"name": "init", "image": "a:1"}]],
        (model, "extra_containers"): [[], [{"name": "beside", "image": "a:1", "env": VARIABLES}]],
        (model, "extra_volumes"): [[], [{"name": "further", "emptyDir": {}}]],
        (model, "extra_volume_mounts"): [[], [{"name": "further", "mountPath": "/further"}]],
        (model, "extra_pod_spec"): [{}, {"dnsConfig": {"options": [{"name": "ndots", "value": "1e3"}]}}],
    }
for name in ("init_containers", "extra_containers"):
    FITTING[SingleuserConfig, name] = FITTING[HubConfig, name]
FITTING[HubServiceConfig, "extra_ports"] = [[], [{"name": "further", "port": 9000}]]
FITTING[ServiceExposure, "extra_ports"] = FITTING[HubServiceConfig, "extra_ports"]
FITTING[ServiceHttpRoute, "parent_refs"] = [[{"name": "shared"}], [{"name": "a", "namespace": ""}, {"name": "b"}]]
FITTING[UserSchedulerConfig, "image"] = [f"registry.k8s.io/kube-scheduler:v1.{minor}.1" for minor in (30, 37)]
FITTING[UserSchedulerConfig, "plugin_config"] = [[], [{"name": "NodeResourcesFit", "args": {"deep": OBJECTS}}]]
FITTING[AutoHttps, "contact_email"] = ["acme@example.org"]
FITTING[AutoHttps, "extra_ports"] = [[], [{"name": "ssh", "containerPort": 8022}]]
"""Models and fields whose values must fit together, or are known by more than their type."""


def accepts(annotation: Any, value: Any) -> bool:
    """Return whether a type accepts a value."""
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


def valid(annotation: Any, *metadata: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for valid values of a type, as plain data."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in FITTING:
        return st.sampled_from(FITTING[annotation])
    if origin is Annotated:
        return valid(arguments[0], *arguments[1:], *metadata)
    if isinstance(annotation, type) and issubclass(annotation, Config):
        return valid_model(annotation)
    if origin in (Union, UnionType):
        return st.one_of([valid(part, *metadata) for part in arguments])
    if annotation is NoneType:
        return st.none()
    if origin is tuple:
        least = max((item.min_length for item in metadata if isinstance(item, MinLen)), default=0)
        return st.lists(valid(arguments[0]), min_size=least, max_size=2)
    if origin is dict:
        return st.dictionaries(valid(arguments[0]), valid(arguments[1]), max_size=2)
    if origin is Literal:
        return st.sampled_from(arguments)
    kind = Annotated[annotation, *metadata] if metadata else annotation
    fitting = [piece for piece in PIECES if accepts(kind, piece)]
    assert fitting, f"no piece fits {annotation} {metadata}: add one to PIECES"
    return st.sampled_from(fitting)


@cache
def valid_model(model: type[Config]) -> st.SearchStrategy[Values]:
    """Return a strategy for the fields of a model, each valid on its own. Fields with a default may be left out."""
    needed: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        kind = (model, name)
        made = st.sampled_from(FITTING[kind]) if kind in FITTING else valid(field.annotation, *field.metadata)
        (needed if field.is_required() or is_discriminator(model, name) else optional)[name] = made
    return st.fixed_dictionaries(needed, optional=optional)


CONFIGURATIONS = valid_model(NotebooksConfig).filter(lambda values: accepts(NotebooksConfig, values))
"""Fields of `NotebooksConfig` that go together."""

FIELDS = {name for model in MODELS.values() for name in model.model_fields}

# Without tabs, which kubectl reads but PyYAML does not where a quoted key comes before.
ANY_TEXT = st.text(st.characters(exclude_characters="\t"))

HOSTILE = st.one_of(
    ANY_TEXT,
    st.sampled_from(PIECES),
    st.sampled_from([-1, 10**30, float("nan"), float("-inf"), b"x", "\ud800", [None], {}, {"": ""}, {"kind": "none"}]),
    st.sampled_from([{"$env": "X"}, RegionalAddress(name="a"), object, {1: 2}]),
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every item, at any depth."""
    for key in sorted(value) if isinstance(value, dict) else range(len(value)):
        yield (*at, key)
        if isinstance(value[key], dict | list):
            yield from paths(value[key], (*at, key))


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[Values, tuple[Any, ...]]:
    """Return a configuration with an arbitrary value or key at one place, and the path to it."""
    values = deepcopy(draw(CONFIGURATIONS))
    *way, key = draw(st.sampled_from(list(paths(values))))
    node: Any = values
    for step in way:
        node = node[step]
    if isinstance(node, dict) and draw(st.integers(0, 4)) == 4:
        item = node.pop(key)
        key = draw(ANY_TEXT | st.sampled_from(HOSTILE_TEXTS))
        node[key] = item
    else:
        node[key] = draw(HOSTILE)
    return values, (*way, key)


class UniqueKeys(yaml.SafeLoader):
    """A YAML loader that refuses duplicate keys, as Kubernetes does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping."""
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"a key twice in {keys}"
        return super().construct_mapping(node, deep)


# PyYAML alone takes these two for something else than strings.
for tag in ("value", "merge"):
    UniqueKeys.add_constructor(f"tag:yaml.org,2002:{tag}", lambda _, node: node.value)


def written(config: NotebooksConfig) -> dict[str, bytes]:
    """Return the files of a synthesis, by path."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "out")
        synth(config, out)
        return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def check_manifests(files: dict[str, bytes], config: NotebooksConfig) -> None:
    """Check that the files contain the objects, with unique names for each object and its parts."""
    manifests = [yaml.load(text, UniqueKeys) for text in files.values()]  # noqa: S506 (a safe loader)
    assert {f"{made['kind']}/{made['metadata']['name']}": made for made in manifests} == objects_of(config)
    assert all(isinstance(name, str) and name for name in names(manifests))


def names(value: Any) -> Iterator[Any]:
    """Yield each value of a `name` key, at any depth."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            yield from names(item)
    if isinstance(value, dict) and "name" in value:
        yield value["name"]


def digest(drawn: list[Values]) -> str:
    """Return a digest of the synthesised output of several configurations."""
    files = [written(NotebooksConfig(**values)) for values in drawn]
    return hashlib.sha256(repr(files).encode()).hexdigest()


@settings(bounded, max_examples=25)
@given(CONFIGURATIONS)
def test_valid_configuration_synthesises_to_the_same_files_each_time(values: Values) -> None:
    """The files contain the objects as YAML, and equal configurations give equal bytes."""
    config, equal = NotebooksConfig(**values), NotebooksConfig(**deepcopy(values))
    assert config == equal
    files = written(config)
    check_manifests(files, config)
    assert written(equal) == files


@settings(bounded, max_examples=150)
@given(spoiled())
def test_any_configuration_synthesises_or_is_refused_with_the_field(made: tuple[Values, tuple[Any, ...]]) -> None:
    """No other outcome occurs, such as another exception or invalid YAML."""
    values, path = made
    try:
        config = NotebooksConfig(**values)
    except ValidationError as error:
        refused = error
    else:
        check_manifests(written(config), config)
        return
    told = explain(refused)
    # Of a text that no YAML can hold only the field is told, and not where in the field's JSON it is.
    fields = [part for part in path if part in FIELDS]
    names = fields[1:] or fields
    # The key, or where two fields do not go together the value, may be what is named.
    assert any(text in told for text in (*names, repr(path[-1]), repr(reduce(getitem, path, values))))
    assert 1 <= len(told.splitlines()) <= refused.error_count()


@settings(bounded, max_examples=100)
@given(CONFIGURATIONS, valid_model(NotebooksConfig), st.data())
def test_evolving_is_constructing_anew(values: Values, others: Values, data: st.DataObject) -> None:
    """A changed copy equals a new configuration with the same fields, and is refused in the same cases."""
    changes = {name: others[name] for name in data.draw(st.sets(st.sampled_from(sorted(others))))}
    config, together = NotebooksConfig(**values), values | changes
    if accepts(NotebooksConfig, together):
        assert config.evolve(**changes) == NotebooksConfig(**together)
    else:
        with pytest.raises(ValidationError):
            config.evolve(**changes)


def test_neither_hashes_nor_the_environment_reach_a_manifest() -> None:
    """Hash seed, time zone, locale and environment do not change a byte."""
    drawn: list[Values] = []

    @settings(bounded, max_examples=15)
    @given(CONFIGURATIONS)
    def draw(values: Values) -> None:
        drawn.append(values)

    draw()
    code = "import json, sys; from tests.unit.test_properties import digest; print(digest(json.load(sys.stdin)))"
    others: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "CDK8S_DISABLE_SORT": "1", "CDK8S_OUTDIR": "x"},
        {"PYTHONHASHSEED": "2", "LANG": "tr_TR.UTF-8", "CDK8S_RECORD_CONSTRUCT_METADATA": "true", "PGPASSWORD": "x"},
    ]
    digests = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, **other},
            input=json.dumps(drawn),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout.strip()
        for other in others
    ]
    assert digests == [digest(drawn)] * 2
