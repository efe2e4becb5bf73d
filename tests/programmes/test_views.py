"""Pages of programmes: own territory in a constant number of queries, forms that say what is wrong, 404 and 403."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.services.audit import record
from common.versions import CHANGED
from indicators.enums import Better, IndicatorKind, PeriodKind, ValueStatus
from indicators.models import Indicator, IndicatorEdition, IndicatorValue, Period, RecalculationRun
from programmes.enums import ProgrammeKind, ProgrammeStatus, SectionPart, TargetOperator, TargetScope
from programmes.models import Direction, Goal, PassportSection, Programme, ProgrammeIndicator, Target
from tests.factories.programmes import make_programme, make_unit
from tests.factories.school_lists import make_list
from tests.refusals import bare

GONE = "Выбранного больше нет среди тех, кто вправе. Выберите ещё раз."
DRAFT, SUBMITTED = ProgrammeStatus.DRAFT, ProgrammeStatus.SUBMITTED
TYPED = {
    "title": "Качество образования Кежемского района",
    "starts_on": "2021-09-01",
    "ends_on": "2022-12-31",
    "order_number": "281",
    "order_date": "2021-11-01",
    "order_url": "https://kezhma.example.ru/mppko.pdf",
}


def schools_with_programmes(land, now, count):
    return [
        make_programme(make_unit("school", f"13110{n}", f"Школа {n}", land.kezhma), land.editor, now)
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_register_shows_own_territory_in_constant_queries(client, land, now, django_assert_num_queries, count):
    mine = schools_with_programmes(land, now, count)
    make_programme(land.kansk, land.neighbour, now)
    make_programme(land.kansk_school, land.neighbour, now)
    client.force_login(land.coordinator)

    with django_assert_num_queries(8):  # session, user, municipalities, at the root, count, rows, borders, place
        answer = client.get(reverse("programmes:register"))

    assert {each.pk for each in answer.context["page"]} == {each.pk for each in mine}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=ИМБИНСКАЯ", {"imba"}),
        ("?kind=municipal", {"kezhma"}),
        ("?status=draft", {"taga"}),
        ("?kind=nonsense&within=zzz", {"imba", "kezhma", "taga"}),
    ],
)
def test_register_is_narrowed_by_its_address(client, land, now, query, found):
    programmes = {
        make_programme(land.imba, land.editor, now).pk: "imba",
        make_programme(land.kezhma, land.analyst, now).pk: "kezhma",
        make_programme(land.taga, land.editor, now, status=DRAFT).pk: "taga",
    }
    client.force_login(land.coordinator)
    answer = client.get(reverse("programmes:register") + query)
    assert {programmes[each.pk] for each in answer.context["page"]} == found


def test_filter_by_a_foreign_municipality_finds_what_a_missing_one_does(client, land, now):
    make_programme(land.imba, land.editor, now)
    make_programme(land.kansk, land.neighbour, now)
    client.force_login(land.coordinator)
    pages = [client.get(reverse("programmes:register"), {"within": key}) for key in (land.kansk.pk, 999_999)]
    assert [each.context["page"].count for each in pages] == [1, 1]  # not among the choices: as if it were not asked


def test_register_is_downloaded_as_it_is_filtered(client, land, now):
    make_programme(land.imba, land.editor, now)
    make_programme(land.taga, land.editor, now, status=DRAFT)
    client.force_login(land.coordinator)

    answer = client.get(reverse("programmes:register"), {"status": "draft", "file": "csv"})

    _head, *rows = answer.content.decode("utf-8-sig").splitlines()
    assert [row.split(";")[0] for row in rows] == ["Тагарская СОШ"]
    assert client.get(reverse("programmes:register"), {"file": "xlsx"}).content[:2] == b"PK"


@pytest.mark.parametrize("count", [1, 3])
def test_who_has_none_yet(client, land, now, django_assert_num_queries, count):
    without = [make_unit("municipality", f"20{n}", f"Район {n}", land.district) for n in range(count)]
    for unit in (land.kezhma, land.kansk):
        make_programme(unit, land.analyst, now)
    make_programme(without[0], land.analyst, now, status=SUBMITTED)
    client.force_login(land.analyst)
    client.get(reverse("programmes:register"), {"year": 2021})

    with django_assert_num_queries(6):  # session, user, count, rows, borders, place of the person
        answer = client.get(reverse("programmes:missing"))

    rows = {unit.name: unit.newest for unit in answer.context["page"]}
    assert rows == {unit.name: "на согласовании" if unit == without[0] else "ничего" for unit in without}


def test_coordinator_is_told_of_the_own_municipality_only(client, land, now):
    client.force_login(land.coordinator)
    answer = client.get(reverse("programmes:missing"), {"year": 2021})
    assert [unit.name for unit in answer.context["page"]] == ["Кежемский район"]


def test_schools_owe_nothing_before_the_list_is_approved(client, land):
    client.force_login(land.analyst)
    answer = client.get(reverse("programmes:missing"), {"year": 2021, "level": "school"})
    assert (answer.context["is_unknown"], answer.context["page"].count) == (True, 0)


def test_schools_of_the_approved_list_without_a_programme(client, land, now):
    Period.objects.create(code="2021", kind=PeriodKind.YEAR, starts_on="2021-01-01", ends_on="2021-12-31")
    make_list(land.region, 2021, [land.imba, land.kansk_school], land.approver, now)
    make_programme(land.imba, land.editor, now)
    shown = {}
    for person in (land.analyst, land.coordinator):
        client.force_login(person)
        answer = client.get(reverse("programmes:missing"), {"year": 2021, "level": "school"})
        shown[person.login] = [unit.name for unit in answer.context["page"]]
    assert shown == {"analyst": ["Канская СОШ № 1"], "coordinator": []}


@pytest.fixture
def regional(land, now):
    """The region's programme with a passport, a goal, a direction and an indicator with three targets."""
    programme = make_programme(land.region, land.analyst, now, starts_on=date(2020, 1, 1), approved_on=date(2020, 9, 1))
    PassportSection.objects.create(
        programme=programme, part=SectionPart.PASSPORT, number=1, title="Цель Программы", items=["Рост"], slip="иМСО"
    )
    goal = Goal.objects.create(programme=programme, number=1, text="Повышение качества")
    Goal.objects.create(programme=programme, parent=goal, number=1, text="Создать условия")
    direction = Direction.objects.create(programme=programme, number=5, title="Поддержка практики школ")
    give_indicators(programme, direction, 1)
    return programme


def give_indicators(programme, direction, count):
    for number in range(1, count + 1):
        indicator = Indicator.objects.create(code=f"i{number}", name=f"Доля {number}", sort_key="", search_key="")
        IndicatorEdition.objects.create(
            indicator=indicator, number=1, valid_from="2020-01-01", kind=IndicatorKind.SHARE, better=Better.MORE,
            level="school", formula="доля(школы)",
        )  # fmt: skip
        place = ProgrammeIndicator.objects.create(
            programme=programme, direction=direction, indicator=indicator, number=f"5.{number}", sort_order=number
        )
        for year, value in ((2021, 20), (2022, 50)):
            period, _ = Period.objects.get_or_create(
                code=str(year),
                defaults={"kind": PeriodKind.YEAR, "starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"},
            )
            Target.objects.create(
                programme_indicator=place, period=period, operator=TargetOperator.AT_LEAST, value=value,
                scope=TargetScope.EACH_DISTRICT,
            )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("reader", "queries", "history"), [("coordinator", 10, False), ("analyst", 11, True)])
def test_programme_is_one_page_in_constant_queries(
    client, land, now, regional, django_assert_num_queries, count, reader, queries, history
):
    record(actor=land.analyst, action="programme.loaded", target=regional, now=now)
    ProgrammeIndicator.objects.all().delete()
    Indicator.objects.all().delete()
    give_indicators(regional, regional.directions.get(), count)
    client.force_login(getattr(land, reader))

    # session, user; at the root and programme; directions, indicators, targets; history; text; goals; may he approve;
    # place of the person
    with django_assert_num_queries(queries):
        answer = client.get(reverse("programmes:programme", args=[regional.pk]))

    (block,) = answer.context["blocks"]
    assert [[cell.promise for cell in row.targets] for row in block.rows] == [
        ["не установлено", "не менее 20\xa0%, каждого округа", "не менее 50\xa0%, каждого округа"]
    ] * count
    page = answer.content.decode()
    assert [text in page for text in ("Описка документа: иМСО", "Создать условия", "<h2>История</h2>")] == [
        True,
        True,
        history,
    ]


def test_value_stands_under_its_target_for_who_may_see_it(client, land, now, regional):
    run = RecalculationRun.objects.create(started_at=now, finished_at=now, reason="тест")
    value = IndicatorValue.objects.create(
        edition=IndicatorEdition.objects.get(), period=Period.objects.get(code="2021"), unit=land.region, n=3, d=8,
        status=ValueStatus.KNOWN, run=run,
    )  # fmt: skip
    shown = {}
    for person in (land.analyst, land.coordinator):
        client.force_login(person)
        answer = client.get(reverse("programmes:programme", args=[regional.pk]))
        shown[person.login] = [(cell.value, cell.value_key) for cell in answer.context["blocks"][0].rows[0].targets]
    assert shown == {
        "analyst": [("", None), ("37,5\xa0%", value.pk), ("", None)],
        "coordinator": [("", None), ("", None), ("", None)],
    }


def test_foreign_and_missing_programme_answer_alike(client, land, now):
    foreign = make_programme(land.kansk, land.neighbour, now)
    client.force_login(land.coordinator)
    for name in ("programme", "correct", "amend"):
        answers = [client.get(reverse(f"programmes:{name}", args=[key])) for key in (foreign.pk, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert bare(answers[0], foreign.pk) == bare(answers[1], 999_999)
    for name in ("submit", "approve", "return"):
        answers = [client.post(reverse(f"programmes:{name}", args=[key])) for key in (foreign.pk, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]


def test_coordinator_drafts_and_submits(client, land):
    client.force_login(land.coordinator)

    client.post(reverse("programmes:new"), {**TYPED, "unit": land.kezhma.pk, "kind": "municipal"})
    programme = Programme.objects.get()
    answer = client.post(reverse("programmes:submit", args=[programme.pk]), follow=True)

    assert (answer.status_code, answer.context["programme"].status) == (200, SUBMITTED)
    assert [line.what for line in answer.context["history"]] == ["Подана на согласование", "Заведён черновик"]


def test_nobody_else_answers_for_a_submission_where_the_chosen_one_may_not(client, land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=DRAFT)
    client.force_login(land.coordinator)

    answer = client.post(
        reverse("programmes:submit", args=[programme.pk]), {"signatory": land.neighbour.pk}, follow=True
    )

    assert [str(one) for one in answer.context["messages"]] == [GONE]
    programme.refresh_from_db()
    assert (programme.status, programme.submitted_signatory) == (ProgrammeStatus.DRAFT, None)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", "У программы нет названия. Впишите его так, как в приказе."),
        ({"order_date": ""}, "order_date", "У приказа нет даты. Впишите день, которым он подписан."),
        ({"order_number": ""}, "order_number", "У приказа нет номера. Впишите его так, как на документе."),
        ({"ends_on": "32.13.2021"}, "ends_on", "Такого дня нет. Запишите его как 31.12.2021."),
        (
            {"ends_on": "2020-01-01"},
            "__all__",
            "Программа кончается 01.01.2020 раньше, чем начинается 01.09.2021. Поменяйте дни местами.",
        ),
        (
            {"kind": "school"},
            "__all__",
            "«Кежемский район» — муниципалитет, а ШППКО — программа другого уровня: школа.",
        ),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(client, land, changes, field, message):
    client.force_login(land.coordinator)
    typed = {**TYPED, "unit": land.kezhma.pk, "kind": "municipal", **changes}

    answer = client.post(reverse("programmes:new"), typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [message]
    assert answer.context["form"]["order_url"].value() == TYPED["order_url"]
    assert Programme.objects.count() == 0


def test_programme_of_a_foreign_unit_cannot_be_chosen(client, land):
    client.force_login(land.coordinator)
    answer = client.post(reverse("programmes:new"), {**TYPED, "unit": land.kansk.pk, "kind": "municipal"})
    assert answer.context["form"].errors["unit"] == ["За эту организацию вы программ не ведёте. Выберите из списка."]


def test_who_keeps_no_programmes_is_told_so_instead_of_an_empty_form(client, land):
    for person, is_for_nobody in ((land.approver, True), (land.editor, False)):
        client.force_login(person)
        assert client.get(reverse("programmes:new")).context["is_for_nobody"] is is_for_nobody


def test_approver_returns_and_then_approves(client, land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=SUBMITTED)
    client.force_login(land.approver)

    wrong = client.post(reverse("programmes:return", args=[programme.pk]), {"reason": ""})
    assert (wrong.status_code, wrong.context["return_form"].errors["reason"][0][:24]) == (
        422,
        "Не сказано, почему прогр",
    )
    client.post(reverse("programmes:return", args=[programme.pk]), {"reason": "Нет показателей."})
    programme.refresh_from_db()
    assert (programme.status, programme.return_comment) == (ProgrammeStatus.RETURNED, "Нет показателей.")

    client.force_login(land.coordinator)
    client.post(reverse("programmes:submit", args=[programme.pk]))
    client.force_login(land.approver)
    order = {"order_number": "14-ос", "order_date": "2021-11-10", "order_url": ""}
    client.post(reverse("programmes:approve", args=[programme.pk]), order)
    programme.refresh_from_db()
    assert (programme.status, programme.approved_on) == (ProgrammeStatus.APPROVED, date(2021, 11, 10))


def test_refusal_of_the_service_is_shown_in_the_form(client, land, now):
    programme = make_programme(land.kezhma, land.approver, now, status=SUBMITTED)
    client.force_login(land.approver)
    answer = client.post(reverse("programmes:approve", args=[programme.pk]))
    assert answer.status_code == 422
    assert answer.context["approve_form"].non_field_errors() == [
        "Программу утверждает не тот, кто её подал. Попросите другого утверждающего."
    ]


def test_who_may_see_but_not_do_is_refused(client, land, now):
    """A coordinator sees the municipality's programme and does not approve it; a school reads it and does not edit."""
    programme = make_programme(land.kezhma, land.analyst, now, status=SUBMITTED)
    approved = make_programme(land.kezhma, land.analyst, now, starts_on=date(2020, 1, 1))
    client.force_login(land.coordinator)
    assert client.post(reverse("programmes:approve", args=[programme.pk])).status_code == 403
    client.force_login(land.editor)
    assert client.post(reverse("programmes:correct", args=[approved.pk]), TYPED).status_code == 403
    assert list(AuditEvent.objects.filter(action__startswith="programme.")) == []


def test_change_after_approval_is_told_on_the_page(client, land, now):
    programme = make_programme(land.kezhma, land.coordinator, now)
    client.force_login(land.approver)
    typed = {**TYPED, "title": programme.title, "ends_on": "2023-12-31", "reason": "Продлена на год."}

    answer = client.post(reverse("programmes:amend", args=[programme.pk]), typed, follow=True)

    assert [change.reason for change in answer.context["changes_after_approval"]] == ["Продлена на год."]
    assert ("Изменено после утверждения" in answer.content.decode()) is True


def test_kind_of_measures_is_offered_and_the_regional_one_is_not(client, land):
    client.force_login(land.coordinator)
    form = client.get(reverse("programmes:new")).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == [
        ProgrammeKind.MUNICIPAL,
        ProgrammeKind.MUNICIPAL_MEASURES,
        ProgrammeKind.SCHOOL,
    ]


def test_second_to_save_is_told_what_the_first_wrote_and_keeps_his_own(client, land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=DRAFT)
    client.force_login(land.coordinator)
    address = reverse("programmes:correct", args=[programme.pk])
    seen = client.get(address).context["form"]["seen"].value()
    Programme.objects.update(title="Программа, как её назвал первый")

    answer = client.post(address, {**TYPED, "seen": seen})

    form = answer.context["form"]
    assert form.non_field_errors() == [CHANGED]
    assert [(clash.name, clash.theirs) for clash in form.clashes][0] == ("title", "Программа, как её назвал первый")
    assert (form["title"].value(), form["seen"].value() == seen) == (TYPED["title"], False)
    client.post(address, {**TYPED, "seen": form["seen"].value()})
    assert Programme.objects.get().title == TYPED["title"]
