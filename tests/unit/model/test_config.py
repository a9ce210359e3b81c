"""The base of every configuration: closed, frozen and re-validated, with errors in the terms of the configuration."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from pydantic import Field, ValidationError, field_validator, model_validator

from hexa_notebooks import CloudSql, HubConfig, OpenHexaApp, Postgres
from hexa_notebooks.model.config import Config, did_you_mean
from tests.manifests.config_errors import explain


class Volume(Config):
    """A model for these tests."""

    name: str
    """Required."""
    size: int = Field(default=1, ge=1)
    """With a bound."""
    weight: float = 1.0
    """A number."""
    labels: dict[str, Any] = Field(default={})
    """Anything, at any depth."""
    sizes: dict[str, int] = Field(default={})
    """By name."""
    access: Literal["once", "many"] = "once"
    """A choice."""

    @field_validator("name")
    @classmethod
    def _no_space(cls, value: str) -> str:
        if " " in value:
            raise ValueError(f"{value!r} has a space; leave it out")
        return value


class Pod(Config):
    """A model that nests the other one."""

    volumes: tuple[Volume, ...] = ()
    """Several of it."""


@pytest.mark.parametrize(
    ("name", "hint"),
    [("siz", r"; did you mean 'size'\?"), ("colour", r" \(fields: name, size, weight, labels, sizes, access\)")],
)
def test_unknown_field_is_refused_with_what_may_be_meant(name: str, hint: str) -> None:
    """The error suggests the nearest field, or lists all fields if none is near."""
    with pytest.raises(ValidationError, match=f"Volume has no field {name!r}{hint}"):
        Volume(**{"name": "a", name: 2})


def test_field_of_a_configuration_cannot_be_changed() -> None:
    """A validated configuration is immutable."""
    with pytest.raises(ValidationError, match="frozen"):
        Volume(name="a").size = 2  # type: ignore[misc]


def test_refusal_of_a_change_shows_no_value() -> None:
    """The value may be a secret, and exceptions end up in logs."""
    with pytest.raises(ValidationError) as error:
        Volume(name="a").name = "hunter2"  # type: ignore[misc]
    assert "hunter2" not in str(error.value)
    assert "write a changed copy, as in config = config.evolve(name=...)" in explain(error.value)


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_number_that_json_cannot_express_is_refused(weight: float) -> None:
    """Infinity and NaN never reach a manifest."""
    with pytest.raises(ValidationError, match="finite number"):
        Volume(name="a", weight=weight)


@pytest.mark.parametrize("number", [2**53 + 1, -(10**30), 1e30])
def test_number_that_is_not_exact_in_a_manifest_is_refused(number: float) -> None:
    """cdk8s would round it or use an exponent. Integers up to 2**53 are exact. The check works at any depth."""
    with pytest.raises(ValidationError) as error:
        Volume(name="a", labels={"a": [{"b": number}]})
    assert explain(error.value) == (
        f"Volume: labels: manifests cannot hold {number!r} exactly; write a number up to 2**53, or a string"
    )
    assert Volume(name="a", labels={"a": 2**53}).labels == {"a": 2**53}


@pytest.mark.parametrize("character", ["\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ud800", "\uffff"])
@pytest.mark.parametrize(
    ("value", "field"),
    [
        (lambda text: {"name": text}, "name"),
        (lambda text: {"name": "a", "labels": {text: "b"}}, "labels"),
        (lambda text: {"name": "a", "labels": {"b": {"c": ["d", text]}}}, "labels"),
    ],
    ids=["value", "key", "inside"],
)
def test_character_that_yaml_cannot_hold_is_refused(
    character: str, value: Callable[[str], dict[str, Any]], field: str
) -> None:
    """A manifest with it would be refused or misread by kubectl. The error shows the character and its place.

    It does not show the string, which may be a secret.
    """
    with pytest.raises(ValidationError) as error:
        Volume(**value(f"a{character}b"))
    assert explain(error.value) == (
        f"Volume: {field}: character 2 of a text is {character!a}, which YAML cannot hold; remove it"
    )


def test_other_characters_are_text_like_any() -> None:
    """Every script, emoji, tabs and line breaks are accepted."""
    assert Volume(name="é\tä\n日本😀\0").name == "é\tä\n日本😀\0"


def test_default_that_is_not_valid_is_refused() -> None:
    """Defaults are validated like any value."""

    class Broken(Config):
        size: int = Field(default=0, ge=1)

    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        Broken()


def test_evolve_returns_a_changed_copy() -> None:
    """The original is unchanged."""
    volume = Volume(name="a", size=2)
    assert volume.evolve(name="b") == Volume(name="b", size=2)
    assert volume == Volume(name="a", size=2)


@pytest.mark.parametrize(
    ("changes", "message"), [({"size": 0}, "greater than or equal to 1"), ({"siz": 2}, "has no field 'siz'")]
)
def test_evolve_validates(changes: dict[str, Any], message: str) -> None:
    """An invalid copy is refused like an invalid original."""
    with pytest.raises(ValidationError, match=message):
        Volume(name="a").evolve(**changes)


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"volumes": [{}]}, ["Pod.volumes.0.name: is required and has no default"]),
        (
            {"volumes": [{"name": "a", "labels": "b\nc"}]},
            ["Pod.volumes.0.labels: Input should be a valid dictionary; .*"],
        ),
        (
            {"volumes": [{"name": "a", "access": "one"}]},
            ["Pod.volumes.0.access: Input should be 'once' or 'many'; got 'one'; did you mean 'once'?"],
        ),
        (
            {"volumes": "a"},
            ["Pod.volumes: Input should be a valid tuple; got 'a'; a tuple with one item needs a comma, .*"],
        ),
        ({"volumes": ["a"]}, ["Pod.volumes.0: must be Volume(name=\"...\"); got 'a'"]),
        (
            {"volumes": [{"name": "a", "sizes": {"b\nc": ""}}]},
            ["Pod.volumes.0.sizes.b\\nc: Input should be a valid int.*"],
        ),
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
            ["Pod.volumes.0: Volume has no field 'nam'; did you mean 'name'?"],
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
        assert line.startswith(expected.removesuffix(".*"))


def test_nothing_near_means_no_suggestion() -> None:
    """Only a near name is suggested."""
    assert did_you_mean("exposur", ["exposure", "hub"]) == "; did you mean 'exposure'?"
    assert did_you_mean("xyz", ["exposure", "hub"]) == ""


@pytest.mark.parametrize(
    "refuse",
    [
        lambda: HubConfig(cookie_secret="hunter2"),  # noqa: S106 (what is refused)
        lambda: HubConfig(env={"PASSWORD": ["hunter2"]}),
        lambda: HubConfig(base_url={"a": "hunter2"}),
        lambda: Postgres(host="postgresql://hexa:hunter2@db/hexa", database="a", user="b"),
        lambda: Postgres(host="db", database="a", user="b", port="postgresql://hexa:hunter2@db"),
        lambda: OpenHexaApp(url="https://app.example.org/?access_token=hunter2"),
        lambda: CloudSql.model_validate({"login": "hunter2"}),
        lambda: HubConfig(env={"TOKEN": "hunter2\x85"}),
        lambda: HubConfig(debug="ghp_hunter2hunter2hunter2"),
        lambda: HubConfig(base_url="hf_hunter2hunter2hunter2"),
        lambda: Volume(name="a", labels={"a": 1}, sizes={"api_token": "hunter2"}),
        lambda: Volume(name="a", password="hunter2"),  # type: ignore[call-arg]  # noqa: S106 (what is refused)
        lambda: Pod.model_validate({"volumes": [{"name": "a", "sizes": {"password": "hunter2"}}]}),
    ],
)
def test_no_error_shows_what_may_be_a_secret(refuse: Callable[[], object]) -> None:
    """Neither the command's error nor the exception shows it."""
    with pytest.raises(ValidationError) as refused:
        refuse()
    for text in (explain(refused.value), str(refused.value), repr(refused.value)):
        assert "hunter2" not in text


def test_value_without_the_name_of_its_field_is_refused() -> None:
    """The error shows how to write it."""
    with pytest.raises(TypeError, match=r"^Volume takes its fields by name, as in Volume\(name=\.\.\.\)$"):
        Volume("a")  # type: ignore[call-arg]


def test_every_check_of_a_whole_is_told() -> None:
    """All failed checks are reported. None hides another, and duplicates are reported once."""

    class Strict(Config):
        size: int = 1

        @model_validator(mode="after")
        def _even(self) -> "Strict":
            if self.size % 2:
                raise ValueError("size: is odd")
            return self

        @model_validator(mode="after")
        def _again(self) -> "Strict":
            if self.size % 2:
                raise ValueError("more words: size: is odd")
            return self

        @model_validator(mode="after")
        def _breaks(self) -> "Strict":
            if self.size > 2:
                raise KeyError(self.size)
            return self

        @model_validator(mode="after")
        def _small(self) -> "Strict":
            if self.size > 2:
                raise ValueError("size: is large")
            return self

    with pytest.raises(ValidationError) as refused:
        Strict(size=3)
    assert explain(refused.value).splitlines() == ["Strict: size: is odd", "Strict: size: is large"]
