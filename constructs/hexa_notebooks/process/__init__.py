"""The process of a command: signals, terminal, errors, and the Node.js that jsii needs."""
