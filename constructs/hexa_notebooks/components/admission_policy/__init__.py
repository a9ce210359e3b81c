"""The hub's admission policy, derived from the hub's configuration: the objects that the hub may create."""
