"""Image pullers: they pull the images of users' servers in advance, so that a server starts without a long pull."""
