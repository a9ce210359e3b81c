"""Registry mirrors, and digests next to tags."""

from typing import Any

import pytest
from pydantic import ValidationError

from hexa_notebooks import (
    HubConfig,
    ImagePullerConfig,
    ImagesConfig,
    SingleuserConfig,
    Unpinned,
)
from hexa_notebooks.images import catalogue
from hexa_notebooks.images.registry import images_replaced
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, synth

DIGEST = f"sha256:{'1' * 64}"
HUB_MIRROR = "mirror.example.org/dockerhub"
MIRRORS = ImagesConfig(
    registries={
        "docker.io": HUB_MIRROR,
        "docker.io/blsq": "europe-docker.pkg.dev/my-project/notebooks",
        "docker.io/blsq/special": "special.example.org",
        "localhost:5000/team": "quay.io/team",
    }
)


@pytest.mark.parametrize(
    ("image", "target"),
    [
        ("docker.io/bitnami/redis:7", f"{HUB_MIRROR}/bitnami/redis:7"),
        ("bitnami/redis:7", f"{HUB_MIRROR}/bitnami/redis:7"),
        ("redis:7", f"{HUB_MIRROR}/library/redis:7"),
        ("docker.io/redis:7", f"{HUB_MIRROR}/library/redis:7"),
        ("docker.io/blsq/hub:1", "europe-docker.pkg.dev/my-project/notebooks/hub:1"),
        ("docker.io/blsq/special:1", "special.example.org:1"),
        ("docker.io/blsq/special/a:1", "special.example.org/a:1"),
        ("docker.io/blsq/specialist:1", "europe-docker.pkg.dev/my-project/notebooks/specialist:1"),
        ("docker.io/blsqs/hub:1", f"{HUB_MIRROR}/blsqs/hub:1"),
        ("localhost:5000/team/a:1", "quay.io/team/a:1"),
        ("localhost:5000/a:1", "localhost:5000/a:1"),
        ("localhost/a:1", "localhost/a:1"),
        (f"redis@{DIGEST}", f"{HUB_MIRROR}/library/redis@{DIGEST}"),
        (f"redis:7@{DIGEST}", f"{HUB_MIRROR}/library/redis:7@{DIGEST}"),
        ("quay.io/docker.io/a:1", "quay.io/docker.io/a:1"),
        ("{value}", "{value}"),
    ],
)
def test_longest_prefix_on_a_boundary_of_the_path_is_replaced(image: str, target: str) -> None:
    """An image without a registry is on Docker Hub. Images that users type in stay unchanged."""
    assert MIRRORS.target(image) == target


@pytest.mark.parametrize("image", ["redis:7", "bitnami/redis:7", "quay.io/team/a:1"])
def test_without_a_mirror_an_image_stays_as_it_is_written(image: str) -> None:
    """No registry is added."""
    assert ImagesConfig().target(image) == image


def test_digest_comes_beside_the_tag_after_the_registry_is_replaced() -> None:
    """Its key is the image in the cluster file, in any spelling, with or without a tag."""
    config = MIRRORS.evolve(
        digests={"docker.io/library/redis:7": DIGEST, "bitnami/redis:7": DIGEST, Unpinned("a.example.org/b"): DIGEST}
    )
    assert config.target("redis:7") == f"{HUB_MIRROR}/library/redis:7@{DIGEST}"
    assert config.target("docker.io/bitnami/redis:7") == f"{HUB_MIRROR}/bitnami/redis:7@{DIGEST}"
    assert config.target("a.example.org/b") == f"a.example.org/b@{DIGEST}"
    assert config.target("redis:8") == f"{HUB_MIRROR}/library/redis:8"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"registries": {"blsq": "quay.io"}}, "'blsq' is not a registry, with or without a path, as in 'docker.io'"),
        ({"registries": {"docker.io/": "quay.io"}}, "no '/' at the end"),
        ({"registries": {"docker.io": "https://quay.io"}}, "no scheme"),
        ({"registries": {"docker.io/blsq/hub:1": "quay.io"}}, "no tag"),
        ({"digests": {"redis": DIGEST}}, "image 'redis' has no tag"),
        (
            {"digests": {f"redis:7@{DIGEST}": DIGEST}},
            "has a digest already; remove it from the key",
        ),
        ({"digests": {"redis:7": "1" * 64}}, "is not a digest: 'sha256:' and 64 hexadecimal digits"),
    ],
)
def test_what_is_no_registry_or_no_digest_is_refused(changes: dict[str, Any], message: str) -> None:
    """The error names the field and shows a valid value."""
    with pytest.raises(ValidationError) as caught:
        ImagesConfig(**changes)
    assert message in explain(caught.value)
    assert f"ImagesConfig.{next(iter(changes))}" in explain(caught.value)


def test_digest_of_an_image_that_nobody_uses_is_refused() -> None:
    """It would pin nothing. The image's version may have changed, or the key may have a typo."""
    old = catalogue.HUB.replace("0.1.0", "0.0.9")
    with pytest.raises(ValidationError) as caught:
        MINIMAL.evolve(images=ImagesConfig(digests={old: DIGEST}))
    assert explain(caught.value) == (
        f"NotebooksConfig: images.digests: no manifest names the image {old!r}; did you mean {catalogue.HUB!r}?"
    )


def test_digest_of_what_other_commands_print_is_accepted() -> None:
    """`hook-puller` is one of these commands."""
    config = MINIMAL.evolve(image_puller=ImagePullerConfig(continuous=False))
    for image in (catalogue.IMAGE_AWAITER, catalogue.PAUSE, catalogue.SINGLEUSER, catalogue.HUB):
        config.evolve(images=ImagesConfig(digests={image: DIGEST}))


def test_every_way_in_which_kubespawner_is_told_of_images() -> None:
    """These are profiles (as list or by name), options, choices, containers and image volumes. Nothing else changes."""
    other = {"name": "image", "nodeSelector": {"image": "a:1"}, "env": [{"name": "image", "value": "a:1"}]}
    container = {**other, "image": "a:1"}
    override = {"image": "a:1", "extra_containers": [container], "environment": {"image": "a:1"}}
    option = {
        "display_name": "a:1",
        "choices": {"image": {"kubespawner_override": override}},
        "unlisted_choice": {"enabled": True, "kubespawner_override": {"image": "{value}"}},
    }
    traits = {
        "image": "a:1",
        "cmd": ["a:1"],
        "init_containers": {"image": container},
        "volumes": [{"name": "data", "image": {"reference": "a:1", "pullPolicy": "Always"}}, {"name": "image"}],
        "extra_pod_config": {"initContainers": [container], "hostname": "a:1"},
        "extra_container_config": {"image": "a:1"},
        "profile_list": {"image": {"profile_options": {"image": option}, "kubespawner_override": override}},
    }
    expected_container = {**other, "image": "b"}
    expected_override = {**override, "image": "b", "extra_containers": [expected_container]}
    expected_option = {**option, "choices": {"image": {"kubespawner_override": expected_override}}}
    assert images_replaced(traits, lambda image: "b" if image == "a:1" else image) == {
        "image": "b",
        "cmd": ["a:1"],
        "init_containers": {"image": expected_container},
        "volumes": [{"name": "data", "image": {"reference": "b", "pullPolicy": "Always"}}, {"name": "image"}],
        "extra_pod_config": {"initContainers": [expected_container], "hostname": "a:1"},
        "extra_container_config": {"image": "b"},
        "profile_list": {
            "image": {"profile_options": {"image": expected_option}, "kubespawner_override": expected_override}
        },
    }


@pytest.mark.parametrize(
    ("field", "section", "values"),
    [
        ("traits", "KubeSpawner", {"extra_container_config": {"image": "redis:7"}}),
        ("override_traits", "KubeSpawner", {"image": "redis:7"}),
        ("unknown_traits", "OurSpawner", {"image": "redis:7"}),
    ],
)
def test_images_in_raw_traits_are_replaced_too(field: str, section: str, values: dict[str, Any]) -> None:
    """The spawner class need not be known."""
    traits = MINIMAL.evolve(hub=HubConfig(**{field: {section: values}}), images=MIRRORS).hub_traits()
    assert f"{HUB_MIRROR}/library/redis:7" in str(traits[section])


def test_what_only_looks_like_an_image_stays() -> None:
    """The hub has settings with the same name and another meaning."""
    hub = HubConfig(traits={"JupyterHub": {"template_vars": {"image": "logo.png"}}})
    traits = MINIMAL.evolve(hub=hub, images=MIRRORS).hub_traits()
    assert traits["JupyterHub"]["template_vars"] == {"image": "logo.png"}


def test_pull_policies_and_pools_go_by_the_names_in_the_configuration() -> None:
    """Settings for an image apply to its mirrored name, too."""
    image = "docker.io/team/a:1"
    puller = ImagePullerConfig(pull_policies={image: "Always"})
    config = MINIMAL.evolve(singleuser=SingleuserConfig(image=image), image_puller=puller, images=MIRRORS)
    pod = synth(config)["DaemonSet/continuous-image-puller"]["spec"]["template"]["spec"]
    assert [(each["image"], each["imagePullPolicy"]) for each in pod["initContainers"]] == [
        (f"{HUB_MIRROR}/team/a:1", "Always")
    ]
