"""One installation as a whole: its configuration, the checks across components, its charts and its manifests."""
