"""A region at full size for the benchmarks of indicators: schools, results of four years, lists, answers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts.models import User
from accounts.services.people import system_user
from common.russian import search_key, sort_key
from documents.models import Document
from indicators.models import DataElement, Observation, Period
from jobs.models import Upload
from monitoring.catalogue.method_files import method_files
from monitoring.enums import ListState, LoadState, MeasureKind, Source
from monitoring.models import (
    Assessment,
    IdentificationRun,
    ListEntry,
    Load,
    MethodologyEdition,
    Procedure,
    SchoolList,
    SchoolResult,
    Subject,
)
from monitoring.services.identification_methods import load_methods
from programmes.catalogue import load_catalogue
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.enums import Kind, Locality, SchoolLevel
from schools.models import Ancestry, Placement, School, Unit

DISTRICTS, MUNICIPALITIES, SCHOOLS = 6, 61, 1000
LISTED = 118
SINCE = date(2010, 1, 1)
HELD = (
    ("oge", "ОГЭ", MeasureKind.MARKS, ("Русский язык", "Математика"), 9, (2018, 2020, 2021)),
    ("ege", "ЕГЭ", MeasureKind.SCORE, ("Русский язык", "Математика профильная"), 11, (2018, 2020, 2021)),
    ("kdr", "КДР", MeasureKind.LEVELS, ("Читательская грамотность",), 4, (2018, 2019, 2020, 2021)),
    ("kdr", "КДР", MeasureKind.LEVELS, ("Естественно-научная грамотность",), 8, (2018, 2019, 2020, 2021)),
    ("vpr", "ВПР", MeasureKind.MARKS, ("Русский язык", "Математика"), 5, (2018, 2020, 2021)),
)


@dataclass
class Region:
    """What a benchmark needs of the region."""

    unit: Unit
    municipalities: list[Unit]
    schools: list[Unit]
    actor: User
    now: datetime


def build(now: datetime, seed: int = 1) -> Region:
    """Draw the region in bulk; the same seed draws the same."""
    dice = random.Random(seed)
    actor = system_user()
    root = _units(Kind.REGION, [("24", "Красноярский край", None)])[0]
    districts = _units(Kind.DISTRICT, [(f"d{n}", f"Округ {n}", root) for n in range(DISTRICTS)])
    places = _units(
        Kind.MUNICIPALITY,
        [(f"{100 + n}", f"Район {n}", districts[n % DISTRICTS]) for n in range(MUNICIPALITIES)],
    )
    schools = _units(
        Kind.SCHOOL,
        [(f"{100 + n % MUNICIPALITIES}{n:04d}", f"Школа № {n}", places[n % MUNICIPALITIES]) for n in range(SCHOOLS)],
    )
    School.objects.bulk_create(
        School(unit=unit, level=SchoolLevel.SECONDARY, locality=dice.choice(list(Locality))) for unit in schools
    )
    load_programme(source=load_catalogue("rppko-2020-2022"), actor=actor, now=now, report=LoadReport())
    region = Region(root, places, schools, actor, now)
    _results(region, dice)
    _lists(region, dice)
    _answers(region, dice)
    return region


def _units(kind: Kind, rows: list[tuple[str, str, Unit | None]]) -> list[Unit]:
    units = Unit.objects.bulk_create(
        Unit(
            kind=kind,
            code=code,
            name=name,
            short_name=name,
            parent=parent,
            path="",
            sort_key=sort_key(name),
            search_key=search_key(name),
        )
        for code, name, parent in rows
    )
    for unit in units:
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"])
    Placement.objects.bulk_create(
        Placement(unit=unit, parent=unit.parent, path=unit.path, valid_from=SINCE) for unit in units
    )
    Ancestry.objects.bulk_create(
        Ancestry(unit=unit, ancestor_id=key, valid_from=SINCE) for unit in units for key in unit.line
    )
    return units


def _results(region: Region, dice: random.Random) -> None:
    upload = Upload.objects.create(
        name="итоги.csv", size=1, sha256="0" * 64, uploaded_by=region.actor, uploaded_at=region.now
    )
    load = Load.objects.create(
        upload=upload,
        unit=region.unit,
        layout="drawn",
        state=LoadState.IN_FORCE,
        loaded_by=region.actor,
        created_at=region.now,
        accepted_at=region.now,
    )
    rows = []
    for code, name, measure, subjects, grade, years in HELD:
        procedure, _ = Procedure.objects.get_or_create(code=code, defaults={"name": name, "measure": measure})
        for title in subjects:
            subject, _ = Subject.objects.get_or_create(name=title, defaults={"code": title.lower()[:40]})
            for year in years:
                assessment = Assessment.objects.create(
                    procedure=procedure, subject=subject, grade=grade, academic_year=year
                )
                rows += [_result(assessment, unit, load, measure, dice) for unit in region.schools]
    SchoolResult.objects.bulk_create(rows, batch_size=5000)


def _result(assessment: Assessment, unit: Unit, load: Load, measure: MeasureKind, dice: random.Random) -> SchoolResult:
    n = dice.randint(3, 90)
    failed = dice.randint(0, n // 2)
    levels = [failed, n - failed, 0, 0] if measure == MeasureKind.LEVELS else None
    return SchoolResult(
        assessment=assessment,
        unit=unit,
        load=load,
        source=Source.ROWS,
        is_current=True,
        n=n,
        failed=failed,
        levels=levels,
    )


def _lists(region: Region, dice: random.Random) -> None:
    load_methods(written=method_files(), actor=region.actor, now=region.now)
    edition = MethodologyEdition.objects.filter(is_current=True).order_by("pk").first()
    for year in (2020, 2021, 2022):
        run = IdentificationRun.objects.create(
            unit=region.unit,
            academic_year=year - 1,
            edition=edition,
            run_by=region.actor,
            run_at=region.now,
            input_hash="0" * 64,
        )
        approved = SchoolList.objects.create(
            unit=region.unit,
            cohort_year=year,
            run=run,
            state=ListState.APPROVED,
            approved_by=region.actor,
            approved_at=region.now,
            order=Document.objects.filter(unit=region.unit).first(),
        )
        ListEntry.objects.bulk_create(
            ListEntry(school_list=approved, unit=unit, categories=["low_results"], computed=["low_results"])
            for unit in dice.sample(region.schools, LISTED)
        )


def _answers(region: Region, dice: random.Random) -> None:
    units = {
        Kind.REGION: [region.unit],
        Kind.MUNICIPALITY: region.municipalities,
        Kind.SCHOOL: dice.sample(region.schools, 400),
    }
    Observation.objects.bulk_create(
        Observation(
            element=element,
            unit=unit,
            period=period,
            value=Decimal(dice.randint(0, 1)),
            entered_by=region.actor,
            entered_at=region.now,
        )
        for element in DataElement.objects.all()
        for period in Period.objects.all()
        for unit in units[Kind(element.level)]
    )
