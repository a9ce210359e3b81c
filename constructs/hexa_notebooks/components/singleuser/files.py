"""Files in every user's server, from one ConfigMap or Secret for all servers."""

from typing import Any

from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import SINGLEUSER, Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.traits import Traits

_VOLUME = "files"


def user_files(scope: Construct, config: SingleuserConfig, installation: Installation) -> ApiObject:
    """Add the ConfigMap that holds the files, or the Secret, as in the Helm chart."""
    metadata = installation.metadata(SINGLEUSER, SINGLEUSER)
    text = {key: file.text for key, file in config.files.items() if file.text is not None}
    binary = {key: file.binary for key, file in config.files.items() if file.binary is not None}
    if config.files_in == "Secret":
        secret = k8s.KubeSecretProps(metadata=metadata, type="Opaque", string_data=text or None, data=binary or None)
        return api_object(scope, "files", k8s.KubeSecret, secret)
    config_map = k8s.KubeConfigMapProps(metadata=metadata, data=text or None, binary_data=binary or None)
    return api_object(scope, "files", k8s.KubeConfigMap, config_map)


def file_traits(config: SingleuserConfig, installation: Installation) -> Traits:
    """Return the volume of the files and its mounts, sorted by name."""
    if not config.files:
        return {}
    kind, name_field = ("secret", "secretName") if config.files_in == "Secret" else ("configMap", "name")
    items = [
        {"key": key, "path": key} | ({} if file.mode is None else {"mode": file.mode})
        for key, file in sorted(config.files.items())
    ]
    source: dict[str, Any] = {name_field: installation.name(SINGLEUSER), "items": items}
    return {
        "KubeSpawner": {
            "volumes": {_VOLUME: {"name": _VOLUME, kind: source}},
            "volume_mounts": {
                f"{index}-{_VOLUME}": {"name": _VOLUME, "mountPath": file.mount_path, "subPath": key}
                for index, (key, file) in enumerate(sorted(config.files.items()))
            },
        }
    }
