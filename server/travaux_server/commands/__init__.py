"""The server's sub-commands of `travaux`."""
