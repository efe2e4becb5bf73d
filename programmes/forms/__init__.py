"""Shapes of what is typed about programmes; the rules themselves are in the services."""
