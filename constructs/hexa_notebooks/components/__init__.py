"""The components of an installation. A component is a folder, or a module where one is enough."""
