"""What stands at the nodes of the world: programmes, roadmaps, numbers, lists, papers, and people's own work."""

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, OpenSession
from accounts.permissions import Role
from accounts.services.people import system_user
from documents.enums import DocumentKind
from documents.models import Document
from indicators.checks.registry import registered_checks
from indicators.enums import ElementType, EntryStatus, IndicatorKind, PeriodKind, ValueStatus
from indicators.models import (
    CheckRun,
    DataElement,
    Indicator,
    IndicatorValue,
    Observation,
    Period,
    PeriodClosing,
    PinnedEdition,
    RecalculationRequest,
    RecalculationRun,
    Remark,
    ValueSinceClosing,
)
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.elements import define_element
from indicators.services.periods import shorter_period
from jobs.enums import JobState, UploadState
from jobs.models import Job, Upload
from programmes.enums import ProgrammeKind, ProgrammeStatus, TargetOperator
from programmes.models import Direction, Programme, ProgrammeIndicator, Target
from reports.enums import ReportFormat, ReportName
from reports.models import ReportOrder
from roadmap.enums import ExecutionState
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow
from schools.enums import TERRITORIES, Kind, OperationKind, PartnerKind, ProjectKind
from schools.models import Appointment, Membership, Partner, Project, SchoolYear, Unit, UnitOperation
from schools.services.file_jobs import READ_KIND
from tests.access.filling_results import fill_results
from tests.access.people import fitting
from tests.access.things import mark
from tests.factories.sessions import signed_in

KINDS = {
    Kind.REGION: ProgrammeKind.REGIONAL, Kind.MUNICIPALITY: ProgrammeKind.MUNICIPAL, Kind.SCHOOL: ProgrammeKind.SCHOOL
}  # fmt: skip
TERM = {"starts_on": date(2020, 1, 1), "ends_on": date(2022, 12, 31)}
ORDERED_ON = date(2021, 8, 20)
FILE = b"%PDF-1.7 a report"


def fill(world: Any) -> None:
    """Put something of every sort at every node, and give everybody work of his own."""
    system = system_user()
    for unit in world.units.values():
        _paper(world, unit, system)
        if unit.kind in KINDS:
            for status in ProgrammeStatus:
                _programme(world, unit, status, system)
    for region in ("a", "b"):
        _roadmap(world, world.thing("programme.approved", region).row, system)
    _numbers(world, system)
    _remarks(world, system)
    fill_results(world, system)
    for who in world.people:
        if who.owner is not None:
            _own_work(world, who)
    RecalculationRequest.objects.update(fulfilled_at=world.now)  # a period with values that wait is not closed
    for held in Appointment.objects.filter(user__isnull=False).select_related("user", "unit"):
        is_over = held.ends_on is not None
        world.appointed[held.user_id].append((held.role, held.unit, is_over))
        if not is_over and fitting(Role(held.role)) == held.unit.kind:
            world.things.put("appointment", held, held.unit, owner=held.user)


def _paper(world: Any, unit: Unit, system: Any) -> None:
    word = mark("paper")
    filed = Document.objects.create(
        unit=unit, kind=DocumentKind.ANALYSIS, title=f"Справка {word}", dated_on=ORDERED_ON, number=f"{unit.code}-с",
        filed_by=system, filed_at=world.now,
    )  # fmt: skip
    world.things.put("document", filed, unit, marked=word)
    word = mark("event")
    event = AuditEvent.objects.create(
        happened_at=world.now, actor_id=system.pk, actor_name="Система", action="document.filed", unit_path=unit.path,
        target_kind="documents.document", target_id=str(filed.pk), target_title=f"Справка {word}", via="command",
    )  # fmt: skip
    world.things.put("event", event, unit, marked=word)
    if unit.code in ("24", "131", "77", "771"):  # whoever asks knows the places of those that he sees
        word = mark("partner")
        partner = Partner.objects.create(
            unit=unit, kind=PartnerKind.values[0], name=f"Музей {word}", short_name=f"Музей {word}", sort_key=word,
            search_key=word, entered_by=system, entered_at=world.now,
        )  # fmt: skip
        world.things.put("partner", partner, unit, marked=word)
    if unit.kind == Kind.SCHOOL:
        year = SchoolYear.objects.create(
            unit=unit, academic_year=2021, pupils=100, low_income=7, teachers=10, entered_by=system,
            entered_at=world.now, source=f"таблица, {unit.code}",
        )  # fmt: skip
        world.things.put("school_year", year, unit)
        project, _ = Project.objects.get_or_create(
            code="tochka", defaults={"kind": ProjectKind.values[0], "name": "Точка роста", "short_name": "Точка роста"}
        )
        other, _ = Project.objects.get_or_create(
            code="500", defaults={"kind": ProjectKind.values[0], "name": "500+", "short_name": "500+"}
        )
        world.shared["project"] = other
        stay = Membership.objects.create(
            unit=unit, project=project, since=date(2020, 9, 1), entered_by=system, entered_at=world.now
        )
        world.things.put("membership", stay, unit)
        done = UnitOperation.objects.create(
            unit=unit, kind=OperationKind.RENAME, on=date(2020, 9, 1), title="Переименована", made_by=system,
            made_at=world.now,
        )  # fmt: skip
        world.things.put("operation", done, unit)
        world.things.put("passport", year, unit, key=(unit.pk, 2021))


def _programme(world: Any, unit: Unit, status: ProgrammeStatus, system: Any) -> None:
    word, paper = mark("programme"), mark("paper")
    order = Document.objects.create(
        unit=unit, kind=DocumentKind.ORDER, title=f"Приказ {paper}", number=f"{unit.code}-п", dated_on=ORDERED_ON,
        url=f"https://{unit.code}.example.ru/prikaz.pdf", filed_by=system, filed_at=world.now,
    )  # fmt: skip
    is_approved, is_draft = status == ProgrammeStatus.APPROVED, status == ProgrammeStatus.DRAFT
    programme = Programme.objects.create(
        code=f"{unit.code}-{status}", kind=KINDS[Kind(unit.kind)], unit=unit, title=f"Программа {word}", status=status,
        document=order, search_key=f"программа {word}", approved_on=ORDERED_ON if is_approved else None, **TERM,
        approved_at=world.now if is_approved else None, approved_by=system if is_approved else None,
        submitted_by=None if is_draft else system, submitted_at=None if is_draft else world.now,
    )  # fmt: skip
    kind = "document.approved" if is_approved else "document.unapproved"
    world.things.put(kind, order, unit, marked=paper)
    world.things.put(f"programme.{status}", programme, unit, marked=word)
    direction = Direction.objects.create(programme=programme, number=1, title=f"Направление {word}")
    world.things.put(f"direction.{status}", direction, unit)


def _roadmap(world: Any, programme: Programme, system: Any) -> None:
    """An activity of each level, done by everybody of the region who answers for it."""
    within = [unit for unit in world.units.values() if unit.path.startswith(programme.unit.path)]
    for number, level in enumerate((Kind.REGION, Kind.MUNICIPALITY, Kind.SCHOOL), start=1):
        activity = Activity.objects.create(
            programme=programme, direction=programme.directions.first(), number=number, title=f"Мероприятие {number}",
            responsible=["МСО"], responsible_text="МСО", level=level, levels=[level], confirming=["Справка"],
        )  # fmt: skip
        result = ExpectedResult.objects.create(
            activity=activity, year=2021, number=1, title="Проведено", window="2021", **TERM
        )
        ResultWindow.objects.create(result=result, number=1, **TERM)
        world.things.put("activity", activity, programme.unit)
        world.things.put(f"result.{level}", result, programme.unit)
        for unit in within:
            if unit.kind == level:
                _execution(world, result, unit, system)


def _execution(world: Any, result: ExpectedResult, unit: Unit, system: Any) -> None:
    word = mark("execution")
    done = Execution.objects.create(
        result=result, unit=unit, state=ExecutionState.REPORTED, done_on=date(2021, 10, 1), comment=f"Сделано {word}",
        document=world.paper_of(result.activity.programme.unit), reported_by=system, reported_at=world.now,
    )  # fmt: skip
    world.things.put("execution.reported", done, unit, marked=word)


def _numbers(world: Any, system: Any) -> None:
    """A question for every level with an entry of every unit, and an indicator with a value of every unit."""
    given = {"actor": system, "now": world.now}
    for year in (2020, 2021, 2022):
        set_basis(year=year, academic_year=year - 1, cohort_year=year, **given)
    elements = {}
    for kind in (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY, Kind.SCHOOL):
        elements[kind] = define_element(
            code=f"number_{kind}", name=f"Сколько: {kind}", type=ElementType.COUNT, level=kind, **given
        )
    missing = define_element(
        code="unanswered", name="Чего никто не вносил", type=ElementType.COUNT, level=Kind.MUNICIPALITY, **given
    )
    for element in (*elements.values(), missing):
        world.things.put("data_element", element)
    definition = Definition(
        kind=IndicatorKind.COUNT, formula="сумма(значение(«number_school»))", unit_of_measure="шт.", precision=0
    )
    edition = define_indicator(
        code="matrix", name="Сколько всего", definition=definition, valid_from=date(2020, 1, 1), **given
    )
    beside = {
        code: define_indicator(
            code=code, name=f"Сколько {code}", definition=definition, valid_from=date(2020, 1, 1), **given
        ).indicator
        for code in ("spare", "added")
    }
    period = Period.objects.get(code="2021")
    basis = set_basis(
        year=2021, academic_year=2020, cohort_year=2021, indicator=edition.indicator, wave="весна", **given
    )
    word = mark("recalculation")
    run = RecalculationRun.objects.create(started_at=world.now, finished_at=world.now, reason=f"Пересчёт {word}")
    world.things.put("recalculation", run, marked=word)
    world.shared |= {
        **beside,
        "elements": elements,
        "period": period,
        "indicator": edition.indicator,
        "edition": edition,
    }
    for indicator in (edition.indicator, *beside.values()):
        world.things.put("indicator", indicator)
    world.things.put("period", period)
    world.things.put("basis", basis or edition.indicator.bases.get())
    _closing(world, run, system)
    for unit in world.units.values():
        _number(world, unit, elements[Kind(unit.kind)], run, system)
    for name in ("a", "b"):
        _targets(world, world.thing("programme.approved", name).row, edition.indicator, period)


def _closing(world: Any, run: RecalculationRun, system: Any) -> None:
    """A year that nothing else asks of, closed by order, and another to be closed."""
    for code, kind in (("2018", "period_open"), ("2019", "period_closed")):
        ends = {"starts_on": date(int(code), 1, 1), "ends_on": date(int(code), 12, 31)}
        period = Period.objects.create(code=code, kind=PeriodKind.YEAR, **ends)
        value = IndicatorValue.objects.create(
            edition=world.shared["edition"], period=period, unit=world.units["a"], n=1, d=None, run=run,
            status=ValueStatus.KNOWN,
        )  # fmt: skip
        world.things.put("value", value, world.units["a"])
        world.things.put(kind, period)
    order = world.paper_of(world.units["a"])
    closing = PeriodClosing.objects.create(
        unit=world.units["a"], period=period, closes=period, order=order, by_order="№ 1 от 01.02.2020",
        closed_at=world.now, closed_by=system, signatory=system, pinned=1,
    )  # fmt: skip
    PinnedEdition.objects.create(closing=closing, indicator=world.shared["indicator"], edition=world.shared["edition"])
    world.things.put("period_closing", closing)
    for unit in world.units.values():
        beside = ValueSinceClosing.objects.create(
            indicator=world.shared["indicator"], period=period, unit=unit, edition=world.shared["edition"], n=7, d=None,
            status=ValueStatus.KNOWN, run=run,
        )  # fmt: skip
        world.things.put("value_since_closing", beside, unit)


def _number(world: Any, unit: Unit, element: DataElement, run: RecalculationRun, system: Any) -> None:
    word, period = mark("entry"), world.shared["period"]
    entry = Observation.objects.create(
        element=element, unit=unit, period=period, value=5, comment=f"Пояснение {word}", entered_by=system,
        entered_at=world.now, document=world.paper_of(world.region_of(unit)),
    )  # fmt: skip
    world.things.put("observation", entry, unit, marked=word)
    word = mark("draft")
    draft = Observation.objects.create(
        element=element, unit=unit, period=Period.objects.get(code="2020"), value=4, comment=f"Пояснение {word}",
        entered_by=system, entered_at=world.now, status=EntryStatus.DRAFT,
    )  # fmt: skip
    world.things.put("observation.draft", draft, unit, marked=word)
    word = mark("returned")
    returned = Observation.objects.create(
        element=element, unit=unit, period=Period.objects.get(code="2022"), value=3, comment=f"Пояснение {word}",
        remark=f"Замечание {word}", entered_by=system, entered_at=world.now, status=EntryStatus.RETURNED,
        reviewed_by=system, reviewed_at=world.now,
    )  # fmt: skip
    world.things.put("observation.returned", returned, unit, marked=word)
    for year, number in (("2020", 4), ("2021", 5)):
        value = IndicatorValue.objects.create(
            edition=world.shared["edition"], period=Period.objects.get(code=year), unit=unit, n=number, d=None,
            status=ValueStatus.KNOWN, run=run,
        )  # fmt: skip
        world.things.put("value", value, unit)
    if unit.kind in TERRITORIES:
        world.things.put("value_today", value, unit, key=(value.edition_id, value.period_id, unit.pk))


def _targets(world: Any, programme: Programme, indicator: Indicator, period: Period) -> None:
    place = ProgrammeIndicator.objects.create(
        programme=programme, direction=programme.directions.first(), indicator=indicator, number="1.1", sort_order=1,
        is_headline=True,
    )  # fmt: skip
    asked = {"programme_indicator": place, "operator": TargetOperator.AT_LEAST, "value": 3}
    for one in (Period.objects.get(code="2020"), period):  # of two years, for of one there is no chart
        target = Target.objects.create(period=one, verbatim="не менее 3", **asked)
        world.things.put("target.of_document", target, programme.unit)
    own = Target.objects.create(period=shorter_period("2020-H2"), **asked)
    world.things.put("target.own", own, programme.unit)
    world.things.put("programme_row", place, programme.unit)
    added = ProgrammeIndicator.objects.create(
        programme=programme, indicator=world.shared["added"], number="1.2", sort_order=2, is_added=True
    )
    world.things.put("programme_row.added", added, programme.unit)


def _remarks(world: Any, system: Any) -> None:
    """What the newest check of everything has found, in both regions."""
    run = CheckRun.objects.create(started_at=world.now, finished_at=world.now, ordered_by=system)
    check = registered_checks()[0]
    for number, name in enumerate(("b", "b11", "a", "a11"), start=1):
        word = mark("remark")
        remark = Remark.objects.create(
            run=run, check_code=check.code, severity=check.severity, number=number, title=f"Показатель {word}",
            unit=world.units[name],
        )  # fmt: skip
        world.things.put("remark", remark, world.units[name], marked=word)


def _own_work(world: Any, who: Any) -> None:
    """What belongs to a person: jobs, a file about schools that was read, reports, a key."""
    user, now = who.user, world.now
    ordered = {"ordered_by": user, "ordered_at": now, "ordered_with": who.token}
    for kind, state in (("waiting", JobState.QUEUED), ("failed", JobState.FAILED)):
        word = mark("job")
        job = Job.objects.create(kind=READ_KIND, title=f"Задание {word}", state=state, failure="нет", **ordered)
        world.things.put(f"job.{kind}", job, owner=who.owner, marked=word)
    word = mark("upload")
    upload = Upload.objects.create(
        name=f"{word}.csv",
        size=9,
        sha256=f"{user.pk:064}",
        uploaded_by=user,
        uploaded_at=now,
        state=UploadState.STORED,
        uploaded_with=who.token,
    )
    world.things.put("upload", upload, owner=who.owner, marked=word)
    plan = {"kind": "register", "academic_year": None, "left": 0, "problems": [], "problems_total": 0, "warnings": [],
            "counts": {"opened": 0, "added": 0, "changed": 0}, "opened": [], "added": [], "changed": []}  # fmt: skip
    read = Job.objects.create(
        kind=READ_KIND, title="Чтение файла", state=JobState.DONE, finished_at=now, **ordered,
        payload={"upload": str(upload.pk), "year": None}, result={"plan": plan},
    )  # fmt: skip
    world.things.put("reading", read, owner=who.owner)
    world.things.put("job.reading", read, owner=who.owner)
    if not who.is_key:
        digest = {"digest": f"{user.pk:064}", "prefix": "opora_00", "created_at": now, "expires_at": now}
        since = {"started_at": timezone.now(), "last_seen_at": timezone.now()}
        opened = OpenSession.objects.create(user=user, session_key=signed_in(user), **since)
        world.things.put("session", opened, owner=user)
        if who.place is not None:
            is_elsewhere = any(unit != who.place for _role, unit in who.roles)
            world.things.put("person.elsewhere" if is_elsewhere else "person", user, who.place, owner=user)
        world.things.put("token", ApiToken.objects.create(user=user, title="Выгрузка", **digest), owner=user)
    for unit in {who.place or world.units["a11"], world.units["b11"]}:
        _order(world, who, unit)


def _order(world: Any, who: Any, unit: Unit) -> None:
    is_school = unit.kind == Kind.SCHOOL
    job = Job.objects.create(
        kind="reports.render", title="Отчёт", state=JobState.DONE, ordered_by=who.user, ordered_at=world.now,
        ordered_with=who.token,
    )  # fmt: skip
    world.things.put("job.order", job, owner=who.owner)
    order = ReportOrder.objects.create(
        job=job,
        name=ReportName.SCHOOL_PASSPORT if is_school else ReportName.INDICATORS, unit=unit, year=2021,
        format=ReportFormat.PDF, ordered_by=who.user, ordered_at=world.now, file_name="отчёт.pdf", file_size=len(FILE),
        file_sha256="0" * 64,
    )  # fmt: skip
    order.path.parent.mkdir(parents=True, exist_ok=True)
    order.path.write_bytes(FILE)
    world.things.put("order", order, unit, owner=who.owner)


def forget_files(world: Any) -> None:
    """Take the files of reports away."""
    for thing in world.things.of("order"):
        thing.row.path.unlink(missing_ok=True)
