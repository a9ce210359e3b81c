"""One installation: its configuration, the checks across components, its charts and its manifests."""
