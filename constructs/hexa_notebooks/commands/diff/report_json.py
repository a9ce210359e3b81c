"""The report as JSON."""

import json
from dataclasses import asdict
from typing import Any

from hexa_notebooks.commands.diff.changes import ABSENT, Change
from hexa_notebooks.commands.diff.report import Report, sides
from hexa_notebooks.manifests.manifest_set import Manifest


def as_json(report: Report) -> str:
    """Return the report as JSON. A missing side of a change has no key; a secret change has neither side."""
    comparison = report.comparison
    content = {
        "result": report.result,
        "counts": report.counts,
        "effects": [asdict(effect) for effect in report.effects],
        "added": [_object(manifest) for manifest in comparison.added],
        "removed": [_object(manifest) for manifest in comparison.removed],
        "changed": [
            {**_object(comparison.pairs[key][1]), "changes": [_change(change) for change in changes]}
            for key, changes in comparison.changes.items()
        ],
        "unmanaged": [_object(manifest) for manifest in comparison.unmanaged],
    }
    return json.dumps(content, indent=2) + "\n"


def _object(manifest: Manifest) -> dict[str, str]:
    _, kind, namespace, name = manifest.key
    return {"apiVersion": manifest.body["apiVersion"], "kind": kind, "namespace": namespace, "name": name}


def _change(change: Change) -> dict[str, Any]:
    values = sides(change)
    if values is None:
        return {"path": str(change), "secret": True}
    return {"path": str(change)} | {
        name: value for name, value in zip(("old", "new"), values, strict=True) if value is not ABSENT
    }
