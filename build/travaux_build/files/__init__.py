"""The files of a release: dumps, tables, changes, catalogue, database."""
