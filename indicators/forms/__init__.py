"""Shapes of what people type into the forms of indicators."""
