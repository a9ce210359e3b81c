"""The process of a command: its signals, its terminal, its errors and the Node.js that jsii needs."""
