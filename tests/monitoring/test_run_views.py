"""Pages of runs: own territory only, constant queries, files, the finding told, orders refused in words."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from jobs.models import Job
from monitoring.models import Finding, IdentificationRun, MethodologyEdition, SchoolResult
from tests.monitoring.drawn_region import make_user
from tests.monitoring.identified import FINE, LOW, approve, assert_refused_alike, identify, passport


@pytest.fixture
def foreign(drawn_region):
    return drawn_region.school("147001", "Чужая СОШ", LOW, at=drawn_region.minusinsk)


def as_coordinator(client, region):
    client.force_login(region.coordinator)
    return client


@pytest.mark.parametrize("count", [1, 3])
def test_run_shows_own_schools_and_counts_in_constant_queries(
    client, drawn_region, foreign, django_assert_num_queries, count
):
    mine = [drawn_region.school(f"13100{n}", f"Школа № {n}", LOW) for n in range(count)]
    run = identify(drawn_region)
    approve(drawn_region, run)
    as_coordinator(client, drawn_region)

    with django_assert_num_queries(11):
        page = client.get(reverse("monitoring:run", args=[run.pk]))

    assert [row["finding"].unit for row in page.context["rows"]] == mine
    counts = page.context["counts"]
    assert (counts.schools, counts.of("low_results"), counts.of("none")) == (count, count, 0)
    assert "Чужая" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_run_list_counts_own_schools_in_constant_queries(
    client, drawn_region, foreign, django_assert_num_queries, count
):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    for _ in range(count):
        identify(drawn_region)
    as_coordinator(client, drawn_region)

    with django_assert_num_queries(9):
        page = client.get(reverse("monitoring:run-list"))

    assert [(counts.schools, counts.of("low_results")) for _run, counts in page.context["rows"]] == [(1, 1)] * count


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("held=2020", 1), ("method=integral", 1), ("held=2020&method=integral", 0), ("held=x&method=", 3)],
)
def test_run_list_is_narrowed_by_year_and_method(client, drawn_region, query, found):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    for code, year in (("federal", 2020), ("federal", 2021), ("integral", 2021)):
        identify(drawn_region, code, year)
    as_coordinator(client, drawn_region)

    page = client.get(f"{reverse('monitoring:run-list')}?{query}")

    assert len(page.context["rows"]) == found
    assert page.context["choices"].years == (2021, 2020)
    assert [code for code, _name in page.context["choices"].methods] == ["federal", "integral"]


def test_run_without_own_schools_is_as_if_missing(client, drawn_region, foreign):
    run = identify(drawn_region)
    as_coordinator(client, drawn_region)

    assert_refused_alike(client, *(reverse("monitoring:run", args=[key]) for key in (run.pk, 999_999)))
    assert client.get(reverse("monitoring:run-list")).context["page"].count == 0


def test_foreign_and_missing_findings_answer_alike(client, drawn_region, foreign):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    run = identify(drawn_region)
    as_coordinator(client, drawn_region)

    assert_refused_alike(client, *(reverse("monitoring:finding", args=[run.pk, key]) for key in (foreign.pk, 999_999)))


def test_school_sees_itself_only(client, drawn_region):
    mine = drawn_region.school("131001", "Тагарская СОШ", LOW)
    drawn_region.school("131002", "Имбинская СОШ", FINE)
    run = identify(drawn_region)
    client.force_login(make_user("school", "school_editor", mine))

    page = client.get(reverse("monitoring:run", args=[run.pk]))

    assert [row["finding"].unit for row in page.context["rows"]] == [mine]
    assert page.context["counts"].schools == 1
    assert "Имбинская" not in page.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("group=low_results", ["Берёзовская СОШ"]),
        ("group=insufficient_data", ["Яркинская ООШ"]),
        ("group=none", ["Имбинская СОШ"]),
        ("q=БЕРЕЗ", ["Берёзовская СОШ"]),
        ("q=131002", ["Имбинская СОШ"]),
        ("municipality=x", ["Берёзовская СОШ", "Имбинская СОШ", "Яркинская ООШ"]),
        ("sort=-low", ["Берёзовская СОШ", "Имбинская СОШ", "Яркинская ООШ"]),
        ("sort=-name", ["Яркинская ООШ", "Имбинская СОШ", "Берёзовская СОШ"]),
        ("differs=1", []),
    ],
)
def test_run_is_filtered_and_sorted_by_its_address(client, drawn_region, query, names):
    drawn_region.school("131001", "Берёзовская СОШ", LOW)
    drawn_region.school("131002", "Имбинская СОШ", FINE)
    drawn_region.school("131008", "Яркинская ООШ", "ОГЭ русский 9 | 2021: 1/1")
    run = identify(drawn_region)
    approve(drawn_region, run)
    as_coordinator(client, drawn_region)

    page = client.get(f"{reverse('monitoring:run', args=[run.pk])}?{query}")

    assert [row["finding"].name for row in page.context["rows"]] == names


def test_schools_that_the_list_has_otherwise_are_told(client, drawn_region):
    low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    first = identify(drawn_region)
    approve(drawn_region, first)
    low.school_results.filter(assessment__academic_year=2021).update(failed=0)
    second = identify(drawn_region)
    as_coordinator(client, drawn_region)

    page = client.get(f"{reverse('monitoring:run', args=[second.pk])}?differs=1")

    assert page.context["differing"] == 1
    assert [(row["computed"], row["approved"], row["differs"]) for row in page.context["rows"]] == [("", "ШНРО", True)]


def test_files_hold_exactly_what_is_filtered(client, drawn_region, foreign):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    drawn_region.school("131002", "Имбинская СОШ", FINE)
    run = identify(drawn_region)
    as_coordinator(client, drawn_region)
    address = f"{reverse('monitoring:run', args=[run.pk])}?group=low_results&file="

    rows = list(csv.reader(io.StringIO(client.get(address + "csv").content.decode("utf-8-sig")), delimiter=";"))
    book = openpyxl.load_workbook(io.BytesIO(client.get(address + "xlsx").content))

    assert rows[1:] == [["131001", "Тагарская СОШ", "Кежемский район", "ШНРО", "", "2", "", ""]]
    row = [cell.value for cell in book.worksheets[0][4]]
    assert row[:6] == ["131001", "Тагарская СОШ", "Кежемский район", "ШНРО", "", 2]
    assert ("Отпечаток исходных данных", run.input_hash) in {(a.value, b.value) for a, b in book["Источники"]}


def test_finding_says_why_and_what_leads_out(client, drawn_region, django_assert_num_queries):
    low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    run = identify(drawn_region)
    approve(drawn_region, run)
    as_coordinator(client, drawn_region)

    with django_assert_num_queries(11):
        page = client.get(reverse("monitoring:finding", args=[run.pk, low.pk]))

    told = page.context["told"]
    assert [(one.about, one.text) for one in told.answer] == [
        (
            "Низкие результаты",
            "не справились 30\N{NO-BREAK SPACE}% участников и больше в 2 процедурах из 2, где участников достаточно; "
            "для списка хватает 2; доля не справившихся не ниже 30\N{NO-BREAK SPACE}% два раза подряд: "
            "ОГЭ, 9 класс, математика.",
        )
    ]
    assert (
        told.way_out
        == "Школа выходит из списка по результатам, если не справившихся станет на 3\N{NO-BREAK SPACE}ученика меньше:"
    )
    assert [(step.title, step.failed, step.allowed, step.fewer) for step in told.steps] == [
        ("ОГЭ, 9 класс, Математика", 6, 3, 3)
    ]
    assert page.context["is_stale"] is False


def test_every_figure_of_a_finding_opens_its_results(client, drawn_region):
    low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    run = identify(drawn_region)
    as_coordinator(client, drawn_region)

    page = client.get(reverse("monitoring:finding", args=[run.pk, low.pk]))

    opened = {line["row"].title: line["results"] for line in page.context["newest"] if line["row"].n}
    russian = SchoolResult.objects.get(assessment__subject__name="Русский язык", assessment__academic_year=2021)
    assert opened["ОГЭ, 9 класс, Русский язык"] == (russian.pk,)
    address = reverse("monitoring:result", args=[russian.pk])
    assert f'href="{address}"' in page.text


def test_finding_tells_that_newer_results_have_come(client, drawn_region):
    low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    run = identify(drawn_region)
    low.school_results.filter(assessment__subject__name="Русский язык").update(failed=1)
    as_coordinator(client, drawn_region)

    page = client.get(reverse("monitoring:finding", args=[run.pk, low.pk]))

    assert page.context["is_stale"] is True
    assert "сейчас 1 из 12" in page.text
    assert Finding.objects.get(run=run, unit=low).categories == ["low_results"]


def test_conditions_are_explained_variable_by_variable_and_alike_schools_named(client, drawn_region, foreign):
    table = "ОГЭ математика 9 | 2020: {a}/20@{b} | 2021: {a}/20@{b}"
    for number, (income, failed, score) in enumerate([(80, 8, 20), (79, 1, 70), (30, 2, 60), (20, 2, 60), (10, 1, 70)]):
        drawn_region.school(
            f"13100{number}", f"Школа {number}", table.format(a=failed, b=score), passports=passport(income)
        )
    run = identify(drawn_region, "integral")
    hard = Finding.objects.get(run=run, unit__code="131000")
    as_coordinator(client, drawn_region)

    page = client.get(reverse("monitoring:finding", args=[run.pk, hard.unit_id]))

    told = page.context["told"]
    assert hard.categories == ["low_results", "hard_conditions"]
    assert [one.about for one in told.answer] == ["Низкие результаты", "Тяжёлые условия"]
    assert told.answer[1].text.endswith("тяжелее нет ни у одной школы края.")
    assert told.conditions.parts[0].points < 0
    assert sum(part.points for part in told.conditions.parts) == pytest.approx(
        told.conditions.value - told.conditions.average, abs=0.01
    )
    assert [one.unit.code for one in page.context["alike"]] == ["131001"]
    assert told.way_out.startswith(
        "Школа выходит из списка по результатам, если в каждой процедуре показатель вырастет"
    )


def test_years_tell_how_the_school_was_called_and_whether_it_was_listed(client, drawn_region):
    fine = drawn_region.school("131002", "Имбинская СОШ", FINE)
    low = drawn_region.school("131001", "Тагарская СОШ", LOW)
    earlier, run = identify(drawn_region, year=2020), identify(drawn_region)
    approve(drawn_region, run)
    as_coordinator(client, drawn_region)

    told = {
        unit: [
            (year.academic_year, year.finding.run, year.listed)
            for year in client.get(reverse("monitoring:finding", args=[run.pk, unit.pk])).context["years"]
        ]
        for unit in (low, fine)
    }

    assert told == {
        low: [(2020, earlier, None), (2021, run, ("low_results",))],
        fine: [(2020, earlier, None), (2021, run, ())],
    }


def test_ordering_a_run_makes_a_job(client, drawn_region):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    client.force_login(drawn_region.centre)
    edition = drawn_region_edition()

    page = client.post(reverse("monitoring:run-order"), {"year": 2021, "edition": edition.pk})

    job = Job.objects.get()
    assert (page.status_code, page.url) == (302, reverse("jobs:job", args=[job.pk]))
    assert job.payload == {"academic_year": 2021, "edition": edition.pk, "unit": drawn_region.region.pk}


def test_coordinator_may_not_order_a_run_nor_make_a_list(client, drawn_region):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    run = identify(drawn_region)
    as_coordinator(client, drawn_region)

    order = client.post(reverse("monitoring:run-order"), {"year": 2021, "edition": drawn_region_edition().pk})
    draft = client.post(reverse("monitoring:list-draft", args=[run.pk]))

    assert (order.status_code, draft.status_code) == (403, 403)
    assert (Job.objects.count(), run.lists.count()) == (0, 0)
    assert "Составить список" not in client.get(reverse("monitoring:run", args=[run.pk])).text


def test_year_without_results_cannot_be_ordered(client, drawn_region):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    client.force_login(drawn_region.centre)

    page = client.post(reverse("monitoring:run-order"), {"year": 2015, "edition": drawn_region_edition().pk})

    assert (page.status_code, IdentificationRun.objects.count(), Job.objects.count()) == (422, 0, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_home_is_of_own_territory_in_constant_queries(client, drawn_region, foreign, django_assert_num_queries, count):
    drawn_region.school("131001", "Тагарская СОШ", LOW)
    for _ in range(count):
        run = identify(drawn_region)
    approve(drawn_region, run)
    as_coordinator(client, drawn_region)

    with django_assert_num_queries(12):
        page = client.get(reverse("monitoring:home"))

    hub = page.context["hub"]
    assert [(counts.schools, counts.of("low_results")) for _run, counts in hub.runs] == [(1, 1)] * count
    assert (hub.in_force_counts.listed, hub.drafts, hub.may_load) == (1, [], True)
    assert "Чужая" not in page.text


def drawn_region_edition():
    return MethodologyEdition.objects.get(methodology__code="federal")
