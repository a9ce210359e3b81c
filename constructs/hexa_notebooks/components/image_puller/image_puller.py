"""The continuous puller, as the table of contents of its objects."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.image_puller.config import ImagePullerConfig
from hexa_notebooks.components.image_puller.daemon_set import IMAGE_PULLER, daemon_set
from hexa_notebooks.components.image_puller.pools import pools
from hexa_notebooks.components.singleuser.config import SingleuserConfig
from hexa_notebooks.kubernetes.installation import Installation

CONTINUOUS_PULLER = "continuous-image-puller"
"""Name of the objects, and the component of its pods."""


class ImagePuller(Construct):
    """A DaemonSet for each choice of nodes, and a ServiceAccount."""

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
        name = account.account(installation.name(CONTINUOUS_PULLER))
        if config.as_chart:
            # The Helm chart's pods name an account also where none is made, and not always the one that is.
            name = account.name or installation.name(CONTINUOUS_PULLER)
            account = account.evolve(name=None)
        self.service_account: cdk8s.ApiObject | None = account.object(
            self, installation, IMAGE_PULLER, CONTINUOUS_PULLER
        )
        self.daemon_sets: tuple[cdk8s.ApiObject, ...] = tuple(
            daemon_set(
                self,
                config,
                installation,
                singleuser,
                pool,
                name=CONTINUOUS_PULLER,
                account=name,
                annotations=config.daemon_set_annotations,
            )
            for pool in pools(config, singleuser)
        )
