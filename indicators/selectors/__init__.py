"""Reads of indicators, as sentences."""
