"""`hexa-notebooks claims CLUSTER.py`: the proof that servers still reach the claims of their users."""

from argparse import ArgumentParser, Namespace

from hexa_notebooks.commands.subcommand import add_cluster

EPILOG = """exit status:
  0  every claim is reached
  1  every claim is reached, except those of people who are no longer users
  2  the input cannot be read
  3  a user would lose a claim, or would mount a claim of somebody else or one that does not exist; or code or
     profiles in the configuration decide what servers mount, which the command cannot check

To get the input:
  kubectl --namespace NAMESPACE get persistentvolumeclaims --output=json
  GET /hub/api/users?include_stopped_servers=1&limit=200&offset=0, then the next pages, with a token that has
  the scopes list:users, read:servers and admin:server_state; or write a file with one user name per line."""


def add_arguments(command: ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_cluster(command)
    command.add_argument("--claims", required=True, metavar="PVC.json", help="the claims in the cluster, - for stdin")
    command.add_argument("--users", required=True, metavar="USERS", help="the users, - for stdin")
    command.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(options: Namespace) -> int:
    """Print the verdict on each claim. Return the exit status of the worst one."""
    import json
    from dataclasses import asdict

    from hexa_notebooks.commands.claims.inventory import read_claims, read_users
    from hexa_notebooks.commands.claims.proof import prove_configuration
    from hexa_notebooks.commands.claims.report import report
    from hexa_notebooks.commands.cluster_file import load
    from hexa_notebooks.manifests.manifest_set import STDIN, ManifestError

    if options.claims == options.users == STDIN:
        raise ManifestError("only one of --claims and --users can be -, since there is one stdin")
    config = load(options.cluster)
    proof = prove_configuration(config, read_claims(options.claims), read_users(options.users))
    if options.format == "json":
        print(json.dumps({**asdict(proof), "status": proof.status}, indent=2))
    else:
        print("\n".join(report(proof)))
    return proof.status
