"""ServiceAccounts, the identities with which pods call the Kubernetes API."""

from collections.abc import Mapping

from pydantic import Field

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s, with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, LabelKey


class ServiceAccountConfig(Config):
    """The ServiceAccount of a component: a new one, or one that exists."""

    create: bool = True
    """Whether to create it. On by default. If False, `name` is an existing ServiceAccount; without a name the pod uses
    `default`."""
    name: DnsName | None = None
    """Its complete name. None, the default, takes the name of the component."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Its annotations, for example for the cloud's workload identity. None by default."""
    automount_token: bool | None = False
    """Whether pods that do not set it themselves get the token of the ServiceAccount. Off by default. None leaves it to
    Kubernetes, where it is on."""

    def account(self, component_name: str) -> str:
        """Return the name of the ServiceAccount. `component_name` is the component's name with its prefix."""
        return self.name or (component_name if self.create else "default")

    def object(
        self,
        scope: Construct,
        installation: Installation,
        component: str,
        name: str,
        annotations: Mapping[str, str] | None = None,
    ) -> ApiObject | None:
        """Add the ServiceAccount if `create` is set, with further annotations. `name` is without the prefix."""
        if not self.create:
            return None
        metadata = installation.metadata(component, name, self.annotations | dict(annotations or {}))
        if self.name:
            metadata = with_json(metadata, name=self.name)
        return api_object(
            scope,
            "service-account",
            k8s.KubeServiceAccount,
            k8s.KubeServiceAccountProps(
                metadata=metadata,
                automount_service_account_token=self.automount_token,
            ),
        )
