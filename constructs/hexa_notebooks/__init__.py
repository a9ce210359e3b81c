"""JupyterHub on Kubernetes for OpenHEXA: typed constructs that synthesise plain YAML.

A cluster file needs only the names that this package exports: `config = NotebooksConfig(...)`. A cdk8s app of your own
adds the charts `NotebooksCluster` and `Notebooks` to its `App`.

Names are imported on first use, so that a command loads only what it needs. The constructs load jsii, which starts
Node.js. A cluster file that names none of them starts no Node.js; `import *` therefore leaves them out.
"""

from importlib import import_module

from hexa_notebooks.process.jsii_import import prepare

TYPE_CHECKING = False  # importing it from `typing` would take longer than everything else here
if TYPE_CHECKING:
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
"""The module of each construct. A name that is not listed here never loads jsii, not even a misspelt one."""

prepare()

if not TYPE_CHECKING:  # type checkers would accept every name

    def __getattr__(name):
        """Import a public name on first use."""
        if name in ("__all__", "text_file") or name[0].isupper():
            module = import_module(f"{__name__}.{CONSTRUCTS.get(name, 'public')}")
            if name == "__all__":
                return sorted(public for public in vars(module) if not public.startswith("_"))
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
