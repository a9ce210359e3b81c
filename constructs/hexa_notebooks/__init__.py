"""JupyterHub on Kubernetes for OpenHEXA, as typed constructs that synthesise plain YAML.

A cluster file needs only what this module exports: `config = NotebooksConfig(...)`. A cdk8s app of its own adds the
charts `NotebooksCluster` and `Notebooks` to its `App`.

A name is imported when it is asked for. So a command loads what it needs; and a cluster file loads no jsii, and starts
no Node, as long as it names no construct, which `import *` therefore leaves out.
"""

from importlib import import_module

from hexa_notebooks.process.jsii_import import prepare

TYPE_CHECKING = False  # that of `typing`, which takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from hexa_notebooks.components.admission_policy.admission_policy import AdmissionPolicy as AdmissionPolicy
    from hexa_notebooks.components.hub.hub import Hub as Hub
    from hexa_notebooks.components.image_puller.hook_puller import HookPuller as HookPuller
    from hexa_notebooks.components.image_puller.image_puller import ImagePuller as ImagePuller
    from hexa_notebooks.components.namespace.namespace import Namespace as Namespace
    from hexa_notebooks.components.pod_priority.pod_priority import PodPriority as PodPriority
    from hexa_notebooks.components.proxy.proxy import Proxy as Proxy
    from hexa_notebooks.components.singleuser.singleuser import Singleuser as Singleuser
    from hexa_notebooks.components.user_placeholder.user_placeholder import UserPlaceholder as UserPlaceholder
    from hexa_notebooks.components.user_scheduler.user_scheduler import UserScheduler as UserScheduler
    from hexa_notebooks.components.user_scheduler.user_scheduler import UserSchedulerRbac as UserSchedulerRbac
    from hexa_notebooks.notebooks.charts import Notebooks as Notebooks
    from hexa_notebooks.notebooks.charts import NotebooksCluster as NotebooksCluster
    from hexa_notebooks.public import *  # noqa: F403
    from hexa_notebooks.public import __all__ as __all__

CONSTRUCTS = {
    "AdmissionPolicy": "components.admission_policy.admission_policy",
    "HookPuller": "components.image_puller.hook_puller",
    "Hub": "components.hub.hub",
    "ImagePuller": "components.image_puller.image_puller",
    "Namespace": "components.namespace.namespace",
    "Notebooks": "notebooks.charts",
    "NotebooksCluster": "notebooks.charts",
    "PodPriority": "components.pod_priority.pod_priority",
    "Proxy": "components.proxy.proxy",
    "Singleuser": "components.singleuser.singleuser",
    "UserPlaceholder": "components.user_placeholder.user_placeholder",
    "UserScheduler": "components.user_scheduler.user_scheduler",
    "UserSchedulerRbac": "components.user_scheduler.user_scheduler",
}
"""The constructs, and the module that each is in."""

prepare()


def __getattr__(name: str) -> "Any":
    """Import a public name."""
    if name in ("__all__", "text_file") or name[0].isupper():
        module = import_module(f"{__name__}.{CONSTRUCTS.get(name, 'public')}")
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
