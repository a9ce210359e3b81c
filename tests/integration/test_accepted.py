"""The API server accepts every configuration that synthesis accepts."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hexa_notebooks import NotebooksConfig
from hexa_notebooks.notebooks.synth import synth
from tests.deployed.crds import crd_files
from tests.processes.kube_api_server import KubeApiServer
from tests.unit.test_properties import CONFIGURATIONS, Values, accepts

NAMESPACE = "accepted"
AS_THE_CHART = re.compile(
    r'spec\.parentRefs\[\d+\]\.namespace: Invalid value: ""|spec\.ipFamilyPolicy: Unsupported value'
    r"|this cluster is not configured for dual-stack|spec\.ipFamilies\[\d\]: Invalid value: .IPv6.: not configured"
    r"|minAvailable and maxUnavailable cannot be both set|^$"
)
"""What an import may write as the Helm chart does although it is refused, and what another cluster accepts."""


@pytest.fixture(scope="module")
def namespace(kube_api_server: KubeApiServer) -> str:
    """Install the CRDs, and return an existing namespace, because a dry run needs one."""
    files = [f"--filename={file}" for file in crd_files()]
    kube_api_server.kubectl("apply", "--server-side", *files)
    kube_api_server.kubectl("wait", "--for=condition=Established", *files)
    kube_api_server.kubectl("create", "namespace", NAMESPACE)
    return NAMESPACE


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(CONFIGURATIONS)
def test_api_server_accepts_what_is_synthesised(kube_api_server: KubeApiServer, namespace: str, values: Values) -> None:
    """A dry run validates every object and stores none."""
    values = {**values, "namespace": {**values.get("namespace", {}), "name": namespace}}
    if not accepts(NotebooksConfig, values):
        return
    with TemporaryDirectory() as scratch:
        out = Path(scratch, "out")
        synth(NotebooksConfig(**values), out)
        ran = kube_api_server.kubectl("apply", "--dry-run=server", "--recursive", f"--filename={out}", check=False)
    refused = [line for line in ran.stderr.splitlines() if not line.startswith("Warning:")]
    assert [line for line in refused if not AS_THE_CHART.search(line)] == []
