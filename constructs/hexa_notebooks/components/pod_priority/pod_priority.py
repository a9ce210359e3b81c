"""The PriorityClass objects."""

import cdk8s
from constructs import Construct

from hexa_notebooks.components.pod_priority.config import (
    COMPONENTS,
    DESCRIPTIONS,
    PodPriorityConfig,
    PriorityClass,
    class_name,
)
from hexa_notebooks.kubernetes.api_object import api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.k8s import k8s


class PodPriority(Construct):
    """The PriorityClass `default`, and those of image pullers and placeholders if the installation has them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        config: PodPriorityConfig,
        *,
        installation: Installation,
        image_puller: bool,
        user_placeholder: bool,
    ) -> None:
        super().__init__(scope, id)
        wanted: dict[PriorityClass, bool] = {
            "default": True,
            "image_puller": image_puller,
            "user_placeholder": user_placeholder,
        }
        self.priority_classes: dict[PriorityClass, cdk8s.ApiObject] = {
            name: api_object(
                self,
                COMPONENTS[name],
                k8s.KubePriorityClass,
                k8s.KubePriorityClassProps(
                    metadata=installation.cluster_metadata(COMPONENTS[name], class_name(installation, name)),
                    value=getattr(config, name),
                    global_default=config.global_default and name == "default",
                    description=config.descriptions.get(name, DESCRIPTIONS[name]),
                ),
            )
            for name in COMPONENTS
            if wanted[name]
        }
