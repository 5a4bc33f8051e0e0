"""Travaux's pipeline: files that people edit become a checked, checksummed release of linked data."""
