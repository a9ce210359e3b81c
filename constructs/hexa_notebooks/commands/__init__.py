"""The commands of the command line, each a module or a folder with its arguments and its `run`.

A command imports its needs when it runs, so that `--help` starts fast and works without Node.
"""
