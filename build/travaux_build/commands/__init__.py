"""The pipeline's commands: thin layers from words on the command line to one function each."""
