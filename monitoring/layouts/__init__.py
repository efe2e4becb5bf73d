"""
Layouts of the files that assessment centres send, one file each, told by the text of their headers.

Runs in a confined child (`python -m monitoring.layouts`): plain Python, no Django. Names, passports and codes of pupils
are dropped here and go no further.
"""
