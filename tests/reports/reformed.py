"""The territory of 2021 with what was known of its schools then, after the reform of 2025 has been applied."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.enums import Better, ElementType, IndicatorKind, PeriodKind, ValueStatus
from indicators.models import (
    DataElement,
    Indicator,
    IndicatorEdition,
    IndicatorValue,
    Observation,
    Period,
    RecalculationRun,
)
from jobs.models import Upload
from monitoring.enums import LoadState, MeasureKind, Source
from monitoring.models import (
    Assessment,
    AssessmentLoad,
    Finding,
    IdentificationRun,
    Load,
    Procedure,
    Recommendation,
    SchoolList,
    SchoolResult,
    Subject,
)
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow
from schools.catalogue.operations import REFORM_2025
from schools.enums import Kind
from schools.models import Ancestry, Unit
from schools.services.operation_files import apply_journal
from schools.services.territory import load_territory
from tests.factories.programmes import make_programme
from tests.factories.school_lists import make_list
from tests.factories.schools import make_school, make_user

ZONE = ZoneInfo("Asia/Krasnoyarsk")
THEN, AFTER = datetime(2021, 11, 15, 10, tzinfo=ZONE), datetime(2025, 7, 1, 10, tzinfo=ZONE)
NAMES = {"115001": "Берёзовская СОШ № 1", "122001": "Солонцовская СОШ", "122002": "Элитовская СОШ"}
WERE = {  # each school by its code: in which municipality it stood, and in which it stands today
    "101001": ("101", "101"),
    "115001": ("115", "101"),
    "121001": ("121", "162"),
    "121002": ("121", "162"),
    "122001": ("122", "101"),
    "122003": ("122", "179"),
    "147001": ("147", "162"),
}
OWN = {code: own for code, (own, _today) in WERE.items()}
TODAY = {code: today for code, (_own, today) in WERE.items()}
DID = {"121": "reported", "147": "accepted", "115": "returned", "101": "reported"}
WITH_PROGRAMME = ("121", "122", "101")


@dataclass
class Land:
    """The region, its schools by code, and who looks at it."""

    region: Unit
    ministry: User
    heir: User  # coordinator of the municipality that took over from two
    neighbour: User  # of one that took over a school
    schools: dict[str, Unit] = field(default_factory=dict)
    run: IdentificationRun | None = None
    school_list: SchoolList | None = None
    result: ExpectedResult | None = None

    def codes(self) -> dict[int, str]:
        """Return codes of territories by their keys."""
        return dict(Unit.objects.of_kind(Kind.MUNICIPALITY).values_list("pk", "code"))

    def place(self, code: str) -> Unit:
        """Return a municipality, of then or of today."""
        return Unit.objects.get(kind=Kind.MUNICIPALITY, code=code)


def build() -> Land:
    """Load the territory, write what was known in 2021, and apply the reform."""
    load_territory(actor=system_user(), now=THEN)
    region = Unit.objects.get(kind=Kind.REGION)
    ministry = make_user("ministry", Role.MINISTRY_ANALYST, region)
    land = Land(region, ministry, make_user("heir"), make_user("neighbour"))
    for code, place in OWN.items():
        land.schools[code] = make_school(land.place(place), code, name=NAMES.get(code, f"Школа {code}"))
    _results(land)
    _identified(land)
    _programmes(land)
    _values(land)
    _entered(land)
    _roadmap(land)
    apply_journal(path=REFORM_2025, actor=system_user(), now=AFTER, apply=True)
    for user, code in ((land.heir, "162"), (land.neighbour, "101")):
        user.appointments.create(unit=land.place(code), role=Role.MUNICIPAL_COORDINATOR, starts_on=date(2025, 6, 19))
    return land


def _results(land: Land) -> None:
    upload = Upload.objects.create(name="о.csv", size=1, sha256="0" * 64, uploaded_by=land.ministry, uploaded_at=THEN)
    load = Load.objects.create(
        upload=upload, unit=land.region, layout="drawn", state=LoadState.IN_FORCE, loaded_by=land.ministry,
        created_at=THEN, accepted_at=THEN, summary={"sheets": []},
    )  # fmt: skip
    procedure = Procedure.objects.create(code="oge", name="ОГЭ", measure=MeasureKind.MARKS)
    subject = Subject.objects.create(code="russian", name="Русский язык")
    assessment = Assessment.objects.create(procedure=procedure, subject=subject, grade=9, academic_year=2020)
    AssessmentLoad.objects.create(load=load, assessment=assessment, source=Source.COUNTS)
    for number, school in enumerate(land.schools.values(), start=10):
        SchoolResult.objects.create(
            assessment=assessment, unit=school, load=load, source=Source.COUNTS, is_current=True, n=number, failed=3
        )


def _identified(land: Land) -> None:
    land.school_list = make_list(land.region, 2021, land.schools.values(), land.ministry, THEN)
    land.run = land.school_list.run
    for school in land.schools.values():
        Finding.objects.create(run=land.run, unit=school, categories=["low_results"], trace={}, conditions_index=50)
    advised = [*land.schools.values(), *(land.place(code) for code in sorted(set(OWN.values())))]
    for unit in advised:
        Recommendation.objects.create(
            unit=unit, run=land.run, rule="low", reason="Доля велика.", text=f"Совет: {unit.code}", issued_at=THEN
        )


def _programmes(land: Land) -> None:
    owners = [*(land.place(code) for code in WITH_PROGRAMME), *land.schools.values()]
    for unit in owners:
        if unit.code != "147001":  # of which it is told that it has none
            make_programme(unit, land.ministry, THEN, starts_on=date(2021, 1, 1), ends_on=date(2022, 12, 31))


def _entered(land: Land) -> None:
    """One answer of each school."""
    element = DataElement.objects.create(code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL)
    Observation.objects.bulk_create(
        Observation(
            element=element, unit=school, period=Period.objects.get(code="2021"), value=5,
            entered_by=land.ministry, entered_at=THEN,
        )
        for school in land.schools.values()
    )  # fmt: skip


def _roadmap(land: Land) -> None:
    """A result that every municipality owed in 2021: two of those that are one today did it, one of them accepted."""
    programme = make_programme(land.region, land.ministry, THEN, starts_on=date(2020, 1, 1))
    activity = Activity.objects.create(
        programme=programme, number=1, title="Программа принята", responsible=["МСО"], level=Kind.MUNICIPALITY,
        levels=[Kind.MUNICIPALITY],
    )  # fmt: skip
    window = {"starts_on": date(2021, 9, 1), "ends_on": date(2021, 10, 31)}
    land.result = ExpectedResult.objects.create(activity=activity, year=2021, number=1, title="Принята", **window)
    ResultWindow.objects.create(result=land.result, number=1, **window)
    for code, state in DID.items():
        Execution.objects.create(
            result=land.result, unit=land.place(code), state=state, done_on=date(2021, 10, 1),
            reported_by=land.ministry, reported_at=THEN, **({"accepted_by": land.ministry, "accepted_at": THEN}
                                                            if state == "accepted" else {}),
        )  # fmt: skip


def _values(land: Land) -> None:
    """One share collected of schools, rolled up as it was done then: a school has n = 1, 2, … of d = 10."""
    period, _ = Period.objects.get_or_create(
        code="2021", defaults={"kind": PeriodKind.YEAR, "starts_on": date(2021, 1, 1), "ends_on": date(2021, 12, 31)}
    )
    indicator = Indicator.objects.create(code="share", name="Доля", sort_key="доля", search_key="доля")
    edition = IndicatorEdition.objects.create(
        indicator=indicator, number=1, valid_from=date(2020, 1, 1), kind=IndicatorKind.SHARE, better=Better.MORE,
        level=Kind.SCHOOL, formula="доля(школы)",
    )  # fmt: skip
    run = RecalculationRun.objects.create(started_at=THEN, finished_at=THEN, reason="тест")
    n: Counter[int] = Counter()
    d: Counter[int] = Counter()
    for number, school in enumerate(land.schools.values(), start=1):
        for above in Ancestry.objects.filter(unit=school, valid_to=None).values_list("ancestor", flat=True):
            n[above] += number
            d[above] += 10
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            edition=edition, period=period, unit_id=key, n=n[key], d=d[key], status=ValueStatus.KNOWN, run=run
        )
        for key in n
    )
