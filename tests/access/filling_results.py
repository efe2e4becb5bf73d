"""Results of assessments at the schools of the world, and what was concluded from them."""

from datetime import date
from typing import Any

from indicators.services.documents import Order
from jobs.models import Upload
from monitoring.catalogue.method_files import method_files
from monitoring.enums import LoadState, MeasureKind, Source
from monitoring.models import (
    Assessment,
    AssessmentLoad,
    Load,
    Methodology,
    MethodologyEdition,
    Procedure,
    Recommendation,
    ResultRow,
    SchoolResult,
    Subject,
)
from monitoring.services.identification import run_identification
from monitoring.services.identification_lists import approve_list, draft_list
from monitoring.services.identification_methods import load_methods
from schools.enums import Kind
from schools.models import Unit
from tests.access.things import mark

YEAR = 2020
PEOPLE, FEW = 12, 8  # groups of fewer than ten open their rows to hardly anybody


def fill_results(world: Any, system: Any) -> None:
    """Put a load of every state at every node, results at every school, a run with its lists in every region."""
    given = {"actor": system, "now": world.now}
    load_methods(written=method_files(), **given)
    held = tuple(_assessment("oge", "ОГЭ", subject) for subject in ("Русский язык", "Математика", "Физика"))
    world.shared["assessment"] = held[0]
    for place, unit in enumerate(world.units.values()):
        _loads(world, unit, place, held, system)
        if unit.kind == Kind.MUNICIPALITY:
            word = mark("procedure")
            own = Procedure.objects.create(code=f"own{place}", name=word, measure=MeasureKind.MARKS, owner=unit)
            world.things.put("procedure", own, unit, marked=word)
    for method in Methodology.objects.all():
        world.things.put("method", method)
    for edition in MethodologyEdition.objects.filter(is_current=True):
        world.things.put("method_edition", edition)
    for name in ("a", "b"):
        _run(world, world.units[name], system)


def _assessment(code: str, name: str, subject: str) -> Assessment:
    procedure, _ = Procedure.objects.get_or_create(code=code, defaults={"name": name, "measure": MeasureKind.MARKS})
    about, _ = Subject.objects.get_or_create(name=subject, defaults={"code": subject.lower().replace(" ", "_")})
    return Assessment.objects.create(procedure=procedure, subject=about, grade=9, academic_year=YEAR)


def _loads(world: Any, unit: Unit, place: int, held: tuple[Assessment, ...], system: Any) -> None:
    """A load that waits and one in force; at a school the latter brings its results."""
    for number, state in enumerate((LoadState.PREVIEWED, LoadState.IN_FORCE)):
        word = mark("load")
        upload = Upload.objects.create(
            name=f"{word}.csv", size=9, sha256=f"{2 * place + number:064}", uploaded_by=system, uploaded_at=world.now
        )
        waits = state == LoadState.PREVIEWED
        load = Load.objects.create(
            upload=upload, unit=unit, layout="drawn", state=state, loaded_by=system, created_at=world.now,
            accepted_at=None if waits else world.now, summary=_summary(), rows=PEOPLE,
        )  # fmt: skip
        world.things.put(f"load.{state}", load, unit, marked=word)
        if unit.kind == Kind.SCHOOL and not waits:
            for assessment, number in zip(held, (PEOPLE, PEOPLE, FEW), strict=True):
                _result(world, load, assessment, unit, number)


def _summary() -> dict[str, Any]:
    return {
        "assessments": [], "problems_total": 0, "problems": [], "warnings": [], "dropped_columns": [], "checksum": "0",
        "sheets": [{"name": "Лист1", "offset": 0}], "marked": {"header": ["Код ОО", "Балл"], "rows": []}, "hints": {},
    }  # fmt: skip


def _result(world: Any, load: Load, assessment: Assessment, unit: Unit, number: int) -> None:
    AssessmentLoad.objects.create(
        load=load, assessment=assessment, source=Source.ROWS, rows=number, schools=1,
        tasks=[{"label": "1", "max": 1, "level": "Б"}],
    )  # fmt: skip
    word = mark("rows")
    first = 100 * assessment.pk % 1_000_000  # two assessments of one load do not share lines
    result = SchoolResult.objects.create(
        assessment=assessment, unit=unit, load=load, source=Source.ROWS, is_current=True, n=number, failed=number - 6,
        marks=[number - 6, 3, 2, 1], row_no=first, last_row_no=first + number - 1,
    )  # fmt: skip
    ResultRow.objects.bulk_create(
        ResultRow(academic_year=YEAR, load_id=load.pk, row_no=first + line, assessment_id=assessment.pk,
                  unit_id=unit.pk, class_name=word, task_scores=[1], mark=3)
        for line in range(number)
    )  # fmt: skip
    world.things.put("rows.large" if number == PEOPLE else "rows.small", result, unit, marked=word)
    world.things.put("school_result", result, unit)


def _run(world: Any, region: Unit, system: Any) -> None:
    given = {"actor": system, "now": world.now}
    edition = MethodologyEdition.objects.get(methodology__code="federal", is_current=True)
    run = run_identification(academic_year=YEAR, edition=edition, region=region, **given)
    world.things.put("run", run, region)
    for finding in run.findings.select_related("unit"):
        world.things.put("finding", finding, finding.unit, key=(run.pk, finding.unit_id))
        world.things.put("finding_row", finding, finding.unit)
    order = Order(f"{region.code}-05", date(2021, 11, 1))
    approved = approve_list(school_list=draft_list(run=run, **given), order=order, **given)
    world.things.put("list.approved", approved, region)
    for entry in approved.entries.select_related("unit"):
        world.things.put("listed", entry, entry.unit)
    draft = draft_list(run=run, **given)
    world.things.put("list.draft", draft, region)
    for entry in draft.entries.select_related("unit"):
        world.things.put("entry", entry, entry.unit, key=(draft.pk, entry.unit_id))
    Recommendation.objects.filter(run=run).delete()
    for unit in world.units.values():
        if unit.kind in (Kind.MUNICIPALITY, Kind.SCHOOL) and unit.path.startswith(region.path):
            _recommend(world, run, unit)


def _recommend(world: Any, run: Any, unit: Unit) -> None:
    word = mark("advice")
    advice = Recommendation.objects.create(
        unit=unit, run=run, rule="matrix", reason="Так посчитано", text=f"Совет {word}", issued_at=world.now
    )
    world.things.put("recommendation", advice, unit, marked=word)
