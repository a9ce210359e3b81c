"""Which claims a user reaches."""
