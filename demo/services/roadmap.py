"""Execution of the roadmap: what the region and municipalities report of promised results, and what is accepted."""

from datetime import timedelta

from accounts.models import User
from demo.generation.deeds import APPROVED, RETURNED, YEARS, ExecutionPlan, execution, is_looked_through
from demo.generation.staff import ANALYST, APPROVER, INSTITUTE
from demo.services.building import Builder, at_one_go, moment
from demo.services.people import coordinators
from demo.services.programmes import REGIONAL_PROGRAMME, SITE, schools_listed
from documents.enums import DocumentKind
from documents.services.filing import Paper
from roadmap.models import Execution, ResultWindow
from roadmap.services.execution import accept_execution, report_execution, return_execution
from schools.enums import Kind
from schools.models import Unit

Wanted = list[tuple[ResultWindow, Unit, User]]


def carry_out_roadmap(builder: Builder) -> None:
    """
    Report every window: of the region, of its municipalities, or of the schools listed in that year.

    The ministry accepts what the region and municipalities report, the institute what schools report, as far as it has
    come to look at them.
    """
    windows = ResultWindow.objects.filter(result__activity__programme__code=REGIONAL_PROGRAMME)
    windows = list(windows.select_related("result__activity__programme").order_by("ends_on", "pk"))
    done = set(Execution.objects.values_list("result_id", "window_number", "unit__code"))
    approver, institute = builder.person(APPROVER), builder.person(INSTITUTE)
    for window, unit, author in builder.each(_wanted(builder, windows), "Дорожная карта: выполнение"):
        if (window.result_id, window.number, unit.code) not in done:
            with at_one_go():
                _carry_out(window, unit, author, institute if unit.kind == Kind.SCHOOL else approver)


def _wanted(builder: Builder, windows: list[ResultWindow]) -> Wanted:
    """Return what is asked of whom: a result belongs to the level of the first body that answers for it."""
    region, analyst = builder.region, builder.person(ANALYST)
    people, places = coordinators(), builder.units(Kind.MUNICIPALITY)
    listed = {year: schools_listed(year) for year in YEARS[1:]}  # in 2020 the list came after all windows of schools
    wanted: Wanted = []
    for window in windows:
        level = window.result.activity.level
        if level == Kind.MUNICIPALITY:
            wanted += [(window, places[one.code], people[one.code]) for one in builder.places]
        elif level == Kind.SCHOOL:
            wanted += [(window, school, people[school.parent.code]) for school in listed.get(window.result.year, ())]
        else:
            wanted.append((window, region, analyst))
    return wanted


def _carry_out(window: ResultWindow, unit: Unit, author: User, approver: User) -> None:
    result = window.result
    activity = result.activity
    which = (activity.number, result.year, result.number, window.number, unit.code)
    plan = execution(*which, window.ends_on)
    if plan is None:
        return
    day = plan.done_on or window.ends_on
    reported = report_execution(
        result=result,
        unit=unit,
        window_number=window.number,
        done_on=plan.done_on,
        proof=_proof(plan, activity.confirming, unit) if plan.done_on else None,
        comment="" if plan.done_on else "Работа идёт, документ готовится.",
        actor=author,
        now=moment(day, 15),
    )
    if unit.kind == Kind.SCHOOL and not is_looked_through(*which):
        return
    if plan.outcome == APPROVED:
        accept_execution(execution=reported, actor=approver, now=moment(day + timedelta(days=5)))
    elif plan.outcome == RETURNED:
        reason = "По ссылке нет самого документа: приложите протокол или приказ."
        return_execution(execution=reported, reason=reason, actor=approver, now=moment(day + timedelta(days=6)))


def _proof(plan: ExecutionPlan, confirming: list[str], unit: Unit) -> Paper:
    title = confirming[0] if confirming else "Документ, закрепляющий результат"
    url = f"{SITE.format(code=unit.code)}/documents/{plan.number}.pdf"
    return Paper(DocumentKind.ORDER, title[:500], plan.number, plan.done_on, url)
