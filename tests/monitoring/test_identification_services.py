"""Running an identification and approving its list: frozen runs, hash of the input, reasons, orders, permissions."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from indicators.models import RecalculationRequest
from indicators.services.documents import Order
from monitoring.enums import Category, ListState
from monitoring.identification.method import MethodError
from monitoring.models import Finding, IdentificationRun, MethodologyEdition, Recommendation, SchoolList
from monitoring.services.identification import NoResults, NoSchools, run_identification
from monitoring.services.identification_lists import (
    ListIsClosed,
    NotIdentified,
    OrderIncomplete,
    ReasonMissing,
    approve_list,
    change_entry,
    draft_list,
)
from monitoring.services.identification_methods import EditionUnchanged, add_edition, add_method
from schools.access import NotAllowed

LOW = "ОГЭ русский 9 | 2021: 4/12\nОГЭ математика 9 | 2021: 6/12"
FINE = "ОГЭ русский 9 | 2021: 1/12\nОГЭ математика 9 | 2021: 3/12"
ORDER = Order("512-11-05", date(2021, 11, 1))


def edition(code="federal"):
    return MethodologyEdition.objects.get(methodology__code=code, is_current=True)


@pytest.fixture
def run(drawn_region, now):
    drawn_region.low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    drawn_region.fine = drawn_region.school("131002", "Имбинская СОШ", FINE)
    drawn_region.tiny = drawn_region.school("131008", "Яркинская ООШ", "ОГЭ русский 9 | 2021: 1/1")
    return run_identification(
        academic_year=2021, edition=edition(), region=drawn_region.region, actor=drawn_region.centre, now=now
    )


def test_run_keeps_every_school_with_its_trace(run):
    findings = {one.unit.code: one for one in Finding.objects.filter(run=run)}

    assert {code: one.categories for code, one in findings.items()} == {
        "131001": ["low_results"],
        "131002": [],
        "131008": ["insufficient_data"],
    }
    low = findings["131001"]
    assert low.low_count == 2
    assert [row for row in low.trace["procedures"] if row["n"]] == [
        {
            "procedure": "ОГЭ", "subject": subject, "grade": 9, "academic_year": 2021, "n": 12, "failed": failed,
            "share": failed / 12, "threshold": 0.3, "verdict": "low", "years": [], "z": None,
        }
        for subject, failed in (("Русский язык", 4), ("Математика", 6))
    ]  # fmt: skip
    assert low.trace["way_out"]["fewer"] == 1


def test_same_input_has_the_same_hash_and_another_result_another(run, drawn_region, now):
    again = run_identification(
        academic_year=2021, edition=edition(), region=drawn_region.region, actor=drawn_region.centre, now=now
    )
    drawn_region.result(drawn_region.fine, "ЕГЭ", "русский", 11, 2021, 12, 0)
    changed = run_identification(
        academic_year=2021, edition=edition(), region=drawn_region.region, actor=drawn_region.centre, now=now
    )

    assert again.input_hash == run.input_hash != changed.input_hash


def test_run_stays_as_it_was_when_results_change(run, drawn_region):
    before = Finding.objects.get(run=run, unit=drawn_region.low).trace

    drawn_region.low.school_results.update(failed=0)

    assert Finding.objects.get(run=run, unit=drawn_region.low).trace == before


def test_run_is_audited_and_issues_recommendations(run, drawn_region):
    assert list(AuditEvent.objects.filter(action="identification.run").values_list("actor_name", flat=True)) == [
        "Иванова centre"
    ]
    said = {(one.unit.code, one.rule): one.reason for one in Recommendation.objects.filter(run=run)}
    assert said == {
        ("131001", "school_low_mathematics"): "Не справились с математикой: ОГЭ, 9 класс, математика.",
        ("131001", "school_low_russian"): "Не справились с русским языком: ОГЭ, 9 класс, русский язык.",
        ("131008", "school_no_data"): "Участников слишком мало, чтобы судить о результатах.",
        ("131", "municipality_programme"): "Школ с низкими результатами: 1 из 3: Тагарская СОШ.",
        ("131", "municipality_many"): "Низкие результаты у 33 % школ территории (1 из 3).",
        ("131", "municipality_mathematics"): "Математика ниже порога у 33 % школ территории (1 из 3).",
        ("131", "municipality_russian"): "Русский язык ниже порога у 33 % школ территории (1 из 3).",
    }


def test_coordinator_may_not_run_and_nothing_is_left(drawn_region, now):
    drawn_region.school("131001", "Тагарская СОШ", LOW)

    with pytest.raises(NotAllowed):
        run_identification(
            academic_year=2021, edition=edition(), region=drawn_region.region, actor=drawn_region.coordinator, now=now
        )

    assert IdentificationRun.objects.count() == 0


def test_region_without_schools_or_results_is_told_so(drawn_region, now):
    arguments = {"edition": edition(), "region": drawn_region.region, "actor": drawn_region.centre, "now": now}
    with pytest.raises(NoSchools) as empty:
        run_identification(academic_year=2021, **arguments)
    drawn_region.school("131001", "Тагарская СОШ")
    with pytest.raises(NoResults) as silent:
        run_identification(academic_year=2021, **arguments)

    assert str(empty.value) == "В 2021/22 учебном году нет ни одной школы: загрузите реестр школ."
    assert str(silent.value) == (
        "За 2021/22 и предыдущие годы нет результатов процедур методики: загрузите файлы результатов."
    )


def test_results_of_a_municipality_s_own_procedure_do_not_count(drawn_region, now):
    low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    procedure = low.school_results.first().assessment.procedure
    procedure.owner = drawn_region.kezhma
    procedure.save(update_fields=["owner"])

    with pytest.raises(NoResults):
        run_identification(
            academic_year=2021, edition=edition(), region=drawn_region.region, actor=drawn_region.centre, now=now
        )


def test_school_for_pupils_with_special_needs_is_excluded(drawn_region, now):
    drawn_region.school("131001", "Тагарская СОШ", LOW, type_="correctional")

    run = run_identification(
        academic_year=2021, edition=edition(), region=drawn_region.region, actor=drawn_region.centre, now=now
    )

    finding = Finding.objects.get(run=run)
    assert (finding.categories, finding.trace["excluded_as"]) == ([], "correctional")


def test_second_method_with_other_variables_runs_without_code(drawn_region, now):
    for place, (code, teachers) in enumerate([("131001", 2), ("131002", 8), ("131003", 9), ("131004", 10)]):
        drawn_region.school(
            code, f"Школа {place}", FINE, passports={2021: {"pupils": 100, "teachers": teachers, "on_record": 1}}
        )
    parameters = edition("integral").parameters | {
        "conditions": {
            "variables": [
                {"code": "staff", "title": "Учителей на 100 учеников", "figure": "teachers", "per": "pupils",
                 "sign": "+"}
            ],
            "percentile": 25,
            "min_pupils": 10,
        }
    }  # fmt: skip

    method = add_method(
        code="staff", name="По учителям", parameters=parameters, valid_from=date(2021, 9, 1), note="проба",
        actor=drawn_region.centre, now=now,
    )  # fmt: skip
    run = run_identification(
        academic_year=2021, edition=method.editions.get(), region=drawn_region.region, actor=drawn_region.centre,
        now=now,
    )  # fmt: skip

    hard = Finding.objects.get(run=run, categories__contains=[Category.HARD_CONDITIONS])
    assert hard.unit.code == "131001"
    assert [part["title"] for part in hard.trace["conditions"]["contributions"]] == ["Учителей на 100 учеников"]


def test_new_edition_leaves_old_runs_their_own(run, drawn_region, now):
    parameters = edition().parameters | {"results": edition().parameters["results"] | {"threshold_percent": 60}}

    newer = add_edition(
        methodology=run.edition.methodology, parameters=parameters, valid_from=date(2021, 9, 1), note="проба",
        actor=drawn_region.centre, now=now,
    )  # fmt: skip

    run.refresh_from_db()
    assert (run.edition.number, run.edition.parameters["results"]["threshold_percent"]) == (1, 30)
    assert (newer.number, newer.is_current, edition()) == (2, True, newer)


def test_unchanged_or_wrong_edition_is_refused(drawn_region, now):
    current = edition("integral")
    arguments = {"methodology": current.methodology, "valid_from": date(2021, 9, 1), "note": "",
                 "actor": drawn_region.centre, "now": now}  # fmt: skip
    with pytest.raises(EditionUnchanged):
        add_edition(parameters=current.parameters, **arguments)
    wrong = current.parameters | {"conditions": current.parameters["conditions"] | {"base_figure": "ученики"}}
    with pytest.raises(MethodError) as refused:
        add_edition(parameters=wrong, **arguments)

    assert refused.value.mistakes[0].startswith("В социальном паспорте нет показателя «ученики». Есть: pupils,")


def test_edition_is_added_at_the_region_only(drawn_region, now):
    with pytest.raises(NotAllowed):
        add_edition(
            methodology=edition().methodology, parameters=edition("integral").parameters, valid_from=date(2021, 9, 1),
            note="", actor=drawn_region.coordinator, now=now,
        )  # fmt: skip


def test_draft_holds_what_was_computed(run, drawn_region, now):
    drafted = draft_list(run=run, actor=drawn_region.centre, now=now)

    assert drafted.cohort_year == 2022
    assert [(entry.unit.code, entry.categories) for entry in drafted.entries.all()] == [("131001", ["low_results"])]
    assert draft_list(run=run, actor=drawn_region.centre, now=now) == drafted


def test_school_is_put_on_and_taken_off_with_a_reason(run, drawn_region, now):
    drafted = draft_list(run=run, actor=drawn_region.centre, now=now)
    common = {"school_list": drafted, "actor": drawn_region.centre, "now": now}
    with pytest.raises(ReasonMissing):
        change_entry(unit=drawn_region.low, categories=[], reason=" ", **common)

    change_entry(unit=drawn_region.low, categories=[], reason="результат обжалован", **common)
    change_entry(unit=drawn_region.tiny, categories=["low_results"], reason="решение комиссии", **common)

    kept = {one.unit.code: (one.categories, one.computed, one.reason) for one in drafted.entries.all()}
    assert kept == {
        "131001": ([], ["low_results"], "результат обжалован"),
        "131008": (["low_results"], [], "решение комиссии"),
    }


def test_change_taken_back_leaves_no_reason_and_no_row(run, drawn_region, now):
    drafted = draft_list(run=run, actor=drawn_region.centre, now=now)
    common = {"school_list": drafted, "actor": drawn_region.centre, "now": now}
    change_entry(unit=drawn_region.tiny, categories=["low_results"], reason="решение комиссии", **common)
    change_entry(unit=drawn_region.low, categories=[], reason="результат обжалован", **common)

    change_entry(unit=drawn_region.tiny, categories=[], reason="", **common)
    change_entry(unit=drawn_region.low, categories=["low_results"], reason="", **common)

    assert [(one.unit.code, one.reason) for one in drafted.entries.all()] == [("131001", "")]


def test_school_outside_the_run_cannot_be_listed(run, drawn_region, now):
    stranger = drawn_region.school("147001", "Минусинская СОШ", at=drawn_region.minusinsk)
    drafted = draft_list(run=run, actor=drawn_region.centre, now=now)

    with pytest.raises(NotIdentified):
        change_entry(
            school_list=drafted, unit=stranger, categories=["low_results"], reason="по просьбе",
            actor=drawn_region.centre, now=now,
        )  # fmt: skip


def test_approval_needs_the_order_and_the_permission(run, drawn_region, now):
    drafted = draft_list(run=run, actor=drawn_region.centre, now=now)
    with pytest.raises(NotAllowed):
        approve_list(school_list=drafted, order=ORDER, actor=drawn_region.centre, now=now)
    with pytest.raises(OrderIncomplete):
        approve_list(school_list=drafted, order=Order(" ", None), actor=drawn_region.ministry, now=now)

    assert SchoolList.objects.get().state == ListState.DRAFT


def test_approved_list_is_closed_and_asks_for_recalculation(run, drawn_region, now):
    drafted = draft_list(run=run, actor=drawn_region.centre, now=now)

    approved = approve_list(school_list=drafted, order=ORDER, actor=drawn_region.ministry, now=now)

    assert (approved.state, approved.order.number, approved.approved_at) == (ListState.APPROVED, "512-11-05", now)
    assert "выявлена" in RecalculationRequest.objects.get().facts
    with pytest.raises(ListIsClosed):
        change_entry(
            school_list=approved, unit=drawn_region.low, categories=[], reason="поздно", actor=drawn_region.centre,
            now=now,
        )  # fmt: skip


def test_newer_approval_revokes_and_keeps_the_earlier(run, drawn_region, now):
    first = draft_list(run=run, actor=drawn_region.centre, now=now)
    approve_list(school_list=first, order=ORDER, actor=drawn_region.ministry, now=now)
    second = draft_list(run=run, actor=drawn_region.centre, now=now)

    approve_list(school_list=second, order=Order("600", date(2021, 11, 12)), actor=drawn_region.ministry, now=now)

    first.refresh_from_db()
    assert (first.state, first.entries.count()) == (ListState.REVOKED, 1)
    assert SchoolList.objects.get(state=ListState.APPROVED) == second
