"""The terms of the SHACL vocabulary (W3C Recommendation of 20 July 2017, and its advanced features)."""

from __future__ import annotations

import re

CLASSES = re.findall(
    r"\w+",
    """
    AbstractResult ConstraintComponent Function JSConstraint JSExecutable JSFunction JSLibrary
    JSRule JSTarget JSTargetType JSValidator NodeKind NodeShape Parameter Parameterizable
    PrefixDeclaration PropertyGroup PropertyShape ResultAnnotation Rule SPARQLAskExecutable
    SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable SPARQLExecutable SPARQLFunction
    SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType
    SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule ValidationReport
    ValidationResult Validator
""",
)
INDIVIDUALS = re.findall(
    r"\w+",
    """
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal Info Violation Warning
""",
)
CONSTRAINTS = re.findall(
    r"\w+",
    """
    and class closed datatype disjoint equals hasValue in js languageIn lessThan lessThanOrEquals
    maxCount maxExclusive maxInclusive maxLength minCount minExclusive minInclusive minLength node
    nodeKind not or pattern property qualifiedMaxCount qualifiedMinCount qualifiedValueShape sparql
    uniqueLang xone expression
""",
)
"""The parameters by which a shape demands something."""
PARAMETERS = re.findall(
    r"\w+",
    """
    flags ignoredProperties qualifiedValueShapesDisjoint alternativePath inversePath oneOrMorePath
    zeroOrMorePath zeroOrOnePath path annotationProperty annotationValue annotationVarName ask
    conforms construct condition datatype deactivated declare defaultValue description detail
    entailment filterShape focusNode group intersection jsFunctionName jsLibrary jsLibraryURL
    labelTemplate message name namespace nodeValidator nodes object optional order parameter
    predicate prefix prefixes propertyValidator result resultAnnotation resultMessage resultPath
    resultSeverity returnType rule select severity shapesGraph shapesGraphWellFormed
    sourceConstraint sourceConstraintComponent sourceShape subject suggestedShapesGraph target
    targetClass targetNode targetObjectsOf targetSubjectsOf this union update validator value
""",
)
TERMS = frozenset([*CLASSES, *INDIVIDUALS, *CONSTRAINTS, *PARAMETERS])
"""Local names of all terms that may stand in shapes."""
