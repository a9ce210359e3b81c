"""A second kube-scheduler for users' servers. It packs them onto few nodes, so that the others can be removed."""
