"""Checking: what must hold of the data, of the shapes themselves, and of what was published before."""
