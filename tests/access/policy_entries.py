"""The policy of entered values: who types them, who sends them, who accepts or returns them a step above."""

from accounts.permissions import Permission as P
from tests.access import bodies
from tests.access.rules import Row, either, may, may_of_some, step_above

DONE = (302,)  # a page that has done what was asked leads on
REVIEWS = either(may(P.OBSERVATION_ACCEPT), may_of_some(P.REVIEW))

ENTRIES = [
    Row("GET indicators:entry"),
    Row("GET indicators:entry", about="of a unit", of="unit", where="?unit", sees=may_of_some(P.OBSERVATION_ENTER)),
    # A form of many cells is refused cell by cell: whoever is limited to another direction gets it back with reasons.
    Row("POST indicators:entry", of="unit", where="?unit", sees=may_of_some(P.OBSERVATION_ENTER),
        needs=may(P.OBSERVATION_ENTER), denied=422, sends=bodies.cells, good=DONE),
    Row("GET indicators:submit", of="unit", where="?unit", sees=may_of_some(P.OBSERVATION_ENTER)),
    Row("POST indicators:submit", of="unit", where="?unit", sees=may_of_some(P.OBSERVATION_ENTER),
        needs=may(P.OBSERVATION_ENTER), denied=422, sends=bodies.entry_to_send, good=DONE),
    Row("GET indicators:review-list"),
    Row("GET indicators:review", of="unit", where="?unit", sees=REVIEWS),
    Row("POST indicators:review", about="accept", of="unit", where="?unit", sees=REVIEWS,
        needs=step_above(P.OBSERVATION_ACCEPT), sends=bodies.accepted_entry, good=DONE),
    Row("POST indicators:review", about="return", of="unit", where="?unit", sees=REVIEWS,
        needs=either(step_above(P.OBSERVATION_ACCEPT), may(P.REVIEW)), sends=bodies.returned_entry, good=DONE),
]  # fmt: skip
