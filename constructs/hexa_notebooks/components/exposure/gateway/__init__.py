"""The Gateway API: our own Gateway on GKE, or a route from an existing Gateway.

The modules that need `imports.io.k8s.networking.gateway` are imported only at synthesis. It is a megabyte of generated
Python, which would cost every other synthesis a quarter of a second.
"""
