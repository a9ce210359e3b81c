"""Settings that all components with a pod share, in Kubernetes' own terms."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from hexa_notebooks.images.registry import images_replaced
from hexa_notebooks.kubernetes.api_object import ApiObject, Construct, api_object
from hexa_notebooks.kubernetes.installation import Installation
from hexa_notebooks.kubernetes.json_objects import EnvVar, JsonObject, Named
from hexa_notebooks.kubernetes.k8s import k8s, to_json
from hexa_notebooks.kubernetes.object_size import too_large
from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef, env_var
from hexa_notebooks.kubernetes.validation import duplicates
from hexa_notebooks.model.config import Config
from hexa_notebooks.model.field_types import DnsName, EnvName, LabelKey, LabelValue
from hexa_notebooks.pods.security import pod_security_context
from hexa_notebooks.pods.validation import refused

PullPolicy = Literal["Always", "IfNotPresent", "Never"]
"""The pull policy of an image."""


class PodConfig(Config):
    """Fields that all components with a pod share."""

    hardened: bool = True
    """Whether to harden the pod: a read-only root file system, no environment variables for other Services, a startup
    probe. On by default. False keeps the pod as the Helm chart writes it, so that a takeover changes nothing. Turn it
    on after the takeover."""
    image_pull_policy: PullPolicy | None = None
    """When to pull the image. None, the default, leaves it to Kubernetes: always for the tag `latest`, else once."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets for this pod's images, in addition to `NotebooksConfig.image_pull_secrets`. None by default."""
    labels: dict[LabelKey, LabelValue] = Field(default={})
    """Further labels of the pod. None by default."""
    annotations: dict[LabelKey, str] = Field(default={})
    """Further annotations of the pod. None by default."""
    env: dict[EnvName, str | SecretKeyRef | EnvVar] = Field(default={})
    """Further environment variables of the main container, in this order. A string is a literal value: Kubernetes does
    not expand `$(NAME)` in it. None by default."""
    init_containers: tuple[Named, ...] = ()
    """Init containers, in Kubernetes' own JSON. None by default."""
    extra_containers: tuple[Named, ...] = ()
    """Sidecar containers, in Kubernetes' own JSON. None by default."""
    extra_volumes: tuple[Named, ...] = ()
    """Further volumes of the pod, in Kubernetes' own JSON. None by default."""
    extra_volume_mounts: tuple[Named, ...] = ()
    """Further volume mounts of the main container, in Kubernetes' own JSON. None by default."""
    extra_pod_spec: JsonObject = Field(default={})
    """Further fields of the pod spec, in Kubernetes' own JSON. Fields that this library sets are refused. None by
    default."""
    pod_security_context: JsonObject | None = None
    """A replacement of the pod's security context. None, the default, keeps it; an empty one removes it."""
    container_security_context: JsonObject | None = None
    """A replacement of the main container's security context. None, the default, keeps it; an empty one removes it."""
    revision_history_limit: int | None = Field(default=None, ge=0)
    """How many old ReplicaSets to keep for a rollback. None, the default, leaves it to Kubernetes: 10."""

    @field_validator("labels")
    @classmethod
    def _selectors_stay(cls, value: dict[str, str]) -> dict[str, str]:
        for key in ("app", "component", "release"):
            if key in value:
                raise ValueError(f"label {key!r} is part of the selectors of Services and policies; choose another key")
        return value

    def revisions(self) -> dict[str, int]:
        """Return the `revisionHistoryLimit` of the Deployment, if it is set."""
        return {} if self.revision_history_limit is None else {"revisionHistoryLimit": self.revision_history_limit}

    def variables(self) -> list[k8s.EnvVar]:
        """Return `env` as Kubernetes structs."""
        # Kubernetes expands $(X) to a variable unless the dollar sign is doubled.
        exact = {name: text.replace("$", "$$") if isinstance(text, str) else text for name, text in self.env.items()}
        return [env_var(name, value) for name, value in exact.items()]

    def pod_template(
        self,
        installation: Installation,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        spec: k8s.PodSpec,
    ) -> dict[str, Any]:
        """Return the pod template as JSON: the component's `spec` with the additions of these fields.

        The first container of `spec` is the main one. The component itself sets its environment.
        `NotebooksConfig.images` replaces images. What `spec` sets wins over what every pod has.

        Raises:
            ValueError: two containers, volumes or variables have the same name, `extra_pod_spec` has a field that
                `spec` sets, or the API server would refuse the pod.

        """
        pod: dict[str, Any] = self._common_spec(installation) | to_json(spec)
        main = pod["containers"][0]
        if self.image_pull_policy:
            main["imagePullPolicy"] = self.image_pull_policy
        _replace(main, self.container_security_context)
        _replace(pod, self.pod_security_context)
        for owner, field, further in (
            (main, "volumeMounts", self.extra_volume_mounts),
            (pod, "containers", self.extra_containers),
            (pod, "initContainers", self.init_containers),
            (pod, "volumes", self.extra_volumes),
        ):
            if further:
                owner[field] = [*owner.get(field, []), *further]
        for field, named in (
            ("env", main.get("env", [])),
            ("extra_volumes", pod.get("volumes", [])),
            ("extra_containers", [*pod.get("initContainers", []), *pod["containers"]]),
        ):
            if problems := [*duplicates(field, (item["name"] for item in named))]:
                raise ValueError("; ".join(problems))
        for field in self.extra_pod_spec:
            if field in pod:
                raise ValueError(f"extra_pod_spec: {field!r} is set by another field; remove it")
            if field in _ONLY_IN_JOBS or (field == "restartPolicy" and self.extra_pod_spec[field] != "Always"):
                raise ValueError(
                    f"extra_pod_spec: {field!r} is for pods that end, and this one keeps running; remove it"
                )
        metadata = {"labels": {**labels, **self.labels}, "annotations": {**annotations, **self.annotations}}
        template = {
            "metadata": {key: value for key, value in metadata.items() if value},
            "spec": images_replaced(pod | self.extra_pod_spec, installation.images.target),
        }
        _refuse(template, as_chart=not self.hardened)
        return template

    def _common_spec(self, installation: Installation) -> dict[str, Any]:
        common: dict[str, Any] = {"imagePullSecrets": installation.pull_secrets(*self.image_pull_secrets)}
        if self.hardened:
            # Pods find Services by DNS. A variable for each Service of the namespace would only be noise.
            common |= {"enableServiceLinks": False, "securityContext": pod_security_context()}
        return {name: to_json(value) for name, value in common.items() if value is not None}

    def deployment(
        self,
        scope: Construct,
        installation: Installation,
        component: str,
        template: Mapping[str, Any],
        *,
        replicas: int = 1,
        strategy: JsonObject | None = None,
    ) -> ApiObject:
        """Add the Deployment of a component, which has the component's name."""
        spec = {
            "replicas": replicas,
            "selector": {"matchLabels": installation.labels(component).selector},
            "template": template,
            **({"strategy": strategy} if strategy else {}),
            **self.revisions(),
        }
        props = {"metadata": installation.metadata(component, component), "spec": spec}
        return api_object(scope, "deployment", k8s.KubeDeployment, props)


_ONLY_IN_JOBS = ("activeDeadlineSeconds", "ephemeralContainers")
"""Fields that a pod template of a Deployment or a DaemonSet must not have."""


def _refuse(template: dict[str, Any], *, as_chart: bool) -> None:
    # A mount of the main container is written in extra_volume_mounts, which the error names.
    main = template["spec"]["containers"][0]["name"]
    mounts = f"container {main!r}: mountPath"
    problems = [
        f"extra_volume_mounts: {problem}" if problem.startswith(mounts) else problem
        for problem in refused(template["spec"], as_chart=as_chart)
    ]
    problems += too_large({"kind": "pod", **template, "metadata": {"name": main, **template["metadata"]}})
    if problems:
        raise ValueError("; ".join(problems))


def _replace(owner: dict[str, Any], context: JsonObject | None) -> None:
    if context is not None:
        owner["securityContext"] = context
    if context == {}:
        del owner["securityContext"]
