"""The API server that the other tests of this folder use is real and strict."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.processes.kube_api_server import KubeApiServer, Programs, find_programs, run_kube_api_server
from tests.programs.build import cache_folder, kubernetes_version


def pod(security_context: dict[str, Any]) -> str:
    """Return a pod manifest with this container security context."""
    container = {"name": "main", "image": "example.test/image", "securityContext": security_context}
    return json.dumps(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod"}, "spec": {"containers": [container]}}
    )


def test_version_is_the_one_of_go_mod(kube_api_server: KubeApiServer) -> None:
    """The cached programs report the version in go.mod, not the v0.0.0 of an unstamped build."""
    if os.environ.get("KUBEBUILDER_ASSETS"):
        pytest.skip("KUBEBUILDER_ASSETS chooses the version")
    client = json.loads(kube_api_server.kubectl("version", "--client", "--output=json").stdout)
    assert kube_api_server.version == kubernetes_version()
    assert client["clientVersion"]["gitVersion"] == kubernetes_version()


def test_pod_security_is_enforced(kube_api_server: KubeApiServer, fresh_namespace: str) -> None:
    """A namespace that enforces `restricted` refuses a privileged pod and admits one that asks for nothing."""
    kube_api_server.kubectl("create", "namespace", fresh_namespace)
    kube_api_server.kubectl("label", "namespace", fresh_namespace, "pod-security.kubernetes.io/enforce=restricted")
    kube_api_server.kubectl("create", "serviceaccount", "default", "--namespace", fresh_namespace)
    create = ["create", "--namespace", fresh_namespace, "--filename=-"]

    refused = kube_api_server.kubectl(*create, input=pod({"privileged": True}), check=False)
    assert refused.returncode != 0
    assert 'violates PodSecurity "restricted:latest": privileged' in refused.stderr

    restricted = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    kube_api_server.kubectl(*create, input=pod(restricted))


def test_service_account_without_bindings_is_refused(kube_api_server: KubeApiServer, fresh_namespace: str) -> None:
    """A ServiceAccount's token authenticates as it, and may not list pods without a binding."""
    in_namespace = ["--namespace", fresh_namespace]
    kube_api_server.kubectl("create", "namespace", fresh_namespace)
    kube_api_server.kubectl("create", "serviceaccount", "hub", *in_namespace)
    token = kube_api_server.token(fresh_namespace, "hub")

    refused = kube_api_server.kubectl("get", "pods", *in_namespace, token=token, check=False)
    assert refused.returncode != 0
    assert f'User "system:serviceaccount:{fresh_namespace}:hub" cannot list resource "pods"' in refused.stderr
    kube_api_server.kubectl("get", "pods", *in_namespace)


def test_data_and_tokens_outlive_a_restart(kube_api_server: KubeApiServer, fresh_namespace: str) -> None:
    """After `stop`, nothing answers. After `start`, the objects exist and an old token is still valid."""
    kube_api_server.kubectl("create", "namespace", fresh_namespace)
    kube_api_server.kubectl("create", "serviceaccount", "hub", "--namespace", fresh_namespace)
    token = kube_api_server.token(fresh_namespace, "hub")

    kube_api_server.stop()
    try:
        down = kube_api_server.kubectl("get", "namespaces", check=False)
    finally:
        kube_api_server.start()

    assert down.returncode != 0
    assert "refused" in down.stderr
    kube_api_server.kubectl("get", "serviceaccount", "hub", "--namespace", fresh_namespace)
    assert fresh_namespace in kube_api_server.kubectl("auth", "whoami", token=token).stdout


def test_kubectl_error_tells_what_the_server_said(kube_api_server: KubeApiServer, fresh_namespace: str) -> None:
    """A failed kubectl raises an error with the command and the server's message."""
    with pytest.raises(RuntimeError, match=f'kubectl get namespace {fresh_namespace} .*"{fresh_namespace}" not found'):
        kube_api_server.kubectl("get", "namespace", fresh_namespace)


def test_error_holds_the_log_of_the_program_that_died(tmp_path: Path) -> None:
    """If etcd exits immediately, the error has its name, status and output."""
    etcd, kube_apiserver = tmp_path / "etcd", tmp_path / "kube-apiserver"
    etcd.write_text("#!/bin/sh\necho disk on fire\nexit 7\n")
    kube_apiserver.write_text("#!/bin/sh\nexec sleep 600\n")
    for program in (etcd, kube_apiserver):
        program.chmod(0o700)
    with (
        pytest.raises(RuntimeError, match="etcd ended with status 7; the end of its log:\ndisk on fire"),
        run_kube_api_server(Programs(str(etcd), str(kube_apiserver), "kubectl")),
    ):
        pass


def test_programs_of_kubebuilder_assets_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KUBEBUILDER_ASSETS wins over the cache. An incomplete folder is an error; there is no fallback."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    cache_folder().mkdir(parents=True)
    for name in ("etcd", "kubectl"):
        (tmp_path / name).touch(mode=0o700)
    with pytest.raises(FileNotFoundError, match="KUBEBUILDER_ASSETS"):
        find_programs()
    (tmp_path / "kube-apiserver").touch(mode=0o700)
    assert find_programs() == Programs(*(str(tmp_path / name) for name in ("etcd", "kube-apiserver", "kubectl")))


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_absent_programs_skip_at_home_and_fail_on_ci(tmp_path: Path, ci: str, outcome: str) -> None:
    """Without the programs, a test is skipped with a hint how to get them. On CI it fails with the same hint."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "KUBEBUILDER_ASSETS": "", "CI": ci}
    test = f"{__file__}::{test_version_is_the_one_of_go_mod.__name__}"
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome in result.stdout
    assert "run `make envtest`" in result.stdout
