"""The objects of the continuous puller."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.daemon_set import IMAGE_PULLER, daemon_sets
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.kubernetes.installation import Installation

CONTINUOUS_PULLER = "continuous-image-puller"
"""The name of the objects, and the component label of the pods."""


class ImagePuller(Construct):
    """A DaemonSet for each pool, and a ServiceAccount."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: ImagePullerConfig,
        *,
        installation: Installation,
        singleuser: SingleuserConfig,
    ) -> None:
        super().__init__(scope, id)
        account = config.service_account
        # The Helm chart makes the ServiceAccount under its default name, whatever name its pods have.
        made_account = account.evolve(name=None) if config.as_chart else account
        self.service_account: cdk8s.ApiObject | None = made_account.object(
            self, installation, IMAGE_PULLER, CONTINUOUS_PULLER
        )
        self.daemon_sets: tuple[cdk8s.ApiObject, ...] = tuple(
            daemon_sets(
                self,
                config,
                installation,
                singleuser,
                name=CONTINUOUS_PULLER,
                service_account=account,
                annotations=config.daemon_set_annotations,
            )
        )
