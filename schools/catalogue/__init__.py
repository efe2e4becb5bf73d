"""Data that comes with the program: the territory."""
