"""Proof of what was seen."""
