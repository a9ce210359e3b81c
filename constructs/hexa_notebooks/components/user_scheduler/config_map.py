"""The configuration file of the scheduler: its name, its lease, and how it scores nodes."""

from textwrap import indent

from hexa_notebooks.components.user_scheduler.config import UserSchedulerConfig
from hexa_notebooks.components.user_scheduler.rbac import lease
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.go_yaml import to_go_yaml
from hexa_notebooks.kubernetes.installation import USER_SCHEDULER, Installation
from hexa_notebooks.kubernetes.k8s import k8s

FILE = "config.yaml"
"""The key in the ConfigMap, and the name of the file."""


def configuration(config: UserSchedulerConfig, installation: Installation) -> str:
    """Return the KubeSchedulerConfiguration."""
    # Laid out as in the Helm chart, since the pod's annotation has a checksum of the text: a takeover restarts nothing.
    text = f"""\
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection:
  resourceLock: leases
  resourceName: {lease(installation)}
  resourceNamespace: "{installation.namespace}"
profiles:
  - schedulerName: {installation.cluster_name(USER_SCHEDULER)}
"""
    for field, value in (("plugins", config.plugins), ("pluginConfig", list(config.plugin_config))):
        if value:
            text += f"    {field}:\n{indent(to_go_yaml(value), ' ' * 6)}"
    return text


def config_map(scope: Construct, config: UserSchedulerConfig, installation: Installation) -> ApiObject:
    """Add the ConfigMap."""
    metadata = installation.metadata(USER_SCHEDULER, USER_SCHEDULER)
    props = k8s.KubeConfigMapProps(metadata=metadata, data={FILE: configuration(config, installation)})
    return api_object(scope, "config-map", k8s.KubeConfigMap, props)
