"""Releases that are kept: what each holds, what changed from one to another, and things as they were."""
