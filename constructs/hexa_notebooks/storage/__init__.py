"""Users' storage: the names of claims, and the claims that a server mounts."""
