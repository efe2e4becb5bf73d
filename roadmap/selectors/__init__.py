"""Reads of the roadmap, as sentences."""
