"""Validated strings and numbers that fields of several Configs share.

Each refuses at synthesis a value that Kubernetes, Google Cloud or JupyterHub would refuse only after an apply.
"""

import ipaddress
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import Url as ParsedUrl


def matching(pattern: str, what: str, *, longest: int = 1024**2) -> Callable[[str], str]:
    """Return a validator that refuses text which does not match a pattern as a whole.

    Args:
        pattern: a regular expression. The error does not show it.
        what: a description for the error, with an example, as in "an absolute path, as in '/data'".
        longest: the largest number of characters.

    """
    compiled = re.compile(pattern)

    def validate(value: str) -> str:
        if len(value) > longest:
            raise ValueError(f"{value!r} is {len(value)} characters long; {what} has at most {longest}")
        if not compiled.fullmatch(value):
            scheme = re.match(r"[a-z]+://", value)
            raise ValueError(f"{value!r} is not {what}" + (f"; remove {scheme[0]!r}" if scheme else ""))
        return value

    return validate


def regex(pattern: str, what: str, *, longest: int = 1024**2) -> AfterValidator:
    """Return such a validator as an annotation of `str`, for the type of a field."""
    return AfterValidator(matching(pattern, what, longest=longest))


_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"

dns_label = matching(
    _LABEL, "a DNS label (lower-case letters, digits and inner hyphens, as in 'hexa-notebooks')", longest=63
)

DnsLabel = Annotated[str, AfterValidator(dns_label)]
"""The name of a namespace, a Service or a port: an RFC 1123 label of at most 63 characters."""

dns_name = matching(
    rf"{_LABEL}(\.{_LABEL})*", "a DNS subdomain (DNS labels joined by dots, as in 'hub.example.org')", longest=253
)

DnsName = Annotated[str, AfterValidator(dns_name)]
"""The name of most Kubernetes objects, or of a host: an RFC 1123 subdomain of at most 253 characters."""

DnsNameOrNone = Annotated[str, AfterValidator(lambda value: value and dns_name(value))]
"""A DNS name, or `""` for no object."""


def _host_pattern(value: str) -> str:
    dns_name(value.removeprefix("*."))
    return value


HostPattern = Annotated[str, AfterValidator(_host_pattern)]
"""A DNS name, or a wildcard for all names directly below one: `*.example.org`."""

GoogleName = Annotated[
    str,
    regex(
        r"[a-z]([-a-z0-9]*[a-z0-9])?",
        "the name of a Google Cloud resource (a lower-case letter, then letters, digits and inner hyphens)",
        longest=63,
    ),
]
"""The name of a Compute Engine resource, such as a reserved address (not the address itself)."""

SecretKey = Annotated[
    str,
    regex(
        r"(?!\.$|\.\.)[-._a-zA-Z0-9]+",
        "a key of a Secret (letters, digits, '-', '_' and '.', not beginning with '..')",
        longest=253,
    ),
]
"""A key in the data of a Secret or a ConfigMap."""

EnvName = Annotated[str, regex(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable", longest=253)]
"""The name of an environment variable."""

LabelKey = Annotated[
    str,
    regex(
        rf"({_LABEL}(\.{_LABEL})*/)?[A-Za-z0-9]([-._A-Za-z0-9]{{0,61}}[A-Za-z0-9])?",
        "a label or annotation key (as in 'team' or 'example.org/team')",
        longest=317,
    ),
]
"""The key of a label or an annotation."""

label_value = matching(
    r"([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?",
    "a label value (letters, digits, and inner '-', '_' and '.')",
    longest=63,
)

LabelValue = Annotated[str, AfterValidator(label_value)]
"""The value of a label."""

AbsolutePath = Annotated[str, regex(r"(?s)/.*", "an absolute path, as in '/home/jovyan'")]
"""A path that begins with `/`."""

QUANTITY = re.compile(r"([0-9]+(\.[0-9]+)?|\.[0-9]+)([munkMGTPE]|[KMGTPE]i|[eE]-?[0-9]{1,2})?")
"""The spelling of a Kubernetes quantity."""

Quantity = Annotated[
    str,
    regex(
        QUANTITY.pattern,
        "a Kubernetes quantity: a number with one of m, k, M, G, T, Ki, Mi, Gi, Ti after it,"
        " as in '250m', '512Mi' or '10Gi' (no 'B', no space)",
    ),
]
"""An amount of a resource, a Kubernetes quantity: `250m` is 0.25, `512M` is 512·1000², `512Mi` is 512·1024²."""


def amount_of(quantity: str) -> Decimal:
    """Return the number of cores or bytes that a valid `Quantity` stands for."""
    number, suffix = re.fullmatch(r"([0-9.]+)(.*)", quantity).groups()  # type: ignore[union-attr]
    if suffix[1:].removeprefix("-").isdecimal():
        return Decimal(quantity)
    binary = suffix.endswith("i")
    power = "KMGTPE".find(suffix[:1].upper()) + 1 if suffix and suffix not in ("n", "u", "m") else 0
    scale = Decimal({"n": "1e-9", "u": "1e-6", "m": "1e-3"}.get(suffix, (1024 if binary else 1000) ** power))
    return Decimal(number) * scale


_DECIMAL = ("m", "", "k", "M", "G", "T", "P", "E")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def canonical(quantity: str) -> str:
    """Return a valid `Quantity` in the form that the API server stores: `0.5` is `500m`, and `1024Mi` is `1Gi`.

    kubectl would report any other spelling as a change at each apply. Fractions are rounded up to thousandths.
    Source: `CanonicalizeBytes` in https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource.
    """
    amount = amount_of(quantity)
    binary = quantity.endswith("i") and amount >= 1024 and amount == int(amount)
    units, base = (_BINARY, 1024) if binary else (_DECIMAL, 1000)
    number, power = (int(amount), 0) if binary else (math.ceil(amount * 1000), 0)
    while number and number % base == 0 and power < len(units) - 1:
        number, power = number // base, power + 1
    if re.search("[eE]-?[0-9]", quantity) and number and power != 1:
        return f"{number}e{3 * (power - 1)}"
    return f"{number}{units[power] if number else ''}"


def bytes_of(quantity: str) -> int:
    """Return the bytes that a valid `Quantity` stands for, rounded down."""
    return int(amount_of(quantity))


def _cores(value: str) -> str:
    if amount_of(value) > 0:
        return value
    raise ValueError(f"{value!r} is zero; write an amount above 0, as in '100m' or '2'")


Cores = Annotated[Quantity, AfterValidator(_cores)]
"""CPU in cores, above 0: `100m` is a tenth of one."""


def _bytes(value: str) -> str:
    if value[-1] in "num":
        raise ValueError(
            f"{value!r} is in fractions of a byte, since {value[-1]!r} is a fraction; write Mi or Gi, as in '512Mi'"
        )
    if bytes_of(value) < 1:
        raise ValueError(f"{value!r} is less than a byte; write an amount above 0, as in '512Mi' or '10Gi'")
    if re.fullmatch(r"[0-9.]+", value):
        _check_unit(value, bytes_of(value), f"{value}Mi")
    return value


MEBIBYTE = 2**20
"""No container starts with less memory. A smaller number without a unit has lost its unit."""


def _check_unit(value: int | str, number: int, example: str) -> None:
    if number < MEBIBYTE:
        raise ValueError(f"{value!r} is only {number} bytes; write a unit, as in {example!r}")


Bytes = Annotated[Quantity, AfterValidator(_bytes)]
"""Memory or storage: `512M` is 512·1000² bytes, `512Mi` is 512·1024². A number without a unit is in bytes, and is
refused below one mebibyte."""

BYTE_SIZE = re.compile(r"[0-9]+(\.[0-9]+)?[KMGT]")


def _byte_size(value: int | str) -> int | str:
    if isinstance(value, str) and not BYTE_SIZE.fullmatch(value):
        raise ValueError(
            f"{value!r} is not a JupyterHub byte size: a number with K, M, G or T after it, as in '512M' or '32G';"
            " JupyterHub counts in powers of 1024, so '512M' is Kubernetes' 512Mi"
        )
    if (value if isinstance(value, int) else bytes_of(f"{value}i")) < 1:
        raise ValueError(f"{value!r} is less than a byte; write an amount above 0, as in '512M' or '32G'")
    if isinstance(value, int):
        _check_unit(value, value, f"{value}M")
    return value


ByteSize = Annotated[int | str, AfterValidator(_byte_size)]
"""Memory above 0 in JupyterHub's units, powers of 1024: `512M` is 512·1024² bytes (traitlet ByteSpecification). A
number is in bytes, and is refused below one mebibyte."""

_REPOSITORY = r"[a-z0-9]+([._-]+[a-z0-9]+)*"
IMAGE = re.compile(
    rf"([a-zA-Z0-9.-]+(:[0-9]+)?/)?{_REPOSITORY}(/{_REPOSITORY})*"
    r"(:(?P<tag>[A-Za-z0-9_][-.A-Za-z0-9_]{0,127})?)?(?P<digest>@sha256:[0-9a-f]{64})?"
)
"""The spelling of an image, with or without a tag and a digest."""


class Unpinned(str):
    """An image whose content may change without a review: `Unpinned("jupyter/base-notebook:latest")`, or without a tag.

    Use it only to take over an installation that runs such an image. Each start of a pod may run other software.
    """

    __slots__ = ()


def _image(value: Any, as_text: ValidatorFunctionWrapHandler) -> str:
    unpinned = isinstance(value, Unpinned)
    text: str = as_text(value)
    reference = IMAGE.fullmatch(text)
    if not reference:
        raise ValueError(f"{text!r} is not an image reference, as in 'registry.example.org/team/image:1.2.3'")
    if unpinned:
        return Unpinned(text)
    if reference["digest"]:
        return text
    if not reference["tag"]:
        raise ValueError(f"image {text!r} has no tag; pin one, as in '{text.rstrip(':')}:1.2.3', or a @sha256 digest")
    if reference["tag"] == "latest":
        raise ValueError(
            f"image {text!r} is not pinned: 'latest' changes without a review; write a version or a digest"
        )
    return text


Image = Annotated[str, WrapValidator(_image)]
"""A container image with a fixed tag or a sha256 digest. `latest` and a missing tag are refused, unless you write them
as `Unpinned`."""


def _cidr(value: str) -> str:
    try:
        ipaddress.ip_network(value)
        if not re.fullmatch(r"[0-9a-fA-F.:]+/[0-9]+", value):
            raise ValueError("write the prefix length after a '/', and no zone")
    except ValueError as error:
        raise ValueError(
            f"{value!r} is not an IP range in CIDR notation, as in '10.0.0.0/8' or 'fd00::/8': {error}"
        ) from None
    return value


Cidr = Annotated[str, AfterValidator(_cidr)]
"""A range of IPv4 or IPv6 addresses in CIDR notation, without host bits."""


def ip_address(value: str) -> str:
    """Return an IP address.

    Raises:
        ValueError: it is none.

    """
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ValueError(f"{value!r} is not an IP address, as in '203.0.113.10'") from None
    return value


IpAddress = Annotated[str, AfterValidator(ip_address)]
"""One IPv4 or IPv6 address."""


def _host(value: str) -> str:
    return ip_address(value) if ":" in value and "/" not in value else dns_name(value)


Host = Annotated[str, AfterValidator(_host)]
"""A host: a DNS name, or an IPv4 or IPv6 address."""


def _url(value: str) -> str:
    try:
        ParsedUrl(value)  # finds mistakes that the pattern does not, such as a port out of range
        plain = re.fullmatch(r"https?://[-a-zA-Z0-9.:\[\]]+(/[^\s?#]*)?", value)
    except ValueError:
        plain = None
    if not plain:
        raise ValueError(f"{value!r} is not a plain http or https URL, as in 'https://app.example.org'")
    if value.endswith("/"):
        raise ValueError(f"{value!r} ends in '/'; write {value.rstrip('/')!r}")
    return value


Url = Annotated[str, AfterValidator(_url)]
"""An http or https URL without a trailing slash, user, query or fragment."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""

# The rules for service names of RFC 6335, as Kubernetes checks them.
port_name = matching(
    r"(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?",
    "a port's name: at most 15 lower-case letters, digits and inner hyphens, with at least one letter",
)

PortName = Annotated[str, AfterValidator(port_name)]
"""The name of a container's port."""

NodePort = Annotated[int, Field(ge=30000, le=32767)]
"""A port on every node, in Kubernetes' default range."""
