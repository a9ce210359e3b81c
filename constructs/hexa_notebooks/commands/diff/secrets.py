"""Secrets of the old set that the new one leaves out, and reads."""

from collections.abc import Iterator

from hexa_notebooks.commands.diff.changes import Comparison
from hexa_notebooks.commands.diff.effect import Effect
from hexa_notebooks.manifests.manifest_set import ManifestSet
from hexa_notebooks.manifests.workloads import references, template


def left_out(comparison: Comparison) -> Iterator[Effect]:
    """Yield the Secrets that a prune must not take."""
    readers = _readers(comparison.new)
    for manifest in comparison.removed:
        if manifest.key.kind == "Secret" and (found := readers.get(manifest.key.name)):
            text = (
                f"is not in the new set, and {', '.join(found)} reads it: it must survive a prune and `helm uninstall`"
            )
            yield Effect("warning", "secret", str(manifest.key), text)


def _readers(manifests: ManifestSet) -> dict[str, list[str]]:
    readers: dict[str, list[str]] = {}
    for key in sorted(manifests):
        body = manifests[key].body
        pod = template(manifests[key])
        names = (
            {reference.name for reference in references(pod["spec"]) if reference.kind == "Secret"} if pod else set()
        )
        if key.kind == "ServiceAccount":
            names |= {item.get("name", "") for item in body.get("imagePullSecrets", [])}
        if key.kind == "Ingress":
            names |= {item.get("secretName", "") for item in body.get("spec", {}).get("tls", [])}
        for name in names:
            readers.setdefault(name, []).append(str(key))
    return readers
