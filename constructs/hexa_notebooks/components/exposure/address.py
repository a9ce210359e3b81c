"""Reserved IP addresses. On Google Cloud a global address never works in place of a regional one, or vice versa."""

from collections.abc import Callable
from typing import Any, Literal

from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import GoogleName, IpAddress


class GlobalAddress(Config):
    """A global external address, for GKE Ingress: `gcloud compute addresses create NAME --global`."""

    kind: Literal["global"] = "global"
    name: GoogleName
    """The name of the reservation, not the IP address."""


class RegionalAddress(Config):
    """A regional external address, for a LoadBalancer Service: `gcloud compute addresses create NAME --region=...`."""

    kind: Literal["regional"] = "regional"
    name: GoogleName
    """The name of the reservation, not the IP address. It must be in the cluster's region: GKE ignores a name that it
    does not find, and takes any address instead."""


class LiteralAddress(Config):
    """A literal IP address, for load balancers outside GKE."""

    kind: Literal["literal"] = "literal"
    ip: IpAddress
    """The address. Kubernetes has deprecated the field `loadBalancerIP`, but most cloud and bare-metal controllers
    still read it."""


_CREATE: dict[type[Config], str] = {
    GlobalAddress: "a global address: `gcloud compute addresses create NAME --global`, then GlobalAddress(name=...)",
    RegionalAddress: "a regional address: `gcloud compute addresses create NAME --region=REGION`, then"
    " RegionalAddress(name=...)",
    LiteralAddress: "LiteralAddress(ip=...)",
}


def takes(owner: str, *allowed: type[Config]) -> Callable[[Any], Any]:
    """Return a validator that refuses an address of the wrong kind, or plain text, and says which kind `owner` takes.

    Raises:
        ValueError: raised by the validator, with the kind that it got and the command that reserves the right one.

    """

    def validate(value: Any) -> Any:
        if isinstance(value, str | GlobalAddress | RegionalAddress | LiteralAddress) and not isinstance(value, allowed):
            kind = "plain text" if isinstance(value, str) else f"a {value.kind} address"
            wanted = ", or ".join(_CREATE[kind] for kind in allowed)
            raise ValueError(f"{owner} cannot use {kind}, got {value!r}; reserve {wanted}")
        return value

    return validate
