"""Options of a profile: each changes what it names, and everything that lists user servers takes them into account."""

from typing import Any

import pytest
from pydantic import ValidationError

from hexa_notebooks import (
    ImagePullerConfig,
    NotebooksConfig,
    Profile,
    ProfileChoice,
    ProfileOption,
    SingleuserConfig,
    UserPlaceholderConfig,
)
from tests.manifests.config_errors import explain
from tests.manifests.kube_spawner import user_pod
from tests.manifests.synthesis import MINIMAL, Object, synth

BASE, R, JULIA = (f"quay.io/jupyter/{name}-notebook:2026-01-19" for name in ("base", "r", "julia"))
IMAGE = ProfileOption(
    display_name="Image",
    choices={
        "r": ProfileChoice(display_name="R", image=R),
        "julia": ProfileChoice(
            display_name="Julia", image=JULIA, mem_guarantee="4G", mem_limit="8G", node_selector={"pool": "big"}
        ),
    },
)
LARGE = Profile(
    slug="large",
    display_name="Large",
    default=True,
    mem_limit="6G",
    node_selector={"zone": "a"},
    options={"image": IMAGE},
)


def cluster(*profiles: Profile, **fields: Any) -> NotebooksConfig:
    """Return a configuration with profiles."""
    return MINIMAL.evolve(singleuser=SingleuserConfig(image=BASE, profiles=profiles), **fields)


def shape(pod: Object) -> tuple[str, int, dict[str, str]]:
    """Return a pod's image, its memory limit in bytes and its node selector."""
    (container,) = pod["spec"]["containers"]
    return container["image"], container["resources"]["limits"]["memory"], pod["spec"]["nodeSelector"]


def test_first_choice_is_the_default() -> None:
    """The first choice applies to servers without a selection, unless another choice is marked as default."""
    assert shape(user_pod(cluster(LARGE))) == (R, 6 * 2**30, {"zone": "a"})
    julia = IMAGE.choices["julia"].evolve(default=True)
    option = IMAGE.evolve(choices=IMAGE.choices | {"julia": julia})
    made = user_pod(cluster(LARGE.evolve(options={"image": option})))
    assert shape(made) == (JULIA, 8 * 2**30, {"zone": "a", "pool": "big"})


def test_choice_wins_over_its_profile_and_keeps_the_rest() -> None:
    """Node selectors are merged, and the home folder stays."""
    config = cluster(LARGE)
    chosen = user_pod(config, profile="large", choices={"image": "julia"})
    assert shape(chosen) == (JULIA, 8 * 2**30, {"zone": "a", "pool": "big"})
    assert chosen["spec"]["volumes"] == user_pod(config)["spec"]["volumes"]


def test_placeholders_are_like_a_server_by_default() -> None:
    """Placeholders have the requests of the default profile with its default choices."""
    julia = ProfileOption(display_name="Image", choices={"julia": IMAGE.choices["julia"]})
    config = cluster(LARGE.evolve(options={"image": julia}), user_placeholder=UserPlaceholderConfig(replicas=0))
    pod = synth(config)["StatefulSet/user-placeholder"]["spec"]["template"]["spec"]
    assert pod["nodeSelector"] == {"zone": "a", "pool": "big"}
    assert pod["containers"][0]["resources"]["requests"]["memory"] == "4Gi"


def test_pullers_fetch_the_images_of_choices() -> None:
    """The images are pulled on the nodes that the choice selects."""
    made = synth(cluster(LARGE, image_puller=ImagePullerConfig()))
    fetched = {
        tuple(sorted(spec["nodeSelector"].items())): {container["image"] for container in spec["initContainers"]}
        for name, each in made.items()
        if name.startswith("DaemonSet/")
        for spec in [each["spec"]["template"]["spec"]]
    }
    assert R in fetched[("zone", "a"),]
    assert JULIA in fetched[("pool", "big"), ("zone", "a")]


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        ({"choices": {}}, "ProfileOption.choices: Dictionary should have at least 1 item"),
        ({"choices": {"A b": IMAGE.choices["r"]}}, "'A b' is not a profile's slug"),
        (
            {"choices": {slug: choice.evolve(default=True) for slug, choice in IMAGE.choices.items()}},
            "ProfileOption: choices: only one can be the default, got 'r', 'julia'",
        ),
    ],
)
def test_option_that_cannot_be_shown_is_refused(option: dict[str, Any], problem: str) -> None:
    """The error names the mistake."""
    with pytest.raises(ValidationError) as refused:
        ProfileOption(display_name="Image", **option)
    assert problem in explain(refused.value)


def test_choice_that_no_node_would_take_is_refused() -> None:
    """A choice whose changes conflict with those of its profile is refused."""
    choice = ProfileChoice(display_name="Huge", mem_guarantee="12G")
    option = ProfileOption(display_name="Size", choices={"huge": choice})
    with pytest.raises(ValidationError) as refused:
        cluster(LARGE.evolve(options={"size": option}))
    assert "profile 'large', option 'size', choice 'huge': mem_guarantee '12G' is above mem_limit '6G'" in explain(
        refused.value
    )
