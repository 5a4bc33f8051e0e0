"""IRIs of standard vocabularies that pages and documents rely on, whatever the data are about."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "https://schema.org/"
VOID = "http://rdfs.org/ns/void#"

TYPE = RDF + "type"
NOTATION = SKOS + "notation"
POSITION = SCHEMA + "position"
"""Place of something in its list; an ontology says which of its own properties mean that."""
START = SCHEMA + "startDate"
DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
LABELS = (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title", FOAF + "name", SCHEMA + "name")
"""Properties that name a thing, the best first."""
LEADS = (DCTERMS + "description", SKOS + "definition", SKOS + "scopeNote", RDFS + "comment")
"""Properties that say what a thing is, the best first; those below them in the ontology count as well."""
INVERSES = {
    SKOS + "broader": SKOS + "narrower",
    SKOS + "inScheme": SKOS + "hasTopConcept",
    SKOS + "topConceptOf": SKOS + "hasTopConcept",
    SKOS + "related": SKOS + "related",
}
"""Properties that say the same the other way round, as the SKOS recommendation defines them."""
EXACT = "http://www.w3.org/ns/oa#exact"
"""The very words of a passage, where the release holds them."""
LICENSE = DCTERMS + "license"
