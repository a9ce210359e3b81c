"""`hexa-notebooks graph`: the graph of an installation, and its output formats."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hexa_notebooks import (
    CidrPeer,
    EgressConfig,
    ExternalSecretConfig,
    GatewayRoute,
    GcsFuseCsi,
    GkeGlobalGateway,
    LiteralAddress,
    LoadBalancer,
    NotebooksConfig,
    ParentRef,
    Postgres,
    SecretKeyRef,
    SharedPvc,
)
from hexa_notebooks.commands.cli import main
from hexa_notebooks.commands.graph.architecture import architecture
from hexa_notebooks.commands.graph.drawing import Box, Drawing, Group
from hexa_notebooks.commands.graph.mermaid import mermaid
from hexa_notebooks.commands.graph.objects import LEFT_OUT
from hexa_notebooks.manifests.manifest_set import read
from tests.manifests.synthesis import MINIMAL, Object, synth, to_yaml
from tests.paths import ROOT
from tests.unit.test_everything import CONFIGS

Draw = Callable[[NotebooksConfig], Drawing]
Installation = tuple[dict[str, Object], Drawing]

SERVERS, BROWSER, APP, INTERNET = "Users' servers", "Browser", "OpenHEXA App", "Internet"
EVERYWHERE = {
    ("Service proxy-public", "Deployment proxy"),
    ("Deployment proxy", "Service hub"),
    ("Service hub", "Deployment hub"),
    ("Deployment hub", "Service proxy-api"),
    ("Service proxy-api", "Deployment proxy"),
    ("Deployment hub", "ConfigMap hub"),
    ("Deployment hub", "Secret hexa-notebooks"),
    ("Deployment hub", "ServiceAccount hub"),
    ("Deployment proxy", "Secret hexa-notebooks"),
    ("Deployment hub", SERVERS),
    ("Deployment proxy", SERVERS),
    (SERVERS, "Service hub"),
    (SERVERS, INTERNET),
}


def drawn(objects: dict[str, Object], folder: Path) -> Drawing:
    """Draw objects, read from a file as those of `dist/` are."""
    file = folder / "objects.yaml"
    file.write_text(to_yaml(*objects.values()))
    return architecture(read(str(file)))


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Return a function that draws a configuration."""
    return lambda config: drawn(synth(config), tmp_path)


def arrows(drawing: Drawing) -> set[tuple[str, str]]:
    """Return each arrow's source and target."""
    return {(arrow.source, arrow.target) for arrow in drawing.arrows}


def test_google_cloud_is_drawn_from_browser_to_database() -> None:
    """The graph of `dist/openhexa_gke` has the exposure, the App in both directions and Cloud SQL, but no claim."""
    drawing = architecture(read(str(ROOT / "dist" / "openhexa_gke")))
    assert arrows(drawing) == EVERYWHERE | {
        (BROWSER, APP),
        (BROWSER, "Ingress jupyterhub"),
        (APP, "Ingress jupyterhub"),
        ("Ingress jupyterhub", "Service proxy-public"),
        ("Ingress jupyterhub", "ManagedCertificate jupyterhub"),
        ("Deployment hub", APP),
        ("Deployment hub", "Cloud SQL"),
    }
    assert drawing.boxes["Cloud SQL"].detail == "my-project:europe-west1:hexa-main\nhexa-notebooks"
    assert drawing.boxes[APP].detail == "app.openhexa.example.org\napi.openhexa.example.org"
    assert drawing.boxes["Deployment hub"].detail.endswith("\ncloud-sql-proxy")
    assert drawing.boxes["ServiceAccount hub"].detail == "as hexa-notebooks\n@my-project.iam.gserviceaccount.com"


def test_cluster_without_a_cloud_is_drawn_with_its_claims() -> None:
    """The graph of `dist/local` has a forwarded port, the hub's claim and one per server, but no App."""
    drawing = architecture(read(str(ROOT / "dist" / "local")))
    assert arrows(drawing) == EVERYWHERE | {
        (BROWSER, "Service proxy-public"),
        ("Deployment hub", "PersistentVolumeClaim hub-db-dir"),
        (SERVERS, "PersistentVolumeClaim claim-{user_server}"),
    }
    (way_in,) = (arrow for arrow in drawing.arrows if arrow.source == BROWSER)
    assert (way_in.words, way_in.dashed) == ("port-forward", True)


GATEWAY = next(config for config in CONFIGS if isinstance(config.exposure, GkeGlobalGateway))
EVERY_KIND = [
    *CONFIGS,
    GATEWAY.evolve(
        exposure=GATEWAY.exposure.evolve(ssl_policy="modern"),
        singleuser=GATEWAY.singleuser.evolve(files_in="Secret"),
    ),
]


@pytest.fixture(scope="module", params=EVERY_KIND, ids=lambda config: f"{config.exposure.kind}-{config.database.kind}")
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return each configuration's objects and drawing."""
    objects = synth(request.param)
    return objects, drawn(objects, tmp_path_factory.mktemp("objects"))


def test_every_object_is_drawn_unless_its_kind_is_left_out(installation: Installation) -> None:
    """No object is silently missing. Among routes, only redirects to HTTPS are left out."""
    objects, drawing = installation
    names = {name.replace("/", " ") for name in objects if name.partition("/")[0] not in LEFT_OUT}
    assert names - drawing.boxes.keys() <= {"HTTPRoute jupyterhub-redirect"}
    inside = {name for name, box in drawing.boxes.items() if box.group is not Group.OUTSIDE and not box.elsewhere}
    assert inside <= names


def test_every_arrow_is_between_boxes_that_are_declared(installation: Installation) -> None:
    """Each end of an arrow is a declared box, and each box has an arrow."""
    text = mermaid(installation[1])
    declared = re.findall(r"^ +(\w+)[(\[]+\"", text, re.MULTILINE)
    ends = re.findall(r"^  (\w+) (?:-->|-\.->)(?:\|\"[^\"]*\"\|)? (\w+)$", text, re.MULTILINE)
    assert len(ends) == text.count("->")
    assert sorted({end for pair in ends for end in pair}) == sorted(declared)


def test_what_helps_servers_is_drawn_apart(draw: Draw) -> None:
    """Scheduler, placeholders and image puller are in their own frame and point to user servers."""
    drawing = draw(CONFIGS[0])
    helpers = {arrow.source: arrow.words for arrow in drawing.arrows if arrow.target == SERVERS and arrow.dashed}
    assert helpers == {
        "DaemonSet continuous-image-puller": "fetches images of",
        "Deployment user-scheduler": "chooses nodes for",
        "StatefulSet user-placeholder": "keeps room for",
    }
    assert {drawing.boxes[name].group for name in helpers} == {Group.ROOM}


@pytest.mark.parametrize(
    ("url", "is_service"),
    [
        ("http://proxy-public", True),
        ("http://proxy-public:80/hub/api", True),
        ("http://proxy-public.hexa-notebooks.svc.cluster.local/", True),
        ("http://proxy-public.other.svc/", False),
        ("https://proxy-public.example.org/", False),
        ("https://example.org/proxy-public", False),
    ],
)
def test_pod_is_connected_with_the_services_that_it_names(url: str, is_service: bool, draw: Draw) -> None:
    """Services are found by DNS name. An external host may start with the same word."""
    drawing = draw(MINIMAL.evolve(hub=MINIMAL.hub.evolve(env={"URL": url})))
    assert (("Deployment hub", "Service proxy-public") in arrows(drawing)) is is_service


def test_names_with_a_prefix_are_understood(draw: Draw) -> None:
    """A Helm release has such names."""
    drawing = draw(MINIMAL.evolve(release="jupyter", fullname_override=None, name_override="hub"))
    assert {
        ("Deployment jupyter-hub-hub", "Service jupyter-hub-proxy-api"),
        ("Service jupyter-hub-proxy-api", "Deployment jupyter-hub-proxy"),
        ("Deployment jupyter-hub-proxy", SERVERS),
        (SERVERS, "Service jupyter-hub-hub"),
        (BROWSER, "Service jupyter-hub-proxy-public"),
    } <= arrows(drawing)


def test_gateway_of_others_is_drawn_as_made_elsewhere(draw: Draw) -> None:
    """The browser connects to the Gateway, and the route is between it and the Service."""
    drawing = draw(
        MINIMAL.evolve(exposure=GatewayRoute(parents=(ParentRef(name="shared"),), hosts=("hub.example.org",)))
    )
    assert drawing.boxes["Gateway shared"].elsewhere
    assert not drawing.boxes["HTTPRoute jupyterhub"].elsewhere
    assert {
        (BROWSER, "Gateway shared"),
        ("Gateway shared", "HTTPRoute jupyterhub"),
        ("HTTPRoute jupyterhub", "Service proxy-public"),
    } <= arrows(drawing)


def test_load_balancer_is_where_the_browser_comes_in(draw: Draw) -> None:
    """No forwarded port is drawn."""
    drawing = draw(MINIMAL.evolve(exposure=LoadBalancer(address=LiteralAddress(ip="203.0.113.10"))))
    (way_in,) = (arrow for arrow in drawing.arrows if arrow.source == BROWSER)
    assert (way_in.target, way_in.words, way_in.dashed) == ("Service proxy-public", "notebooks", False)


def test_secret_is_made_elsewhere_by_whoever_makes_it(draw: Draw) -> None:
    """Its box is dashed. An ExternalSecret that creates it points to it."""
    assert draw(MINIMAL).boxes["Secret hexa-notebooks"].elsewhere
    drawing = draw(MINIMAL.evolve(external_secrets=(ExternalSecretConfig(store="gcp"),)))
    assert ("ExternalSecret hexa-notebooks", "Secret hexa-notebooks") in arrows(drawing)


@pytest.mark.parametrize(
    ("storage", "box"),
    [
        (SharedPvc(claim="homes"), "PersistentVolumeClaim homes/{username}"),
        (SharedPvc(claim="homes", sub_path=None, one_folder=True), "PersistentVolumeClaim homes"),
        (GcsFuseCsi(bucket="homes", only_dir=None, one_folder=True, service_account="users"), "gs://homes"),
    ],
)
def test_files_of_users_are_where_servers_mount_them(storage: SharedPvc | GcsFuseCsi, box: str, draw: Draw) -> None:
    """Shared storage is drawn, too."""
    drawing = draw(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(storage=storage)))
    assert [arrow.target for arrow in drawing.arrows if arrow.words == "files"] == [box]


@pytest.mark.parametrize("host", ["db.example.org", "203.0.113.10", "fd00::a"])
def test_database_of_ones_own_is_not_cloud_sql(host: str, draw: Draw) -> None:
    """The colons of an IPv6 address do not make a Cloud SQL instance name."""
    password = SecretKeyRef(name="database", key="password")
    drawing = draw(MINIMAL.evolve(database=Postgres(host=host, user="hub", database="hub", password=password)))
    assert drawing.boxes["PostgreSQL"].detail == f"{host}:5432\nhub"


def test_servers_reach_what_policies_leave_them(draw: Draw) -> None:
    """Without a policy everything is reachable. Without internet access there is no arrow."""

    def to_internet(**changes: object) -> list[str]:
        drawing = draw(MINIMAL.evolve(singleuser=MINIMAL.singleuser.evolve(**changes)))
        return [arrow.words for arrow in drawing.arrows if arrow.target == INTERNET]

    everybody = CidrPeer(cidr="0.0.0.0/0")
    assert to_internet() == ["public addresses"]
    assert to_internet(egress=(EgressConfig(to=(everybody,), ports=(25,)),)) == [
        "public addresses and some ports of all addresses"
    ]
    assert to_internet(network_policy="none") == ["everything"]
    assert to_internet(internet=False) == []


def test_order_of_the_manifests_makes_no_difference() -> None:
    """The same objects in another order give the same text."""
    manifests = read(str(ROOT / "dist" / "openhexa_gke"))
    backwards = dict(reversed(manifests.items()))
    assert list(backwards) != list(manifests)
    assert mermaid(architecture(backwards)) == mermaid(architecture(manifests))


def test_text_is_what_mermaid_reads() -> None:
    """The order is frames, boxes, arrows and styles."""
    drawing = Drawing("Here")
    hub = Box("Deployment hub", Group.CORE, "hub\nproxy")
    drawing.connect(Box("Browser", Group.OUTSIDE, form="outside"), hub, "in")
    drawing.connect(hub, Box("Secret a-b", Group.CORE, form="store", elsewhere=True), dashed=True)
    drawing.connect(hub, Box("Secret a.b", Group.CORE, form="store"))
    lines = [line.strip() for line in mermaid(drawing).splitlines()]
    assert lines[:14] == [
        "flowchart TB",
        'Browser("Browser")',
        'subgraph cluster["Here"]',
        'subgraph core["Core"]',
        'Deployment_hub["Deployment hub<br/>hub<br/>proxy"]',
        'Secret_a_b[("Secret a-b")]',
        'Secret_a_b_[("Secret a.b")]',
        "end",
        "end",
        'Browser -->|"in"| Deployment_hub',
        "Deployment_hub -.-> Secret_a_b",
        "Deployment_hub --> Secret_a_b_",
        "style cluster fill:none,stroke:#6b7280",
        "style core fill:none,stroke:#6b7280",
    ]
    assert {"class Browser outside", "class Secret_a_b,Secret_a_b_ store", "class Secret_a_b elsewhere"} <= {*lines}


def test_text_in_boxes_cannot_become_mermaid() -> None:
    """Characters that could end a label, or be HTML, Markdown or an entity, are written as numeric entities."""
    drawing = Drawing('"]')
    drawing.connect(Box('a"]; end', Group.CORE, "<b>&#1;`*_"), Box("b", Group.CORE), '"| c')
    text = mermaid(drawing)
    assert 'subgraph cluster["#34;#93;"]' in text
    assert 'a____end["a#34;#93;#59; end<br/>#60;b#62;#38;#35;1#59;#96;#42;#95;"]' in text
    assert 'a____end -->|"#34;#124; c"| b' in text


def test_command_prints_the_drawing_of_a_cluster_file(capsys: pytest.CaptureFixture[str]) -> None:
    """The output equals the drawing of the cluster in `dist/`."""
    main(["graph", str(ROOT / "clusters" / "local.py")])
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out == mermaid(architecture(read(str(ROOT / "dist" / "local"))))


def test_command_tells_a_bad_cluster_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error is one line on stderr, and the status is 2, as for every command."""
    monkeypatch.chdir(tmp_path)
    Path("bad.py").write_text("config = 1\n")
    with pytest.raises(SystemExit) as ended:
        main(["graph", "bad.py"])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert printed.err == "bad.py: must set config = NotebooksConfig(...), got a value of type int\n"


def test_help_says_what_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """The help lists each kind that is not drawn, so nobody takes the picture for complete."""
    with pytest.raises(SystemExit):
        main(["graph", "--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert [words for words in LEFT_OUT.values() if words not in printed] == []
