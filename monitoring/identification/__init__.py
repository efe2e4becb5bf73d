"""
Criteria that say which schools need help: pure functions, one file each.

Nothing here knows the database or Django. A method is data (`method`), a region is data (`region`), and the same
functions serve the run, «что если», the benchmark and the tests. Shares are compared as integers: 3 of 10 is exactly
30 %, and a float must never decide a school's year.
"""
