"""The Service `proxy-public`, with all that the Helm chart can put in front of it: TLS, an Ingress, an HTTPRoute."""
