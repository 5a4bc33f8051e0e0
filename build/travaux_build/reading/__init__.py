"""Reading: data files of every syntax, context, ontology and queries become entries and quads."""
