"""The largest size of an object. `kubectl apply` stores a copy of the object in one of its annotations."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

LARGEST = 262144
"""The most bytes that all annotations of an object may have, including keys.
Source: `TotalAnnotationSizeLimitB` in https://pkg.go.dev/k8s.io/apimachinery/pkg/api/validation."""
_COPY = "kubectl.kubernetes.io/last-applied-configuration"


def too_large(made: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem if an object is too large for `kubectl apply`."""
    metadata = made["metadata"]
    annotations = metadata.get("annotations") or {}
    copied = json.dumps(
        {**made, "metadata": {**metadata, "annotations": annotations}}, separators=(",", ":"), ensure_ascii=False
    )
    # Go escapes HTML characters, <, > and &, and line separators as \u...., and adds a line break.
    size = _bytes(copied) + 5 * sum(map(copied.count, "<>&")) + 3 * sum(map(copied.count, "\u2028\u2029")) + 1
    size += len(_COPY) + sum(_bytes(key) + _bytes(value) for key, value in annotations.items())
    if size > LARGEST:
        yield (
            f"the {made['kind']} {metadata['name']} comes to {size} bytes with the copy that kubectl apply stores in an"
            f" annotation, and Kubernetes allows {LARGEST}; keep large files in an image or a volume"
        )


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
