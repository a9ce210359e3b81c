"""The PriorityClasses: their settings, the pods that use them, and the refused mistakes."""

from typing import Any

import cdk8s
import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import PodPriority, PodPriorityConfig, UserSchedulerConfig
from hexa_notebooks.components.exposure.auto_https.config import AutoHttps
from hexa_notebooks.components.exposure.service_exposure.config import ServiceExposure
from hexa_notebooks.components.pod_priority.config import class_name
from hexa_notebooks.kubernetes.installation import Installation
from tests.manifests.chart_case import needs_cases, rendered, unlike
from tests.manifests.config_errors import explain
from tests.manifests.schemas import VERSIONS, problems
from tests.manifests.synthesis import MINIMAL, Object, delta, synth, to_yaml

ON = MINIMAL.evolve(pod_priority=PodPriorityConfig())
HEXA = Installation()


def classes(
    config: PodPriorityConfig, *, image_puller: bool, user_placeholder: bool, installation: Installation = HEXA
) -> dict[str, Object]:
    """Return the PriorityClasses by kind and name."""
    chart = cdk8s.Chart(cdk8s.App(), "00-cluster")
    PodPriority(
        chart,
        "pod-priority",
        config,
        installation=installation,
        image_puller=image_puller,
        user_placeholder=user_placeholder,
    )
    made: list[Object] = chart.to_json()
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in made}


def test_turned_on(snapshot: SnapshotAssertion) -> None:
    """The default class exists, and the hub, the proxy and user servers name it."""
    assert delta(synth(MINIMAL), synth(ON)) == snapshot


def test_classes_in_full(snapshot: SnapshotAssertion) -> None:
    """All three classes: placeholders are below pullers, and both are below users."""
    made = classes(PodPriorityConfig(), image_puller=True, user_placeholder=True)
    assert to_yaml(*made.values()) == snapshot


SETTINGS: dict[str, dict[str, Any]] = {
    "default": {"default": 5},
    "global_default": {"global_default": True},
    "image_puller": {"image_puller": -1},
    "user_placeholder": {"user_placeholder": -20},
    "descriptions": {"descriptions": {"user_placeholder": "Keeps room."}},
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_setting(setting: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """A setting changes just this."""
    before = classes(PodPriorityConfig(), image_puller=True, user_placeholder=True)
    assert delta(before, classes(PodPriorityConfig(**setting), image_puller=True, user_placeholder=True)) == snapshot


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_them(version: str) -> None:
    """Every class with every setting is valid in the schemas of each supported version."""
    for setting in SETTINGS.values():
        for made in classes(PodPriorityConfig(**setting), image_puller=True, user_placeholder=True).values():
            assert not problems(made, version), setting


def test_every_setting_has_its_difference() -> None:
    """Every field has a case above."""
    assert {field for setting in SETTINGS.values() for field in setting} == PodPriorityConfig.model_fields.keys()


@pytest.mark.parametrize(
    ("image_puller", "user_placeholder", "names"),
    [
        (False, False, {"hexa-default-priority"}),
        (True, False, {"hexa-default-priority", "hexa-image-puller-priority"}),
        (False, True, {"hexa-default-priority", "hexa-user-placeholder-priority"}),
    ],
    ids=["neither", "puller", "placeholder"],
)
def test_no_class_without_pods(*, image_puller: bool, user_placeholder: bool, names: set[str]) -> None:
    """A class exists only if pods use it."""
    made = classes(PodPriorityConfig(), image_puller=image_puller, user_placeholder=user_placeholder)
    assert {name.removeprefix("PriorityClass/") for name in made} == names


@pytest.mark.parametrize(
    ("installation", "names"),
    [
        (HEXA, ["hexa-default-priority", "hexa-image-puller-priority", "hexa-user-placeholder-priority"]),
        (Installation(fullname="x"), ["x", "x-image-puller", "x-user-placeholder"]),
    ],
    ids=["no prefix", "prefix"],
)
def test_names_are_the_charts(installation: Installation, names: list[str]) -> None:
    """With a name prefix, the default class has the prefix as its name. Without one, names say what they are for."""
    kinds = ("default", "image_puller", "user_placeholder")
    assert [class_name(installation, kind) for kind in kinds] == names  # type: ignore[arg-type]
    made = classes(PodPriorityConfig(), image_puller=True, user_placeholder=True, installation=installation)
    assert [name.removeprefix("PriorityClass/") for name in made] == names


def test_every_core_pod_has_the_common_priority() -> None:
    """The hub, the proxy, the TLS terminator and the scheduler are not evicted before user servers."""
    exposure = ServiceExposure(tls=AutoHttps(hosts=("hub.example.org",), contact_email="ops@example.org"))
    objects = synth(ON.evolve(exposure=exposure, user_scheduler=UserSchedulerConfig()))
    named = {
        made["metadata"]["name"]: made["spec"]["template"]["spec"]["priorityClassName"]
        for made in objects.values()
        if made["kind"] == "Deployment"
    }
    assert named == dict.fromkeys(("hub", "proxy", "autohttps", "user-scheduler"), "hexa-default-priority")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"default": 10**9 + 1}, "PodPriorityConfig.default: Input should be less than or equal to 1000000000; got"),
        ({"image_puller": -(2**31) - 1}, "PodPriorityConfig.image_puller: Input should be greater than or equal to"),
        ({"user_placeholder": "low"}, "PodPriorityConfig.user_placeholder: Input should be a valid integer"),
        (
            {"descriptions": {"user_placeholders": "a"}},
            "PodPriorityConfig.descriptions.user_placeholders.[key]: Input should be 'default', 'image_puller' or"
            " 'user_placeholder'; got 'user_placeholders'; did you mean 'user_placeholder'?",
        ),
        ({"enabled": True}, "PodPriorityConfig has no field 'enabled'"),
    ],
)
def test_refuses(fields: dict[str, Any], text: str) -> None:
    """Invalid input is refused, and the error names the field."""
    with pytest.raises(ValidationError) as refused:
        PodPriorityConfig(**fields)
    assert text in explain(refused.value)


CASES: dict[str, tuple[dict[str, Any], Installation | None]] = {
    "01-default": ({}, None),
    "17-fullname-string": (
        {"default": 5, "global_default": True, "image_puller": -1, "user_placeholder": -20},
        Installation(fullname="x", app="notebooks"),
    ),
    "24-scheduler-off": ({}, HEXA),
    "25-priority-placeholders": ({}, HEXA),
}


@needs_cases
@pytest.mark.parametrize("case", CASES)
def test_is_what_the_chart_renders(case: str) -> None:
    """All fields of the classes equal the chart's, including the descriptions."""
    fields, installation = CASES[case]
    chart = [made for made in rendered(case) if made["kind"] == "PriorityClass"]
    said = {made["metadata"]["labels"]["component"]: made["description"] for made in chart}
    kinds = {"default-priority": "default", "image-puller": "image_puller", "user-placeholder": "user_placeholder"}
    config = PodPriorityConfig(
        **{"global_default": False, **fields}, descriptions={kinds[name]: text for name, text in said.items()}
    )
    ours: list[Object] = []
    if installation is not None:
        made = classes(
            config,
            image_puller="image-puller" in said,
            user_placeholder="user-placeholder" in said,
            installation=installation,
        )
        ours = [*made.values()]
    assert unlike(case, ours, lambda made: made["kind"] == "PriorityClass") == []
