"""How large an object may be: `kubectl apply` keeps a copy of it in one of its annotations."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

LARGEST = 262144
"""Bytes of all annotations of an object, keys included.
Source: `TotalAnnotationSizeLimitB` in https://pkg.go.dev/k8s.io/apimachinery/pkg/api/validation."""
_COPY = "kubectl.kubernetes.io/last-applied-configuration"


def too_large(made: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the size of an object, if `kubectl apply` could not write it."""
    metadata = made["metadata"]
    annotations = metadata.get("annotations") or {}
    copied = json.dumps(
        {**made, "metadata": {**metadata, "annotations": annotations}}, separators=(",", ":"), ensure_ascii=False
    )
    # Go escapes what a browser would take for HTML, and ends with a line break.
    size = _bytes(copied) + 5 * sum(map(copied.count, "<>&")) + 3 * sum(map(copied.count, "\u2028\u2029")) + 1
    size += len(_COPY) + sum(_bytes(key) + _bytes(value) for key, value in annotations.items())
    if size > LARGEST:
        yield (
            f"the {made['kind']} {metadata['name']} comes to {size} bytes with the copy that kubectl apply keeps of it"
            f" in an annotation, of which Kubernetes takes {LARGEST}; keep large files in an image or in a volume"
        )


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
