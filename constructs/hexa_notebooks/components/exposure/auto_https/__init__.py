"""Automatic certificates: Traefik in front of the proxy gets them by ACME, and keeps them in a Secret."""
