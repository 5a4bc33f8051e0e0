"""JSON Schemas, by which editors complete and check data files."""
