"""Profiles that only some users may select."""

from typing import Any

from traitlets import Dict, List, Unicode

from hexa_hub.errors import ProfileRefused
from hexa_hub.pod import PodSpawner


class ProfileSpawner(PodSpawner):
    """Enforces the limits of profiles, whether the choice comes from the form, the API or the database.

    A user who may select no profile cannot start a server. If a user may not select the default profile, the first
    allowed one becomes the default.
    """

    profile_list: Any
    user: Any
    user_options: dict[str, Any]

    profile_access = Dict(
        Dict(List(Unicode())),
        help="""
        Who may select a profile, by its slug: `{"gpu": {"users": ["anna"], "groups": ["gpu"]}}`. A user needs one of
        the names, or at least one of the groups at the moment of the start. Profiles that are not listed here are for
        everybody.
        """,
    ).tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.profile_access:
            profiles = self.profile_list
            # KubeSpawner evaluates a callable again for each form and each start.
            self.profile_list = lambda spawner: spawner.allowed_of(profiles)

    def allowed_of(self, profiles: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the profiles that the server's owner may select.

        Raises:
            ProfileRefused: there are none. With an empty list KubeSpawner would start a server without a profile.

        """
        allowed = [profile for profile in profiles if self._may_have(profile.get("slug"))]
        if not allowed:
            raise ProfileRefused("any profile here", app_url=self.home_url)
        return allowed

    async def load_user_options(self) -> None:
        """Apply the profile. KubeSpawner calls this first when it starts a server.

        Raises:
            ProfileRefused: the server's owner may not select it.

        """
        slug = self.user_options.get("profile")
        with self.uncounted_failures():
            if not self._may_have(slug):
                raise ProfileRefused(f"the profile {slug!r}", app_url=self.home_url)
            await super().load_user_options()

    def _may_have(self, slug: Any) -> bool:
        if slug not in [*self.profile_access]:
            return True
        access = self.profile_access[slug]
        groups = {group.name for group in self.user.groups}
        return self.user.name in access.get("users", ()) or not groups.isdisjoint(access.get("groups", ()))
