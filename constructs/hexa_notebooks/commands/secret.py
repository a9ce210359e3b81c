"""`hexa-notebooks secret CLUSTER.py`: Secrets with fresh random values, and the issuers of all other values."""

import sys
from argparse import Namespace

from hexa_notebooks.commands.subcommand import add_cluster

MORE = (
    ". It contains every key that the cluster file refers to and whose value can be random. For all other keys, stderr"
    " says where the value comes from. `kubectl create` never replaces an existing Secret"
)

add_arguments = add_cluster


def run(options: Namespace) -> None:
    """Print a manifest of each Secret that may have random values, and list the other Secrets on stderr."""
    import secrets

    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.kubernetes.manifest_yaml import to_yaml
    from hexa_notebooks.kubernetes.secret_ref import SecretKeyRef, command_that_adds, references, secret_keys

    config = load(options.cluster)
    fresh = {reference for reference, any_value in references(config) if any_value}
    namespace = config.namespace.name
    external = {each.secret: each for each in config.external_secrets}
    for name, each in external.items():
        sources = each.sources(config.secret_keys[name])
        free = [str(source) for key, source in sources.items() if SecretKeyRef(name=name, key=key) in fresh]
        print(
            f"Secret {name}: External Secrets Operator creates it; the {each.store_kind} {each.store} must have"
            f" {', '.join(map(str, sources.values()))}"
            + (f"; use the output of `openssl rand -hex 32 | tr -d '\\n'` for {', '.join(free)}" if free else ""),
            file=sys.stderr,
        )
    issued = (reference for reference, _ in references(config) if reference not in fresh)
    for name, keys in secret_keys(reference for reference in issued if reference.name not in external).items():
        command = command_that_adds(name, namespace, dict.fromkeys(keys, "FILE"))
        print(
            f"Secret {name}: somebody else issues {', '.join(keys)}; if they are not in it yet, add them: {command}",
            file=sys.stderr,
        )
    for name in config.exposure.tls_secrets(config.installation):
        print(
            f"Secret {name}: somebody else issues the certificate; when you have it, run: kubectl create secret tls"
            f" {name} --namespace={namespace} --cert=FILE --key=FILE",
            file=sys.stderr,
        )
    manifests = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace},
            "type": "Opaque",
            # 32 random bytes as 64 hexadecimal digits: the form that JupyterHub's keys need, and a valid password.
            "stringData": {key: secrets.token_hex(32) for key in keys},
        }
        for name, keys in secret_keys(reference for reference in fresh if reference.name not in external).items()
    ]
    print(to_yaml(*manifests, ascii=True), end="")
