"""Identification in three autumns: methods, runs, the list drafted, looked through and approved by order."""

from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from demo.generation.deeds import LIST_ORDERS
from demo.generation.schools import KEZHMA
from demo.generation.staff import APPROVER, CENTRE
from demo.services.building import Builder, moment
from indicators.services.documents import Order
from monitoring.catalogue.method_files import method_files
from monitoring.enums import Category, ListState
from monitoring.models import IdentificationRun, Methodology, MethodologyEdition, SchoolList
from monitoring.services.identification import run_identification
from monitoring.services.identification_lists import approve_list, change_entry, draft_list
from monitoring.services.identification_methods import add_method, load_methods

REGIONAL = "regional"
HARD_PERCENTILE = 15
ORDER_NUMBERS = {2020: "614-11-05", 2021: "587-11-05", 2022: "702-11-05"}
# What the working group changed in each computed list, and why.
ADDED = "Участников меньше десяти, но по сумме за три года не справилась треть: включена по ходатайству муниципалитета."
REMOVED = "Школа присоединена к соседней: поддержка оказывается принимающей школе."


def write_methods(builder: Builder) -> None:
    """Load the methods that come with the portal, and make the region's own of both."""
    load_methods(written=method_files(), actor=builder.actor, now=moment(date(2020, 8, 20)))
    if Methodology.objects.filter(code=REGIONAL).exists():
        return
    add_method(
        code=REGIONAL,
        name="Региональная методика: федеральное правило и индекс социальных условий (учебные данные)",
        parameters=regional_parameters(_current("federal").parameters, _current("integral").parameters),
        valid_from=date(2020, 8, 24),
        note="Строка 4 дорожной карты: результаты по федеральному правилу, условия — по интегральному показателю.",
        actor=builder.person(CENTRE),
        now=moment(date(2020, 8, 24)),
    )


def regional_parameters(federal: dict[str, Any], integral: dict[str, Any]) -> dict[str, Any]:
    """Return the region's own method: results by the federal rule, conditions and resilience by the integral one."""
    parameters = deepcopy({**federal, "conditions": integral["conditions"], "resilience": integral["resilience"]})
    parameters["conditions"]["percentile"] = HARD_PERCENTILE
    return parameters


def identify_autumn(builder: Builder, autumn: int) -> None:
    """Run every method over the year that ended, and approve the list of the region's own one by order."""
    day = LIST_ORDERS[autumn] - timedelta(days=6)
    for code in builder.each(("federal", "integral", REGIONAL), f"Идентификация, осень {autumn} года"):
        run = _run(builder, code, autumn - 1, day)
    if not SchoolList.objects.filter(cohort_year=autumn, state=ListState.APPROVED).exists():
        _approve(builder, run, autumn, day)


def _run(builder: Builder, code: str, academic_year: int, day: date) -> IdentificationRun:
    edition = _current(code)
    done = IdentificationRun.objects.filter(edition=edition, academic_year=academic_year).first()
    return done or run_identification(
        academic_year=academic_year,
        edition=edition,
        region=builder.region,
        actor=builder.person(CENTRE),
        now=moment(day),
    )


def _approve(builder: Builder, run: IdentificationRun, autumn: int, day: date) -> None:
    drafted = draft_list(run=run, cohort_year=autumn, actor=builder.person(CENTRE), now=moment(day, 12))
    _change(builder, drafted, autumn, Category.INSUFFICIENT_DATA, [Category.LOW_RESULTS], ADDED, moment(day, 14))
    _change(builder, drafted, autumn, Category.LOW_RESULTS, [], REMOVED, moment(day, 15))
    approve_list(
        school_list=drafted,
        order=Order(ORDER_NUMBERS[autumn], LIST_ORDERS[autumn]),
        actor=builder.person(APPROVER),
        now=moment(LIST_ORDERS[autumn]),
    )


def _change(
    builder: Builder,
    drafted: SchoolList,
    autumn: int,
    computed: Category,
    categories: list[Category],
    reason: str,
    now: datetime,
) -> None:
    """List one school otherwise than computed, another in each autumn; where there is none so computed, do nothing."""
    findings = drafted.run.findings.filter(categories=[computed.value]).exclude(unit__code__startswith=KEZHMA)
    chosen = findings.select_related("unit").order_by("unit__code")[autumn % 10 :].first()
    if chosen is not None:
        change_entry(
            school_list=drafted,
            unit=chosen.unit,
            categories=categories,
            reason=reason,
            actor=builder.person(CENTRE),
            now=now,
        )


def _current(code: str) -> MethodologyEdition:
    return MethodologyEdition.objects.select_related("methodology").get(methodology__code=code, is_current=True)
