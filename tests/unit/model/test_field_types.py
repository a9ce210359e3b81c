"""Validated string types of fields: what each accepts, and its errors."""

from fractions import Fraction
from typing import Annotated, Any, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hexa_notebooks import SingleuserConfig, Unpinned
from hexa_notebooks.model import field_types

DIGEST = f"@sha256:{'0123456789abcdef' * 4}"

TYPES: dict[str, Any] = {name: value for name, value in vars(field_types).items() if get_origin(value) is Annotated}
"""Every type of the module."""

ACCEPTED: dict[str, list[Any]] = {
    "DnsLabel": ["a", "7", "hexa-notebooks", "a" * 63],
    "DnsNameOrNone": ["", "a", "hub.example.org"],
    "DnsName": ["a", "hub.example.org", "10.0.0.1", "a--b.c", "a." * 126 + "a"],
    "AbsolutePath": ["/", "/home/jovyan"],
    "HostPattern": ["hub.example.org", "*.example.org"],
    "GoogleName": ["a", "hexa-notebooks", "a" * 63],
    "SecretKey": ["proxy-token", "service_account.json", ".dockerconfigjson", "A", "a" * 253],
    "EnvName": ["A", "_a1", "AUTHENTICATION_URL"],
    "LabelKey": ["team", "example.org/team", "nvidia.com/gpu", "A_b.c-d", "a" * 63, f"{'a' * 253}/{'b' * 63}"],
    "LabelValue": ["", "a", "1.2_b-C", "a" * 63],
    "Quantity": [
        "0",
        "1",
        "250m",
        "0.5",
        ".5",
        "512M",
        "512Mi",
        "1.5Gi",
        "1k",
        "100u",
        "5n",
        "2E",
        "1Ei",
        "1e3",
        "1E-3",
    ],
    "Cores": ["1", "250m", "0.5", "1n", "1e-3"],
    "Bytes": ["1048576", "1.5Gi", "512M", "512Mi", "1k", "2E", "1e3", "1E9"],
    "ByteSize": ["512M", "32G", "1.5G", "1K", "2T", 2**20, 2**29],
    "Image": [
        "quay.io/jupyterhub/k8s-hub:4.4.0",
        "busybox:1",
        "localhost:5000/hub:1",
        "gcr.io/a/b__c.d-e:V_1.2-x",
        f"quay.io/a{DIGEST}",
        f"quay.io/a:1.2{DIGEST}",
        f"quay.io/a:latest{DIGEST}",
        "quay.io/a:latest-2026",
    ],
    "Cidr": ["10.0.0.0/8", "0.0.0.0/0", "203.0.113.7/32", "::/0", "fd00::/8", "FD00:0:0::/48", "::1/128"],
    "IpAddress": ["203.0.113.10", "fd00::1"],
    "Host": ["db.example.org", "10.0.0.5", "fd00::1"],
    "Url": [
        "https://app.example.org",
        "http://app.hexa-app.svc:8000",
        "https://example.org/app",
        "http://[fd00::1]:8000",
    ],
    "Port": [1, 65535],
    "PortName": ["a", "http", "http-metrics", "9a", "abcdefghijklmno"],
    "NodePort": [30000, 32767],
}

REFUSED: dict[str, dict[Any, str]] = {
    "DnsLabel": {
        "": "'' is not a DNS label (lower-case letters, digits and inner hyphens, as in 'hexa-notebooks')",
        "Hub": "'Hub' is not a DNS label",
        "a_b": "'a_b' is not a DNS label",
        "a.b": "'a.b' is not a DNS label",
        "-a": "'-a' is not a DNS label",
        "a-": "'a-' is not a DNS label",
        "a\n": "'a\\n' is not a DNS label",
        "é": "'é' is not a DNS label",
        "a" * 64: "is 64 characters long; a DNS label (lower-case letters, digits and inner hyphens",
    },
    "DnsName": {
        "": "'' is not a DNS subdomain (DNS labels joined by dots, as in 'hub.example.org')",
        "https://a.org": "'https://a.org' is not a DNS subdomain",
        "a..b": "'a..b' is not a DNS subdomain",
        ".a": "'.a' is not a DNS subdomain",
        "a.": "'a.' is not a DNS subdomain",
        "*.a.org": "'*.a.org' is not a DNS subdomain",
        "a." * 127: "is 254 characters long; a DNS subdomain",
    },
    "DnsNameOrNone": {"A": "'A' is not a DNS subdomain", "a..b": "'a..b' is not a DNS subdomain"},
    "AbsolutePath": {"work": "'work' is not an absolute path, as in '/home/jovyan'", "": "is not an absolute path"},
    "HostPattern": {
        "*": "'*' is not a DNS subdomain",
        "*.": "'' is not a DNS subdomain",
        "a.*.org": "'a.*.org' is not a DNS subdomain",
        "*.*.a.org": "'*.a.org' is not a DNS subdomain",
    },
    "GoogleName": {
        "34.1.2.3": "'34.1.2.3' is not the name of a Google Cloud resource (a lower-case letter, then letters, digits",
        "1a": "'1a' is not the name of a Google Cloud resource",
        "a_b": "'a_b' is not the name of a Google Cloud resource",
        "a" * 64: "is 64 characters long; the name of a Google Cloud resource",
    },
    "SecretKey": {
        "": "'' is not a key of a Secret (letters, digits, '-', '_' and '.', not beginning with '..')",
        "a/b": "'a/b' is not a key of a Secret",
        "a b": "'a b' is not a key of a Secret",
        ".": "'.' is not a key of a Secret",
        "..": "'..' is not a key of a Secret",
        "..a": "'..a' is not a key of a Secret",
        "a" * 254: "is 254 characters long; a key of a Secret",
    },
    "EnvName": {
        "": "'' is not the name of an environment variable",
        "1A": "'1A' is not the name of an environment variable",
        "A-B": "'A-B' is not the name of an environment variable",
        "A=B": "'A=B' is not the name of an environment variable",
    },
    "LabelKey": {
        "": "'' is not a label or annotation key (as in 'team' or 'example.org/team')",
        "/a": "'/a' is not a label or annotation key",
        "a/": "'a/' is not a label or annotation key",
        "a/b/c": "'a/b/c' is not a label or annotation key",
        "A.org/b": "'A.org/b' is not a label or annotation key",
        "-a": "'-a' is not a label or annotation key",
        "a" * 64: "is not a label or annotation key",
    },
    "LabelValue": {
        "a b": "'a b' is not a label value (letters, digits, and inner '-', '_' and '.')",
        "-a": "'-a' is not a label value",
        "a.": "'a.' is not a label value",
        "{username}": "'{username}' is not a label value",
        "a" * 64: "is 64 characters long; a label value",
    },
    "Quantity": {
        "512Mb": "'512Mb' is not a Kubernetes quantity: a number with one of m, k, M, G, T, Ki, Mi, Gi, Ti after it,"
        " as in '250m', '512Mi' or '10Gi' (no 'B', no space)",
        "512MB": "'512MB' is not a Kubernetes quantity",
        "512MiB": "'512MiB' is not a Kubernetes quantity",
        "10 Gi": "'10 Gi' is not a Kubernetes quantity",
        "1K": "'1K' is not a Kubernetes quantity",
        "1ki": "'1ki' is not a Kubernetes quantity",
        "1g": "'1g' is not a Kubernetes quantity",
        "": "'' is not a Kubernetes quantity",
        "Gi": "'Gi' is not a Kubernetes quantity",
        "-1": "'-1' is not a Kubernetes quantity",
        "1,5Gi": "'1,5Gi' is not a Kubernetes quantity",
        "1e": "'1e' is not a Kubernetes quantity",
        "1e999": "'1e999' is not a Kubernetes quantity",
        "\u0661Gi": "'\u0661Gi' is not a Kubernetes quantity",
    },
    "Cores": {
        "0": "'0' is zero; write an amount above 0, as in '100m' or '2'",
        "0m": "'0m' is zero",
        "0.0": "'0.0' is zero",
        "1 core": "'1 core' is not a Kubernetes quantity",
    },
    "Bytes": {
        "512m": "'512m' is in fractions of a byte, since 'm' is a fraction; write Mi or Gi, as in '512Mi'",
        "5000u": "'5000u' is in fractions of a byte",
        "1n": "'1n' is in fractions of a byte",
        "0": "'0' is less than a byte; write an amount above 0, as in '512Mi' or '10Gi'",
        "0Gi": "'0Gi' is less than a byte",
        "1e-3": "'1e-3' is less than a byte",
        "512Mb": "'512Mb' is not a Kubernetes quantity",
        "512": "'512' is only 512 bytes; write a unit, as in '512Mi'",
        "1048575": "'1048575' is only 1048575 bytes",
    },
    "ByteSize": {
        "0G": "'0G' is less than a byte; write an amount above 0, as in '512M' or '32G'",
        "0.0M": "'0.0M' is less than a byte",
        "512Mi": "'512Mi' is not a JupyterHub byte size: a number with K, M, G or T after it, as in '512M' or '32G';"
        " JupyterHub counts in powers of 1024, so '512M' is Kubernetes' 512Mi",
        "512Mb": "'512Mb' is not a JupyterHub byte size",
        "512": "'512' is not a JupyterHub byte size",
        "1 G": "'1 G' is not a JupyterHub byte size",
        "-1G": "'-1G' is not a JupyterHub byte size",
        "1g": "'1g' is not a JupyterHub byte size",
        "\u0661G": "'\u0661G' is not a JupyterHub byte size",
    },
    "Image": {
        "quay.io/a": "image 'quay.io/a' has no tag; pin one, as in 'quay.io/a:1.2.3', or a @sha256 digest",
        "quay.io/a:": "image 'quay.io/a:' has no tag; pin one, as in 'quay.io/a:1.2.3', or a @sha256 digest",
        "localhost:5000/a": "image 'localhost:5000/a' has no tag; pin one, as in 'localhost:5000/a:1.2.3'",
        "quay.io/a:latest": "image 'quay.io/a:latest' is not pinned: 'latest' changes without a review; write a version"
        " or a digest",
        "": "'' is not an image reference, as in 'registry.example.org/team/image:1.2.3'",
        ":1": "':1' is not an image reference",
        "a b:1": "'a b:1' is not an image reference",
        "a:1\n": "'a:1\\n' is not an image reference",
        "a:1:2": "'a:1:2' is not an image reference",
        "quay.io/A:1": "'quay.io/A:1' is not an image reference",
        "quay.io//a:1": "'quay.io//a:1' is not an image reference",
        "https://quay.io/a:1": "'https://quay.io/a:1' is not an image reference",
        "quay.io/a@sha256:00": "'quay.io/a@sha256:00' is not an image reference",
        f"quay.io/a:{'1' * 129}": "is not an image reference",
    },
    "Cidr": {
        "10.0.0.1/8": "'10.0.0.1/8' is not an IP range in CIDR notation, as in '10.0.0.0/8' or 'fd00::/8':"
        " 10.0.0.1/8 has host bits set",
        "10.0.0.0": "'10.0.0.0' is not an IP range in CIDR notation, as in '10.0.0.0/8' or 'fd00::/8':"
        " write the prefix length after a '/', and no zone",
        "10.0.0.0/255.0.0.0": "'10.0.0.0/255.0.0.0' is not an IP range in CIDR notation",
        "10.0.0.0/33": "'10.0.0.0/33' is not an IP range in CIDR notation",
        "fe80::%eth0/64": "'fe80::%eth0/64' is not an IP range in CIDR notation",
        "fd00::1/8": "fd00::1/8 has host bits set",
        "any": "'any' is not an IP range in CIDR notation",
        "": "'' is not an IP range in CIDR notation",
    },
    "IpAddress": {
        "10.0.0.0/8": "'10.0.0.0/8' is not an IP address, as in '203.0.113.10'",
        "hexa-notebooks": "'hexa-notebooks' is not an IP address",
        "256.1.1.1": "'256.1.1.1' is not an IP address",
    },
    "Host": {
        "Db": "'Db' is not a DNS subdomain",
        "db.example.org:5432": "'db.example.org:5432' is not an IP address",
        "[fd00::1]": "'[fd00::1]' is not an IP address",
        "": "'' is not a DNS subdomain",
    },
    "Url": {
        "https://app.example.org/": "'https://app.example.org/' ends in '/'; write 'https://app.example.org'",
        "https://app.example.org/a//": "ends in '/'; write 'https://app.example.org/a'",
        "app.example.org": "'app.example.org' is not a plain http or https URL, as in 'https://app.example.org'",
        "ftp://a.org": "'ftp://a.org' is not a plain http or https URL",
        "https://": "'https://' is not a plain http or https URL",
        "https:///a": "'https:///a' is not a plain http or https URL",
        "https://u:p@a.org": "'https://u:p@a.org' is not a plain http or https URL",
        "https://a.org?b": "'https://a.org?b' is not a plain http or https URL",
        "https://a.org?": "'https://a.org?' is not a plain http or https URL",
        "https://a.org#b": "'https://a.org#b' is not a plain http or https URL",
        "https://a.org/b c": "'https://a.org/b c' is not a plain http or https URL",
        "https://a.org\n": "'https://a.org\\n' is not a plain http or https URL",
        "https://a.org:99999": "'https://a.org:99999' is not a plain http or https URL",
        "https://[fd00": "'https://[fd00' is not a plain http or https URL",
    },
    "Port": {
        0: "Input should be greater than or equal to 1",
        65536: "Input should be less than or equal to 65535",
        "http": "Input should be a valid integer",
    },
    "PortName": {
        "": "'' is not a port's name: at most 15 lower-case letters",
        "Http": "'Http' is not a port's name",
        "8080": "'8080' is not a port's name",
        "a--b": "'a--b' is not a port's name",
        "a-": "'a-' is not a port's name",
        "abcdefghijklmnop": "'abcdefghijklmnop' is not a port's name",
    },
    "NodePort": {
        29999: "Input should be greater than or equal to 30000",
        32768: "Input should be less than or equal to 32767",
    },
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in ACCEPTED for value in ACCEPTED[name]])
def test_accepts_unchanged(name: str, value: Any) -> None:
    """Values that the cluster accepts are accepted and written unchanged."""
    assert TypeAdapter(TYPES[name]).validate_python(value) == value


@pytest.mark.parametrize(
    ("name", "value", "text"), [(name, value, text) for name in REFUSED for value, text in REFUSED[name].items()]
)
def test_refuses_with_what_was_got_and_what_is_allowed(name: str, value: Any, text: str) -> None:
    """Values that would fail after an apply are refused. The error quotes the value and says what to write."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(TYPES[name]).validate_python(value)
    assert text in refused.value.errors()[0]["msg"]


def test_every_type_is_tried() -> None:
    """Every type has examples in both tables."""
    assert TYPES.keys() == ACCEPTED.keys() == REFUSED.keys()


SUFFIXES = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "Ti": Fraction(2**40),
    "Pi": Fraction(2**50),
    "Ei": Fraction(2**60),
    "e3": Fraction(10**3),
    "E2": Fraction(10**2),
    "e-2": Fraction(1, 10**2),
}
"""What each suffix multiplies by, from Kubernetes' documentation of quantities."""


@pytest.mark.parametrize("image", ["quay.io/jupyter/base-notebook:latest", "quay.io/jupyter/base-notebook"])
def test_image_that_nothing_pins_is_marked_as_such(image: str) -> None:
    """An unpinned image needs an explicit marker. An invalid image is always refused."""
    with pytest.raises(ValidationError, match="pin"):
        SingleuserConfig(image=image)
    config = SingleuserConfig(image=Unpinned(image))
    assert config.image == image
    assert config.evolve(uid=1).image == image
    with pytest.raises(ValidationError, match="is not an image reference"):
        SingleuserConfig(image=Unpinned("a b"))


@settings(deadline=None)
@given(
    whole=st.integers(0, 99_999),
    decimals=st.from_regex(r"(\.[0-9]{1,3})?", fullmatch=True),
    suffix=st.sampled_from(sorted(SUFFIXES)),
)
def test_bytes_of_is_exact(whole: int, decimals: str, suffix: str) -> None:
    """Every valid quantity is its number times its suffix, rounded down to whole bytes."""
    quantity = TypeAdapter(field_types.Quantity).validate_python(f"{whole}{decimals}{suffix}")
    assert field_types.bytes_of(quantity) == int(Fraction(f"{whole}{decimals}") * SUFFIXES[suffix])


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *(("0.5", "500m"), ("1000m", "1"), ("2", "2"), ("1500m", "1500m"), ("0", "0"), ("0Mi", "0"), ("1000", "1k")),
        *(("1024Mi", "1Gi"), ("1536Mi", "1536Mi"), ("1.5Gi", "1536Mi"), ("0.5Gi", "512Mi"), ("512Ki", "512Ki")),
        *(("1e3", "1e3"), ("12e2", "1200"), ("1e10", "10e9"), ("2000M", "2G"), ("1u", "1m"), ("0.1Ki", "102400m")),
    ],
)
def test_quantity_in_the_spelling_of_the_api_server(written: str, kept: str) -> None:
    """Each spelling is the one that an API server stored, and normalising it again changes nothing."""
    assert field_types.canonical(written) == kept
    assert field_types.canonical(kept) == kept
    assert field_types.amount_of(kept) >= field_types.amount_of(written)
