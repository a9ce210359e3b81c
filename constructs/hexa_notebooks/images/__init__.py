"""Container images: their versions, their registries and their oldest safe releases."""
