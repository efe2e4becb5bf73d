"""
The demonstration region, drawn: schools, latent conditions and effects, and the files that a centre would send.

Plain code without a database. The same seed gives the same bytes; a municipality is drawn the same whether it is drawn
alone or with the whole region. Nothing here is real but the names of the municipalities and six schools of one of them.
"""
