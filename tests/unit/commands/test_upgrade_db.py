"""`hexa-notebooks upgrade-db`: the Job runs the hub's own pod once, with only what the upgrade needs."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from hexa_notebooks import (
    CloudSql,
    CoreSchedulingConfig,
    DirectWorkloadIdentity,
    DisruptionBudgetConfig,
    HubConfig,
    KeyFile,
    NamespaceConfig,
    NotebooksConfig,
    PasswordLogin,
    Postgres,
    SecretKeyRef,
)
from hexa_notebooks.commands.cli import main
from hexa_notebooks.components.hub.upgrade_job import upgrade_job
from hexa_notebooks.images import catalogue
from tests.deployed.manifests import CLUSTERS, of_kind
from tests.deployed.restricted import violations
from tests.manifests.schemas import VERSIONS, problems
from tests.manifests.synthesis import MINIMAL, Object, synth, to_yaml
from tests.paths import ROOT

LOCAL = ROOT / "clusters" / "local.py"

CLOUD_SQL = CloudSql(
    instance="my-project:europe-west1:hexa-main",
    database="hexa-notebooks",
    login=PasswordLogin(user="hexa-notebooks"),
    identity=DirectWorkloadIdentity(),
)
CONFIGS = {
    "sqlite": MINIMAL,
    "postgres": MINIMAL.evolve(
        database=Postgres(
            host="db.example.org", database="hub", user="hub", sslmode="verify-full", ca=SecretKeyRef(key="ca.pem")
        )
    ),
    "cloud sql": MINIMAL.evolve(database=CLOUD_SQL),
    "cloud sql, key file": MINIMAL.evolve(database=CLOUD_SQL.evolve(identity=KeyFile())),
    "elsewhere": MINIMAL.evolve(
        release="other",
        namespace=NamespaceConfig(name="lab"),
        hub=HubConfig(
            image="quay.io/jupyterhub/k8s-hub:4.4.0",
            scheduling=CoreSchedulingConfig(node_purpose="require", node_selector={"pool": "core"}),
            env={"TOKEN": SecretKeyRef(key="token")},
            disruption_budget=DisruptionBudgetConfig(max_unavailable=1),
        ),
    ),
}


def job(config: NotebooksConfig) -> Object:
    """Return the Job of a configuration."""
    return upgrade_job(config.hub, config.installation, config.hub_parts)


def hub_template(config: NotebooksConfig) -> Object:
    """Return the hub's own pod template."""
    template: Object = synth(config)["Deployment/hub"]["spec"]["template"]
    return template


@pytest.fixture(params=CONFIGS)
def config(request: pytest.FixtureRequest) -> NotebooksConfig:
    """Return each configuration in turn."""
    return CONFIGS[request.param]


def test_minimal(snapshot: SnapshotAssertion) -> None:
    """The complete Job."""
    assert to_yaml(job(MINIMAL)) == snapshot


def test_pod_is_the_hubs_but_for_what_serves(config: NotebooksConfig) -> None:
    """Image, environment, secrets, volumes, sidecars and contexts are the hub's.

    Ports, probes and token are removed.
    """
    expected = deepcopy(hub_template(config)["spec"])
    expected |= {"automountServiceAccountToken": False, "restartPolicy": "Never"}
    [container] = expected["containers"]
    for field in ("ports", "startupProbe", "livenessProbe"):
        del container[field]
    assert container["args"][0] == "jupyterhub"
    container["args"].insert(1, "upgrade-db")
    assert job(config)["spec"]["template"]["spec"] == expected


def test_runs_once_and_goes_away(config: NotebooksConfig) -> None:
    """A failure is final, waiting is limited, and sidecars, which never end, do not keep the Job running."""
    spec = job(config)["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"], spec["ttlSecondsAfterFinished"]) == (0, 3600, 3600)
    sidecars = spec["template"]["spec"].get("initContainers", [])
    assert {sidecar["restartPolicy"] for sidecar in sidecars} <= {"Always"}
    assert len(spec["template"]["spec"]["containers"]) == 1


def test_policies_let_the_pod_through_and_no_service_sends_it_anything(config: NotebooksConfig) -> None:
    """The hub's NetworkPolicy selects it, the Deployment does not, and it has no port of a Service."""
    objects, pod = synth(config), job(config)["spec"]["template"]
    labels = pod["metadata"]["labels"]
    assert objects["NetworkPolicy/hub"]["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert not any(label.startswith("hub.jupyter.org/") for label in labels)
    named = {port.get("name") for made in pod["spec"].get("initContainers", []) for port in made["ports"]}
    services = [made["spec"] for name, made in objects.items() if name.startswith("Service/")]
    selecting = [spec for spec in services if spec["selector"].items() <= labels.items()]
    assert {port["targetPort"] for spec in selecting for port in spec["ports"]} == {"http"}
    assert "http" not in named


def test_is_where_the_hub_is(config: NotebooksConfig) -> None:
    """Namespace and labels are the hub's. The fixed name prevents two Jobs at a time."""
    metadata = job(config)["metadata"]
    assert metadata == synth(config)["Deployment/hub"]["metadata"] | {"name": "hub-upgrade-db"}


def test_is_valid_on_every_supported_kubernetes(config: NotebooksConfig) -> None:
    """All fields exist in Kubernetes 1.32 to 1.37."""
    assert {version: found for version in VERSIONS if (found := problems(job(config), version))} == {}


def test_passes_restricted(config: NotebooksConfig) -> None:
    """Pod Security admits it."""
    assert violations(job(config)["spec"]["template"]) == []


def test_is_never_applied_by_accident(config: NotebooksConfig) -> None:
    """Synthesis never includes the Job, and `dist/` has none."""
    assert not any(made["kind"] == "Job" for made in synth(config).values())
    assert [file for cluster in CLUSTERS for file in of_kind(cluster, "Job")] == []


def test_command_prints_the_job_and_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The YAML is deterministic, and has no secret of the environment."""
    monkeypatch.setenv("JPY_COOKIE_SECRET", "c0ffee")
    printed = []
    for _ in range(2):
        main(["upgrade-db", str(LOCAL)])
        printed.append(capsys.readouterr())
    assert printed[0] == printed[1]
    assert printed[0].err == ""
    assert "c0ffee" not in printed[0].out
    documents: list[Any] = list(yaml.safe_load_all(printed[0].out))
    assert [(made["kind"], made["metadata"]["name"]) for made in documents] == [("Job", "hub-upgrade-db")]
    [container] = documents[0]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == catalogue.HUB


def test_image_that_is_not_pinned_is_printed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A takeover may have such an image."""
    file = tmp_path / "a.py"
    change = (
        "from hexa_notebooks import Unpinned\nconfig = config.evolve(hub=config.hub.evolve(image=Unpinned('a/b')))\n"
    )
    file.write_text(LOCAL.read_text("utf-8") + change)
    main(["upgrade-db", str(file)])
    [container] = yaml.safe_load(capsys.readouterr().out)["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "a/b"
