"""Secrets that the new set reads but no longer contains."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.manifest_set import ManifestSet
from hexa_notebooks.manifests.workloads import pod_spec, references


def left_out(comparison: Comparison) -> Iterator[Effect]:
    """Yield the Secrets that a prune must not delete."""
    readers = _readers(comparison.new)
    for manifest in comparison.removed:
        if manifest.key.kind == "Secret" and (found := readers.get(manifest.key.name)):
            text = (
                f"is not in the new set, but {', '.join(found)} reads it: it must survive a prune and `helm uninstall`"
            )
            yield Effect("warning", "secret", str(manifest.key), text)


def _readers(manifests: ManifestSet) -> dict[str, list[str]]:
    """Return the objects that read each Secret."""
    readers: dict[str, list[str]] = {}
    for key in sorted(manifests):
        body = manifests[key].body
        names = {name for kind, name in references(pod_spec(manifests[key])) if kind == "Secret"}
        if key.kind == "ServiceAccount":
            names |= {item.get("name", "") for item in body.get("imagePullSecrets", [])}
        if key.kind == "Ingress":
            names |= {item.get("secretName", "") for item in body.get("spec", {}).get("tls", [])}
        for name in names:
            readers.setdefault(name, []).append(str(key))
    return readers
