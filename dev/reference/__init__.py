"""Generates the reference of the configuration, for the documentation site."""
