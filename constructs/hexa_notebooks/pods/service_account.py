"""As whom a pod calls Kubernetes."""

from collections.abc import Mapping

from pydantic import Field

from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s, with_json
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, LabelKey


class ServiceAccountConfig(Config):
    """The ServiceAccount of a component: one of our own, or somebody else's."""

    create: bool = True
    """Whether it is made. It is by default; otherwise `name` names one that exists, and `default` runs the pod where
    no name is given."""
    name: DnsName | None = None
    """Its name, whole. None, the default, takes the component's."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Its annotations, for the cloud's identities for example. None by default."""
    automount_token: bool | None = False
    """Whether pods get its token where they do not say themselves. Not by default; None leaves it to Kubernetes, which
    means that they do."""

    def account(self, component_name: str) -> str:
        """Return the name of the account that pods run as; `component_name` is the component's, with its prefix."""
        return self.name or (component_name if self.create else "default")

    def object(
        self,
        scope: Construct,
        installation: Installation,
        component: str,
        name: str,
        annotations: Mapping[str, str] | None = None,
    ) -> ApiObject | None:
        """Add the ServiceAccount, if it is ours to make, with further annotations; `name` is without the prefix."""
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
