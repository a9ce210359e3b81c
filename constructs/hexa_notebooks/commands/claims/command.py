"""`hexa-notebooks claims CLUSTER.py`: which users' claims a configuration still reaches."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

EPILOG = """exit status:
  0  every claim is reached
  1  all are but those of people who are no users any more
  2  what was given cannot be read
  3  a user would not find a claim again, would mount somebody else's, or one that does not exist; or the
     configuration says by code, or by profiles, what servers mount, of which nothing is proved

To ask for what the command needs:
  kubectl --namespace NAMESPACE get persistentvolumeclaims --output=json
  GET /hub/api/users?include_stopped_servers=1&limit=200&offset=0, and so on, with a token of the scopes
  list:users, read:servers and admin:server_state; or just a file with one name a line."""


def add_arguments(command: ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    command.add_argument("cluster", type=Path, metavar="CLUSTER.py", help="the cluster file")
    command.add_argument("--claims", required=True, metavar="PVC.json", help="the claims in the cluster, - for stdin")
    command.add_argument("--users", required=True, metavar="USERS", help="the users, - for stdin")
    command.add_argument("--format", choices=("text", "json"), default="text", help="text by default")


def run(options: Namespace) -> int:
    """Print what becomes of each claim; the exit status says the worst."""
    import json
    from dataclasses import asdict

    from hexa_notebooks.commands.claims.proof import prove_configuration, read_claims, read_users, report
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
