"""The policy of closed periods and of the journal of recalculations."""

from accounts.permissions import Permission as P
from tests.access import bodies
from tests.access.rules import Row, at_region, in_every_region, may

DONE = (302,)

PERIODS = [
    Row("GET indicators:period-list"),
    Row("GET indicators:period", of="period_closed"),
    Row("GET indicators:period-changed", of="period_closed"),
    Row("GET indicators:period-close", of="period_open", sees=at_region(P.PERIOD_CLOSE)),
    Row("POST indicators:period-close", of="period_open", sees=at_region(P.PERIOD_CLOSE),
        sends=bodies.period_order, good=DONE),
    Row("GET indicators:period-reopen", of="period_closed", sees=at_region(P.PERIOD_CLOSE)),
    Row("POST indicators:period-reopen", of="period_closed", sees=at_region(P.PERIOD_CLOSE),
        sends=bodies.period_reopening, good=DONE),
    Row("GET indicators:recalculation-list", sees=in_every_region(P.HISTORY_VIEW)),
    Row("GET indicators:recalculation", of="recalculation", sees=in_every_region(P.HISTORY_VIEW)),
]  # fmt: skip

PERIODS_IN_API = [
    Row("GET api:period-closing-detail", of="period_closing"),
    Row("GET api:value-since-closing-detail", of="value_since_closing", sees=may(P.INDICATOR_VIEW)),
    Row("GET api:recalculation-detail", of="recalculation", sees=in_every_region(P.HISTORY_VIEW)),
]
