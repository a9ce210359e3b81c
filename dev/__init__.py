"""OpenHEXA Notebooks on one machine, for development."""
