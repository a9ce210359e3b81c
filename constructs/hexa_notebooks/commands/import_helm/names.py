"""The names that the chart gives to its objects."""

from dataclasses import dataclass

from hexa_notebooks.commands.import_helm.chart_version import DEFAULT
from hexa_notebooks.kubernetes.installation import APP


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one release."""

    release: str
    """The release's name."""
    namespace: str
    """The namespace that it is installed in."""
    fullname_override: str | None = ""
    """`fullnameOverride` of the values; None for null."""
    name_override: str | None = None
    """`nameOverride` of the values; a blank one counts as none."""
    chart: str = DEFAULT
    """The chart's version."""

    @property
    def fullname(self) -> str:
        """The prefix of names; may be empty."""
        if self.fullname_override is not None:
            return self.fullname_override
        name = self.name_override or APP
        return self.release if name in self.release else f"{self.release}-{name}"

    @property
    def app(self) -> str:
        """The value of the label `app`."""
        return (self.name_override or APP)[:63].removesuffix("-")

    def name(self, name: str) -> str:
        """Return the name of an object in the namespace."""
        return f"{self.fullname}-{name}" if self.fullname else name

    @property
    def user_scheduler(self) -> str:
        """Name of the scheduler, its ClusterRole and ClusterRoleBinding."""
        return f"{self.fullname or self.release}-user-scheduler"

    @property
    def default_priority(self) -> str:
        """Name of the PriorityClass of most pods."""
        return self.fullname or f"{self.release}-default-priority"
