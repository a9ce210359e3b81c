"""What an apply of one set of manifests over another changes and does."""
