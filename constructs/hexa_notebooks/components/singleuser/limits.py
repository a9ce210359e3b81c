"""Checks of a server's resources: guarantees within limits, and amounts with a unit."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hexa_notebooks.model.field_types import BYTE_SIZE, MEBIBYTE, QUANTITY, amount_of
from hexa_notebooks.pods.resources import amounts
from hexa_notebooks.storage.profile_list import overrides, profile_name
from hexa_notebooks.storage.user_storage import listed

_OVERRIDE = "kubespawner_override"
_EXTRA = ("extra_resource_guarantees", "extra_resource_limits")


class _Resource(NamedTuple):
    """A resource of a server: the paths of its guarantee and its limit in KubeSpawner's traits."""

    guarantee: tuple[str, ...]
    limit: tuple[str, ...]

    def refusal(self, guarantee: Any, limit: Any) -> str:
        if len(self.limit) == 1:
            return f"{self.guarantee[0]} {guarantee!r} is above {self.limit[0]} {limit!r}"
        return f"the guarantee {guarantee!r} of {self.limit[1]} is above its limit {limit!r}"


_CPU = _Resource(("cpu_guarantee",), ("cpu_limit",))
_MEMORY = _Resource(("mem_guarantee",), ("mem_limit",))
_DISK = _Resource((_EXTRA[0], "ephemeral-storage"), (_EXTRA[1], "ephemeral-storage"))


def check_limits(spawner: Mapping[str, Any]) -> None:
    """Check the resources of a server without a profile, and with each profile and each choice of its options.

    `spawner` has KubeSpawner's traits, including `profile_list`.

    Raises:
        ValueError: a guarantee is above its limit, memory or storage is less than a mebibyte, or JupyterHub cannot read
            an amount.

    """
    profiles = listed(spawner.get("profile_list"))
    _check_units(spawner, "")
    for profile in profiles:
        for _, override in overrides(profile):
            _check_units(override, f"profile {profile_name(profile)!r}: ")
    for resource in (_CPU, _MEMORY, _DISK):
        base = _changed((None, None), resource, spawner)
        _check(resource, base, "")
        for profile in profiles:
            for server, where in _servers(resource, base, profile).items():
                _check(resource, server, where)


def cpu_guarantees(spawner: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield each guarantee of CPU, in cores, with the profile and the choices that lead to it.

    `spawner` has KubeSpawner's traits, including `profile_list`. Servers without a guarantee are left out.
    """
    base = _changed((None, None), _CPU, spawner)
    found = [("", base)]
    for profile in listed(spawner.get("profile_list")):
        found += [(where, server) for server, where in _servers(_CPU, base, profile).items()]
    for where, (guarantee, _) in found:
        if isinstance(guarantee, int | float):
            yield where, guarantee


def _servers(resource: _Resource, base: tuple[Any, Any], profile: Mapping[str, Any]) -> dict[tuple[Any, Any], str]:
    """Return each guarantee and limit that a server with a profile can have, and the choices that lead to them."""
    where = f"profile {profile_name(profile)!r}"
    # Keyed by the pair, not by the choices: their combinations grow exponentially with the number of options.
    found = {_changed(base, resource, profile.get(_OVERRIDE)): where}
    for name, option in (profile.get("profile_options") or {}).items():
        reached: dict[tuple[Any, Any], str] = {}
        for slug, choice in (option.get("choices") or {}).items():
            for server, before in found.items():
                changed = _changed(server, resource, choice.get(_OVERRIDE))
                after = before if changed == server else f"{before}, option {name!r}, choice {slug!r}"
                reached.setdefault(changed, after)
        found = reached or found
    return {server: f"{where}: " for server, where in found.items()}


def _changed(server: tuple[Any, Any], resource: _Resource, override: Any) -> tuple[Any, Any]:
    guarantee, limit = (_get(override or {}, path, before) for path, before in zip(resource, server, strict=True))
    return guarantee, limit


def _get(values: Any, path: Iterable[str], otherwise: Any) -> Any:
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return otherwise
        values = values[name]
    return otherwise if isinstance(values, Mapping | list) else values


def _check(resource: _Resource, server: tuple[Any, Any], where: str) -> None:
    amounts = [_amount(value, resource) for value in server]
    if None not in amounts and amounts[0] > amounts[1]:
        raise ValueError(
            f"{where}{resource.refusal(*server)}, so Kubernetes would refuse every server; raise the limit or lower"
            " the guarantee"
        )


def _amount(value: Any, resource: _Resource) -> Any:
    """Return an amount as a number, or None if there is none or it is not readable."""
    if isinstance(value, str):
        # For JupyterHub M is 1024², for Kubernetes it is 1000².
        text = f"{value}i" if resource is _MEMORY else value
        return amount_of(text) if QUANTITY.fullmatch(text) else None
    return value or None


def _check_units(override: Mapping[str, Any], where: str) -> None:
    for name in ("mem_guarantee", "mem_limit"):
        value = override.get(name)
        if isinstance(value, int | float) and 0 < value < MEBIBYTE:
            raise ValueError(f"{where}{name} {value!r} is only {value} bytes; write a unit, as in '{value}M'")
        if isinstance(value, str) and not BYTE_SIZE.fullmatch(value):
            raise ValueError(
                f"{where}{name} {value!r} is not an amount of memory for JupyterHub; write a number with K, M, G or T,"
                " as in '512M'"
            )
    for name in ("cpu_guarantee", "cpu_limit"):
        value = override.get(name)
        if isinstance(value, str):
            raise ValueError(
                f"{where}{name} {value!r} is a string, but JupyterHub needs a number of cores; write one, such as 0.5"
            )
    for name in _EXTRA:
        try:
            amounts(override.get(name) or {})
        except ValueError as error:
            raise ValueError(f"{where}{name}: {error}") from None
