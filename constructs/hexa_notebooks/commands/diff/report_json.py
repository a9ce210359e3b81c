"""The report for machines."""

import json
from typing import Any

from hexa_notebooks.commands.diff.changes import ABSENT, Change
from hexa_notebooks.commands.diff.report import Report, sides
from hexa_notebooks.manifests.manifest_set import Key, Manifest


def as_json(report: Report) -> str:
    """Return the report as JSON. A side of a change that is not there has no key; a secret one has neither side."""
    comparison = report.comparison
    return (
        json.dumps(
            {
                "result": report.result,
                "counts": report.counts,
                "effects": [
                    {"level": effect.level, "kind": effect.kind, "object": effect.object, "text": effect.text}
                    for effect in report.effects
                ],
                "added": [_object(manifest) for manifest in comparison.added],
                "removed": [_object(manifest) for manifest in comparison.removed],
                "changed": [
                    {**_object(comparison.pairs[key][1]), "changes": [_change(change) for change in changes]}
                    for key, changes in comparison.changes.items()
                ],
                "unmanaged": [_object(manifest) for manifest in comparison.unmanaged],
            },
            indent=2,
        )
        + "\n"
    )


def _object(manifest: Manifest) -> dict[str, str]:
    key: Key = manifest.key
    return {
        "apiVersion": manifest.body["apiVersion"],
        "kind": key.kind,
        "namespace": key.namespace,
        "name": key.name,
    }


def _change(change: Change) -> dict[str, Any]:
    values = sides(change)
    if values is None:
        return {"path": str(change), "secret": True}
    return {"path": str(change)} | {
        name: value for name, value in zip(("old", "new"), values, strict=True) if value is not ABSENT
    }
