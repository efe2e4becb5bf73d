"""
The policy: one row for every operation of the portal. The matrix asks all of them as everybody about everything.

A new address needs its row here, or the run fails and says which. A row says what is asked (`"GET app:name"`), which
kind of thing its address names (`of`, as filling.py puts them), who sees that thing and who may do it (rules.py), what
is sent (bodies.py) and what comes back. Rows are of what the portal promises, not of what its code does.
"""

from accounts.permissions import Permission as P
from tests.access import bodies
from tests.access.people import Who
from tests.access.policy_entries import ENTRIES
from tests.access.policy_people import PEOPLE, reads_history
from tests.access.policy_periods import PERIODS, PERIODS_IN_API
from tests.access.policy_promises import PROMISES
from tests.access.rules import (
    Row,
    at_region,
    both,
    either,
    has,
    has_schools_in,
    in_region,
    knows,
    may,
    nobody,
    owns,
    reads_programme,
    step_above,
    told_of_entry,
    works_at,
)

DONE = (302,)  # a page that has done what was asked leads on
SHOWN = (200,)
FORM = (422,)  # a form comes back with the reason beside its field

ORDER = both(owns, may(P.REPORT_ORDER))
LISTS = either(has_schools_in(P.IDENTIFICATION_VIEW), may(P.IDENTIFICATION_RUN, P.LIST_APPROVE))
DRAFTS = may(P.IDENTIFICATION_RUN, P.LIST_APPROVE)
SEEN_RUN = has_schools_in(P.IDENTIFICATION_VIEW)
ENTRY = both(may(P.IDENTIFICATION_VIEW), lambda world, who, thing: who.may(P.IDENTIFICATION_RUN, region_of(thing))
             or who.may(P.LIST_APPROVE, region_of(thing)))  # fmt: skip
LOADING = has(P.RESULT_LOAD)


def region_of(thing):
    """Return the region that a thing's unit belongs to."""
    unit = thing.unit
    while unit.parent is not None:
        unit = unit.parent
    return unit


def run_there(world, who, thing) -> bool:
    """Whoever identifies the schools of the thing's region."""
    return who.may(P.IDENTIFICATION_RUN, region_of(thing))


ABOUT_ONESELF = [
    Row("GET accounts:sign-in", is_public=True, good=(200, 302)),
    Row("POST accounts:sign-in", is_public=True, sends=bodies.sign_in, good=(422, 302)),
    Row("POST accounts:sign-out", good=DONE),
    Row("GET accounts:password"),
    Row("POST accounts:password", sends=bodies.new_password, good=FORM),
    *(Row(f"GET accounts:{name}", is_public=True, good=(404,)) for name in ("openid", "openid-return")),  # not set up
    *(Row(f"{method} accounts:sign-in-code", is_public=True, good=DONE) for method in ("GET", "POST")),
    Row("GET accounts:second-factor"),
    Row("GET accounts:second-factor-set-up"),
    Row("POST accounts:second-factor-set-up", sends=bodies.wrong_code, good=FORM),
    *(Row(f"{method} accounts:{name}", good=DONE) for method in ("GET", "POST")  # there is no second factor yet
      for name in ("second-factor-remove", "recovery-codes", "recovery-codes-renew")),
    Row("GET accounts:recovery-codes-file", good=DONE),
    Row("GET accounts:session-list"),
    Row("POST accounts:session-end", of="session", sees=owns, good=DONE),
    Row("POST accounts:sessions-end-others", good=DONE),
    Row("GET accounts:profile"),
    Row("GET accounts:token-list"),
    Row("POST accounts:token-list", needs=has(P.TOKEN_MANAGE), sends=bodies.new_key, denied=422),
    Row("POST accounts:token-revoke", of="token", sees=owns, good=DONE),
    Row("GET sight", is_public=True),
    Row("POST sight", is_public=True, good=DONE),
    Row("GET jobs:job-list"),
    Row("GET jobs:job", of="job", sees=owns),
    Row("GET jobs:progress", of="job", sees=owns),
    Row("POST jobs:cancel", of="job.waiting", sees=owns, good=DONE),
    Row("POST jobs:again", of="job.failed", sees=owns, good=DONE),
]  # fmt: skip

SCHOOLS = [
    Row("GET schools:school-list"),
    Row("GET schools:school-list", about="as a file", query="file=csv"),
    Row("GET schools:import"),
    Row("POST schools:import", needs=has(P.UNIT_EDIT, P.PASSPORT_EDIT), sends=bodies.school_file, good=DONE),
    Row("GET schools:import-preview", of="reading", sees=owns),
    Row("POST schools:import-take", of="reading", sees=owns, good=DONE),
    Row("POST schools:import-drop", of="reading", sees=owns, good=DONE),
    Row("GET schools:partner-list"),
    Row("GET schools:partner-new"),
    Row("POST schools:partner-new", needs=bodies.has_place_for_partners, sends=bodies.new_partner, good=DONE,
        denied=422),
    Row("GET schools:partner", of="partner", sees=in_region(P.UNIT_VIEW)),
    Row("POST schools:partner", of="partner", sees=in_region(P.UNIT_VIEW), needs=may(P.PROGRAMME_EDIT),
        sends=bodies.form("schools:partner", site="https://museum.example.ru"), good=DONE, denied=422),
    Row("GET documents:register"),
    Row("GET documents:document", of="document", sees=knows(P.PROGRAMME_VIEW)),
]  # fmt: skip

INDICATORS = [
    Row("GET indicators:library"),
    Row("GET indicators:indicator", of="indicator"),
    Row("GET indicators:new"),
    Row("POST indicators:new", needs=at_region(P.INDICATOR_EDIT), sends=bodies.new_indicator, good=DONE),
    Row("GET indicators:checks", sees=at_region(P.INDICATOR_EDIT)),
    Row("POST indicators:check-anew", needs=at_region(P.INDICATOR_EDIT), good=DONE),
    *PERIODS,
    Row("GET indicators:redefine", of="indicator"),
    Row("POST indicators:redefine", of="indicator", needs=at_region(P.INDICATOR_EDIT),
        sends=bodies.redefinition, good=DONE),
    Row("POST indicators:check", sends=bodies.formula),
    Row("POST indicators:try", needs=at_region(P.INDICATOR_EDIT), sends=bodies.tried),
    Row("GET indicators:complete", needs=at_region(P.INDICATOR_EDIT), query="text=сум"),
    Row("GET indicators:words", needs=at_region(P.INDICATOR_EDIT)),
    Row("GET indicators:compare"),
    Row("GET indicators:bases"),
    Row("POST indicators:change-basis", of="period", needs=at_region(P.INDICATOR_EDIT), sends=bodies.basis, good=DONE),
    Row("POST indicators:drop-exception", of="basis", needs=at_region(P.INDICATOR_EDIT), good=DONE),
    *ENTRIES,
    Row("GET indicators:history", of="observation", sees=told_of_entry),
    Row("GET indicators:passport", of="passport", sees=may(P.UNIT_VIEW)),
    Row("POST indicators:passport", of="passport", sees=may(P.UNIT_VIEW), needs=may(P.PASSPORT_EDIT),
        sends=bodies.passport, good=DONE),
    Row("GET indicators:memberships", of="school", sees=may(P.UNIT_VIEW)),
    Row("POST indicators:memberships", of="school", sees=may(P.UNIT_VIEW), needs=may(P.UNIT_EDIT),
        sends=bodies.membership, good=DONE),
    Row("GET indicators:value-today", of="value_today", sees=may(P.INDICATOR_VIEW)),
    Row("GET indicators:operation-list"),
    Row("GET indicators:operation-new", key=bodies.closing),
    Row("POST indicators:operation-new", key=bodies.closing, needs=has(P.UNIT_EDIT), sends=bodies.network_closing,
        good=DONE),
    Row("GET indicators:operation", of="operation", sees=may(P.UNIT_VIEW)),
    Row("POST indicators:operation", of="operation", sees=may(P.UNIT_VIEW), needs=may(P.UNIT_EDIT),
        sends=bodies.reason, good=DONE),
    Row("GET indicators:school-register", of="school", sees=may(P.UNIT_VIEW)),
    Row("POST indicators:school-register", about="change", of="school", sees=may(P.UNIT_VIEW), needs=may(P.UNIT_EDIT),
        sends=bodies.school_change, good=DONE),
    Row("POST indicators:school-register", about="close", of="school", sees=may(P.UNIT_VIEW), needs=may(P.UNIT_EDIT),
        sends=bodies.school_closing, good=DONE),
]  # fmt: skip

PROGRAMMES = [
    Row("GET programmes:register"),
    Row("GET programmes:missing"),
    Row("GET programmes:missing", about="of a year without any", query="year=2026"),
    Row("GET programmes:missing", about="of schools", query="level=school&file=csv"),
    Row("GET programmes:indicator-table"),
    Row("GET programmes:indicator-table", about="of a unit", of="unit", where="?unit", sees=may(P.INDICATOR_VIEW)),
    Row("GET programmes:indicator-years", of="unit", where="?unit", sees=may(P.INDICATOR_VIEW),
        key=bodies.indicator_key),
    Row("GET programmes:needed", of="unit", where="?unit", sees=may(P.INDICATOR_VIEW), key=bodies.indicator_key),
    Row("GET programmes:headline", sees=at_region(P.INDICATOR_VIEW)),
    Row("GET programmes:new"),
    Row("POST programmes:new", needs=has(P.PROGRAMME_EDIT), sends=bodies.new_programme, good=DONE, denied=422),
    Row("GET programmes:programme", of="programme", sees=reads_programme),
    Row("GET programmes:correct", of="programme", sees=reads_programme),
    Row("POST programmes:correct", of="programme.draft", sees=reads_programme, needs=may(P.PROGRAMME_EDIT),
        sends=bodies.form("programmes:correct"), good=DONE),
    Row("POST programmes:submit", of="programme.draft", sees=reads_programme, needs=may(P.PROGRAMME_EDIT), good=DONE),
    Row("POST programmes:approve", of="programme.submitted", sees=reads_programme,
        needs=step_above(P.PROGRAMME_APPROVE), sends=bodies.signed, good=DONE),
    Row("POST programmes:return", of="programme.submitted", sees=reads_programme,
        needs=either(step_above(P.PROGRAMME_APPROVE), may(P.REVIEW)), sends=bodies.reason, good=DONE),
    *PROMISES,
    Row("GET programmes:amend", of="programme.approved", sees=reads_programme),
    Row("POST programmes:amend", of="programme.approved", sees=reads_programme,
        needs=step_above(P.PROGRAMME_APPROVE), sends=bodies.amendment, good=DONE),
]  # fmt: skip

ROADMAP = [
    Row("GET roadmap:grid"),
    Row("GET roadmap:activity", of="activity", sees=knows(P.PROGRAMME_VIEW)),
    Row("GET roadmap:result", of="result", sees=knows(P.PROGRAMME_VIEW)),
    Row("GET roadmap:result", about="as a file", of="result", sees=knows(P.PROGRAMME_VIEW), query="file=csv"),
    Row("GET roadmap:report", of="result", sees=knows(P.PROGRAMME_VIEW)),
    Row("POST roadmap:report", of="result", sees=knows(P.PROGRAMME_VIEW), needs=bodies.has_unit_to_report,
        sends=bodies.report, good=DONE, denied=422),
    Row("GET roadmap:execution", of="execution", sees=knows(P.PROGRAMME_VIEW)),
    Row("POST roadmap:accept", of="execution.reported", sees=knows(P.PROGRAMME_VIEW), needs=may(P.EXECUTION_ACCEPT),
        good=DONE),
    Row("POST roadmap:return", of="execution.reported", sees=knows(P.PROGRAMME_VIEW),
        needs=may(P.EXECUTION_ACCEPT, P.REVIEW), sends=bodies.reason, good=DONE),
]  # fmt: skip

MONITORING = [
    Row("GET monitoring:home"),
    Row("GET monitoring:load-list"),
    Row("GET monitoring:load-upload", needs=LOADING),
    Row("POST monitoring:load-upload", needs=LOADING, sends=bodies.result_file, good=DONE),
    Row("GET monitoring:load", of="load", sees=may(P.RESULT_VIEW)),
    Row("GET monitoring:load-marked", of="load", sees=may(P.RESULT_VIEW)),
    Row("POST monitoring:load-accept", of="load.previewed", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD),
        good=DONE),
    Row("POST monitoring:load-cancel", of="load.previewed", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD),
        good=DONE),
    Row("POST monitoring:load-undo", of="load.in_force", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD), good=DONE),
    Row("GET monitoring:result-list"),
    Row("GET monitoring:result", of="school_result", sees=may(P.RESULT_VIEW)),
    Row("GET monitoring:value", of="value", sees=may(P.INDICATOR_VIEW)),
    Row("GET monitoring:procedure-list"),
    Row("GET monitoring:procedure-codes", of="procedure", sees=may(P.RESULT_VIEW)),
    Row("POST monitoring:procedure-codes", of="procedure", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD),
        sends=bodies.codes, good=DONE),
    Row("GET monitoring:procedure-add", needs=LOADING),
    Row("POST monitoring:procedure-add", needs=LOADING, sends=bodies.procedure, good=DONE),
    Row("GET monitoring:run-list"),
    Row("GET monitoring:run-order"),
    Row("POST monitoring:run-order", needs=at_region(P.IDENTIFICATION_RUN), sends=bodies.run, good=DONE),
    Row("GET monitoring:run", of="run", sees=SEEN_RUN),
    Row("POST monitoring:list-draft", of="run", sees=SEEN_RUN, needs=may(P.IDENTIFICATION_RUN), good=DONE),
    Row("GET monitoring:finding", of="finding", sees=may(P.IDENTIFICATION_VIEW)),
    Row("GET monitoring:list-list"),
    Row("GET monitoring:list", of="list.approved", sees=LISTS),
    Row("GET monitoring:list", about="in draft", of="list.draft", sees=DRAFTS),
    Row("GET monitoring:list-annex", of="list.approved", sees=LISTS),
    Row("GET monitoring:list-annex", about="in draft", of="list.draft", sees=DRAFTS),
    Row("GET monitoring:list-approve", of="list.draft", sees=DRAFTS),
    Row("POST monitoring:list-approve", of="list.draft", sees=DRAFTS, needs=may(P.LIST_APPROVE),
        sends=bodies.list_order,
        good=DONE),
    Row("POST monitoring:list-discard", of="list.draft", sees=DRAFTS, needs=may(P.IDENTIFICATION_RUN), good=DONE),
    Row("GET monitoring:list-entry", of="entry", sees=ENTRY),
    Row("POST monitoring:list-entry", of="entry", sees=ENTRY, needs=run_there, sends=bodies.list_entry, good=DONE),
    Row("GET monitoring:method-list"),
    Row("GET monitoring:method", of="method", sees=has(P.IDENTIFICATION_VIEW)),
    Row("GET monitoring:method-edit", of="method", sees=has(P.IDENTIFICATION_VIEW)),
    Row("POST monitoring:method-edit", of="method", sees=has(P.IDENTIFICATION_VIEW), needs=at_region(P.METHOD_EDIT),
        sends=bodies.method_edition, good=DONE),
    Row("GET monitoring:method-new", sees=has(P.IDENTIFICATION_VIEW), hidden=302),
    Row("POST monitoring:method-new", sees=has(P.IDENTIFICATION_VIEW), needs=at_region(P.METHOD_EDIT),
        sends=bodies.new_method, good=DONE, hidden=302),
    Row("GET monitoring:recommendation-list"),
    Row("POST monitoring:recommendation-answer", of="recommendation", sees=may(P.IDENTIFICATION_VIEW),
        needs=may(P.RECOMMENDATION_ANSWER), sends=bodies.answer, good=DONE),
]  # fmt: skip


def outside_of_places(who: Who) -> int:
    """Who works at no place is told so; who keeps accounts alone is sent to the people."""
    return 404 if who.has(P.UNIT_VIEW) else 302 if who.has(P.PEOPLE_MANAGE) else 200


REPORTS = [
    Row("GET reports:overview", good=(200, 302)),
    Row("GET reports:overview", about="of a unit", of="unit", where="?unit", sees=works_at(P.UNIT_VIEW),
        good=(200, 302), hidden=outside_of_places),
    Row("GET reports:map", of="unit", where="?unit", sees=works_at(P.UNIT_VIEW)),
    Row("GET reports:changes", of="unit", where="?unit", sees=works_at(P.UNIT_VIEW)),
    Row("GET reports:search"),
    *(Row("GET reports:search", about=f"of {word}", query=f"q={word}")
      for word in ("Место", "Программа", "Мероприятие", "Сколько", "Справка")),
    Row("GET reports:journal", sees=has(P.AUDIT_VIEW)),
    Row("GET reports:row-journal", sees=has(P.AUDIT_VIEW)),
    Row("GET reports:indicator-chart", of="unit", where="?unit", sees=may(P.INDICATOR_VIEW), hidden=200,
        key=bodies.indicator_key),
    Row("GET reports:school-marks", of="school", sees=may(P.UNIT_VIEW)),
    Row("GET reports:unit", of="unit", sees=may(P.UNIT_VIEW), good=(200, 302)),
    Row("GET reports:school", of="school", sees=may(P.UNIT_VIEW)),
    Row("GET reports:unit-indicators", of="unit", sees=may(P.UNIT_VIEW)),
    Row("GET reports:order-list"),
    Row("GET reports:order-list", about="of a unit", of="unit", where="?unit", sees=may(P.REPORT_ORDER), hidden=200),
    Row("POST reports:order-list", needs=has(P.REPORT_ORDER), sends=bodies.report_order, good=DONE, denied=422),
    Row("POST reports:order-list", about="of the only school", needs=bodies.reports_of_one_school,
        sends=bodies.always(name="school_passport", school="", year=2021, format="pdf"), good=DONE, denied=422),
    Row("GET reports:school-options"),
    Row("GET reports:school-options", about="by a word", query="school=Место"),
    Row("GET reports:order", of="order", sees=ORDER),
    Row("GET reports:order-progress", of="order", sees=ORDER),
    Row("GET reports:file", of="order", sees=ORDER),
    Row("POST reports:order-again", of="order", sees=ORDER, good=DONE),
]  # fmt: skip

# Things with a history of their own, and who sees the thing; whoever may not see histories there sees none.
WITH_HISTORY = {
    "unit": ("unit", may(P.UNIT_VIEW)),
    "programme": ("programme", reads_programme),
    "activity": ("activity", knows(P.PROGRAMME_VIEW)),
    "execution": ("execution", knows(P.PROGRAMME_VIEW)),
    "observation": ("observation", told_of_entry),
    "list": ("list.approved", LISTS),
    "load": ("load", may(P.RESULT_VIEW)),
    "order": ("order", ORDER),
    "document": ("document", may(P.PROGRAMME_VIEW)),
}
HISTORY = [
    Row(f"GET reports:{page}", about=f"of {kind}", of=of, key=bodies.history_of(kind),
        sees=both(sees, may(P.HISTORY_VIEW)))
    for page in ("history", "as-approved", "since-approval") for kind, (of, sees) in WITH_HISTORY.items()
]  # fmt: skip
HISTORY += [
    Row("GET reports:history", about=f"of {kind}", of=kind, sees=at_region(P.HISTORY_VIEW), key=bodies.history_of(kind))
    for kind in ("indicator", "method")
]
HISTORY += [
    Row("GET reports:history", about=f"of {of}", of=of, key=bodies.history_of("person"), sees=reads_history)
    for of in ("person", "person.elsewhere")
]

API = [
    Row("GET api:docs"),
    Row("GET api:schema"),
    *(Row(f"GET api:{name}-list") for name in (
        "unit", "school", "school-year", "indicator", "value", "programme", "direction", "target", "activity",
        "activity-result", "execution", "load", "result", "method", "run", "finding", "list", "list-entry",
        "recommendation", "report", "job", "upload", "partner", "membership", "recalculation",
        "period-closing", "value-since-closing",
        "data-element", "observation")),
    Row("GET api:unit-detail", of="unit", sees=may(P.UNIT_VIEW)),
    Row("GET api:school-detail", of="school", sees=may(P.UNIT_VIEW)),
    Row("GET api:partner-detail", of="partner", sees=in_region(P.UNIT_VIEW)),
    Row("GET api:membership-detail", of="membership", sees=may(P.UNIT_VIEW)),
    Row("GET api:school-year-detail", of="school_year", sees=may(P.UNIT_VIEW)),
    Row("GET api:indicator-detail", of="indicator"),
    Row("GET api:data-element-detail", of="data_element"),
    Row("GET api:observation-detail", of="observation", sees=told_of_entry),
    Row("POST api:observation-list", of="unit", where="body", sees=may(P.INDICATOR_VIEW),
        needs=may(P.OBSERVATION_ENTER), sends=bodies.api_entry, good=(201,)),
    # A row of a foreign unit is answered as that of a missing one: in the list of what is wrong, by its number.
    Row("POST api:observation-bulk", of="unit", where="body", sees=may(P.INDICATOR_VIEW), hidden=400,
        needs=may(P.OBSERVATION_ENTER), sends=bodies.api_block, good=(201,)),
    Row("GET api:observation-waiting"),
    Row("POST api:observation-accept", of="observation", where="body", sees=told_of_entry,
        needs=step_above(P.OBSERVATION_ACCEPT), sends=bodies.api_accepted, good=(200, 409)),
    Row("POST api:observation-return", of="observation", where="body", sees=told_of_entry,
        needs=either(step_above(P.OBSERVATION_ACCEPT), may(P.REVIEW)), sends=bodies.api_returned, good=(200, 409)),
    Row("GET api:value-detail", of="value", sees=may(P.INDICATOR_VIEW)),
    *PERIODS_IN_API,
    Row("GET api:programme-detail", of="programme", sees=reads_programme),
    Row("GET api:programme-standings", of="programme", sees=reads_programme),
    Row("GET api:programme-standings", about="of a unit", of="unit", where="?unit", sees=may(P.INDICATOR_VIEW),
        key=bodies.programme_of_region),
    Row("GET api:direction-detail", of="direction", sees=reads_programme),
    Row("GET api:target-detail", of="target", sees=knows(P.PROGRAMME_VIEW)),
    Row("GET api:activity-detail", of="activity", sees=knows(P.PROGRAMME_VIEW)),
    Row("GET api:activity-result-detail", of="result", sees=knows(P.PROGRAMME_VIEW)),
    Row("GET api:execution-detail", of="execution", sees=knows(P.PROGRAMME_VIEW)),
    Row("GET api:load-detail", of="load", sees=may(P.RESULT_VIEW)),
    Row("GET api:load-recognised", of="load", sees=may(P.RESULT_VIEW)),
    Row("POST api:load-accept", of="load.previewed", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD), good=(202,)),
    Row("POST api:load-cancel", of="load.previewed", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD)),
    Row("POST api:load-undo", of="load.in_force", sees=may(P.RESULT_VIEW), needs=may(P.RESULT_LOAD)),
    Row("GET api:result-detail", of="school_result", sees=may(P.RESULT_VIEW)),
    Row("GET api:method-detail", of="method_edition", sees=has(P.IDENTIFICATION_VIEW)),
    Row("GET api:run-detail", of="run", sees=SEEN_RUN),
    Row("GET api:run-answer", of="run", sees=SEEN_RUN),
    Row("POST api:run-list", needs=at_region(P.IDENTIFICATION_RUN), sends=bodies.api_run, good=(202,)),
    Row("GET api:finding-detail", of="finding_row", sees=may(P.IDENTIFICATION_VIEW)),
    Row("GET api:list-detail", of="list.approved", sees=LISTS),
    Row("GET api:list-detail", about="in draft", of="list.draft", sees=nobody),
    Row("GET api:list-entry-detail", of="listed", sees=may(P.IDENTIFICATION_VIEW)),
    Row("GET api:recommendation-detail", of="recommendation", sees=may(P.IDENTIFICATION_VIEW)),
    Row("POST api:recommendation-answer", of="recommendation", sees=may(P.IDENTIFICATION_VIEW),
        needs=may(P.RECOMMENDATION_ANSWER), sends=bodies.answer),
    Row("GET api:report-detail", of="order", sees=ORDER),
    Row("GET api:report-file", of="order", sees=ORDER),
    Row("POST api:report-list", of="unit", where="body", sees=may(P.UNIT_VIEW), needs=may(P.REPORT_ORDER),
        sends=bodies.api_report, good=(202,)),
    Row("GET api:job-detail", of="job", sees=owns),
    Row("GET api:upload-detail", of="upload", sees=owns),
    Row("POST api:upload-list", needs=LOADING, sends=bodies.api_file, good=(202,)),
]  # fmt: skip

# A file of tests asks each, for a file stays with one worker.
SHARES = {
    "schools": [*ABOUT_ONESELF, *SCHOOLS, *INDICATORS],
    "programmes": [*PROGRAMMES, *ROADMAP],
    "monitoring": MONITORING,
    "reports": REPORTS,
    "histories": HISTORY,
    "people": PEOPLE,
    "api": API,
}
POLICY = [row for share in SHARES.values() for row in share]
