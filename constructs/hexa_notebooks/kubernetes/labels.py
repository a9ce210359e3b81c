"""The labels of a component's objects, and the selectors of its pods.

They are a contract with running clusters: another selector would delete and recreate every workload.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one component of one installation."""

    component: str
    """`hub`, `proxy`, `singleuser-server` and so on, as in the Helm chart."""
    release: str
    """`Installation.release`."""
    app: str
    """`Installation.app`."""

    @property
    def selector(self) -> dict[str, str]:
        """The three labels that select the component's pods.

        They are those of the chart, since selectors are immutable: with others, an apply could not take over a Helm
        release without deleting its workloads.
        """
        return {"app": self.app, "component": self.component, "release": self.release}

    @property
    def pod(self) -> dict[str, str]:
        """The labels of pod templates: the selector and the labels that Kubernetes recommends.

        They are exactly those of the chart. One more would restart every pod of a release that is taken over.
        """
        return self.selector | {
            "app.kubernetes.io/component": self.component,
            "app.kubernetes.io/instance": self.release,
            "app.kubernetes.io/name": self.app,
        }

    @property
    def all(self) -> dict[str, str]:
        """The labels of all other objects."""
        return self.pod | {"app.kubernetes.io/part-of": "openhexa"}
