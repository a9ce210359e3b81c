"""The reference of the configuration, for the site of the documentation."""
