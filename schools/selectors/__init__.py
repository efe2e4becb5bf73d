"""Reads of the register: whom a row of a file is about, and the list of schools."""
