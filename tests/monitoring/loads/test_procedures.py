"""The catalogue of procedures: loaded once, brought up to date, and a municipality's own beside it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from indicators.models import RecalculationRequest
from monitoring.catalogue.procedures import ProcedureFileError, procedure_catalogue, read_procedures
from monitoring.models import MarkScale, Procedure, Subject
from monitoring.selectors.parsing import directory_for, lasting_procedures, norms_for, procedures_of_codes
from monitoring.services.procedures import Loaded, OwnProcedure, ProcedureError, add_procedure, load_procedures
from schools.access import NotAllowed
from schools.models import Alias
from tests.monitoring.loads.codes import declare


def test_loading_twice_changes_nothing_and_mends_what_differs(centre, now):
    catalogue = procedure_catalogue()
    total = len(catalogue.procedures) + len(catalogue.subjects) + len(catalogue.scales)
    assert load_procedures(written=catalogue, actor=centre.operator, now=now) == Loaded(0, 0, total)
    Subject.objects.filter(code="russian").update(terms={})
    MarkScale.objects.filter(procedure__code="ege", subject__code="russian").update(passing_score=36)
    assert load_procedures(written=catalogue, actor=centre.operator, now=now) == Loaded(0, 2, total - 2)
    assert MarkScale.objects.get(procedure__code="ege", subject__code="russian").passing_score == 24
    assert AuditEvent.objects.filter(action="procedures.loaded").count() == 2
    with pytest.raises(NotAllowed):
        load_procedures(written=catalogue, actor=centre.coordinator, now=now)


def test_what_differs_is_counted_anew(centre, now):
    written = procedure_catalogue()
    load_procedures(written=written, actor=centre.operator, now=now)
    assert not RecalculationRequest.objects.exists()

    Procedure.objects.filter(code="kdr").update(terms={})
    load_procedures(written=written, actor=centre.operator, now=now)

    note = RecalculationRequest.objects.get()
    assert (note.unit_ids, note.years, "уровни" in note.facts) == (None, None, True)


def test_the_command_says_what_it_did(procedures):
    out = StringIO()
    call_command("load_procedures", stdout=out)
    assert out.getvalue().startswith("Записей добавлено: 0, изменено: 0, без изменений: ")
    with pytest.raises(CommandError):
        call_command("load_procedures", login="никто", stdout=out)


@pytest.mark.parametrize(
    "text",
    [
        "procedures: [",
        "procedures: [{code: a}]",
        "procedures: [{code: a, name: А, measure: рубли}]\nsubjects: []\nscales: []",
        "procedures: []\nsubjects: []\nscales: [{procedure: x, subjects: [y], grades: [1], from: 2016}]",
    ],
)
def test_a_catalogue_that_is_not_well_formed_is_refused(text):
    with pytest.raises(ProcedureFileError, match="^проба.yaml: "):
        read_procedures("проба.yaml", text)


OWN = OwnProcedure(name="МКР", measure="score", grades=(9,), subjects=("Математика",), max_score=30, passing_score=8)


def test_own_procedure_is_known_at_home_only(centre, now):
    added = add_procedure(described=OWN, owner=centre.kezhma, actor=centre.coordinator, now=now)

    assert (added.code, added.scales.get().passing_score) == ("own_131_1", 8)
    home, away = norms_for(centre.kezhma), norms_for(centre.taseevo)
    assert {one["name"] for one in home["procedures"]} - {one["name"] for one in away["procedures"]} == {"МКР"}
    assert [one["passing"] for one in home["scales"] if one["procedure"] == added.code] == [8]
    assert [one for one in away["scales"] if one["procedure"] == added.code] == []


@pytest.mark.parametrize(
    "described",
    [
        OwnProcedure(name="огэ", measure="marks", grades=(9,)),
        OwnProcedure(name="МКР", measure="levels", grades=(9,)),
        OwnProcedure(name="МКР", measure="marks", grades=()),
        OwnProcedure(name="МКР", measure="score", grades=(9,)),
        OwnProcedure(name="МКР", measure="score", grades=(9,), max_score=30, passing_score=8),
        OwnProcedure(name="МКР", measure="marks", grades=(9,), subjects=("Магия",), max_score=30),
        OwnProcedure(name="<b>", measure="marks", grades=(9,)),
    ],
)
def test_what_is_no_procedure_is_refused(centre, now, described):
    with pytest.raises(ProcedureError):
        add_procedure(described=described, owner=centre.kezhma, actor=centre.coordinator, now=now)
    with pytest.raises(NotAllowed):
        add_procedure(described=OWN, owner=centre.kezhma, actor=centre.neighbour, now=now)


def test_the_parser_is_told_of_own_schools_only(centre):
    given = directory_for(centre.kezhma)

    assert set(given["by_code"]) == {"131001", "131002"}
    assert given["scope"] == ["131"]
    assert given["municipalities"]["кежемский район"] == "131"
    whole = directory_for(centre.region)
    assert set(whole["by_code"]) == set(centre.schools)
    assert "scope" not in whole


def test_a_name_of_two_schools_names_none(centre):
    first, second = centre.schools["131001"], centre.schools["131002"]
    for school in (first, second):
        Alias.objects.create(unit=school, name="Первая школа", key="первая школа")
    Alias.objects.create(unit=first, name="Тагарская", key="тагарская")

    names = directory_for(centre.region)["by_alias"]["131"]
    assert (names["первая школа"], names["тагарская"], names["имбинская сош"]) == (-1, first.pk, second.pk)


def test_a_file_gets_the_key_of_one_keeper_at_most(centre):
    assert lasting_procedures(centre.region) == []
    declare(centre, "oge")
    kdr = declare(centre, "kdr")
    lasting = lasting_procedures(centre.region)

    def given(named: str | None, file_name: str) -> set[str]:
        return {one.code for one in procedures_of_codes(lasting, named, file_name)}

    assert {one.code for one in lasting} == {"oge", "kdr"}
    assert given(None, "ОГЭ 2022.csv") == {"oge"}
    assert given("КДР", "ОГЭ 2022.csv") == {"kdr"}
    assert given("ЕГЭ", "ОГЭ 2022.csv") == set()
    assert given(None, "итоги.csv") == set()
    declare(centre, "vpr", codes_of=kdr)
    lasting = [one for one in lasting_procedures(centre.region) if one.code != "oge"]
    assert given(None, "итоги.csv") == given(None, "ВПР 2022.csv") == {"kdr", "vpr"}
