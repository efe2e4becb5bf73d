"""
The language in which an indicator is defined, in stages: parse, check, compile, evaluate.

Text becomes surface nodes (`parse`), then proven meaning (`check`), then one SQL statement (`compile`) or a
plain-Python answer that explains itself (`evaluate`). Nothing here knows Django; facts come through
`facts.FactSource`, so the text of a formula never reaches the database as text.
"""
