"""How anything becomes a Kubernetes object: names and labels, typed structs, their JSON, and its rules."""
