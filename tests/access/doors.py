"""
Services asked directly, past every page: jobs and commands reach them so, and a page behind a form that asks the same.

Whoever does not hold the permission at the thing's unit is refused before anything is looked at or written; what is not
looked at before is left out (None). That whoever holds it may go on is asked by the pages and by the tests of the apps.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from accounts.models import User
from accounts.permissions import Permission as P
from accounts.permissions import Role
from documents.services.filing import file_document
from indicators.services.checking import order_checks, run_checks
from indicators.services.closing import close_period, reopen_period
from indicators.services.definitions import create_indicator, define_indicator, renew_parts, set_basis
from indicators.services.elements import define_element, define_system
from indicators.services.recoding import carry_answers
from indicators.services.reviewing import accept_observations, return_observations, submit_observations
from indicators.services.systems import create_system_key
from indicators.services.trying import preview_definition, try_formula
from monitoring.services.accepting import accept_load, order_acceptance
from monitoring.services.codes import declare_lasting_codes, withdraw_lasting_codes
from monitoring.services.identification import run_identification
from monitoring.services.identification_jobs import order_identification
from monitoring.services.importing import import_file, preview_file
from monitoring.services.procedures import add_procedure, load_procedures
from monitoring.services.reading import hand_in, keep_load, order_load
from monitoring.services.recommendations import issue_recommendations
from programmes.services.amendment import amend_programme
from programmes.services.drafting import correct_programme, draft_programme
from programmes.services.loading import load_text
from programmes.services.loading_indicators import load_indicators
from programmes.services.promising import keep_bands, keep_row_rules, set_target, withdraw_target
from programmes.services.rows import NewRow, add_row, take_row_back
from programmes.services.targets import change_target, choose_rows
from roadmap.services.execution import report_execution
from roadmap.services.planning import load_activities
from schools.access import NotAllowed
from schools.enums import Kind
from schools.models import Unit
from schools.services.appointments import appoint, end_appointment, substitute
from schools.services.partners import PartnerDetails, add_partner, change_partner
from schools.services.passports import enter_passport
from schools.services.projects import Stay, begin_membership, drop_membership, end_membership
from schools.services.register_import import import_register
from schools.services.registry import NewUnit, add_alias, move_unit, open_unit, rename_unit
from schools.services.staff import reopen_account
from schools.services.undoing import undo_operation
from tests.access.asking import undone, written
from tests.access.cases import Case
from tests.access.matrix import things_for
from tests.access.people import Who
from tests.access.policy_people import can_take, gives, wholly
from tests.access.rules import Rule, at_region, either, may, may_of_some, nobody, step_above
from tests.access.things import Thing

Given = dict[str, Any]
TODAY = date(2021, 11, 1)


@dataclass(frozen=True)
class Door:
    """A service: what it is given of a thing beside the actor and the moment, and who may go in."""

    service: Callable[..., Any]
    of: str
    needs: Rule
    given: Callable[[Any, Thing], Given]
    has_moment: bool = True
    about: str = ""  # tells rows of one service apart

    @property
    def name(self) -> str:
        """How it is called in reports."""
        return " ".join(filter(None, (self.service.__name__, self.about)))


def nothing(world: Any, thing: Thing) -> Given:
    """What belongs to no unit needs nothing of a thing."""
    return {}


def _partner(world: Any, thing: Thing) -> PartnerDetails:
    return PartnerDetails("culture", "Музей", thing.unit)


def _abroad(world: Any, thing: Thing) -> Unit:
    return world.units["a11" if world.region_of(thing.unit) == world.units["b"] else "b11"]


def _new_school(world: Any, thing: Thing) -> NewUnit:
    return NewUnit(Kind.SCHOOL, "131999", "Новая школа", thing.unit)


LOAD, EDIT, NETWORK = may(P.RESULT_LOAD), may(P.PROGRAMME_EDIT), may(P.UNIT_EDIT)
DEFINES = at_region(P.INDICATOR_EDIT)
READ = {"hints": None}
DEFINED = {"code": "own", "name": "Свой", "definition": None, "valid_from": TODAY}

DOORS = [
    Door(accept_load, "load.previewed", LOAD, lambda world, thing: {"load": thing.row}),
    Door(order_acceptance, "load.previewed", LOAD, lambda world, thing: {"load": thing.row}),
    Door(preview_file, "unit", LOAD, lambda world, thing: {"file": None, "unit": thing.unit} | READ),
    Door(import_file, "unit", LOAD, lambda world, thing: {"file": None, "unit": thing.unit} | READ),
    Door(hand_in, "unit", LOAD, lambda world, thing: {"name": "a.csv", "content": [], "unit": thing.unit} | READ),
    Door(order_load, "unit", LOAD, lambda world, thing: {"upload": None, "unit": thing.unit} | READ),
    Door(keep_load, "unit", LOAD,
         lambda world, thing: {"upload": None, "unit": thing.unit, "summary": {}, "staging": None}),
    Door(add_procedure, "unit", LOAD, lambda world, thing: {"described": None, "owner": thing.unit}),
    Door(declare_lasting_codes, "procedure", LOAD,
         lambda world, thing: {"procedure": thing.row, "keeper": "Архив", "document": None}),
    Door(withdraw_lasting_codes, "procedure", LOAD, lambda world, thing: {"procedure": thing.row, "reason": "Нет"}),
    Door(load_procedures, "period", at_region(P.METHOD_EDIT), lambda world, thing: {"written": None}),
    Door(run_identification, "run", may(P.IDENTIFICATION_RUN),
         lambda world, thing: {"academic_year": 2020, "edition": thing.row.edition, "region": thing.unit}),
    Door(order_identification, "run", may(P.IDENTIFICATION_RUN),
         lambda world, thing: {"academic_year": 2020, "edition": thing.row.edition, "region": thing.unit}),
    Door(issue_recommendations, "run", may(P.IDENTIFICATION_RUN), lambda world, thing: {"run": thing.row}),
    Door(amend_programme, "programme.approved", step_above(P.PROGRAMME_APPROVE),
         lambda world, thing: {"programme": thing.row, "title": "Иная", "starts_on": TODAY, "ends_on": TODAY,
                               "order": None, "reason": "Приказ"}),
    Door(report_execution, "execution.reported", may(P.EXECUTION_ENTER),
         lambda world, thing: {"result": thing.row.result, "unit": thing.unit, "done_on": None}),
    Door(draft_programme, "unit", EDIT,
         lambda world, thing: {"unit": thing.unit, "kind": "municipal", "title": "Новая", "starts_on": TODAY,
                               "ends_on": TODAY}),
    Door(appoint, "appointment", lambda world, who, thing: gives(who, thing.row.role, thing.unit),
         lambda world, thing: {"user": world.stranger, "unit": thing.unit, "role": Role(thing.row.role),
                               "starts_on": TODAY}),
    Door(end_appointment, "appointment", can_take, lambda world, thing: {"appointment": thing.row, "on": TODAY}),
    Door(substitute, "appointment", lambda world, who, thing: gives(who, thing.row.role, thing.unit),
         lambda world, thing: {"appointment": thing.row, "user": world.stranger, "starts_on": TODAY, "ends_on": TODAY,
                               "order": "№ 5"}),
    Door(reopen_account, "person", wholly, lambda world, thing: {"user": thing.row}),
    Door(correct_programme, "programme.draft", EDIT,
         lambda world, thing: {"programme": thing.row, "title": "Иная", "starts_on": TODAY, "ends_on": TODAY}),
    Door(load_text, "unit", EDIT,
         lambda world, thing: {"source": SimpleNamespace(unit=thing.unit.code), "report": None}),
    Door(load_activities, "programme", EDIT,
         lambda world, thing: {"programme": thing.row, "source": None, "report": None}, has_moment=False),
    Door(load_indicators, "programme", may(P.INDICATOR_EDIT),
         lambda world, thing: {"programme": thing.row, "source": None, "report": None}),
    Door(create_indicator, "period", DEFINES, lambda world, thing: DEFINED),
    Door(define_indicator, "period", DEFINES, lambda world, thing: DEFINED),
    Door(define_element, "period", DEFINES,
         lambda world, thing: {"code": "own", "name": "Свой", "type": "count", "level": Kind.SCHOOL}),
    Door(renew_parts, "period", DEFINES, lambda world, thing: {"reason": ""}),
    Door(carry_answers, "period", DEFINES, lambda world, thing: {"old": None, "into": None}),
    Door(define_system, "period", DEFINES, lambda world, thing: {"code": "own", "name": "Своя"}),
    Door(close_period, "period_open", at_region(P.PERIOD_CLOSE),
         lambda world, thing: {"period": thing.row, "order": None}),
    Door(reopen_period, "period_closed", at_region(P.PERIOD_CLOSE),
         lambda world, thing: {"period": thing.row, "order": None, "reason": "", "taken": None}),
    Door(submit_observations, "observation.draft", may_of_some(P.OBSERVATION_ENTER),
         lambda world, thing: {"observations": [thing.row]}),
    Door(accept_observations, "observation", step_above(P.OBSERVATION_ACCEPT),
         lambda world, thing: {"observations": [thing.row]}),
    Door(return_observations, "observation", either(step_above(P.OBSERVATION_ACCEPT), may(P.REVIEW)),
         lambda world, thing: {"observations": [thing.row], "remark": "Нет подписи"}),
    Door(set_basis, "period", DEFINES, lambda world, thing: {"year": 2021, "academic_year": 2020, "cohort_year": 2021}),
    Door(create_system_key, "period", DEFINES,
         lambda world, thing: {"system": None, "units": [], "expires_on": TODAY}),
    Door(order_checks, "period", DEFINES, nothing),
    Door(run_checks, "period", DEFINES, lambda world, thing: {"clock": lambda: world.now}, has_moment=False),
    Door(try_formula, "period", DEFINES, lambda world, thing: {"formula": "1", "year": 2021, "precision": 0},
         has_moment=False),
    Door(preview_definition, "period", DEFINES,
         lambda world, thing: {"indicator": world.shared["indicator"], "definition": None}),
    Door(add_row, "programme", EDIT,
         lambda world, thing: {"programme": thing.row, "row": NewRow(world.shared["spare"], "9.9", "школа", "никто")}),
    Door(take_row_back, "programme_row.added", EDIT, lambda world, thing: {"place": thing.row}),
    Door(set_target, "programme_row", EDIT,
         lambda world, thing: {"place": thing.row, "code": "2021-H1", "wanted": None}),
    Door(keep_row_rules, "programme_row", EDIT, lambda world, thing: {"place": thing.row, "rules": None}),
    Door(keep_bands, "programme", EDIT, lambda world, thing: {"programme": thing.row, "points": 5, "units": 1}),
    Door(change_target, "target", EDIT, lambda world, thing: {"target": thing.row, "wanted": None}),
    Door(withdraw_target, "target.own", EDIT, lambda world, thing: {"target": thing.row}),
    Door(choose_rows, "programme", EDIT, lambda world, thing: {"programme": thing.row, "chosen": []}),
    Door(file_document, "unit", EDIT, lambda world, thing: {"unit": thing.unit, "kind": "order", "title": ""}),
    Door(import_register, "period", at_region(P.UNIT_EDIT),
         lambda world, thing: {"file": None, "upload": None, "apply": False}),
    Door(rename_unit, "school", lambda world, who, thing: who.may(P.UNIT_EDIT, thing.unit.parent),
         lambda world, thing: {"unit": thing.unit, "name": "Иное"}),
    Door(open_unit, "unit", NETWORK, lambda world, thing: {"new": _new_school(world, thing)}),
    Door(add_alias, "unit", NETWORK, lambda world, thing: {"unit": thing.unit, "name": "Иное"}),
    Door(move_unit, "school", lambda world, who, thing: who.may(P.UNIT_EDIT, thing.unit)
         and who.may(P.UNIT_EDIT, world.units["a12"]),
         lambda world, thing: {"unit": thing.unit, "parent": world.units["a12"], "on": TODAY}),
    Door(move_unit, "school", nobody,
         lambda world, thing: {"unit": thing.unit, "parent": _abroad(world, thing), "on": TODAY},
         about="to another region"),
    Door(begin_membership, "school", NETWORK,
         lambda world, thing: {"stay": Stay(thing.unit, world.shared["project"], TODAY)}),
    Door(end_membership, "membership", NETWORK, lambda world, thing: {"membership": thing.row, "until": TODAY}),
    Door(drop_membership, "membership", NETWORK, lambda world, thing: {"membership": thing.row, "reason": "Ошибка"}),
    Door(undo_operation, "operation", NETWORK, lambda world, thing: {"operation": thing.row, "reason": "Ошибка"}),
    Door(enter_passport, "school", may(P.PASSPORT_EDIT),
         lambda world, thing: {"unit": thing.unit, "academic_year": 2021, "values": {}, "seen_at": None}),
    Door(add_partner, "unit", EDIT, lambda world, thing: {"details": _partner(world, thing)}),
    Door(change_partner, "partner", EDIT,
         lambda world, thing: {"partner": thing.row, "details": _partner(world, thing)}),
    Door(change_partner, "partner", nobody,
         lambda world, thing: {"partner": thing.row,
                               "details": replace(_partner(world, thing), unit=_abroad(world, thing))},
         about="to another region"),
]  # fmt: skip


def cases(world: Any, some: Iterable[Door] = DOORS) -> Iterator[Case]:
    """Every such service × everybody × things of every relation, where it must refuse."""
    for door in some:
        for who in world.people:
            if who.user is None or not who.is_let_in:
                continue
            for relation, thing in things_for(world, who, door.of):
                if not thing.is_missing and not door.needs(world, who, thing):
                    words = f"{door.name} as {who} about {thing.kind} of {thing.unit and thing.unit.code} ({relation})"
                    yield Case(words, lambda given=(door, who, thing): _asked(world, *given))


def _asked(world: Any, door: Door, who: Who, thing: Thing) -> str:
    actor = User.objects.get(pk=who.user.pk)
    if who.token is not None:
        actor.acting_token = who.token
    given = door.given(world, thing) | {"actor": actor} | ({"now": world.now} if door.has_moment else {})
    with undone():
        before = written()
        try:
            door.service(**given)
        except NotAllowed:
            wrote = written() - before
            return f"was refused, and yet there was written to {dict(wrote)}" if wrote else ""
        except Exception as other:  # whatever comes after the question shows that it was not asked
            return f"must be refused, and went on to {type(other).__name__}: {other}"
    return "must be refused, and was done"
