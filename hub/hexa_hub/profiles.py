"""Profiles that are for some users only."""

from typing import Any

from traitlets import Dict, List, Unicode

from hexa_hub.errors import ProfileRefused
from hexa_hub.pod import PodSpawner


class ProfileSpawner(PodSpawner):
    """Gives a limited profile to nobody else, whether the form, the API or a stored choice asks.

    Who may have none of the profiles starts no server. Who may not have the default one gets the first that is left.
    """

    profile_list: Any
    user: Any
    user_options: dict[str, Any]

    profile_access = Dict(
        Dict(List(Unicode())),
        help="""
        Who may have a profile, by its slug: `{"gpu": {"users": ["anna"], "groups": ["gpu"]}}`. One of the names, or a
        group of the user's at the moment of the start, is enough. A profile that is not named here is for everybody.
        """,
    ).tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.profile_access:
            profiles = self.profile_list
            # What can be called KubeSpawner asks anew for each form and for each start.
            self.profile_list = lambda spawner: spawner.allowed_of(profiles)

    def allowed_of(self, profiles: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return those profiles that the server's owner may have.

        Raises:
            ProfileRefused: there are none, for which KubeSpawner would start a server without a profile.

        """
        allowed = [profile for profile in profiles if self._may_have(profile.get("slug"))]
        if not allowed:
            raise ProfileRefused("any of the profiles here", app_url=self.home_url)
        return allowed

    async def load_user_options(self) -> None:
        """Apply the profile: KubeSpawner calls this first of all when it starts a server.

        Raises:
            ProfileRefused: the server's owner may not have it.

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
