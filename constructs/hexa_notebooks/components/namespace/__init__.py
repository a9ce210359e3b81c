"""The namespace of the notebooks, and the Pod Security level that it enforces."""
