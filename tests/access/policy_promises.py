"""The policy of what a programme promises: its rows, its targets, how far values may be short of them."""

from accounts.permissions import Permission as P
from tests.access import bodies
from tests.access.rules import Row, knows, may, reads_programme

DONE = (302,)  # a page that has done what was asked leads on
FORM = (422,)  # a form comes back with the reason beside its field

PROMISES = [
    Row("GET programmes:target-list", of="programme", sees=reads_programme),
    Row("GET programmes:rows", of="programme", sees=reads_programme),
    Row("POST programmes:rows", of="programme", sees=reads_programme, needs=may(P.PROGRAMME_EDIT), good=FORM),
    Row("GET programmes:bands", of="programme", sees=reads_programme),
    Row("POST programmes:bands", of="programme.approved", sees=reads_programme, needs=may(P.PROGRAMME_EDIT),
        sends=bodies.bands, good=DONE),
    *(Row(f"GET programmes:{name}", of="programme_row", sees=knows(P.PROGRAMME_VIEW))
      for name in ("row-rules", "row-remove", "target-new")),
    Row("GET programmes:row-new", of="programme", sees=reads_programme),
    Row("POST programmes:row-new", of="programme.approved", sees=reads_programme, needs=may(P.PROGRAMME_EDIT),
        sends=bodies.new_row, good=DONE),
    Row("POST programmes:row-remove", of="programme_row.added", sees=knows(P.PROGRAMME_VIEW),
        needs=may(P.PROGRAMME_EDIT), sends=bodies.reason, good=DONE),
    Row("POST programmes:row-rules", of="programme_row", sees=knows(P.PROGRAMME_VIEW), needs=may(P.PROGRAMME_EDIT),
        sends=bodies.row_rules, good=DONE),
    Row("POST programmes:target-new", of="programme_row", sees=knows(P.PROGRAMME_VIEW), needs=may(P.PROGRAMME_EDIT),
        sends=bodies.half_year_target, good=DONE),
    Row("GET programmes:target", of="target", sees=knows(P.PROGRAMME_VIEW)),
    Row("POST programmes:target", of="target", sees=knows(P.PROGRAMME_VIEW),
        needs=may(P.PROGRAMME_EDIT), sends=bodies.target, good=DONE),
    Row("GET programmes:target-withdraw", of="target", sees=knows(P.PROGRAMME_VIEW)),
    Row("POST programmes:target-withdraw", of="target.own", sees=knows(P.PROGRAMME_VIEW),
        needs=may(P.PROGRAMME_EDIT), sends=bodies.reason, good=DONE),
]  # fmt: skip
