"""The hub's traits and rights for starting users' servers."""

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.files import file_traits
from hexa_notebooks.components.singleuser.spawner import spawner_traits
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.traits import Traits, merge


def hub_part(config: SingleuserConfig, installation: Installation, *, spawner_class: str) -> HubPart:
    """Return the traits of the spawner, the storage and the files, and the rights to manage pods and claims."""
    storage = config.storage
    security = storage.security_traits(
        hardened=config.hardened, allow_privilege_escalation=config.allow_privilege_escalation
    )
    extra_volumes: Traits = {
        "KubeSpawner": {"volumes": {**config.extra_volumes}, "volume_mounts": {**config.extra_volume_mounts}}
    }
    storage_traits = storage.traits()
    if not config.hardened:
        # The Helm chart leaves these out, and a takeover must not change the hub's configuration.
        for trait in ("storage_pvc_ensure", "delete_pvc"):
            if storage_traits["KubeSpawner"].get(trait) is False:
                del storage_traits["KubeSpawner"][trait]
    return HubPart(
        origin="singleuser",
        traits=merge(
            ("singleuser", spawner_traits(config, installation, spawner_class=spawner_class)),
            ("singleuser.storage", storage_traits),
            ("singleuser.storage", security),
            ("singleuser.files", file_traits(config, installation)),
            ("singleuser.extra_volumes", extra_volumes),
        ),
        role_rules=(
            k8s.PolicyRule(api_groups=[""], resources=["pods"], verbs=["create", "delete", "list", "watch"]),
            k8s.PolicyRule(api_groups=[""], resources=["events"], verbs=["list", "watch"]),
            *storage.role_rules(),
        ),
    )
