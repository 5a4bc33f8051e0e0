"""The terms of the SHACL vocabulary (W3C Recommendation of 20 July 2017), by whether they are evaluated."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+")
CONSTRAINTS = WORD.findall("""
    and class closed datatype disjoint equals hasValue in languageIn lessThan lessThanOrEquals maxCount
    maxExclusive maxInclusive maxLength minCount minExclusive minInclusive minLength node nodeKind not or
    pattern property qualifiedMaxCount qualifiedMinCount qualifiedValueShape sparql uniqueLang xone
""")
"""The parameters by which a shape demands something."""
CORE = WORD.findall("""
    NodeShape PropertyShape Shape NodeKind PropertyGroup PrefixDeclaration SPARQLConstraint Severity
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal Info Violation Warning
    alternativePath inversePath oneOrMorePath zeroOrMorePath zeroOrOnePath path
    flags ignoredProperties qualifiedValueShapesDisjoint targetClass targetNode targetObjectsOf
    targetSubjectsOf declare
    defaultValue description group message name namespace order prefix prefixes select
    severity conforms detail focusNode result resultMessage resultPath resultSeverity sourceConstraint
    sourceConstraintComponent sourceShape value ValidationReport ValidationResult AbstractResult
""")
OTHERS = WORD.findall("""
    ConstraintComponent Function JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType
    JSValidator Parameter Parameterizable ResultAnnotation Rule SPARQLAskExecutable SPARQLAskValidator
    SPARQLConstructExecutable SPARQLExecutable SPARQLFunction SPARQLRule SPARQLSelectExecutable
    SPARQLSelectValidator SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Target TargetType TripleRule
    Validator annotationProperty annotationValue annotationVarName ask condition construct deactivated
    entailment expression filterShape intersection js jsFunctionName jsLibrary jsLibraryURL labelTemplate
    nodeValidator nodes object optional parameter predicate propertyValidator resultAnnotation returnType rule
    shapesGraph shapesGraphWellFormed subject suggestedShapesGraph target this union update validator
""")
TERMS = frozenset([*CONSTRAINTS, *CORE])
"""Local names of the terms that may stand in shapes."""
NOT_EVALUATED = frozenset(OTHERS)
"""Terms that switch shapes off, or belong to components, functions, rules and targets of one's own making."""
