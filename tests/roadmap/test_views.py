"""Pages of the roadmap: how results stand, who did what, forms; own territory, 404 and 403."""

from datetime import date

import pytest
from django.urls import reverse

from common.versions import CHANGED
from documents.enums import DocumentKind
from documents.services.filing import Paper
from indicators.enums import PeriodKind
from indicators.models import Period, PeriodBasis
from roadmap.enums import Recurrence, ResultState
from roadmap.models import Execution
from roadmap.services.execution import accept_execution, report_execution, return_execution
from schools.enums import Kind
from tests.factories.programmes import make_programme, make_unit
from tests.factories.roadmap import make_result
from tests.factories.school_lists import make_list
from tests.refusals import bare

GONE = "Выбранного больше нет среди тех, кто вправе. Выберите ещё раз."
PROOF = Paper(DocumentKind.ANALYSIS, "Аналитическая справка", "12", date(2021, 10, 20), "https://coko24.ru/spravka.pdf")
TYPED = {
    "window_number": 1,
    "done_on": "2021-10-25",
    "proof_kind": "analysis",
    "proof_title": "Аналитическая справка",
    "proof_number": "12",
    "proof_date": "2021-10-20",
    "proof_url": "https://coko24.ru/spravka.pdf",
    "comment": "",
}


def do(result, unit, actor, now, done_on=date(2021, 10, 25), **changes):
    return report_execution(result=result, unit=unit, actor=actor, now=now, done_on=done_on, proof=PROOF, **changes)


def cells(answer):
    """The states of the year 2021 by number of the activity."""
    years = answer.context["years"]
    return {
        row.activity.number: [each.state for said in row.of_year(years, 2021) for each in said.windows]
        for row in answer.context["rows"]
    }


def grid(client, **query):
    return client.get(reverse("roadmap:grid"), {"year": 2021, **query})


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("reader", "queries"), [("coordinator", 11), ("analyst", 11)])
def test_grid_costs_the_same_however_long(client, land, now, django_assert_num_queries, count, reader, queries):
    period = Period.objects.create(code="2021", kind=PeriodKind.YEAR, starts_on="2021-01-01", ends_on="2021-12-31")
    PeriodBasis.objects.create(period=period, academic_year=2020, cohort_year=2021)
    for _ in range(count):
        do(make_result(land, now), land.region, land.analyst, now)
        do(make_result(land, now, level=Kind.MUNICIPALITY), land.kezhma, land.coordinator, now)
    client.force_login(getattr(land, reader))
    grid(client)

    # session, user; at the root, programmes; activities; places; rule of the year and the list; executions; terms;
    # place of the person
    with django_assert_num_queries(queries):
        answer = grid(client)

    assert len(answer.context["rows"]) == 2 * count


def test_grid_tells_how_each_result_stands_on_a_day(client, land, now):
    results = [make_result(land, now) for _ in range(4)]
    accept_execution(execution=do(results[0], land.region, land.analyst, now), actor=land.approver, now=now)
    do(results[1], land.region, land.analyst, now)
    back = do(results[2], land.region, land.analyst, now)
    return_execution(execution=back, reason="Ссылка не открывается.", actor=land.approver, now=now)
    client.force_login(land.coordinator)

    A, R, B = ResultState.ACCEPTED, ResultState.REPORTED, ResultState.RETURNED
    assert cells(grid(client, on="2021-11-15")) == {1: [A], 2: [R], 3: [B], 4: [ResultState.OVERDUE]}
    running = cells(grid(client, on="2021-10-01"))
    assert (running[1], running[4]) == ([ResultState.RUNNING], [ResultState.RUNNING])  # done later than that day
    assert cells(grid(client, on="2021-08-31"))[4] == [ResultState.AHEAD]


def test_on_demand_is_never_overdue_and_each_time_stands_apart(client, land, now):
    spans = [(date(2021, 1, 1), date(2021, 6, 30)), (date(2021, 7, 1), date(2021, 12, 31))]
    twice = make_result(land, now, windows=spans, recurrence=Recurrence.HALF_YEARLY)
    make_result(land, now, recurrence=Recurrence.ON_DEMAND)
    do(twice, land.region, land.analyst, now, done_on=date(2021, 7, 5))
    client.force_login(land.analyst)

    answer = grid(client, on="2021-11-15")

    assert cells(answer) == {1: [ResultState.REPORTED, ResultState.RUNNING], 2: [ResultState.NOT_ASKED]}
    first = answer.context["rows"][0].of_year(answer.context["years"], 2021)[0]
    assert [each.is_late for each in first.windows] == [True, False]


def test_result_of_municipalities_is_a_share_with_a_threshold(client, land, now):
    half = make_result(land, now, level=Kind.MUNICIPALITY, threshold_percent=50)
    everybody = make_result(land, now, level=Kind.MUNICIPALITY)
    for result in (half, everybody):
        do(result, land.kezhma, land.coordinator, now)
    client.force_login(land.analyst)

    answer = grid(client, on="2021-11-15")

    assert cells(answer) == {1: [ResultState.REPORTED], 2: [ResultState.OVERDUE]}
    said = answer.context["rows"][0].of_year(answer.context["years"], 2021)[0].windows[0]
    assert (said.share.part, said.share.whole) == (1, 2)


def test_result_of_schools_is_owed_by_the_list_of_its_year(client, land, now):
    for year in (2021, 2022):
        Period.objects.create(code=str(year), kind=PeriodKind.YEAR, starts_on=f"{year}-01-01", ends_on=f"{year}-12-31")
    make_list(land.region, 2021, [land.imba, land.kansk_school], land.approver, now)
    result = make_result(land, now, level=Kind.SCHOOL)
    next_year = make_result(land, now, level=Kind.SCHOOL, windows=[(date(2022, 9, 1), date(2022, 9, 30))])
    do(result, land.imba, land.coordinator, now)

    said = {}
    for person in (land.analyst, land.coordinator, land.neighbour):
        client.force_login(person)
        rows = grid(client, on="2021-11-15").context["rows"]
        each = rows[0].of_year([2020, 2021, 2022], 2021)[0].windows[0]
        said[person.login] = (each.state, each.share.part, each.share.whole)
        assert rows[1].of_year([2020, 2021, 2022], 2022)[0].state == ResultState.NOBODY
    assert said == {
        "analyst": (ResultState.OVERDUE, 1, 2),
        "coordinator": (ResultState.REPORTED, 1, 1),
        "neighbour": (ResultState.OVERDUE, 0, 1),
    }
    assert next_year.year == 2022


def test_municipality_sees_its_own_execution_and_not_the_neighbours(client, land, now):
    do(make_result(land, now, level=Kind.MUNICIPALITY), land.kansk, land.neighbour, now)
    for person, state in ((land.coordinator, ResultState.OVERDUE), (land.neighbour, ResultState.REPORTED)):
        client.force_login(person)
        assert cells(grid(client, on="2021-11-15")) == {1: [state]}
    client.force_login(land.coordinator)
    assert cells(grid(client, on="2021-11-15", place=land.kansk.pk)) == {1: [ResultState.OVERDUE]}


def test_school_reads_the_roadmap_as_its_municipality_stands(client, land, now):
    do(make_result(land, now, level=Kind.MUNICIPALITY), land.kezhma, land.coordinator, now)
    client.force_login(land.editor)
    assert cells(grid(client, on="2021-11-15")) == {1: [ResultState.REPORTED]}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [({"body": "МСО"}, {2}), ({"state": "reported"}, {1}), ({"direction": 2}, {1, 2}), ({"body": "нет"}, {1, 2})],
)
def test_grid_is_narrowed_by_its_address(client, land, now, query, numbers):
    do(make_result(land, now), land.region, land.analyst, now)
    make_result(land, now, level=Kind.MUNICIPALITY)
    client.force_login(land.coordinator)
    assert set(cells(grid(client, on="2021-11-15", **query))) == numbers


def test_grid_is_downloaded_one_line_a_term(client, land, now):
    do(make_result(land, now), land.region, land.analyst, now)
    client.force_login(land.analyst)
    answer = grid(client, on="2021-11-15", file="csv")
    _head, row = answer.content.decode("utf-8-sig").splitlines()
    assert row.split(";")[4:] == [
        "2021", "Проведена идентификация школ", "Сентябрь-октябрь 2021 г.", "01.09.2021", "31.10.2021",
        "ждёт приёмки", "1", "1", "25.10.2021",
    ]  # fmt: skip


def test_there_is_no_roadmap_before_the_programme_is_loaded(client, land):
    client.force_login(land.coordinator)
    answer = client.get(reverse("roadmap:grid"))
    assert (answer.status_code, answer.templates[0].name) == (200, "roadmap/none.html")


def test_a_programme_without_activities_does_not_show_anothers(client, land, now):
    make_result(land, now)
    bare_programme = make_programme(land.kezhma, land.coordinator, now)
    client.force_login(land.coordinator)

    answer = client.get(reverse("roadmap:grid"), {"programme": bare_programme.pk})

    assert (answer.status_code, answer.templates[0].name) == (200, "roadmap/none.html")
    assert answer.context["programme"] == bare_programme


def test_activity_tells_its_results_and_documents(client, land, now):
    result = make_result(land, now)
    client.force_login(land.editor)
    answer = client.get(reverse("roadmap:activity", args=[result.activity_id]), {"on": "2021-11-15"})
    page = answer.content.decode()
    assert [text in page for text in ("Проведена идентификация школ", "Аналитическая справка", "просрочено")] == [
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_result_lists_who_owes_it_in_constant_queries(client, land, now, django_assert_num_queries, count):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    units = [make_unit("municipality", f"20{n}", f"Район {n}", land.district) for n in range(count)]
    for unit in units:
        do(result, unit, land.analyst, now)
    client.force_login(land.analyst)

    # session, user; result; windows; count, rows, executions; may he report; place of the person
    with django_assert_num_queries(11):
        answer = client.get(reverse("roadmap:result", args=[result.pk]), {"on": "2021-11-15"})

    states = {unit.name: unit.state for unit in answer.context["page"]}
    assert states == {
        "Кежемский район": ResultState.OVERDUE,
        "город Канск": ResultState.OVERDUE,
        **{unit.name: ResultState.REPORTED for unit in units},
    }


def test_coordinator_sees_the_own_line_of_a_result(client, land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    foreign = do(result, land.kansk, land.neighbour, now)
    client.force_login(land.coordinator)

    answer = client.get(reverse("roadmap:result", args=[result.pk]))

    assert [unit.name for unit in answer.context["page"]] == ["Кежемский район"]
    pages = [client.get(reverse("roadmap:execution", args=[key])) for key in (foreign.pk, 999_999)]
    assert [page.status_code for page in pages] == [404, 404]
    assert bare(pages[0], foreign.pk) == bare(pages[1], 999_999)


def test_coordinator_reports_and_the_institute_accepts(client, land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    client.force_login(land.coordinator)
    client.post(reverse("roadmap:report", args=[result.pk]), {**TYPED, "unit": land.kezhma.pk})
    execution = Execution.objects.get()
    assert (execution.state, execution.unit, execution.document.number) == ("reported", land.kezhma, "12")
    assert client.post(reverse("roadmap:accept", args=[execution.pk])).status_code == 403

    client.force_login(land.methodist)
    answer = client.post(reverse("roadmap:accept", args=[execution.pk]), follow=True)
    assert (answer.context["execution"].state, answer.context["history"][0][1]) == ("accepted", "Принято")


def test_nobody_else_answers_for_an_execution_where_the_chosen_one_may_not(client, land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    client.force_login(land.coordinator)
    typed = {**TYPED, "unit": land.kezhma.pk, "signatory": land.neighbour.pk}
    answer = client.post(reverse("roadmap:report", args=[result.pk]), typed)
    assert (answer.status_code, answer.context["form"].errors["__all__"]) == (422, [GONE])
    assert Execution.objects.count() == 0

    execution = do(result, land.kezhma, land.coordinator, now)
    client.force_login(land.methodist)
    address = reverse("roadmap:accept", args=[execution.pk])
    answer = client.post(address, {"signatory": land.neighbour.pk}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [GONE]
    execution.refresh_from_db()
    assert (execution.state, execution.accepted_signatory) == ("reported", None)


def test_execution_is_returned_with_what_is_missing(client, land, now):
    execution = do(make_result(land, now, level=Kind.MUNICIPALITY), land.kezhma, land.coordinator, now)
    client.force_login(land.approver)
    address = reverse("roadmap:return", args=[execution.pk])

    wrong = client.post(address, {"reason": " "})
    assert (wrong.status_code, wrong.context["form"].errors["reason"]) == (
        422,
        ["Не сказано, почему выполнение возвращается. Напишите, чего не хватает."],
    )
    client.post(address, {"reason": "Ссылка не открывается."})
    execution.refresh_from_db()
    assert (execution.state, execution.return_comment) == ("returned", "Ссылка не открывается.")


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"done_on": "2121-01-01"}, "__all__", "День выполнения 01.01.2121 ещё не наступил. Проверьте дату."),
        ({"done_on": "вчера"}, "done_on", "Такого дня нет. Запишите его как 31.12.2021."),
        ({"proof_title": ""}, "proof_title", "У документа нет названия. Впишите, как он называется."),
        (
            {"proof_title": "", "proof_number": "", "proof_date": "", "proof_url": ""},
            "__all__",
            "Нет документа, закрепляющего результат. Впишите его название и номер с датой или ссылку.",
        ),
        (
            {"proof_url": "javascript:alert(1)"},
            "__all__",
            "«javascript:alert(1)» не похоже на адрес страницы. Адрес начинается с https:// или http://.",
        ),
    ],
)
def test_form_says_what_is_wrong(client, land, now, changes, field, message):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    client.force_login(land.coordinator)
    answer = client.post(reverse("roadmap:report", args=[result.pk]), {**TYPED, "unit": land.kezhma.pk, **changes})
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [message])
    assert Execution.objects.count() == 0


def test_nobody_reports_for_a_foreign_unit(client, land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    client.force_login(land.coordinator)
    address = reverse("roadmap:report", args=[result.pk])

    answer = client.post(address, {**TYPED, "unit": land.kansk.pk})
    assert answer.context["form"].errors["unit"] == [
        "За эту организацию вы выполнение не отмечаете. Выберите из списка."
    ]
    shown = [client.get(address, {"unit": key}) for key in (land.kansk.pk, 999_999)]
    assert [page.status_code for page in shown] == [404, 404]
    assert bare(shown[0], land.kansk.pk) == bare(shown[1], 999_999)


def test_what_one_has_written_is_not_offered_to_another(client, land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    do(result, land.kezhma, land.coordinator, now)
    address = reverse("roadmap:report", args=[result.pk])
    client.force_login(land.analyst)
    assert client.get(address).context["form"]["proof_title"].value() == ""
    assert client.get(address, {"unit": land.kezhma.pk}).context["form"]["proof_number"].value() == "12"
    client.force_login(land.coordinator)
    assert client.get(address).context["form"]["proof_number"].value() == "12"


def test_result_of_the_region_is_not_offered_to_a_coordinator(client, land, now):
    result = make_result(land, now)
    client.force_login(land.coordinator)
    answer = client.get(reverse("roadmap:report", args=[result.pk]))
    assert (answer.status_code, answer.context["has_units"]) == (200, False)


def test_execution_of_the_region_is_read_below_it(client, land, now):
    execution = do(make_result(land, now), land.region, land.analyst, now)
    client.force_login(land.editor)
    answer = client.get(reverse("roadmap:execution", args=[execution.pk]))
    assert (answer.status_code, answer.context["execution"].pk) == (200, execution.pk)


def test_second_to_report_is_told_what_the_first_wrote_and_keeps_his_own(client, land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    client.force_login(land.coordinator)
    address = reverse("roadmap:report", args=[result.pk])
    seen = client.get(address).context["form"]["seen"].value()
    do(result, land.kezhma, land.analyst, now)
    typed = {**TYPED, "unit": land.kezhma.pk, "done_on": "2021-10-30", "seen": seen}

    answer = client.post(address, typed)

    form = answer.context["form"]
    assert form.non_field_errors() == [CHANGED]
    told = {clash.label: (clash.mine, clash.theirs) for clash in form.clashes}
    assert told["День выполнения"] == ("30.10.2021", "25.10.2021")
    client.post(address, {**typed, "seen": answer.context["form"]["seen"].value()})
    assert Execution.objects.get().done_on == date(2021, 10, 30)
