"""The Secrets that `hexa-notebooks secret` prints, applied with the real kubectl."""

import shlex
from pathlib import Path

import pytest

from hexa_notebooks.commands.cli import main
from tests.paths import ROOT
from tests.processes.kube_api_server import KubeApiServer


def test_kubectl_takes_what_secret_prints(
    kube_api_server: KubeApiServer, fresh_namespace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The manifest can be created unchanged, and the hint's command adds the external keys."""
    cluster = tmp_path / "cluster.py"
    cluster.write_text(
        f"{(ROOT / 'clusters' / 'openhexa_gke.py').read_text()}\n"
        "from hexa_notebooks import NamespaceConfig, SecretKeyRef\n"
        f"config = config.evolve(namespace=NamespaceConfig(name={fresh_namespace!r}),\n"
        "    hub=config.hub.evolve(env={'A': SecretKeyRef(key='mail'), 'B': SecretKeyRef(name='smtp', key='key')}))\n"
    )
    main(["secret", str(cluster)])
    printed = capsys.readouterr()
    kube_api_server.kubectl("create", "namespace", fresh_namespace)

    kube_api_server.kubectl("create", "--dry-run=client", "--filename=-", input=printed.out)
    kube_api_server.kubectl("create", "--filename=-", input=printed.out)

    issued = tmp_path / "issued"
    issued.write_text("by somebody else")
    for line in printed.err.splitlines():
        command = line.partition("; if they are not in it yet, add them: kubectl ")[2].replace("FILE", str(issued))
        create, apply = (shlex.split(part) for part in command.split(" | kubectl "))
        manifest = kube_api_server.kubectl(*create).stdout
        kube_api_server.kubectl(*apply, input=manifest)
    keys = {
        name: kube_api_server.kubectl(
            "get",
            "secret",
            name,
            f"--namespace={fresh_namespace}",
            "--output=go-template={{range $k, $v := .data}}{{$k}} {{end}}",
        ).stdout.split()
        for name in ("hexa-notebooks", "smtp")
    }
    assert keys == {
        "hexa-notebooks": ["cookie-secret", "crypt-key", "database-password", "hub-api-token", "mail", "proxy-token"],
        "smtp": ["key"],
    }
