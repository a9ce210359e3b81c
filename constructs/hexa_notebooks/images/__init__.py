"""Which images the manifests name: their versions, their registries, and the oldest safe release of each."""
