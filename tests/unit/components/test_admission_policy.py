"""The hub's admission policy: its objects, the effect of each setting, and the comparison that calls it looser.

`tests/integration/test_admission_policy.py` tests on an API server what the policy admits and refuses.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import AdmissionPolicyConfig, HubConfig, NotebooksConfig, ServiceAccountConfig
from hexa_notebooks.commands.diff.changes import compare
from hexa_notebooks.commands.diff.effects import effects
from hexa_notebooks.components.admission_policy.cel import ANYTHING, Pattern, excess, literal
from hexa_notebooks.components.admission_policy.servers import Servers
from hexa_notebooks.components.admission_policy.template import expanded, glob
from hexa_notebooks.manifests.manifest_set import read
from hexa_notebooks.storage.user_storage import claims_of
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

POLICY = "ValidatingAdmissionPolicy/hub.hexa-notebooks"
BINDING = "ValidatingAdmissionPolicyBinding/hub.hexa-notebooks"


def expressions(config: NotebooksConfig) -> dict[str, str]:
    """Return the policy's variables by name."""
    spec = next(made for key, made in synth(config).items() if key.startswith("ValidatingAdmissionPolicy/"))["spec"]
    return {variable["name"]: variable["expression"] for variable in spec["variables"]}


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """A minimal cluster gets exactly these objects."""
    objects = synth(MINIMAL)
    assert to_yaml(objects[POLICY], objects[BINDING]) == snapshot


def test_none_leaves_it_out() -> None:
    """`None` removes the policy and changes nothing else."""
    assert synth(MINIMAL).keys() - synth(MINIMAL.evolve(admission_policy=None)).keys() == {POLICY, BINDING}


SETTINGS: dict[str, Any] = {
    "action": AdmissionPolicyConfig(action="Audit"),
    "also_admits": AdmissionPolicyConfig(also_admits=({"service_account": "users-{any}"},)),
}


@pytest.mark.parametrize("policy", SETTINGS.values(), ids=SETTINGS)
def test_setting(policy: AdmissionPolicyConfig, snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    changed = MINIMAL.evolve(admission_policy=policy)
    old, new = expressions(MINIMAL), expressions(changed)
    lines = [
        f"{sign} {line.strip()}\n"
        for sign, one, other in (("-", old, new), ("+", new, old))
        for name in one
        for line in one[name].splitlines()
        if line not in other.get(name, "").splitlines()
    ]
    assert delta(synth(MINIMAL), synth(changed)) + "".join(lines) == snapshot


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert SETTINGS.keys() == AdmissionPolicyConfig.model_fields.keys()


def test_two_installations_have_two_policies() -> None:
    """Cluster-wide names contain the namespace and the name prefix, so they are unique."""
    trial = synth(MINIMAL.evolve(namespace=MINIMAL.namespace.evolve(name="trial")))
    assert trial["ValidatingAdmissionPolicyBinding/hub.trial"]["spec"]["matchResources"]["namespaceSelector"] == {
        "matchLabels": {"kubernetes.io/metadata.name": "trial"}
    }
    assert "ValidatingAdmissionPolicy/second-hub.hexa-notebooks" in synth(MINIMAL.evolve(fullname_override="second"))


def test_it_is_for_the_account_that_the_hub_runs_as() -> None:
    """The policy matches the hub's service account, whatever its name."""
    hub = HubConfig(service_account=ServiceAccountConfig(name="mine"))
    (condition,) = synth(MINIMAL.evolve(hub=hub))[POLICY]["spec"]["matchConditions"]
    assert condition["expression"] == "request.userInfo.username == 'system:serviceaccount:hexa-notebooks:mine'"


@pytest.mark.parametrize(
    ("section", "trait", "makes"),
    [
        ("JupyterHub", "internal_ssl", "Secrets and Services"),
        ("KubeSpawner", "services_enabled", "Services"),
        ("KubeSpawner", "enable_user_namespaces", "namespaces for users"),
    ],
)
def test_a_hub_that_makes_more_is_refused(section: str, trait: str, makes: str) -> None:
    """Synthesis refuses it. Otherwise the first start of a server would fail."""
    hub = HubConfig(override_traits={section: {trait: True}})
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(hub=hub)
    assert explain(refused.value) == (
        f"NotebooksConfig: admission_policy: {section}.{trait} makes the hub create {makes}, but the policy only"
        " admits pods and claims in the hub's namespace; remove the trait, or set admission_policy=None"
    )
    assert MINIMAL.evolve(hub=hub, admission_policy=None)


def test_claims_before_a_renaming_are_admitted() -> None:
    """The hub remembers the old names for servers that had one."""
    renamed = MINIMAL.singleuser.evolve(storage_renamed_from="home-{username} (naming version 1)")
    assert "home\\\\-[-.a-zA-Z0-9_]*" in expressions(MINIMAL.evolve(singleuser=renamed))["refused_volumes"]
    assert claims_of("a-{username}/x, gs://b/{username}, c (naming version 2)") == ["a-{username}", "c"]


def test_what_is_in_python_s_spelling_is_found() -> None:
    """KubeSpawner accepts both spellings."""
    pod, *_ = Servers.of({"KubeSpawner": {"extra_pod_config": {"host_pid": True, "runtime_class_name": "gvisor"}}}).pods
    assert pod["spec"]["hostPID"] is True
    assert pod["spec"]["runtimeClassName"] == "gvisor"
    # Where GKE runs it, which the RuntimeClass says by itself.
    assert pod["spec"]["nodeSelector"] == {"sandbox.gke.io/runtime": ANYTHING}
    sandbox = {"key": "sandbox.gke.io/runtime", "operator": "Equal", "value": "gvisor", "effect": "NoSchedule"}
    assert sandbox in pod["spec"]["tolerations"]


@pytest.mark.parametrize(
    ("profile", "annotation"),
    [
        ({"type": "Unconfined"}, "unconfined"),
        ({"type": "RuntimeDefault"}, "runtime/default"),
        ({"type": "Localhost", "localhostProfile": "mount"}, "localhost/mount"),
    ],
)
@pytest.mark.parametrize("trait", ["container_security_context", "pod_security_context"])
def test_app_armor_may_be_repeated(trait: str, profile: Object, annotation: str) -> None:
    """Kubernetes 1.33 and older may repeat a container's own profile, or the pod's, as an annotation."""
    pods = Servers.of({"KubeSpawner": {trait: {"appArmorProfile": profile}}}).pods
    key = "container.apparmor.security.beta.kubernetes.io/notebook"
    assert {pod["metadata"]["annotations"].get(key) for pod in pods} == {None, annotation}


def test_a_profile_is_merged_as_kube_spawner_merges_it() -> None:
    """Objects merge by key; null removes a key. Other values are replaced. With profiles, no pod lacks one."""
    profile = {"slug": "a", "kubespawner_override": {"node_selector": {"b": "2", "a": None}, "cmd": ["x"]}}
    traits = {"KubeSpawner": {"node_selector": {"a": "1"}, "cmd": ["y"], "profile_list": [profile]}}
    (variant,) = Servers.of(traits).variants
    assert (variant["node_selector"], variant["cmd"]) == ({"b": "2"}, ["x"])


@pytest.mark.parametrize(
    ("template", "pattern"),
    [
        ("claim", "claim"),
        ("{{a}}", "{a}"),
        ("a.{username}", r"a\.[-.a-zA-Z0-9_]*"),
        ("{unescaped_username}", ".*"),
        ("x{any}", "x.*"),
        ("{pvc_name}", r"(?:claim\-[-.a-zA-Z0-9_]*|old)"),
        ("echo ${HOME", "echo ${HOME"),
    ],
)
def test_templates(template: str, pattern: str) -> None:
    """A template becomes a pattern of its possible values. A string without placeholders is unchanged."""
    found = expanded(template, {"pvc_name": ("claim-{username}", "old")})
    assert found == pattern
    assert isinstance(found, Pattern) == (pattern not in ("claim", "{a}", "echo ${HOME"))


@pytest.mark.parametrize(
    ("allowed", "image", "admitted"),
    [
        ("a/*", "a/b:1", True),
        ("a/*", "b/a/c", False),
        ("a.b/?", "a.b/c", True),
        ("a.b/?", "aXb/c", False),
        ("a[!b]", "ac", True),
        ("a[!b]", "ab", False),
        ("a[bc]", "ab", True),
    ],
)
def test_globs(allowed: str, image: str, admitted: bool) -> None:
    """Images are allowed by the patterns of `fnmatch`."""
    assert glob(allowed).admits(image) is admitted


def test_literals() -> None:
    """A literal cannot break out of its expression."""
    assert literal("a'b\\c\"\n") == "'a\\'b\\\\c\"\\n'"
    assert literal({"a": 1, "b": ["x"]}) == "{'a': dyn(1), 'b': dyn(['x'])}"
    assert literal([True]) == "[true]"
    assert literal("\U0001f600\x00") == "'\U0001f600\\u0000'"


def test_what_every_example_has_must_be_there() -> None:
    """A field that only some examples have is optional."""
    found = excess("x", "x", [{"a": "1", "b": "2"}, {"a": "3"}, {"a": "4", "c": ANYTHING}])
    assert "['a'].filter(key, !(key in x))" in found
    assert "'a': ['1', '3', '4']" in found
    assert "'c': []" in found


def policy_and_binding() -> list[Object]:
    """Return the two objects."""
    return [deepcopy(synth(MINIMAL)[key]) for key in (POLICY, BINDING)]


def told(folder: Path, old: list[Object], new: list[Object]) -> list[tuple[str, str, str]]:
    """Return the level, the object and the text of each finding of a comparison about admission."""
    sets = []
    for name, objects in (("old", old), ("new", new)):
        (folder / name).write_text(to_yaml(*objects))
        sets.append(read(str(folder / name)))
    found = effects(compare(*sets))
    return [(effect.level, effect.object, effect.text) for effect in found if effect.kind == "admission"]


def put(path: str, value: Any) -> Any:
    """Return a function that sets a field of an object, or removes it if the value is `...`."""

    def change(made: Object) -> None:
        *parents, field = (int(key) if key.isdigit() else key for key in path.split("/"))
        parent: Any = made
        for key in parents:
            parent = parent[key]
        if value is ...:
            del parent[field]
        else:
            parent[field] = value(parent[field]) if callable(value) else value

    return change


VOLUMES = next(
    index
    for index, variable in enumerate(synth(MINIMAL)[POLICY]["spec"]["variables"])
    if variable["name"] == "refused_volumes"
)
VOLUMES_TEXT = f"spec/variables/{VOLUMES}/expression"
PODS = next(
    index
    for index, variable in enumerate(synth(MINIMAL)[POLICY]["spec"]["variables"])
    if variable["name"] == "refused_pods"
)
LOOSER: dict[str, tuple[int, Any, str]] = {
    "warn": (1, put("spec/validationActions", ["Warn"]), "no longer refuses anything: its action is Warn"),
    "audit": (1, put("spec/validationActions", ["Audit"]), "no longer refuses anything: its action is Audit"),
    "no-action": (1, put("spec/validationActions", ...), "no longer refuses anything: its action is nothing"),
    "another-policy": (1, put("spec/policyName", "other"), "changes its policyName"),
    "another-namespace": (
        1,
        put("spec/matchResources/namespaceSelector/matchLabels", {"kubernetes.io/metadata.name": "x"}),
        "changes its matchResources",
    ),
    "ignore": (0, put("spec/failurePolicy", "Ignore"), "its failurePolicy is no longer Fail"),
    "another-account": (
        0,
        put("spec/matchConditions/0/expression", "false"),
        "changes its matchConditions, the requests that it checks",
    ),
    "fewer-requests": (
        0,
        put("spec/matchConstraints/resourceRules/0/operations", ["UPDATE"]),
        "changes its matchConstraints, the resources that it checks",
    ),
    "no-validation": (
        0,
        put("spec/validations/1", ...),
        "may admit more: The hub's configuration makes no such",
    ),
    "always-true": (
        0,
        put("spec/validations/0/expression", "true"),
        "may admit more: The hub may create pods",
    ),
    "no-variable": (0, put(f"spec/variables/{VOLUMES}", ...), "may admit more: refused_volumes"),
    "empty": (0, put(VOLUMES_TEXT, "''"), "may admit more: refused_volumes"),
    "short-cut": (
        0,
        put(VOLUMES_TEXT, lambda text: f"true ? '' : {text}"),
        "may admit more: refused_volumes",
    ),
    "one-line": (
        0,
        put(VOLUMES_TEXT, lambda text: "\n".join(text.splitlines()[:3] + text.splitlines()[4:])),
        "may admit more: refused_volumes",
    ),
    "any-account": (
        0,
        put(
            f"spec/variables/{PODS}/expression",
            lambda text: text.replace("'serviceAccountName': ['default']", "'serviceAccountName': []"),
        ),
        "may admit more: refused_pods",
    ),
}


@pytest.mark.parametrize("case", LOOSER)
def test_a_looser_policy_is_unsafe(case: str, tmp_path: Path) -> None:
    """Any rule that is removed or no longer enforced is unsafe."""
    which, change, text = LOOSER[case]
    new = policy_and_binding()
    change(new[which])
    found = told(tmp_path, policy_and_binding(), new)
    assert [level for level, *_ in found] == ["unsafe"]
    assert text in found[0][2]


@pytest.mark.parametrize("index", [0, 1], ids=["policy", "binding"])
def test_a_removed_policy_is_unsafe(index: int, tmp_path: Path) -> None:
    """So is a removed binding: without it, the policy has no effect."""
    objects = policy_and_binding()
    found = told(tmp_path, objects, [objects[1 - index]])
    assert [(level, text) for level, _, text in found] == [
        ("unsafe", "is removed: the objects that it refuses will be admitted")
    ]


def test_another_value_is_a_warning(tmp_path: Path) -> None:
    """A new value in the cluster file is admitted, but no rule is lost."""
    other = MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(uid=1001))
    new = synth(other)
    found = told(tmp_path, policy_and_binding(), [new[POLICY], new[BINDING]])
    assert [(level, text) for level, _, text in found] == [
        ("warning", "admits other objects because of refused_containers")
    ]


def test_stricter_is_no_news(tmp_path: Path) -> None:
    """A new or stricter policy is not reported, and neither is an equal one."""
    objects = policy_and_binding()
    nothing = [synth(MINIMAL)["Namespace/hexa-notebooks"]]
    assert told(tmp_path, nothing, objects) == told(tmp_path, objects, objects) == []
    trial = policy_and_binding()
    put("spec/validationActions", ["Audit"])(trial[1])
    assert told(tmp_path, trial, objects) == []


@pytest.mark.parametrize("spec", [None, [], "x", {"validations": 1, "variables": [1], "validationActions": "Deny"}])
def test_malformed_policies_are_compared_all_the_same(spec: Any, tmp_path: Path) -> None:
    """Only the API server validates policies."""
    new = [made | {"spec": spec} for made in policy_and_binding()]
    assert {level for level, *_ in told(tmp_path, policy_and_binding(), new)} == {"unsafe"}
