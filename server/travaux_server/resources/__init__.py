"""Linked data: what IRIs lead to, in which formats, and with which links."""
