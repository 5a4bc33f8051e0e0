"""SPARQL over HTTP: endpoint, graph store, example queries, and the description of what can be asked."""
