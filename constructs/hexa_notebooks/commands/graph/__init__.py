"""The command `graph`: a diagram of the objects of a cluster and their references."""
