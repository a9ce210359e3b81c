"""What the hub needs to start users' servers."""

from hexa_notebooks.components.hub.part import HubPart
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.components.singleuser.files import file_traits
from hexa_notebooks.components.singleuser.spawner import spawner_traits
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s
from hexa_notebooks.traits import Traits, merge


def hub_part(config: SingleuserConfig, installation: Installation, *, spawner_class: str) -> HubPart:
    """Return what the hub needs to start users' servers."""
    storage = config.storage
    security = storage.security_traits(
        hardened=config.hardened, allow_privilege_escalation=config.allow_privilege_escalation
    )
    further: Traits = {
        "KubeSpawner": {"volumes": {**config.extra_volumes}, "volume_mounts": {**config.extra_volume_mounts}}
    }
    storage_traits = storage.traits()
    if not config.hardened:
        # KubeSpawner's own defaults, which the Helm chart does not write down.
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
            ("singleuser.extra_volumes", further),
        ),
        role_rules=(
            k8s.PolicyRule(api_groups=[""], resources=["pods"], verbs=["create", "delete", "list", "watch"]),
            k8s.PolicyRule(api_groups=[""], resources=["events"], verbs=["list", "watch"]),
            *storage.role_rules(),
        ),
    )
