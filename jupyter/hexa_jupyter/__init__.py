"""The programs of users' containers: the entrypoint and the mount of the workspace's files."""
