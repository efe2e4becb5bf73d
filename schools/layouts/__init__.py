"""
Files about schools: the register and the social passports. Columns are known by their headings, wherever they stand.

Run in a confined child (`python -m schools.layouts`); nothing here knows the database.
"""
