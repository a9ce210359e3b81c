"""The base of every configuration: closed, frozen, re-validated, with errors in config words."""

from typing import Any

import pytest
from pydantic import Field, ValidationError, field_validator

from hexa_notebooks.config import Config, did_you_mean, explain


class Volume(Config):
    """A model for these tests."""

    name: str
    """Required."""
    size: int = Field(default=1, ge=1)
    """With a bound."""
    weight: float = 1.0
    """A number."""

    @field_validator("name")
    @classmethod
    def _no_space(cls, value: str) -> str:
        if " " in value:
            raise ValueError(f"{value!r} has a space; leave it out")
        return value


class Pod(Config):
    """A model that nests the other."""

    volumes: tuple[Volume, ...] = ()
    """Several of it."""


def test_unknown_field_is_refused_with_the_nearest_and_all() -> None:
    """A slip of the pen is told with the field that was meant."""
    message = r"Volume has no field 'siz'; did you mean 'size'\? \(fields: name, size, weight\)"
    with pytest.raises(ValidationError, match=message):
        Volume(name="a", siz=2)  # type: ignore[call-arg]


def test_field_of_a_configuration_cannot_be_changed() -> None:
    """What was validated stays as it was."""
    with pytest.raises(ValidationError, match="frozen"):
        Volume(name="a").size = 2  # type: ignore[misc]


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_number_that_json_cannot_express_is_refused(weight: float) -> None:
    """Neither infinity nor NaN gets into a manifest."""
    with pytest.raises(ValidationError, match="finite number"):
        Volume(name="a", weight=weight)


def test_default_that_is_not_valid_is_refused() -> None:
    """A default is validated like any value."""

    class Broken(Config):
        size: int = Field(default=0, ge=1)

    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        Broken()


def test_evolve_returns_a_changed_copy() -> None:
    """The original stays."""
    volume = Volume(name="a", size=2)
    assert volume.evolve(name="b") == Volume(name="b", size=2)
    assert volume == Volume(name="a", size=2)


@pytest.mark.parametrize(
    ("changes", "message"), [({"size": 0}, "greater than or equal to 1"), ({"siz": 2}, "has no field 'siz'")]
)
def test_evolve_validates(changes: dict[str, Any], message: str) -> None:
    """A copy that would not be valid is refused like a new one."""
    with pytest.raises(ValidationError, match=message):
        Volume(name="a").evolve(**changes)


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"volumes": [{}]}, ["Pod.volumes.0.name: is required and has no default"]),
        ({"volumes": [{"name": "a b"}]}, ["Pod.volumes.0.name: 'a b' has a space; leave it out"]),
        (
            {"volumes": [{"name": "a", "size": 0}, {"name": 1}]},
            [
                "Pod.volumes.0.size: Input should be greater than or equal to 1; got 0",
                "Pod.volumes.1.name: Input should be a valid string; got 1",
            ],
        ),
        (
            {"volumes": [{"name": "a", "nam": "b"}]},
            ["Pod.volumes.0: Volume has no field 'nam'; did you mean 'name'? .*"],
        ),
    ],
)
def test_error_says_where_what_and_what_was_got(value: dict[str, Any], lines: list[str]) -> None:
    """Every problem is one line that names the field."""
    with pytest.raises(ValidationError) as error:
        Pod(**value)
    told = explain(error.value).splitlines()
    assert len(told) == len(lines)
    for line, expected in zip(told, lines, strict=True):
        assert line.startswith(expected.removesuffix(" .*"))


def test_nothing_near_means_no_suggestion() -> None:
    """A suggestion is made for what is near only."""
    assert did_you_mean("exposur", ["exposure", "hub"]) == "; did you mean 'exposure'?"
    assert did_you_mean("xyz", ["exposure", "hub"]) == ""
