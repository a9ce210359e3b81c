"""The notebooks on one machine, for development."""
