"""Manifests as they are read back: what they are, whom they select, and what the hub in them does."""
