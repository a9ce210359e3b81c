"""The language of a cluster file: configs, types of fields, and what is wrong with a value."""
