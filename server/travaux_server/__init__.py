"""Travaux's server: a release answers over HTTP, as SPARQL, as linked data and as pages."""
