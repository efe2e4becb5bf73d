"""Execution of the roadmap: what the region and municipalities report of promised results, and what is accepted."""

from datetime import timedelta

from demo.generation.deeds import APPROVED, RETURNED, ExecutionPlan, execution
from demo.services.building import Builder, at_one_go, moment
from demo.services.people import ANALYST, APPROVER, coordinators
from demo.services.programmes import REGIONAL_PROGRAMME, SITE
from documents.enums import DocumentKind
from roadmap.models import Execution, ResultWindow
from roadmap.services.execution import Proof, accept_execution, report_execution, return_execution
from schools.enums import Kind
from schools.models import Unit

# Rows of the roadmap whose results municipalities report of themselves: seminars, and the list of their schools.
MUNICIPAL_ROWS = (9,)


def carry_out_roadmap(builder: Builder) -> None:
    """Report every window of the region's results, and of the municipal rows in every municipality."""
    windows = ResultWindow.objects.filter(result__activity__programme__code=REGIONAL_PROGRAMME)
    windows = windows.select_related("result__activity__programme").order_by("ends_on", "pk")
    done = set(Execution.objects.values_list("result_id", "window_number", "unit__code"))
    region, analyst = builder.region, builder.person(ANALYST)
    people, places = coordinators(), builder.units(Kind.MUNICIPALITY)
    wanted = [(window, region, analyst) for window in windows]
    wanted += [
        (window, places[place.code], people[place.code])
        for window in windows
        if window.result.activity.number in MUNICIPAL_ROWS
        for place in builder.places
    ]
    approver = builder.person(APPROVER)
    for window, unit, author in builder.each(wanted, "Дорожная карта: выполнение"):
        if (window.result_id, window.number, unit.code) not in done:
            with at_one_go():
                _carry_out(window, unit, author, approver)


def _carry_out(window: ResultWindow, unit: Unit, author, approver) -> None:
    result = window.result
    activity = result.activity
    plan = execution(activity.number, result.year, result.number, window.number, unit.code, window.ends_on)
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
    if plan.outcome == APPROVED:
        accept_execution(execution=reported, actor=approver, now=moment(day + timedelta(days=5)))
    elif plan.outcome == RETURNED:
        reason = "По ссылке нет самого документа: приложите протокол или приказ."
        return_execution(execution=reported, reason=reason, actor=approver, now=moment(day + timedelta(days=6)))


def _proof(plan: ExecutionPlan, confirming: list[str], unit: Unit) -> Proof:
    title = confirming[0] if confirming else "Документ, закрепляющий результат"
    url = f"{SITE.format(code=unit.code)}/documents/{plan.number}.pdf"
    return Proof(DocumentKind.ORDER, title[:500], plan.number, plan.done_on, url)
