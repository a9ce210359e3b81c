"""Embedding: the sites that may show the notebooks in a frame."""

from typing import Any

import pytest
from pydantic import ValidationError
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import EmbeddingConfig
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import MINIMAL, delta, synth

APP = "https://app.example.org"


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """The header is set on the hub's pages, in the hub's environment and on user servers."""
    config = MINIMAL.evolve(embedding=EmbeddingConfig(frame_ancestors=(APP,)))
    assert delta(synth(MINIMAL), synth(config)) == snapshot


def test_every_setting_is_tried() -> None:
    """Every field has a test here."""
    assert EmbeddingConfig.model_fields.keys() == {"frame_ancestors"}


@pytest.mark.parametrize(
    ("sites", "sources"),
    [
        ((APP,), f"'self' {APP}"),
        (("'self'",), "'self'"),
        ((APP, "'self'", "*.example.org"), f"'self' {APP} *.example.org"),
        (("http://localhost:8000", "https://*.example.org:*"), "'self' http://localhost:8000 https://*.example.org:*"),
    ],
)
def test_own_site_comes_first_and_once(sites: tuple[str, ...], sources: str) -> None:
    """User servers always allow `'self'`, first, and the others keep their order. The hub never allows `'self'`."""
    config = EmbeddingConfig(frame_ancestors=sites)
    assert config.content_security_policy == f"frame-ancestors {sources}"
    others = sources.removeprefix("'self'").strip() or "'none'"
    assert config.hub_content_security_policy == f"frame-ancestors {others}"


@pytest.mark.parametrize(
    "site",
    [
        "self",
        "none",
        "'none'",
        "*",
        "",
        f"{APP}/",
        f"{APP}/page",
        f"{APP} https://evil.example.com",
        f"{APP}; script-src *",
        f"{APP}\n",
        "ftp://example.org",
        "https://",
        "https://*",
        "example.org:http",
    ],
)
def test_refuses_what_is_no_frame_ancestor(site: str) -> None:
    """A path, an unquoted keyword, a wildcard for every site, or a second directive is refused with an example."""
    with pytest.raises(ValidationError) as refused:
        EmbeddingConfig(frame_ancestors=(site,))
    assert explain(refused.value) == (
        f"EmbeddingConfig.frame_ancestors.0: {site!r} is not a frame ancestor: write \"'self'\", quotes included, or"
        " a host with optional scheme and port, as in 'https://app.example.org'"
    )


def test_refuses_no_sites() -> None:
    """To forbid embedding, set `embedding=None`."""
    with pytest.raises(ValidationError) as refused:
        EmbeddingConfig(frame_ancestors=())
    assert "EmbeddingConfig.frame_ancestors: Tuple should have at least 1 item" in explain(refused.value)


def test_refuses_a_second_policy_for_servers() -> None:
    """The environment cannot override the variable with the policy that the images read."""
    env: dict[str, Any] = {"CONTENT_SECURITY_POLICY": "frame-ancestors *"}
    with pytest.raises(ValidationError) as refused:
        MINIMAL.evolve(embedding=EmbeddingConfig(frame_ancestors=(APP,)), singleuser=MINIMAL.singleuser.evolve(env=env))
    assert (
        "KubeSpawner.environment.CONTENT_SECURITY_POLICY is set by both singleuser and embedding: remove one"
        in explain(refused.value)
    )
