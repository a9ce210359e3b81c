"""The command `claims`: which claims of users a cluster file still reaches."""
