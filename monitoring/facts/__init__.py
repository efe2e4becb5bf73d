"""
What monitoring knows of schools, for the formula language.

`results` — who took part and how they wrote, `journal` — marks against the journal's and signs of results that are not
objective, `same_pupils` — how those wrote who had written an earlier work too, `cohort` — who is on the approved list.
`parameters` reads what stands in the brackets, `sums` adds it up.
"""

from indicators.facts import registered
from monitoring.facts.cohort import LIST
from monitoring.facts.journal import JOURNAL
from monitoring.facts.results import RESULTS
from monitoring.facts.same_pupils import TOGETHER

__all__ = ["JOURNAL", "LIST", "RESULTS", "RESULT_FACTS", "SAME_PUPIL_FACTS", "TOGETHER"]

RESULT_FACTS = tuple(known.name for known in registered() if known.source in (RESULTS, JOURNAL))
"""What a file of results feeds."""

SAME_PUPIL_FACTS = tuple(known.name for known in registered() if known.source == TOGETHER)
"""What it feeds besides, where the codes of its pupils last."""
