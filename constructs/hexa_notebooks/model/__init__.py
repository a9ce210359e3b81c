"""The language of a cluster file: Configs, types of fields, and errors."""
