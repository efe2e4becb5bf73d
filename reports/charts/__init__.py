"""
Specifications of charts. One question each, stated as its title; the target is a line; labels stand at what they name.

A specification is Vega-Lite, drawn to SVG on the server by `drawing.draw`: the same drawing on a page and in a PDF.
"""
