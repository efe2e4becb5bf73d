"""Reads of programmes, as sentences."""
