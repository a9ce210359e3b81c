"""The mode `pipeline`, in the program of its own that the entrypoint starts."""
