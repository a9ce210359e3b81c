"""The command `claims`: the claims of users that a cluster file still reaches."""
