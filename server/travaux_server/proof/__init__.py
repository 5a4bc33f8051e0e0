"""The proof of a release: every IRI of its own is asked for in every format, and what comes is compared."""

from travaux_server.proof.prove import Proven, Unproven, prove

__all__ = ["Proven", "Unproven", "prove"]
