"""The complete error text for each mistake in a cluster file, as the operator reads it."""

from pathlib import Path

import pytest

from hexa_notebooks.commands.cluster_file import ClusterFileError, load

REQUIRED = {
    "exposure": "ClusterInternal()",
    "database": "SqlitePvc()",
    "authenticator": "SharedPassword()",
    "singleuser": "SingleuserConfig()",
}


def with_argument(argument: str) -> str:
    """Return a cluster file with an argument in its third line, followed by the required rest."""
    rest = "".join(f"    {name}={value},\n" for name, value in REQUIRED.items() if not argument.startswith(f"{name}="))
    return f"from hexa_notebooks import *\nconfig = NotebooksConfig(\n    {argument},\n{rest})\n"


# ruff: noqa: E501 (each line stands as it is printed)
# Each argument, and under it the lines that it gets. The place, `cluster.py:3: `, is left out.
ARGUMENTS = r"""
database=GkeIngress
    NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got the class GkeIngress
database=SqlitePvc
    NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got the class SqlitePvc; add parentheses: SqlitePvc()
database="sqlite"
    NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got 'sqlite'; did you mean SqlitePvc(...)?
database={"host": "db"}
    NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got a value of type dict; write the class, or set kind to one of 'sqlite-pvc', 'sqlite-memory', 'postgres', 'cloud-sql', 'mysql', 'other'
database=None
    NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got None
database=ClusterInternal()
    NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got ClusterInternal(...)
exposure=LoadBalancer
    NotebooksConfig.exposure: must be GkeIngress(address=...), GkeGlobalGateway(address=...), GkeRegionalGateway(address=...), GatewayRoute(parents=...), Ingress(ingress_class="..."), LoadBalancer(), ClusterInternal() or ServiceExposure(); got the class LoadBalancer; add parentheses: LoadBalancer()
exposure="ClusterIP"
    NotebooksConfig.exposure: must be GkeIngress(address=...), GkeGlobalGateway(address=...), GkeRegionalGateway(address=...), GatewayRoute(parents=...), Ingress(ingress_class="..."), LoadBalancer(), ClusterInternal() or ServiceExposure(); got 'ClusterIP'; did you mean ClusterInternal(...)?
exposure=SqlitePvc()
    NotebooksConfig.exposure: must be GkeIngress(address=...), GkeGlobalGateway(address=...), GkeRegionalGateway(address=...), GatewayRoute(parents=...), Ingress(ingress_class="..."), LoadBalancer(), ClusterInternal() or ServiceExposure(); got SqlitePvc(...)
exposure=LoadBalancer(tls=TlsSecret(name="tls"))
    LoadBalancer has no field 'tls' (fields: https, address, source_ranges, load_balancer_class, external_traffic_policy, annotations)
authenticator="google"
    NotebooksConfig.authenticator: must be OpenHexaApp(url="..."), NativeAuthenticator(class_name="..."), OtherAuthenticator(class_name="...") or SharedPassword(); got a value of type str, which is not shown
authenticator=NativeAuthenticator(class_name="github")
    NativeAuthenticator.class_name: 'github' is not the import path of a class, as in 'oauthenticator.github.GitHubOAuthenticator'
singleuser=SingleuserConfig(storage="pvc")
    SingleuserConfig.storage: must be PerUserPvc(), SharedPvc(claim="..."), NoStorage(), InPodFuse() or GcsFuseCsi(bucket="..."); got a value of type str, which is not shown
singleuser=SingleuserConfig(storage=PerUserPvc(capacity="10GB"))
    PerUserPvc.capacity: '10GB' is not a Kubernetes quantity: a number with one of m, k, M, G, T, Ki, Mi, Gi, Ti after it, as in '250m', '512Mi' or '10Gi' (no 'B', no space)
singleuser=SingleuserConfig(cpu_limit="500m")
    SingleuserConfig.cpu_limit: Input should be a valid number, unable to parse string as a number; got '500m'; write 0.5
singleuser=SingleuserConfig(cpu_limit="50%", cpu_guarantee="half")
    SingleuserConfig.cpu_guarantee: Input should be a valid number, unable to parse string as a number; got 'half'; write a number without a unit and without quotes, as in 2
    SingleuserConfig.cpu_limit: Input should be a valid number, unable to parse string as a number; got '50%'; write 0.5
singleuser=SingleuserConfig(mem_limit="2Gi")
    SingleuserConfig.mem_limit: '2Gi' is not a JupyterHub byte size: a number with K, M, G or T after it, as in '512M' or '32G'; JupyterHub counts in powers of 1024, so '512M' is Kubernetes' 512Mi
singleuser=SingleuserConfig(mem_limit=2)
    SingleuserConfig.mem_limit: 2 is only 2 bytes; write a unit, as in '2M'
singleuser=SingleuserConfig(mem_limit=1.5)
    SingleuserConfig.mem_limit: must be a whole number or text; got 1.5
singleuser=SingleuserConfig(network_policy="Strict")
    SingleuserConfig.network_policy: must be 'strict', 'none' or ChartNetworkPolicy(); got 'Strict'; did you mean 'strict'?
singleuser=SingleuserConfig(network_policy=NetworkConfig())
    SingleuserConfig.network_policy: must be 'strict', 'none' or ChartNetworkPolicy(); got NetworkConfig(...)
singleuser=SingleuserConfig(image="jupyter/base-notebook")
    SingleuserConfig.image: image 'jupyter/base-notebook' has no tag; pin one, as in 'jupyter/base-notebook:1.2.3', or a @sha256 digest
singleuser=SingleuserConfig(image="jupyter/base-notebook:latest")
    SingleuserConfig.image: image 'jupyter/base-notebook:latest' is not pinned: 'latest' changes without a review; write a version or a digest
singleuser=SingleuserConfig(env={"GREETING": 5})
    SingleuserConfig.env.GREETING: Input should be a valid string; got 5; write it in quotes: '5'
singleuser=SingleuserConfig(env={"API_TOKEN": "hunter2"})
    NotebooksConfig: singleuser.env.API_TOKEN is a secret, and would be readable in the manifests: users can read it too; if they may, refer to its Secret by valueFrom
singleuser=SingleuserConfig(profile_list=Profile(display_name="Small"))
    Profile.slug: is required and has no default
singleuser=HubConfig()
    NotebooksConfig.singleuser: must be SingleuserConfig(image="..."); got HubConfig(...)
singleuser=[SingleuserConfig()]
    NotebooksConfig.singleuser: must be SingleuserConfig(image="..."); got a value of type list; remove the trailing comma or the brackets around it
namespace="hexa"
    NotebooksConfig.namespace: must be NamespaceConfig(name="..."); got 'hexa'
namespace=NamespaceConfig(name="Hexa_Notebooks")
    NamespaceConfig.name: 'Hexa_Notebooks' is not a DNS label (lower-case letters, digits and inner hyphens, as in 'hexa-notebooks')
release="my release"
    NotebooksConfig.release: 'my release' is not a label value (letters, digits, and inner '-', '_' and '.')
release=None
    NotebooksConfig.release: Input should be a valid string; got None
release=5
    NotebooksConfig.release: Input should be a valid string; got 5; write it in quotes: '5'
hub=HubConfig
    NotebooksConfig.hub: must be HubConfig(...); got the class HubConfig; add parentheses: HubConfig()
hub=dict(named_servers="maybe", portt=8081)
    NotebooksConfig.hub.named_servers: Input should be a valid boolean, unable to interpret input; got 'maybe'; write True or False
    NotebooksConfig.hub: HubConfig has no field 'portt' (fields: hardened, image_pull_policy, image_pull_secrets, labels, annotations, env, init_containers, extra_containers, extra_volumes, extra_volume_mounts, extra_pod_spec, pod_security_context, container_security_context, revision_history_limit, image, resources, scheduling, command, args, strategy, probes, lifecycle, base_url, secrets_from, secrets, existing_secret, proxy_token, cookie_secret, crypt_keys, named_servers, named_server_limit_per_user, active_server_limit, concurrent_spawn_limit, consecutive_failure_limit, kubernetes_api, debug, traits, override_traits, unknown_traits, unset_traits, services, roles, values, files, extra_config, disruption_budget, service, service_account, rbac, role_rules, network_policy, ingress, egress, as_chart)
hub=HubConfig(resources=ResourcesConfig(memory_limit="512MB", cpu_limit=2))
    ResourcesConfig.cpu_request: is required and has no default
    ResourcesConfig.memory_request: is required and has no default
    ResourcesConfig.cpu_limit: Input should be a valid string; got 2; write it in quotes: '2'
    ResourcesConfig.memory_limit: '512MB' is not a Kubernetes quantity: a number with one of m, k, M, G, T, Ki, Mi, Gi, Ti after it, as in '250m', '512Mi' or '10Gi' (no 'B', no space)
hub=HubConfig(resources=ResourcesConfig(memory_limit="512"))
    ResourcesConfig.cpu_request: is required and has no default
    ResourcesConfig.memory_request: is required and has no default
    ResourcesConfig.memory_limit: '512' is only 512 bytes; write a unit, as in '512Mi'
hub=HubConfig(cookie_secret="hunter2")
    HubConfig.cookie_secret: must be SecretKeyRef(key="..."), got something else (not shown, as it may be a secret)
hub=HubConfig(env={"WORKERS": 4})
    HubConfig.env.WORKERS: must be text, SecretKeyRef(key="...") or EnvVar(), got a value of type int (not shown, as it may be a secret); put it in quotes
hub=HubConfig(env={"DATABASE_URL": "postgresql://hexa:hunter2@db/hexa"})
    NotebooksConfig: hub.env.DATABASE_URL is a secret, and would be readable in the manifests: write a SecretKeyRef instead
hub=HubConfig(traits={"KubeSpawner": {"memlimit": "1G"}})
    NotebooksConfig: hub.traits: KubeSpawner has no trait memlimit, did you mean mem_limit?
hub=HubConfig(traits={"KubeSpawner": {"start_timeout": "long"}})
    cluster.py:2: NotebooksConfig: KubeSpawner.start_timeout is set by both singleuser and hub.traits: remove one
    NotebooksConfig: hub.traits: KubeSpawner.start_timeout is "long" (string), allowed: integer
hub=HubConfig(traits={"KubSpawner": {"mem_limit": "1G"}})
    NotebooksConfig: hub.traits: there is no section KubSpawner, did you mean KubeSpawner?
hub=HubConfig(traits={"GitHubOAuthenticator": {"client_secret": "hunter2"}})
    NotebooksConfig: hub.traits.GitHubOAuthenticator.client_secret is a secret, and would be readable in the manifests: write {"$env": "NAME"} instead, and set NAME in hub.env to a SecretKeyRef
hub=HubConfig(traits=["KubeSpawner"])
    HubConfig.traits: Input should be a valid dictionary; got a value of type list
hub=HubConfig(base_url="notebooks")
    HubConfig.base_url: 'notebooks' is not a path of a URL, as in '/' or '/notebooks/'
hub=HubConfig(concurrent_spawn_limit="64 users")
    HubConfig.concurrent_spawn_limit: Input should be a valid integer, unable to parse string as an integer; got '64 users'; write a number without a unit and without quotes, as in 2
hub=HubConfig(debug="on please")
    HubConfig.debug: Input should be a valid boolean, unable to interpret input; got 'on please'; write True or False
hub=HubConfig(named_server=True)
    HubConfig has no field 'named_server'; did you mean 'named_servers'?
image_pull_secrets="registry"
    NotebooksConfig.image_pull_secrets: Input should be a valid tuple; got 'registry'; a tuple with one item needs a comma, as in (item,)
image_pull_secrets=["Registry"]
    NotebooksConfig.image_pull_secrets.0: 'Registry' is not a DNS subdomain (DNS labels joined by dots, as in 'hub.example.org')
exposure=ClusterInternal(https="yes please")
    ClusterInternal.https: Input should be a valid boolean, unable to interpret input; got 'yes please'; write True or False
exposure=GkeIngress(host="https://hub.example.org", address=GlobalAddress(name="hexa"), certificate=ManagedCertificate())
    GkeIngress has no field 'host'; did you mean 'hosts'?
exposure=GkeIngress(hosts="hub.example.org", address="203.0.113.10", certificate=ManagedCertificate)
    GkeIngress.address: GKE Ingress cannot use plain text, got '203.0.113.10'; reserve a global address: `gcloud compute addresses create NAME --global`, then GlobalAddress(name=...)
    GkeIngress.hosts: Input should be a valid tuple; got 'hub.example.org'; a tuple with one item needs a comma, as in (item,)
    GkeIngress.certificate: must be ManagedCertificate(), PreSharedCertificate(names=...) or TlsSecret(name="..."); got the class ManagedCertificate; add parentheses: ManagedCertificate()
database=Postgres(host="db.example.org", port="5432a", database="hexa", user="hexa")
    Postgres.port: Input should be a valid integer, unable to parse string as an integer; got '5432a'; write a number without a unit and without quotes, as in 2
database=Postgres(host="postgresql://hexa:hunter2@db/hexa", database="hexa", user="hexa")
    Postgres.host: 'postgresql://...@db/hexa' is not a DNS subdomain (DNS labels joined by dots, as in 'hub.example.org'); remove 'postgresql://'
database=Postgres(host="db", port=70000, database="hexa?", user="hexa")
    Postgres.port: Input should be less than or equal to 65535; got 70000
    Postgres.database: 'hexa?' is not a database name that fits into a URL (no '@' and no '?')
database=CloudSql(instance="hexa-main", database="hexa", identity=WorkloadIdentity(google_service_account="hub"))
    WorkloadIdentity.google_service_account: 'hub' is not the e-mail of a Google service account: write NAME@PROJECT.iam.gserviceaccount.com (NAME has 6 to 30 characters)
    CloudSql.instance: 'hexa-main' is not an instance connection name: write PROJECT:REGION:INSTANCE, as in 'my-project:europe-west1:hexa-main'; `gcloud sql instances describe INSTANCE` prints it as connectionName
    CloudSql.login: is required and has no default
culler=CullerConfig(timeout="1h")
    CullerConfig has no field 'timeout'; did you mean 'timeout_s'?
culler=CullerConfig(-1)
    TypeError: CullerConfig takes its fields by name, as in CullerConfig(timeout_s=...)
cookies=CookiesConfig(same_site="none")
    CookiesConfig.same_site: Input should be 'Lax' or 'None'; got 'none'; did you mean 'None'?
cookies=CookiesConfig(same_site="None")
    NotebooksConfig: cookies.same_site: browsers refuse 'None' without https, and nobody could sign in; write 'Lax', or set exposure.https=True if something in front of the exposure terminates TLS
authenticator=OpenHexaApp(url="https://app.example.org/")
    OpenHexaApp.url: 'https://app.example.org/' ends in '/'; write 'https://app.example.org'
authenticator=OpenHexaApp(url="app.example.org")
    OpenHexaApp.url: 'app.example.org' is not a plain http or https URL, as in 'https://app.example.org'
proxy=ProxyConfig(network_policy=None, revision_history_limit=-1)
    ProxyConfig.revision_history_limit: Input should be greater than or equal to 0; got -1
    ProxyConfig.network_policy: must be 'strict', 'none' or ChartNetworkPolicy(); got None
user_placeholder=UserPlaceholderConfig(replicas=2.5)
    UserPlaceholderConfig.replicas: Input should be a valid integer, got a number with a fractional part; got 2.5
hub=HubConfig(env={"A": "1"}), hub=HubConfig()
    keyword argument repeated: hub
images=ImagesConfig(digests={"jupyter/base-notebook": "sha256:abc"})
    ImagesConfig.digests.jupyter/base-notebook.[key]: image 'jupyter/base-notebook' has no tag; pin one, as in 'jupyter/base-notebook:1.2.3', or a @sha256 digest
    ImagesConfig.digests.jupyter/base-notebook: 'sha256:abc' is not a digest: 'sha256:' and 64 hexadecimal digits
namespace=NamespaceConfig(name="a" * 64)
    NamespaceConfig.name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is 64 characters long; a DNS label (lower-case letters, digits and inner hyphens, as in 'hexa-notebooks') has at most 63
"""

GOOD = """\
from hexa_notebooks import (
    ClusterInternal, HubConfig, NotebooksConfig, SharedPassword, SingleuserConfig, SqlitePvc,
)

config = NotebooksConfig(
    exposure=ClusterInternal(),
    database=SqlitePvc(),
    authenticator=SharedPassword(),
    singleuser=SingleuserConfig(),
)
"""

# Each file, and what it gets.
FILES: dict[str, tuple[str | bytes, str]] = {
    "several components": (
        GOOD.replace(
            "SingleuserConfig()", "SingleuserConfig(\n        image='a:latest',\n        cpu_limit=0,\n    )"
        ).replace(
            "SqlitePvc(),\n    auth", "SqlitePvc,\n    hub=HubConfig(\n        named_servers=3,\n    ),\n    auth"
        ),
        (
            'cluster.py:7: NotebooksConfig.database: must be SqlitePvc(), SqliteMemory(), Postgres(host="..."), CloudSql(instance="..."), MySql(host="...") or OtherDatabase(); got the class SqlitePvc; add parentheses: SqlitePvc()\n'
            "cluster.py:9: HubConfig.named_servers: Input should be a valid boolean, unable to interpret input; got 3; write True or False\n"
            "cluster.py:13: SingleuserConfig.image: image 'a:latest' is not pinned: 'latest' changes without a review; write a version or a digest\n"
            "cluster.py:14: SingleuserConfig.cpu_limit: Input should be greater than 0; got 0"
        ),
    ),
    "mistakes that only the whole has": (
        GOOD.replace(
            "    auth",
            "    hub=HubConfig(\n        traits={'KubeSpawner': {'memlimit': 1}},\n    ),\n    cookies=CookiesConfig(same_site='None'),\n    auth",
        ),
        (
            "cluster.py:9: NotebooksConfig: hub.traits: KubeSpawner has no trait memlimit, did you mean mem_limit?\n"
            "cluster.py:11: NameError: name 'CookiesConfig' is not defined; import it: from hexa_notebooks import CookiesConfig\n"
            "cluster.py:11: NotebooksConfig: cookies.same_site: browsers refuse 'None' without https, and nobody could sign in; write 'Lax', or set exposure.https=True if something in front of the exposure terminates TLS"
        ),
    ),
    "missing imports": (
        GOOD.replace("SqlitePvc()", "Postgres(host='db', database='hexa')").replace("SharedPassword()", "OpenHexaAp()"),
        (
            "cluster.py:7: NameError: name 'Postgres' is not defined; import it: from hexa_notebooks import Postgres\n"
            "cluster.py:7: Postgres.user: is required and has no default\n"
            "cluster.py:8: NameError: name 'OpenHexaAp' is not defined; did you mean 'OpenHexaApp'?"
        ),
    ),
    "unknown imports": (
        GOOD.replace("HubConfig,", "HubConfg, ProxyConf,"),
        (
            "cluster.py:1: ImportError: cannot import name 'HubConfg' from 'hexa_notebooks'; did you mean 'HubConfig'?\n"
            "cluster.py:1: ImportError: cannot import name 'ProxyConf' from 'hexa_notebooks'; did you mean 'ProxyConfig'?"
        ),
    ),
    "wrong case": (
        GOOD.replace("NotebooksConfig(", "Notebooksconfig("),
        ("cluster.py:5: NameError: name 'Notebooksconfig' is not defined; did you mean 'NotebooksConfig'?"),
    ),
    "unknown name": (
        GOOD.replace("SingleuserConfig()", "SingleuserConfig(cpu_limit=cores)"),
        ("cluster.py:9: NameError: name 'cores' is not defined"),
    ),
    "missing module beside it": (
        "import comon\n" + GOOD,
        (
            "cluster.py:1: ModuleNotFoundError: No module named 'comon'; it is not installed, and there is no comon.py next to the cluster file"
        ),
    ),
    "forgotten comma": (
        GOOD.replace("SqlitePvc(),", "SqlitePvc()"),
        ("cluster.py:7: invalid syntax. Perhaps you forgot a comma?"),
    ),
    "missing bracket": (
        GOOD[:-2],
        ("cluster.py:5: '(' was never closed"),
    ),
    "tab": (
        GOOD + "if config:\n\tpass\n        pass\n",
        ("cluster.py:13: inconsistent use of tabs and spaces in indentation"),
    ),
    "config used as a dictionary": (
        GOOD + "print(config['hub'])\n",
        (
            "cluster.py:11: TypeError: 'NotebooksConfig' object is not subscriptable; read a field as config.hub, and change it with config.evolve(hub=...)"
        ),
    ),
    "unknown attribute": (
        GOOD + "print(config.hubb)\n",
        ("cluster.py:11: AttributeError: 'NotebooksConfig' object has no attribute 'hubb'; did you mean 'hub'?"),
    ),
    "changed in place": (
        GOOD + "config.release = 'hexa'\n",
        (
            "cluster.py:11: NotebooksConfig.release: cannot be changed; write a changed copy, as in config = config.evolve(release=...)"
        ),
    ),
    "evolve with a wrong name": (
        GOOD + "config = config.evolve(databse=SqlitePvc())\n",
        ("cluster.py:11: NotebooksConfig has no field 'databse'; did you mean 'database'?"),
    ),
    "evolve with a wrong nested value": (
        GOOD + "config = config.evolve(\n    hub=config.hub.evolve(concurrent_spawn_limit='x'),\n)\n",
        (
            "cluster.py:12: HubConfig.concurrent_spawn_limit: Input should be a valid integer, unable to parse string as an integer; got 'x'; write a number without a unit and without quotes, as in 2"
        ),
    ),
    "evolve of what is wrong": (
        GOOD.replace("SingleuserConfig()", "SingleuserConfig(cpu_limit=-1)")
        + "config = config.evolve(singleuser=config.singleuser.evolve(cpu_guarantee=-1))\n",
        (
            "cluster.py:9: SingleuserConfig.cpu_limit: Input should be greater than 0; got -1\n"
            "cluster.py:11: SingleuserConfig.cpu_guarantee: Input should be greater than 0; got -1"
        ),
    ),
    "no config": (
        GOOD.replace("config =", "cluster ="),
        ("cluster.py: must set config = NotebooksConfig(...), got no such name; rename 'cluster' to config"),
    ),
    "list": (
        GOOD + "config = [config]\n",
        (
            "cluster.py: must set config = NotebooksConfig(...), got a value of type list; remove the trailing comma or the brackets around it"
        ),
    ),
    "several clusters": (
        GOOD + "config = [config, config.evolve(release='b')]\n",
        (
            "cluster.py: must set config = NotebooksConfig(...), got a value of type list; a file describes one cluster, so write a file for each next to cluster.py"
        ),
    ),
    "function": (
        GOOD + "\n\ndef config():\n    pass\n",
        ("cluster.py: must set config = NotebooksConfig(...), got a function; write config = config(...) after it"),
    ),
    "class": (
        "from hexa_notebooks import NotebooksConfig\n\nconfig = NotebooksConfig\n",
        (
            "cluster.py: must set config = NotebooksConfig(...), got the class NotebooksConfig; add parentheses with its fields"
        ),
    ),
    "trailing comma": (
        GOOD[:-1] + ",\n",
        (
            "cluster.py: must set config = NotebooksConfig(...), got a value of type tuple; remove the trailing comma or the brackets around it"
        ),
    ),
    "values without names": (
        GOOD.replace("exposure=", "").replace("database=", ""),
        ("cluster.py:5: TypeError: NotebooksConfig takes its fields by name, as in NotebooksConfig(exposure=...)"),
    ),
    "field twice": (
        GOOD.replace("    auth", "    database=SqlitePvc(),\n    auth"),
        ("cluster.py:8: keyword argument repeated: database"),
    ),
    "exit": (
        "import sys\n\nsys.exit(0)\n",
        ("cluster.py:3: SystemExit: 0; a cluster file must run to its end, so remove this"),
    ),
    "recursion": (
        GOOD + "\n\ndef again():\n    again()\n\n\nagain()\n",
        (
            "cluster.py:14: RecursionError: maximum recursion depth exceeded; a function calls itself, or a module imports itself, without end"
        ),
    ),
    "empty": (
        "",
        ("cluster.py: must set config = NotebooksConfig(...), got no such name"),
    ),
    "YAML": (
        "hub:\n  config:\n    JupyterHub:\n      admin_access: true\n",
        (
            "cluster.py: contains YAML or JSON, but a cluster file is Python; if these are values of the Helm chart,"
            " rename it to cluster.yaml and write a cluster file with hexa-notebooks import-helm"
        ),
    ),
    "YAML of a manifest": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hub\n",
        (
            "cluster.py: contains YAML or JSON, but a cluster file is Python; if these are values of the Helm chart,"
            " rename it to cluster.yaml and write a cluster file with hexa-notebooks import-helm"
        ),
    ),
    "JSON": (
        '{"hub": {"config": {}}}\n',
        (
            "cluster.py: contains YAML or JSON, but a cluster file is Python; if these are values of the Helm chart,"
            " rename it to cluster.yaml and write a cluster file with hexa-notebooks import-helm"
        ),
    ),
    "Latin-1": (
        b"config = 'caf\xe9'\n",
        ("cluster.py:1: is not text in UTF-8; save it as UTF-8"),
    ),
}


def cases() -> dict[str, str]:
    """Return the lines of each argument."""
    found: dict[str, str] = {}
    argument = ""
    for line in ARGUMENTS.strip().splitlines():
        if line.startswith("    "):
            found[argument] += f"{line.strip()}\n"
        else:
            argument = line
            found[argument] = ""
    return found


def told(text: str | bytes, folder: Path) -> str:
    """Return the error for a cluster file."""
    file = folder / "cluster.py"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ClusterFileError) as refused:
        load(file)
    return str(refused.value).replace(str(file), "cluster.py")


@pytest.mark.parametrize(("argument", "lines"), cases().items(), ids=cases())
def test_mistake_in_an_argument_is_told(argument: str, lines: str, tmp_path: Path) -> None:
    """The error has the place, the mistake, the value, the allowed values and the fix."""
    assert f"{told(with_argument(argument), tmp_path)}\n".replace("cluster.py:3: ", "") == lines


@pytest.mark.parametrize(("text", "lines"), FILES.values(), ids=FILES)
def test_mistake_in_a_file_is_told(text: str | bytes, lines: str, tmp_path: Path) -> None:
    """It covers mistakes in the file as a whole, and several mistakes at once."""
    assert told(text, tmp_path) == lines
