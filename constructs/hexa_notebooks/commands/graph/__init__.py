"""A picture of what a cluster file makes: objects, and what they say of each other."""
