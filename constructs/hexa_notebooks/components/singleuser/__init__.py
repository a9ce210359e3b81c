"""Users' servers: the pods that KubeSpawner creates, their storage, and their network access."""
