"""Configs with the chart's defaults, and the cluster files that an import writes with them."""

import pickle
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import hexa_notebooks
from hexa_notebooks import Config, HubConfig, NotebooksConfig, OtherAuthenticator, as_chart
from hexa_notebooks.commands.cluster_file import ClusterFileError, load
from hexa_notebooks.commands.import_helm.command import import_helm
from tests.manifests.config_errors import explain
from tests.manifests.synthesis import synth

PRESETS = {
    name: made
    for name, made in vars(as_chart).items()
    if isinstance(made, type) and issubclass(made, Config) and made.__module__ == as_chart.__name__
}
VALUES_FOLDER = Path(__file__).parent / "values"
"""Invented, in the manner of those that hubs publish."""
VALUES = sorted(VALUES_FOLDER.glob("*.yaml"))
CONFIG = as_chart.NotebooksConfig(authenticator=OtherAuthenticator(class_name="dummy"))


def imported(folder: Path, values: str) -> str:
    """Import a release with these values as `cluster.py` in the folder, and return its text."""
    file, output = folder / "values.yaml", folder / "cluster.py"
    file.write_text(values)
    import_helm([file], release="hexa", namespace="hexa-notebooks", output=output, version="4.4.0", overwrite=True)
    return output.read_text()


def lines(text: str) -> int:
    """Return the number of lines that are not blank."""
    return len([line for line in text.splitlines() if line.strip()])


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_preset_only_changes_defaults(preset: type[Config]) -> None:
    """A preset has the fields and limits of the Config with its name, and every line of it has an effect."""
    config = getattr(hexa_notebooks, preset.__name__)
    assert preset.__bases__ == (config,)
    assert preset.__doc__
    assert list(preset.model_fields) == list(config.model_fields)
    assert preset.__annotations__, "it changes nothing"
    for name, field in config.model_fields.items():
        changed = preset.model_fields[name]
        # An inline Field(...) in a type equals no other, so they are compared as they are shown.
        assert repr((changed.annotation, changed.metadata)) == repr((field.annotation, field.metadata)), name
        is_same = not changed.is_required() and changed.get_default() == field.get_default()
        assert is_same is (name not in preset.__annotations__ and not field.is_required()), name


def test_presets_are_the_chart_of_an_import(tmp_path: Path) -> None:
    """Without values of the operator's own, the file only says who may sign in."""
    assert imported(tmp_path, "{}").split('"""\n', 1)[1] == (
        "\n"
        "from hexa_notebooks import OtherAuthenticator, as_chart\n"
        "\n"
        'config = as_chart.NotebooksConfig(authenticator=OtherAuthenticator(class_name="dummy"))\n'
    )


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (
            "proxy: {https: {enabled: true, hosts: [a.example.org], letsencrypt: {contactEmail: a@example.org}}}",
            'tls=as_chart.AutoHttps(hosts=("a.example.org",), contact_email="a@example.org")',
        ),
        ("scheduling: {podPriority: {enabled: true}}", "pod_priority=as_chart.PodPriorityConfig()"),
        (
            "singleuser: {storage: {type: static, static: {pvcName: homes}}}",
            'storage=as_chart.SharedPvc(claim="homes")',
        ),
        ("hub: {pdb: {enabled: true, minAvailable: 1}}", "as_chart.DisruptionBudgetConfig(min_available=1)"),
        ("hub: {serviceAccount: {name: own}}", 'as_chart.ServiceAccountConfig(name="own")'),
        ("singleuser: {cpu: {limit: 4.0, guarantee: 0.5}}", "SingleuserConfig(cpu_guarantee=0.5, cpu_limit=4)"),
        ("fullnameOverride: a\nproxy: {chp: {defaultTarget: http://b}}", '"--default-target=http://b"'),
    ],
)
def test_what_is_on_has_no_more_than_its_own(values: str, written: str, tmp_path: Path) -> None:
    """Enabled parts write only their own settings, with numbers as people write them."""
    assert written in imported(tmp_path, values)


@pytest.mark.parametrize(
    ("config", "hint"),
    [
        ("as_chart.CookiesConfig()", "write CookiesConfig alone, and import it from hexa_notebooks"),
        ("as_chart.HubConfg()", "as_chart has no HubConfg; did you mean 'HubConfig'?"),
        ("later.HubConfig()", "name 'later' is not defined"),
    ],
)
def test_mistakes_get_a_hint(config: str, hint: str, tmp_path: Path) -> None:
    """The error has the line, like any other error in a cluster file."""
    (tmp_path / "cluster.py").write_text(f"from hexa_notebooks import as_chart\nconfig = {config}\n")
    with pytest.raises(ClusterFileError, match=r"cluster\.py:2: .*" + re.escape(hint)):
        load(tmp_path / "cluster.py")


def test_missing_import_is_named(tmp_path: Path) -> None:
    """The error names the missing module like a missing name."""
    (tmp_path / "cluster.py").write_text("config = as_chart.HubConfig()\n")
    with pytest.raises(ClusterFileError, match="import it: from hexa_notebooks import as_chart"):
        load(tmp_path / "cluster.py")


def test_file_has_what_is_the_operators_own(tmp_path: Path) -> None:
    """The file has only the operator's settings, in the order of the fields."""
    assert imported(tmp_path, (VALUES_FOLDER / "small.yaml").read_text()) == (
        '"""The Helm release hexa in namespace hexa-notebooks, as the chart 4.4.0 rendered it.\n'
        "\n"
        "Parts not named here, and each as_chart.X, behave as in the chart. Replace as_chart.X by X to harden a part.\n"
        "\n"
        "Before the first apply:\n"
        "- proxy.annotations: the chart generated the proxy's token; copy the live checksum/auth-token into\n"
        "  proxy=as_chart.ProxyConfig(annotations={...}), so that the proxy does not restart: kubectl get"
        " deployment proxy\n"
        "  --namespace=hexa-notebooks --output=jsonpath='{.spec.template.metadata.annotations}'\n"
        '"""\n'
        "\n"
        "from hexa_notebooks import OtherAuthenticator, ServiceExposure, as_chart\n"
        "\n"
        "config = as_chart.NotebooksConfig(\n"
        "    # One team behind a load balancer.\n"
        '    exposure=ServiceExposure(load_balancer_ip="203.0.113.10"),\n'
        '    authenticator=OtherAuthenticator(class_name="dummy", '
        'traits={"Authenticator": {"allowed_users": ["anna", "ben"]}}),\n'
        "    singleuser=as_chart.SingleuserConfig(\n"
        '        image="quay.io/jupyter/scipy-notebook:2026-01-19",\n'
        "        cpu_limit=2,\n"
        '        mem_limit="4G",\n'
        "    ),\n"
        '    hub=as_chart.HubConfig(network_policy="none"),\n'
        "    culler=None,\n"
        ")\n"
    )


def test_file_is_about_as_long_as_the_values(tmp_path: Path) -> None:
    """The median is at most 1.3 lines for a line of values, and 60 lines for 40. Blank lines do not count."""
    counted = {path.stem: (lines(path.read_text()), lines(imported(tmp_path, path.read_text()))) for path in VALUES}
    assert len(counted) == 4
    assert statistics.median(file / values for values, file in counted.values()) <= 1.3, counted
    assert [name for name, (values, file) in counted.items() if values <= 40 and file > 60] == []


def test_files_are_in_the_house_style(tmp_path: Path) -> None:
    """They pass `ruff` unchanged, with sorted imports."""
    for path in VALUES:
        imported(tmp_path, path.read_text())
        (tmp_path / "cluster.py").rename(tmp_path / f"{path.stem.replace('-', '_')}.py")
    # What a configuration file looks like is the operator's own.
    shutil.rmtree(tmp_path / "cluster", ignore_errors=True)
    for command in (["format", "--diff"], ["check", "--select=E,F,I", "--ignore=E501"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length=120", str(tmp_path)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", VALUES, ids=[path.stem for path in VALUES])
def test_one_word_hardens_a_part(path: Path, tmp_path: Path) -> None:
    """Replacing `as_chart.ProxyConfig` with `ProxyConfig` hardens the proxy's pod and changes nothing else."""
    imported(tmp_path, path.read_text())
    config = load(tmp_path / "cluster.py")
    before = synth(config)
    ours = hexa_notebooks.ProxyConfig(debug=config.proxy.debug)
    after = synth(config.evolve(proxy=ours))
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert {"Deployment/proxy", "NetworkPolicy/proxy"} == changed
    [container] = after["Deployment/proxy"]["spec"]["template"]["spec"]["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert "annotations" not in after["Deployment/proxy"]["spec"]["template"]["metadata"]


def test_what_follows_from_other_settings() -> None:
    """Names, the base path and TLS termination are derived. The file does not repeat them."""
    config = as_chart.NotebooksConfig(
        authenticator=OtherAuthenticator(class_name="dummy"),
        release="other",
        fullname_override="other",
        exposure=hexa_notebooks.ServiceExposure(tls=hexa_notebooks.ProxyCertificate(name="tls")),
        hub=as_chart.HubConfig(base_url="/others", service=hexa_notebooks.HubServiceConfig(annotations={"a": "b"})),
    )
    objects = synth(config)
    [proxy] = objects["Deployment/other-proxy"]["spec"]["template"]["spec"]["containers"]
    assert "--default-target=http://other-hub:$(OTHER_HUB_SERVICE_PORT)" in proxy["command"]
    assert "--ssl-key=/etc/chp/tls/tls.key" in proxy["command"]
    [hub] = objects["Deployment/other-hub"]["spec"]["template"]["spec"]["containers"]
    assert {"name": "HELM_RELEASE_NAME", "value": "other"} in hub["env"]
    assert objects["Service/other-hub"]["metadata"]["annotations"] == {
        "prometheus.io/scrape": "true",
        "prometheus.io/path": "/others/hub/metrics",
        "prometheus.io/port": "8081",
        "a": "b",
    }


def test_variable_of_ones_own_wins() -> None:
    """Kubernetes would use the last of two variables and refuses neither."""
    hub = as_chart.HubConfig(env={"HELM_RELEASE_NAME": "mine"})
    [container] = synth(CONFIG.evolve(hub=hub))["Deployment/hub"]["spec"]["template"]["spec"]["containers"]
    assert [each for each in container["env"] if each["name"] == "HELM_RELEASE_NAME"] == [
        {"name": "HELM_RELEASE_NAME", "value": "mine"}
    ]


def test_presets_are_configs_like_others() -> None:
    """They can be copied with changes, pickled, and mixed with hardened parts. Errors use the Config's name."""
    assert type(CONFIG.evolve(release="other").hub) is as_chart.HubConfig
    assert pickle.loads(pickle.dumps(CONFIG)) == CONFIG  # noqa: S301 (our own)
    mixed = CONFIG.evolve(hub=HubConfig(named_servers=True))
    assert isinstance(mixed, NotebooksConfig)
    assert type(mixed.hub) is HubConfig
    with pytest.raises(ValidationError) as refused:
        as_chart.HubConfig(named_server=True)  # type: ignore[call-arg]
    assert explain(refused.value).startswith("HubConfig has no field 'named_server'; did you mean")
