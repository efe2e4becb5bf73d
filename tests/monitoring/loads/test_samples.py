"""Every sample, by the command, equals what is expected of it; and what is stored equals what is printed."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from indicators.models import RecalculationRequest
from jobs.models import Upload
from monitoring.enums import LoadState, Source
from monitoring.models import AssessmentLoad, Load, ResultRow, SchoolResult
from tests.monitoring.loads.conftest import SAMPLES, left_on_disk

EXPECTED = {
    name: found
    for name, found in json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8")).items()
    if not name.startswith("social-passport")
}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_assessments", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.django_db
def test_all_samples_equal_what_is_expected(whole_centre, data_dir):
    paths = [str(SAMPLES / name) for name in EXPECTED]

    assert json.loads(run(*paths, "--json", "--dry-run")) == EXPECTED
    assert (Load.objects.count(), Upload.objects.count(), ResultRow.objects.count()) == (0, 0, 0)
    assert json.loads(run(*paths, "--json")) == EXPECTED
    assert json.loads(run(*paths, "--json")) == EXPECTED  # the second time nothing changes
    assert Load.objects.filter(state=LoadState.IN_FORCE).count() == len(EXPECTED)
    assert Load.objects.count() == len(EXPECTED)
    assert stored() == {name: parts(found) for name, found in EXPECTED.items()}
    assert ResultRow.objects.count() == sum(AssessmentLoad.objects.filter(source="rows").values_list("rows", flat=True))
    assert AuditEvent.objects.filter(action="load.accepted").count() == len(EXPECTED)
    assert RecalculationRequest.objects.count() == len(EXPECTED)
    assert left_on_disk(data_dir) == []


def parts(found: dict) -> dict:
    """What is expected of a file, by subject."""
    return {exam["subject"]: exam["schools"] for exam in found.get("exams", [found])}


def stored() -> dict:
    """What the database holds, in the same shape."""
    found: dict = {}
    results = SchoolResult.objects.filter(is_current=True).select_related("load__upload", "assessment__subject", "unit")
    for result in results:
        of_file = found.setdefault(result.load.upload.name, {}).setdefault(result.assessment.subject.name, {})
        of_file[result.unit.code] = as_expected(result)
    return found


def as_expected(result: SchoolResult) -> dict:
    if result.levels is not None:
        assert result.failed == result.levels[0]
        return {"n": result.n, "levels": result.levels}
    if result.marks is not None:
        assert result.failed == result.marks[0]
        return {"n": result.n, **dict(zip("2345", result.marks, strict=True))}
    assert result.source == Source.ROWS
    return {"n": result.n, "below": result.failed, "sum": result.score_sum}


@pytest.mark.django_db
def test_journal_of_rows_is_summed(whole_centre):
    name = "fisoko-vpr-mat5-individual.xlsx"
    run(str(SAMPLES / name))

    sums = {way: sum(getattr(one, way) or 0 for one in SchoolResult.objects.all()) for way in EXPECTED[name]["journal"]}
    assert sums == EXPECTED[name]["journal"]


@pytest.mark.django_db
def test_a_refused_file_ends_the_command_with_its_sentence(centre, tmp_path, data_dir):
    path = tmp_path / "oge-2021-rus.csv"
    path.write_text("Код ОО;Кол-во участников;2;3;4;5\n999004;2;1;1;0;0\n", encoding="utf-8")
    said = StringIO()

    with pytest.raises(CommandError, match="Не принято файлов: 1 из 1"):
        call_command("import_assessments", str(path), "--year", "2020/21", stdout=StringIO(), stderr=said)

    assert said.getvalue() == (
        "oge-2021-rus.csv: строка 2, столбец «Код ОО», значение «999004»: такой школы нет в реестре — "
        "проверьте код или добавьте школу в реестр.\n"
    )
    assert (Load.objects.count(), Upload.objects.count()) == (0, 0)
    assert left_on_disk(data_dir) == []
