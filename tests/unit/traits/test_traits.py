"""The index of traits, the checks against it, and the merge of configurations."""

import json
import subprocess
import sys
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
from pydantic import JsonValue

from hexa_notebooks.traits import Traits, check, merge
from tests.paths import ROOT

ENV: JsonValue = {"$env": "NAME"}
ENV_LIST: JsonValue = {"$env": "NAME", "split": ";"}

JSON_VALUES: list[JsonValue] = [
    None, True, -1, 0, 1, 10, 0.5, 2.0, 4e9, "", "INFO", "info", "safe", "512M", "1.5G", "512Mi", "512", "512M\n",
    [], ["a"], [1], [None], [["a"]], [{}], [{"a": "b"}],
    {}, {"a": None}, {"a": "b"}, {"a": 1}, {"a": []}, {"a": ["b"]}, {"a": [1]}, {"a": {}}, {"a": {"b": "c"}},
]  # fmt: skip
"""One value or more of each JSON type, plain and nested, and some that only certain traits tell apart."""


def check_one(section: str, trait: str, value: JsonValue) -> None:
    """Check a configuration with one trait."""
    check({section: {trait: value}}, where="hub.traits")


def refusal(traits: Traits) -> str:
    """Return the error for a configuration."""
    with pytest.raises(ValueError, match=r"^hub\.traits: .") as refused:
        check(traits, where="hub.traits")
    return str(refused.value)


def accepted(section: str, trait: str, value: JsonValue) -> bool:
    """Return whether the check accepts a value."""
    try:
        check_one(section, trait, value)
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def sections() -> dict[str, Any]:
    """Return the sections of the index."""
    content: dict[str, Any] = json.loads(files("hexa_notebooks.traits").joinpath("index.json").read_text())["sections"]
    return content


@pytest.fixture(scope="module")
def installed(sections: dict[str, Any]) -> dict[str, Any]:
    """Return the installed class of each section."""
    for module in ("kubespawner.proxy", "hexa_hub.authenticator", "hexa_hub.kubernetes_api", "hexa_hub.spawner"):
        pytest.importorskip(module)
    # The default of this trait imports every class that is registered.
    assert pytest.importorskip("jupyterhub.app").JupyterHub().classes
    unseen, classes = [pytest.importorskip("traitlets.config").Configurable], {}
    while unseen:
        cls = unseen.pop()
        unseen += cls.__subclasses__()
        classes[cls.__name__] = cls
    return {name: classes[name] for name in sections}


def as_json(default: object) -> JsonValue:
    """Return a default value as JSON. Raises TypeError if JSON cannot express it."""
    value: JsonValue = json.loads(json.dumps(default, default=lambda part: sorted(part)))
    return value


def traitlets_accepts(trait: Any, value: JsonValue) -> bool:
    """Return whether a trait accepts a value in a hub."""
    traitlets = pytest.importorskip("traitlets")
    try:
        trait._validate(traitlets.HasTraits(), deepcopy(value))
    except (traitlets.TraitError, TypeError, KeyError):
        # Some traits slice what they are given, which a dict answers by TypeError, from Python 3.12 on by KeyError.
        return False
    return True


def test_index_is_generated_from_the_installed_releases() -> None:
    """The committed index is the generator's output."""
    pytest.importorskip("jupyterhub")
    generator = subprocess.run(
        [sys.executable, "hub/trait_index.py"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert files("hexa_notebooks.traits").joinpath("index.json").read_text() == generator.stdout, "run `make traits`"


def test_index_has_every_configurable_trait_of_its_classes(installed: dict[str, Any]) -> None:
    """A section accepts a name exactly if its class or a base class has a configurable trait of that name."""
    every_name = {name for cls in installed.values() for name in cls.class_traits(config=True)}
    values: tuple[JsonValue, ...] = (None, True, 1, "INFO", "info", "safe", [], ["a"], {})
    for section, cls in installed.items():
        settable = set(cls.class_traits(config=True))
        for name in every_name:
            known = any(accepted(section, name, value) for value in values)
            assert known == (name in settable), f"{section}.{name}"


@pytest.mark.parametrize(
    "section",
    [
        "JupyterHub",
        "Application",
        "Authenticator",
        "LocalAuthenticator",
        "PAMAuthenticator",
        "DummyAuthenticator",
        "NullAuthenticator",
        "SharedPasswordAuthenticator",
        "OAuthenticator",
        *(
            f"{local}{provider}OAuthenticator"
            for local in ("", "Local")
            for provider in (
                *("Auth0", "AzureAd", "Bitbucket", "CILogon", "Generic"),
                *("GitHub", "GitLab", "Globus", "Google", "OpenShift"),
            )
        ),
        "Spawner",
        "LocalProcessSpawner",
        "SimpleLocalProcessSpawner",
        "KubeSpawner",
        "Proxy",
        "ConfigurableHTTPProxy",
        "KubeIngressProxy",
        "CryptKeeper",
        "PeriodicMetricsCollector",
    ],
)
def test_section_of_each_class_that_a_hub_can_load(section: str) -> None:
    """Each class that the hub image can load is a section."""
    check({section: {}}, where="hub.traits")


def test_library_needs_neither_jupyterhub_nor_traitlets() -> None:
    """The check needs only the index."""
    program = (
        "import sys; from hexa_notebooks.traits import check; check({'KubeSpawner': {'uid': 1}}, where='hub.traits');"
        "print(sorted({'jupyterhub', 'kubespawner', 'oauthenticator', 'traitlets'} & sys.modules.keys()))"
    )
    python = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert python.stdout == "[]\n"


@pytest.mark.parametrize(
    ("section", "trait", "value"),
    [
        ("Application", "log_level", "DEBUG"),
        ("JupyterHub", "log_level", 10),
        ("JupyterHub", "db_url", "postgresql+psycopg://hub@db/hub"),
        ("JupyterHub", "db_url", ENV),
        ("JupyterHub", "authenticator_class", "generic-oauth"),
        ("JupyterHub", "named_server_limit_per_user", 3),
        ("JupyterHub", "load_roles", [{"name": "reader", "scopes": ["list:users"]}]),
        ("JupyterHub", "services", [{"name": "culler", "api_token": ENV, "command": ["python3", "-m", "culler"]}]),
        ("JupyterHub", "load_groups", {"staff": {"users": ["anna"]}, "guests": ["bert"]}),
        ("JupyterHub", "extra_log_handlers", []),
        ("CryptKeeper", "keys", ENV_LIST),
        ("ConfigurableHTTPProxy", "auth_token", ENV),
        ("ConfigurableHTTPProxy", "command", "configurable-http-proxy"),
        ("ConfigurableHTTPProxy", "command", ["configurable-http-proxy", "--insecure"]),
        ("PeriodicMetricsCollector", "active_users_enabled", False),
        ("Authenticator", "allowed_users", ["anna"]),
        ("Authenticator", "allowed_users", ENV_LIST),
        ("GenericOAuthenticator", "userdata_url", "https://app.example.org/userinfo"),
        ("GenericOAuthenticator", "client_secret", ENV),
        ("GenericOAuthenticator", "enable_auth_state", True),
        ("GoogleOAuthenticator", "admin_google_groups", {"example.org": ["staff"]}),
        ("GoogleOAuthenticator", "admin_google_groups", {"example.org": ENV_LIST}),
        ("Spawner", "poll_jitter", 0),
        ("Spawner", "pre_spawn_hook", {"anything": [None]}),
        ("Spawner", "mem_limit", "1.5G"),
        ("KubeSpawner", "mem_limit", "512M"),
        ("KubeSpawner", "mem_limit", 536870912),
        ("KubeSpawner", "mem_limit", None),
        ("KubeSpawner", "mem_limit", ENV),
        ("KubeSpawner", "cpu_limit", 2),
        ("KubeSpawner", "uid", 1000.0),
        ("KubeSpawner", "cmd", ENV_LIST),
        ("KubeSpawner", "slug_scheme", "escape"),
        ("KubeSpawner", "volumes", [{"name": "home"}]),
        ("KubeSpawner", "volumes", {"home": {"name": "home"}}),
        ("KubeSpawner", "profile_list", [{"display_name": "small"}]),
        ("KubeSpawner", "modify_pod_hook", None),
        ("KubeSpawner", "environment", {"TOKEN": ENV, "DEPTH": {"of": [ENV, ENV_LIST]}}),
    ],
)
def test_accepted(section: str, trait: str, value: JsonValue) -> None:
    """A value that the hub accepts is accepted, in the section of the trait's class or a subclass."""
    check_one(section, trait, value)


@pytest.mark.parametrize(
    ("section", "trait", "value", "message"),
    [
        ("KubeSpawner", "image", 1, "KubeSpawner.image is 1 (integer), allowed: string"),
        ("KubeSpawner", "uid", True, "KubeSpawner.uid is true (boolean), allowed: integer or null"),
        ("KubeSpawner", "uid", 1.5, "KubeSpawner.uid is 1.5 (number), allowed: integer or null"),
        ("KubeSpawner", "cpu_limit", "2", 'KubeSpawner.cpu_limit is "2" (string), allowed: number or null'),
        ("Spawner", "debug", 1, "Spawner.debug is 1 (integer), allowed: boolean"),
        ("Spawner", "poll_jitter", 1.5, "Spawner.poll_jitter is 1.5 (number), allowed: number from 0 to 1"),
        ("Spawner", "poll_jitter", -1, "Spawner.poll_jitter is -1 (integer), allowed: number from 0 to 1"),
        (
            "KubeSpawner",
            "mem_limit",
            "512Mi",
            'KubeSpawner.mem_limit is "512Mi" (string),'
            r" allowed: number or string matching ^[0-9]+(\.[0-9]+)?[KMGT]$ or null",
        ),
        (
            "KubeSpawner",
            "slug_scheme",
            "x",
            'KubeSpawner.slug_scheme is "x" (string), allowed: one of "safe", "escape"',
        ),
        (
            "KubeSpawner",
            "slug_scheme",
            ENV,
            'KubeSpawner.slug_scheme is "$NAME" (string), allowed: one of "safe", "escape"',
        ),
        ("KubeSpawner", "cmd", [1], "KubeSpawner.cmd[0] is 1 (integer), allowed: string"),
        ("KubeSpawner", "cmd", 1, "KubeSpawner.cmd is 1 (integer), allowed: string or null or array of string"),
        (
            "ConfigurableHTTPProxy",
            "command",
            [],
            "ConfigurableHTTPProxy.command is [] (array), allowed: string or non-empty array of string",
        ),
        ("JupyterHub", "services", [{}, "a"], 'JupyterHub.services[1] is "a" (string), allowed: object'),
        (
            "JupyterHub",
            "load_groups",
            {"staff": "anna"},
            'JupyterHub.load_groups.staff is "anna" (string), allowed: object or array',
        ),
        (
            "GoogleOAuthenticator",
            "admin_google_groups",
            [],
            "GoogleOAuthenticator.admin_google_groups is [] (array), allowed: object of array of string",
        ),
        (
            "Authenticator",
            "allowed_users",
            [{}],
            "Authenticator.allowed_users[0] is {} (object), allowed: boolean or number or string or null",
        ),
        (
            "KubeSpawner",
            "modify_pod_hook",
            "hook",
            'KubeSpawner.modify_pod_hook is "hook" (string), allowed: null, as only code can set it',
        ),
        (
            "NullAuthenticator",
            "auto_login",
            True,
            "NullAuthenticator.auto_login is true (boolean), allowed: nothing, as only code can set it",
        ),
        (
            "KubeSpawner",
            "environment",
            "A" * 100,
            f'KubeSpawner.environment is "{"A" * 56}... (string), allowed: object',
        ),
        ("KubeSpawner", "image", {"é": ["ü"]}, 'KubeSpawner.image is {"é": ["ü"]} (object), allowed: string'),
        ("KubeSpawner", "environment", ENV, 'KubeSpawner.environment is "$NAME" (string), allowed: object'),
        ("KubeSpawner", "uid", ENV, 'KubeSpawner.uid is "$NAME" (string), allowed: integer or null'),
        ("KubeSpawner", "image", ENV_LIST, 'KubeSpawner.image is ["$NAME"] (array), allowed: string'),
        ("JupyterHub", "services", ENV_LIST, 'JupyterHub.services[0] is "$NAME" (string), allowed: object'),
        (
            "KubeSpawner",
            "cpu_limit",
            float("nan"),
            "KubeSpawner.cpu_limit is nan (float), which JSON cannot express",
        ),
    ],
)
def test_refused_value(section: str, trait: str, value: JsonValue, message: str) -> None:
    """A value of the wrong type is refused with its place, its type and the allowed types."""
    assert refusal({section: {trait: value}}) == f"hub.traits: {message}"


def test_refused_value_that_is_not_json() -> None:
    """A Python object is refused at any depth, because the configuration cannot contain it."""
    traits: Any = {"KubeSpawner": {"environment": {"A": [b"b"]}}}
    assert refusal(traits) == "hub.traits: KubeSpawner.environment.A[0] is b'b' (bytes), which JSON cannot express"
    traits = {"KubeSpawner": {"image": [b"b"]}}
    assert refusal(traits) == "hub.traits: KubeSpawner.image is [\"b'b'\"] (array), allowed: string"


@pytest.mark.parametrize(
    "placeholder",
    [
        {"$env": 1},
        {"$env": ""},
        {"$env": "A-B"},
        {"$env": "1A"},
        {"$env": "NAME\u0130"},
        {"$env": "NAME", "split": ""},
        {"$env": "NAME", "split": 1},
        {"$env": "NAME", "default": "x"},
    ],
)
def test_refused_placeholder(placeholder: JsonValue) -> None:
    """A malformed placeholder is refused at any depth, even where the trait accepts anything."""
    assert refusal({"KubeSpawner": {"pre_spawn_hook": {"a": [placeholder]}}}) == (
        f"hub.traits: KubeSpawner.pre_spawn_hook.a[0] is {json.dumps(placeholder, ensure_ascii=False)},"
        ' allowed: {"$env": "NAME"} or {"$env": "NAME", "split": ";"}'
    )


RELEASES = "jupyterhub 5.5.4, jupyterhub-kubespawner 7.1.0, oauthenticator 17.4.0"
LOWER_CASE = "(a section is a class name and starts with a capital letter)"


@pytest.mark.parametrize(
    ("section", "trait", "message"),
    [
        ("KubeSpawnr", "image", "there is no section KubeSpawnr, did you mean KubeSpawner?"),
        ("kubespawner", "image", f"there is no section kubespawner {LOWER_CASE}, did you mean KubeSpawner?"),
        ("JUPYTERHUB", "db_url", "there is no section JUPYTERHUB, did you mean JupyterHub?"),
        ("hub", "image", f"there is no section hub {LOWER_CASE} in {RELEASES}"),
        ("Zzz", "image", f"there is no section Zzz in {RELEASES}"),
        ("KubeSpawner", "mem_limits", "KubeSpawner has no trait mem_limits, did you mean mem_limit?"),
        ("KubeSpawner", "memLimit", "KubeSpawner has no trait memLimit, did you mean mem_limit?"),
        ("Spawner", "image", "Spawner has no trait image, did you mean KubeSpawner.image?"),
        ("JupyterHub", "cmd", "JupyterHub has no trait cmd, did you mean KubeSpawner.cmd or Spawner.cmd?"),
        ("Spawner", "should_start", "Spawner has no trait should_start, did you mean Proxy.should_start?"),
        ("KubeSpawner", "zzz", f"KubeSpawner has no trait zzz in {RELEASES}"),
    ],
)
def test_refused_name(section: str, trait: str, message: str) -> None:
    """An unknown section or trait is refused with a suggestion, or with the list of searched places."""
    assert refusal({section: {trait: "x"}}) == f"hub.traits: {message}"


def test_empty_section_must_exist_too() -> None:
    """The name of a section is checked even if it has no traits."""
    check({"JupyterHub": {}}, where="hub.traits")
    assert "no section jupyterhub" in refusal({"jupyterhub": {}})


def test_first_problem_is_reported() -> None:
    """The error is about the first problem in the configuration."""
    message = refusal({"KubeSpawner": {"uid": 1000, "gid": "a", "image": 1}, "Zzz": {}})
    assert message == 'hub.traits: KubeSpawner.gid is "a" (string), allowed: integer or null'


def test_defaults_pass(installed: dict[str, Any]) -> None:
    """Each default that JSON can express, and that its trait accepts, is accepted."""
    checked = 0
    for section, cls in installed.items():
        for name, trait in cls.class_traits(config=True).items():
            try:
                default = as_json(trait.default())
            except TypeError:
                continue
            if traitlets_accepts(trait, default):
                check_one(section, name, default)
                checked += 1
    assert checked > 1000


def converted(trait: Any, value: JsonValue) -> bool:
    """Return whether traitlets converts this value. The check refuses such values."""
    t = pytest.importorskip("traitlets")
    match trait:
        case t.Union():
            return any(converted(alternative, value) for alternative in trait.trait_types)
        case t.CUnicode():
            return not isinstance(value, str | int | float) or isinstance(value, bool)
        case t.Bool():
            return value in (0, 1) and not isinstance(value, bool)
        case t.Int() | t.Float():
            return isinstance(value, bool)
        case t.CaselessStrEnum():
            return value not in trait.values
        case t.Type():
            # Whether the named class exists is known only where it is installed.
            return isinstance(value, str)
    return False


@pytest.mark.parametrize("value", JSON_VALUES, ids=json.dumps)
def test_verdict_is_that_of_traitlets(installed: dict[str, Any], value: JsonValue) -> None:
    """Every trait of every section accepts the same values as the installed class, conversions aside."""
    for section, cls in installed.items():
        for name, trait in cls.class_traits(config=True).items():
            if not converted(trait, value):
                assert accepted(section, name, value) == traitlets_accepts(trait, value), f"{section}.{name}"


def test_merge_is_the_union_of_its_layers() -> None:
    """Sections and traits of several layers are merged. Nothing is lost, and equal values do not conflict."""
    assert merge() == {}
    assert merge(
        ("singleuser", {"KubeSpawner": {"image": "a:1", "uid": 1000}}),
        ("hub", {"KubeSpawner": {"uid": 1000, "gid": 0}, "JupyterHub": {"base_url": "/"}}),
    ) == {"KubeSpawner": {"image": "a:1", "uid": 1000, "gid": 0}, "JupyterHub": {"base_url": "/"}}


def test_merge_goes_into_objects() -> None:
    """Objects merge by key, at any depth."""
    assert merge(
        ("a", {"KubeSpawner": {"extra_pod_config": {"x": {"one": 1}, "same": [1]}}}),
        ("b", {"KubeSpawner": {"extra_pod_config": {"x": {"two": 2}, "same": [1], "y": 3}}}),
    ) == {"KubeSpawner": {"extra_pod_config": {"x": {"one": 1, "two": 2}, "same": [1], "y": 3}}}


@pytest.mark.parametrize("trait", ["services", "load_roles"])
def test_merge_appends_services_and_roles(trait: str) -> None:
    """Services and roles of several layers are concatenated, in the order of the layers."""
    layers: list[tuple[str, Traits]] = [(name, {"JupyterHub": {trait: [{"name": name}]}}) for name in "abc"]
    assert merge(*layers) == {"JupyterHub": {trait: [{"name": "a"}, {"name": "b"}, {"name": "c"}]}}


@pytest.mark.parametrize(
    ("trait", "first", "second", "place"),
    [
        ("image", "a:1", "a:2", "image"),
        ("tolerations", [{"key": "a"}], [{"key": "b"}], "tolerations"),
        ("tolerations", [{"key": "a"}], {"a": {"key": "b"}}, "tolerations"),
        ("environment", {"A": "1", "B": "2"}, {"B": "3"}, "environment.B"),
        ("environment", {"A": ENV}, {"A": ENV_LIST}, "environment.A"),
        ("environment", {"A": {"x": "y"}}, {"A": ENV}, "environment.A"),
        ("environment", {"services": [1]}, {"services": [2]}, "environment.services"),
        ("mem_limit", None, "1G", "mem_limit"),
    ],
)
def test_merge_refuses_two_values(trait: str, first: JsonValue, second: JsonValue, place: str) -> None:
    """No layer overrides another. Two different values are refused, and the error names both layers."""
    with pytest.raises(ValueError, match="set by both") as refused:
        merge(
            ("singleuser", {"KubeSpawner": {trait: first}}),
            ("culling", {"KubeSpawner": {"debug": True}}),
            ("hub.traits", {"KubeSpawner": {trait: second}}),
        )
    assert str(refused.value) == f"KubeSpawner.{place} is set by both singleuser and hub.traits: remove one"


def test_merge_names_the_layer_that_set_the_conflicting_key() -> None:
    """If several layers share an object, the error names the one with the conflicting key."""
    with pytest.raises(ValueError, match=r"^KubeSpawner\.environment\.B is set by both b and c: remove one$"):
        merge(
            ("a", {"KubeSpawner": {"environment": {"A": "1"}}}),
            ("b", {"KubeSpawner": {"environment": {"B": "2"}}}),
            ("c", {"KubeSpawner": {"environment": {"B": "3"}}}),
        )


@pytest.mark.parametrize(
    ("first", "second", "base", "subclass"),
    [
        ({"Spawner": {"cmd": ["a"]}}, {"KubeSpawner": {"cmd": ["b"]}}, "Spawner.cmd", "KubeSpawner.cmd"),
        ({"KubeSpawner": {"cmd": ["b"]}}, {"Spawner": {"cmd": ["a"]}}, "Spawner.cmd", "KubeSpawner.cmd"),
        (
            {"KubeSpawner": {"environment": {}}},
            {"Spawner": {"environment": {"A": "1"}}},
            "Spawner.environment",
            "KubeSpawner.environment",
        ),
        (
            {"Authenticator": {"allow_all": True}},
            {"GoogleOAuthenticator": {"allow_all": False}},
            "Authenticator.allow_all",
            "GoogleOAuthenticator.allow_all",
        ),
    ],
)
def test_merge_refuses_two_values_by_way_of_a_base(first: Traits, second: Traits, base: str, subclass: str) -> None:
    """A subclass's section silently overrides that of a base class, objects as a whole. That is a conflict, too."""
    with pytest.raises(ValueError, match="set by") as refused:
        merge(("a", first), ("b", second))
    over, under = ("b", "a") if subclass.partition(".")[0] in second else ("a", "b")
    assert str(refused.value) == (
        f"{base} is set by {under}, but {subclass}, which overrides it, by {over}: remove one"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"Spawner": {"cmd": ["a"]}}, {"KubeSpawner": {"cmd": ["a"]}}),
        ({"Spawner": {"cmd": ["a"]}, "KubeSpawner": {"cmd": ["b"]}}, {"KubeSpawner": {"uid": 1000}}),
        ({"Spawner": {"cmd": ["a"]}}, {"KubeSpawner": {"uid": 1000}}),
        ({"Authenticator": {"allow_all": True}}, {"KubeSpawner": {"debug": True}}),
        ({"GoogleOAuthenticator": {"allow_all": True}}, {"DummyAuthenticator": {"allow_all": False}}),
    ],
    ids=["same value", "one layer's own", "other trait", "other class", "sister class"],
)
def test_merge_keeps_base_and_subclass_that_agree(first: Traits, second: Traits) -> None:
    """Both sections stay if they do not contradict each other, or if one layer sets both."""
    merged = merge(("a", first), ("b", second))
    for layer in (first, second):
        assert all(merged[section].items() >= values.items() for section, values in layer.items())


def test_merge_leaves_its_inputs_alone() -> None:
    """The result is a deep copy of the layers."""
    first: Traits = {"JupyterHub": {"services": [{"name": "a"}], "template_vars": {"a": {"x": 1}}}}
    second: Traits = {"JupyterHub": {"services": [{"name": "b"}], "template_vars": {"a": {"y": 2}}}}
    before = deepcopy([first, second])
    merged: Any = merge(("a", first), ("b", second))
    for service in merged["JupyterHub"]["services"]:
        service["name"] = "changed"
    merged["JupyterHub"]["template_vars"]["a"]["x"] = "changed"
    assert [first, second] == before
