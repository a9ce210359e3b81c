"""Static checks of docker-compose.yaml: its images, its containers' rights and settings, and its required variables."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hexa_notebooks.images import catalogue
from tests.compose.compose_file import FILE, MissingVariableError, container, demanded, load
from tests.compose.env_file import create_env, variables
from tests.deployed.manifests import objects, traits
from tests.manifests.synthesis import Object
from tests.paths import ROOT
from tests.processes.container import environment, image_environment


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Return the output of `create-env`."""
    assert create_env(tmp_path).returncode == 0
    return variables(tmp_path)


@pytest.fixture
def services(env: dict[str, str]) -> Object:
    """Return the services by name."""
    found: Object = load(env)["services"]
    return found


def test_every_variable_that_is_demanded_is_written(tmp_path: Path) -> None:
    """Secrets are 32 random bytes each, and only their owner can read the file."""
    create_env(tmp_path)
    created = variables(tmp_path)
    assert created.keys() == demanded()
    secrets = [value for name, value in created.items() if name != "DOCKER_GID"]
    assert all(re.fullmatch("[0-9a-f]{64}", secret) for secret in secrets)
    assert len(set(secrets)) == len(secrets)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert created["DOCKER_GID"].isdecimal()


def test_secrets_are_never_replaced(tmp_path: Path) -> None:
    """The database already uses them, so a second run reports this and writes nothing."""
    create_env(tmp_path)
    before = (tmp_path / ".env").read_text()
    again = create_env(tmp_path, "stand-in")
    assert again.returncode == 1
    assert "docker compose down --volumes" in again.stderr
    assert (tmp_path / ".env").read_text() == before


def test_unknown_argument_is_refused(tmp_path: Path) -> None:
    """A typo does not result in an installation without the stand-in."""
    done = create_env(tmp_path, "standin")
    assert (done.returncode, (tmp_path / ".env").exists()) == (2, False)
    assert 'got "standin", expected nothing or "stand-in"' in done.stderr


@pytest.mark.parametrize("name", sorted(demanded()))
def test_missing_secret_names_the_command_that_writes_it(env: dict[str, str], name: str) -> None:
    """Compose shows the message and starts nothing."""
    with pytest.raises(MissingVariableError, match=f'{name}: "sh compose/create-env" writes it'):
        load({key: value for key, value in env.items() if key != name})


def test_no_secret_is_in_the_file() -> None:
    """Each variable with a secret's name comes only from .env."""
    from_env = re.compile(r"\$\{\w+:\?[^}]*\}")
    for service in yaml.safe_load(FILE.read_text())["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("TOKEN|SECRET|KEY|PASSWORD", name):
                assert from_env.fullmatch(value), name


def test_no_container_is_privileged(services: Object) -> None:
    """Only the database, which sets its own user, has capabilities or a writable root. None gains privileges."""
    for name, service in services.items():
        assert "privileged" not in service
        if name == "singleuser":
            continue
        assert "no-new-privileges:true" in service["security_opt"], name
        if name != "database":
            assert (service["cap_drop"], service["read_only"]) == (["ALL"], True), name


def test_nothing_of_the_machine_is_mounted_but_sources_and_dockers_socket(services: Object) -> None:
    """Only the hub has the socket. Sources are read-only."""
    mounts = {name: service.get("volumes", []) for name, service in services.items()}
    socket = "/var/run/docker.sock:/var/run/docker.sock"
    assert [name for name, found in mounts.items() if socket in found] == ["hub"]
    paths = [mount for found in mounts.values() for mount in found if mount[0] in "./~" and mount != socket]
    assert [path for path in paths if not path.endswith(":ro")] == []


def test_ports_are_open_to_this_machine_only(services: Object) -> None:
    """Nobody else on the network reaches the hub or the page that signs in anybody."""
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"proxy": ["127.0.0.1:8001:8000"], "app": ["127.0.0.1:8000:8000"]}


def test_images_are_those_of_the_catalogue_or_built_here(services: Object) -> None:
    """Built images are never pulled. Only the database's image is in no manifest."""
    assert services["proxy"]["image"] == catalogue.PROXY
    assert re.fullmatch(r"docker\.io/library/postgres:\d+\.\d+", services["database"]["image"])
    built = {service["image"] for service in services.values() if "build" in service}
    others = {service["image"] for service in services.values()} - built
    assert others == {services["proxy"]["image"], services["database"]["image"]}
    assert not any("/" in image for image in built)
    assert services["hub"]["environment"]["SINGLEUSER_IMAGE"] == services["singleuser"]["image"]


def test_build_arguments_are_those_of_the_dockerfile(services: Object) -> None:
    """An unlocked requirements list or an unused argument would be noticed late."""
    build = services["hub"]["build"]
    dockerfile = (ROOT / build["context"] / "Dockerfile").read_text()
    for name, value in build["args"].items():
        assert f"\nARG {name}=" in dockerfile
        assert (ROOT / build["context"] / value).exists()


def test_proxy_has_the_arguments_of_a_clusters(services: Object) -> None:
    """Only the load balancer's timeout is missing."""
    (proxy,) = _containers("openhexa_gke", "proxy")
    assert container(services["proxy"])["command"] == proxy["command"]
    assert set(services["proxy"]["command"]) == {
        argument for argument in proxy["args"] if not argument.startswith("--keep-alive-timeout")
    }


def test_hub_gets_the_variables_of_a_clusters(services: Object) -> None:
    """The hub has all variables that it has in a cluster, and three more."""
    (hub,) = _containers("openhexa_gke", "hub")
    here = set(services["hub"]["environment"])
    in_cluster = {variable["name"] for variable in hub["env"]} - {"POD_NAMESPACE"}
    assert here - in_cluster == {"PYTHONPATH", "SINGLEUSER_IMAGE", "WORKSPACE_STORAGE_LOCATION"}
    assert in_cluster - here == set()


def test_traits_are_those_of_a_cluster(services: Object) -> None:
    """Only addresses and the spawner differ from production, and idle servers keep running."""
    code = (
        "import json, sys; from traitlets.config.loader import PyFileConfigLoader;"
        "print(json.dumps(PyFileConfigLoader(sys.argv[1]).load_config()))"
    )
    command = [sys.executable, "-c", code, str(ROOT / "compose" / "jupyterhub_config.py")]
    variables = image_environment() | environment(container(services["hub"]))
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=variables, timeout=30)
    here, there = json.loads(done.stdout), traits("openhexa_gke")
    roles, in_cluster = (
        {role["name"]: {**role, "description": ""} for role in each["JupyterHub"]["load_roles"]}
        for each in (here, there)
    )
    assert in_cluster.keys() - roles.keys() == {"jupyterhub-idle-culler"}
    assert roles == {name: in_cluster[name] for name in roles}
    (service,) = here["JupyterHub"].pop("services")
    assert service["name"] in roles[service["name"]]["services"]
    del here["JupyterHub"]["load_roles"]
    settings, in_cluster = (each["JupyterHub"].pop("tornado_settings") for each in (here, copy.deepcopy(there)))
    assert (settings.keys(), settings["slow_spawn_timeout"]) == (in_cluster.keys(), in_cluster["slow_spawn_timeout"])
    own = {"api_url", "db_url", "spawner_class", "environment", "start_timeout"}
    for section in ("Authenticator", "ConfigurableHTTPProxy", "JupyterHub", "Spawner"):
        names = here[section].keys() - own
        assert names, section
        assert {name: here[section][name] for name in names} == {name: there[section][name] for name in names}


def test_every_service_comes_up_again_and_waits_for_what_it_needs(services: Object) -> None:
    """All services restart with Docker, and each waits until its dependencies are healthy."""
    for name, service in services.items():
        if name != "singleuser":
            assert service["restart"] == "unless-stopped", name
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[needed], needed


def test_database_is_out_of_reach_of_users_servers(env: dict[str, str]) -> None:
    """User servers join the network of hub and proxy. The database has its own, internal network."""
    model = load(env)
    assert model["services"]["database"]["networks"] == ["database"]
    assert model["networks"]["database"] == {"internal": True}
    assert "database" not in model["services"]["proxy"]["networks"]


def _containers(cluster: str, name: str) -> list[Any]:
    (deployment,) = (
        made for made in objects(cluster).values() if (made["kind"], made["metadata"]["name"]) == ("Deployment", name)
    )
    return list(deployment["spec"]["template"]["spec"]["containers"])
