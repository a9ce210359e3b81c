"""A real Kubernetes API server for tests: etcd and kube-apiserver on loopback, with their own data.

No controller, scheduler or kubelet runs. So a new namespace has no `default` ServiceAccount, a Deployment makes no
pods, a pod stays pending, the aggregated ClusterRoles (`admin`, `edit`, `view`) are empty, and a deleted namespace
stays Terminating forever.
"""

import http.client
import json
import os
import secrets
import shlex
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.processes.loopback import free_port
from tests.processes.process import Process
from tests.programs.build import cache_folder


@dataclass(frozen=True)
class Programs:
    """The paths of the three programs that make an API server usable."""

    etcd: str
    kube_apiserver: str
    kubectl: str


def find_programs() -> Programs | None:
    """Return the programs in KUBEBUILDER_ASSETS or in the folder of `make envtest`, or None if they are in neither.

    setup-envtest prints the variable KUBEBUILDER_ASSETS. Its folder may lack kubectl if PATH has one. Raises
    FileNotFoundError if KUBEBUILDER_ASSETS is set and a program is missing.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    folder = assets or str(cache_folder())
    if not assets and not Path(folder).is_dir():
        return None
    etcd, kube_apiserver = (shutil.which(name, path=folder) for name in ("etcd", "kube-apiserver"))
    kubectl = shutil.which("kubectl", path=folder) or shutil.which("kubectl")
    if etcd and kube_apiserver and kubectl:
        return Programs(etcd, kube_apiserver, kubectl)
    raise FileNotFoundError(
        f"{folder} must hold the programs etcd, kube-apiserver and kubectl (or PATH a kubectl): "
        "correct KUBEBUILDER_ASSETS, or unset it and run `make envtest`"
    )


class KubeApiServer:
    """A kube-apiserver with RBAC and the default admission plugins; see `run_kube_api_server`.

    `url` is its address, `ca_file` the PEM file that verifies its certificate, and `kubeconfig` the path of an admin's
    kubeconfig (group system:masters). All three stay the same across `stop` and `start`.
    """

    def __init__(self, programs: Programs, folder: Path, etcd: Process, etcd_url: str) -> None:
        self._port = free_port()
        self.url = f"https://127.0.0.1:{self._port}"
        self.ca_file = folder / "certificates" / "apiserver.crt"
        self.kubeconfig = folder / "kubeconfig"
        self._kubectl = [programs.kubectl, "--kubeconfig", str(self.kubeconfig), "--cache-dir", str(folder / "cache")]
        self._token = secrets.token_urlsafe()
        self._write_kubeconfig()

        tokens = folder / "tokens.csv"
        tokens.write_text(f"{self._token},admin,admin,system:masters\n")
        signing_key = folder / "service-account.key"
        signing_key.write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
            )
        )
        command = [
            programs.kube_apiserver,
            f"--etcd-servers={etcd_url}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self._port}",
            f"--cert-dir={self.ca_file.parent}",
            f"--token-auth-file={tokens}",
            f"--service-account-key-file={signing_key}",
            f"--service-account-signing-key-file={signing_key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",  # as clusters do: only Pod Security refuses a privileged pod
            "--endpoint-reconciler-type=none",  # it refuses a loopback address
            "--shutdown-watch-termination-grace-period=1s",  # by default an open watch delays `stop` for a minute
        ]
        self._etcd = etcd
        self._process = Process(command, folder / "kube-apiserver.log", is_ready=self._is_ready)

    def _write_kubeconfig(self) -> None:
        def named(kind: str, content: dict[str, str]) -> list[dict[str, Any]]:
            return [{"name": "test", kind: content}]

        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": named("cluster", {"server": self.url, "certificate-authority": str(self.ca_file)}),
            "users": named("user", {"token": self._token}),
            "contexts": named("context", {"cluster": "test", "user": "test"}),
            "current-context": "test",
        }
        self.kubeconfig.write_text(json.dumps(config))

    def start(self) -> None:
        """Start kube-apiserver (anew, if it runs) on its port and data, and wait until it is ready.

        Raises RuntimeError, with the end of a log, if it or etcd ends, and TimeoutError if it takes too long.
        """
        self._process.launch()
        self._process.wait_until_ready(self._etcd)

    def stop(self) -> None:
        """Stop kube-apiserver, if it runs. etcd keeps the data for the next `start`."""
        self._process.stop()

    def _is_ready(self) -> bool:
        try:
            return self._get("/readyz")[0] == http.HTTPStatus.OK
        except OSError:  # no certificate yet, or nobody listens yet
            return False

    def _get(self, path: str) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=self.ca_file)
        # Unlike urllib, http.client does not send loopback requests to the proxy of the environment.
        with closing(http.client.HTTPSConnection("127.0.0.1", self._port, context=context, timeout=5)) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self._token}"})
            response = connection.getresponse()
            return response.status, response.read()

    @property
    def version(self) -> str:
        """The server's version, as in "v1.37.2"."""
        return str(json.loads(self._get("/version")[1])["gitVersion"])

    def kubectl(
        self, *args: str, input: str | None = None, token: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl with `args` and return its result, with text output.

        `input` is its standard input (default: empty). `token` is the bearer token (default: the admin's). Raises
        RuntimeError with the output if kubectl fails, unless `check` is false.
        """
        identity = [] if token is None else ["--token", token]
        result = subprocess.run(
            [*self._kubectl, *identity, *args],
            input=input or "",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "KUBERC": "off"},  # no preferences of the person who runs the tests
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"kubectl {shlex.join(args)} ended with status {result.returncode}: {result.stderr}")
        return result

    def token(self, namespace: str, service_account: str) -> str:
        """Return a new token of the ServiceAccount, valid for an hour (the default of TokenRequest)."""
        return self.kubectl("create", "token", service_account, "--namespace", namespace).stdout.strip()


@contextmanager
def run_kube_api_server(programs: Programs) -> Iterator[KubeApiServer]:
    """Start etcd and a kube-apiserver in a new temporary folder, and finally stop both and delete the folder.

    Raises the errors of `KubeApiServer.start`.
    """
    with tempfile.TemporaryDirectory(prefix="kube-api-server-") as name:
        folder = Path(name)
        etcd_url = f"unix://{folder}/etcd.sock"
        etcd = Process(
            [
                programs.etcd,
                f"--data-dir={folder}/etcd",
                f"--listen-client-urls={etcd_url}",
                "--advertise-client-urls=http://127.0.0.1:0",  # required, must not be a socket, and nobody dials it
                f"--listen-peer-urls=unix://{folder}/etcd-peer.sock",
                "--unsafe-no-fsync",
                "--log-level=warn",
            ],
            folder / "etcd.log",
        )
        etcd.launch()
        try:
            server = KubeApiServer(programs, folder, etcd, etcd_url)
            try:
                server.start()
                yield server
            finally:
                server.stop()
        finally:
            etcd.stop()
