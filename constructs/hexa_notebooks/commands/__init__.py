"""The commands that have no folder of their own: each a module with its arguments and what it runs.

What a command needs is imported when it runs, so that its help needs nothing.
"""
