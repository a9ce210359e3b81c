"""What runs in a container of a user: its entrypoint, and the mount of the workspace's files."""
