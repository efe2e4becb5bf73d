"""An indicator put into a programme by its owner: where it may stand, what is promised of it, how it goes again."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.enums import ElementType, IndicatorKind
from indicators.models import Indicator
from indicators.services.definitions import Definition, define_indicator
from indicators.services.documents import Order
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests
from programmes.enums import ProgrammeStatus, RowChoice, Standing, TargetScope
from programmes.forms.promising import MEANWHILE
from programmes.models import ProgrammeIndicator, Target
from programmes.selectors.history import programme_history
from programmes.selectors.indicator_table import indicator_table
from programmes.selectors.rows import halves_of, row_choices
from programmes.services.drafting import SomebodySavedFirst
from programmes.services.promising import set_target
from programmes.services.rows import NewRow, RowRefused, add_row, take_row_back
from programmes.services.targets import NoReason, TargetRefused, Wanted, change_target
from schools.access import NotAllowed
from schools.enums import Kind
from tests.factories.catalogue import load_short
from tests.factories.programmes import make_programme

AFTER = date(2023, 1, 1)


def defined(land, now, code, name, level, owner=None):
    """An indicator of one question, and the question."""
    element = define_element(
        code=f"вопрос_{code}", name=f"Вопрос: {name}", type=ElementType.COUNT, level=level, actor=land.analyst, now=now
    )
    definition = Definition(
        kind=IndicatorKind.COUNT, formula=f"сумма(значение(«вопрос_{code}»))", level=level, unit_of_measure="школ"
    )
    edition = define_indicator(
        code=code, name=name, definition=definition, valid_from=now.date(), actor=land.analyst, now=now, owner=owner
    )
    return edition.indicator, element


@pytest.fixture
def drafted(land, now):
    """The region's programme, which brings the years, and a municipality's draft without a row."""
    load_short("1.2", now=now)
    land.clubs, land.question = defined(land, now, "клубы", "Школьные клубы", Kind.MUNICIPALITY)
    land.draft = make_programme(land.kezhma, land.coordinator, now, status=ProgrammeStatus.DRAFT)
    land.given = {"actor": land.coordinator, "now": now}
    return land


def row(land, **more):
    given = {"indicator": land.clubs, "number": "1.1", "what": "клуб", "out": "знаменателя нет: это количество"}
    return NewRow(**{**given, **more})


def test_a_row_with_its_target_is_judged_like_those_of_a_document(drafted, now):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    set_target(place=place, code="2022", wanted=Wanted("at_least", Decimal(3)), **drafted.given)
    drafted.draft.status, drafted.draft.approved_on = ProgrammeStatus.APPROVED, date(2021, 8, 20)
    drafted.draft.save()
    year = Target.objects.get(programme_indicator=place).period
    entry = Entry(drafted.question, drafted.kezhma, year, Decimal(4))
    enter_observation(entry=entry, actor=drafted.coordinator, now=now.replace(year=2022))
    fulfil_requests(clock=lambda: now)

    table = indicator_table(unit=drafted.kezhma, programme=drafted.draft, today=AFTER)

    (found,) = table.rows
    judged = {cell.year: cell.judgement.standing for cell in found.cells}
    assert (found.place.number, found.place.is_added, judged[2022]) == ("1.1", True, Standing.MET)


def test_what_is_counted_is_kept_and_the_row_stands_behind_the_others(drafted):
    first = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    other = Indicator.objects.get(code="rppko_1_2")

    second = add_row(
        programme=drafted.draft,
        row=row(drafted, indicator=other, number=" 1.2 ", grades="5–9", is_optional=True, part_of="1.1"),
        **drafted.given,
    )

    assert (second.number, second.part_of, second.choice) == ("1.2", "1.1", RowChoice.OPTIONAL)
    assert second.counted == {
        "what": "клуб",
        "subjects": "—",
        "grades": "5–9",
        "out": "знаменателя нет: это количество",
    }
    assert second.sort_order > first.sort_order


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": " "}, "У строки нет номера или он длиннее 20 знаков"),
        ({"number": "1" * 21}, "У строки нет номера или он длиннее 20 знаков"),
        ({"what": " "}, "Не сказано, что считается и кто не входит в знаменатель"),
        ({"out": ""}, "Не сказано, что считается и кто не входит в знаменатель"),
        ({"part_of": "9.9"}, "Строки 9.9 в программе нет"),
    ],
)
def test_a_row_that_says_too_little_is_refused(drafted, wrong, sentence):
    with pytest.raises(RowRefused, match=sentence):
        add_row(programme=drafted.draft, row=row(drafted, **wrong), **drafted.given)

    assert not ProgrammeIndicator.objects.filter(programme=drafted.draft).exists()


def test_a_closed_row_has_no_new_parts_and_is_not_offered_as_their_whole(drafted):
    whole = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    whole.closed_from = 2022
    whole.save()
    part = row(drafted, indicator=Indicator.objects.get(code="rppko_1_2"), number="1.2", part_of="1.1")

    with pytest.raises(RowRefused, match="Строка 1.1 закрыта с 2022 года: её частью показатель не бывает"):
        add_row(programme=drafted.draft, row=part, **drafted.given)
    assert row_choices(drafted.draft).rows == []


@pytest.mark.parametrize(
    ("status", "number", "stays"),
    [
        (ProgrammeStatus.DRAFT, "", False),
        (ProgrammeStatus.DRAFT, "17-п", True),
        (ProgrammeStatus.APPROVED, "", True),
    ],
)
def test_a_row_whose_targets_were_changed_by_decisions_stays_with_them(drafted, status, number, stays):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    target = set_target(place=place, code="2021", wanted=Wanted("at_least", Decimal(3)), **drafted.given)
    order = Order(number, date(2021, 3, 1)) if number else None
    four = Wanted("at_least", Decimal(4))
    change_target(target=target, wanted=four, cause="order", reason="Так", order=order, **drafted.given)
    if status == ProgrammeStatus.APPROVED:
        drafted.draft.status, drafted.draft.approved_on = status, date(2021, 8, 20)
        drafted.draft.save()

    if stays:
        with pytest.raises(RowRefused, match="пропало бы, кто, почему и по какому документу"):
            take_row_back(place=place, reason="Лишняя", **drafted.given)
    else:
        take_row_back(place=place, reason="Лишняя", **drafted.given)

    assert ProgrammeIndicator.objects.filter(pk=place.pk).exists() == stays


def test_an_indicator_and_a_number_stand_once(drafted):
    add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    other = Indicator.objects.get(code="rppko_1_2")

    with pytest.raises(RowRefused, match="Этот показатель уже стоит в программе: строка 1.1."):
        add_row(programme=drafted.draft, row=row(drafted, number="1.2"), **drafted.given)
    with pytest.raises(RowRefused, match="Номер 1.1 в программе занят"):
        add_row(programme=drafted.draft, row=row(drafted, indicator=other), **drafted.given)


def test_an_indicator_without_values_at_the_programme_s_unit_is_refused_and_not_offered(drafted, now):
    above, _ = defined(drafted, now, "край", "Показатель края", Kind.REGION)
    theirs, _ = defined(drafted, now, "канск", "Показатель Канска", Kind.MUNICIPALITY, owner=drafted.kansk)
    offered = {int(key) for key, _ in row_choices(drafted.draft).indicators}

    with pytest.raises(RowRefused, match="собирают на уровне «край», выше, чем у этой программы"):
        add_row(programme=drafted.draft, row=row(drafted, indicator=above), **drafted.given)
    with pytest.raises(RowRefused, match="ведёт город Канск для себя"):
        add_row(programme=drafted.draft, row=row(drafted, indicator=theirs), **drafted.given)
    assert (drafted.clubs.pk in offered, above.pk in offered, theirs.pk in offered) == (True, False, False)


def test_only_who_keeps_the_programme_and_with_a_reason_once_it_is_approved(drafted, now):
    with pytest.raises(NotAllowed):
        add_row(programme=drafted.draft, row=row(drafted), actor=drafted.neighbour, now=now)
    approved = make_programme(drafted.kansk, drafted.neighbour, now)
    with pytest.raises(NoReason, match="зачем нужен этот показатель"):
        add_row(programme=approved, row=row(drafted), actor=drafted.neighbour, now=now)

    add_row(programme=approved, row=row(drafted), actor=drafted.neighbour, now=now, reason="Решение совета")

    (told,) = programme_history(approved)
    assert (told.what, told.reason, told.changes) == (
        "Поставлен показатель",
        "Решение совета",
        (("строка", "", "1.1 Школьные клубы"),),
    )


def test_nothing_is_put_in_while_a_programme_is_considered(drafted, now):
    waiting = make_programme(drafted.kansk, drafted.neighbour, now, status=ProgrammeStatus.SUBMITTED)

    with pytest.raises(TargetRefused, match="на согласовании"):
        add_row(programme=waiting, row=row(drafted), actor=drafted.neighbour, now=now)


def test_a_row_added_here_goes_with_its_targets_one_of_a_document_stays(drafted):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    set_target(place=place, code="2022", wanted=Wanted("at_least", Decimal(3)), **drafted.given)

    take_row_back(place=place, **drafted.given)

    assert (ProgrammeIndicator.objects.filter(pk=place.pk).exists(), Target.objects.filter(value=3).exists()) == (
        False,
        False,
    )
    of_document = ProgrammeIndicator.objects.select_related("programme__unit").get(number="1.2")
    with pytest.raises(RowRefused, match="стоит в документе программы"):
        take_row_back(place=of_document, actor=drafted.analyst, now=drafted.given["now"], reason="Лишняя")
    with pytest.raises(RowRefused, match="уже убрал"):
        take_row_back(place=place, **drafted.given)


def test_whoever_takes_a_row_out_is_shown_what_goes_with_it_and_told_of_what_came_meanwhile(client, drafted):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    set_target(place=place, code="2021", wanted=Wanted("at_least", Decimal(3)), **drafted.given)
    page = reverse("programmes:row-remove", args=[place.pk])
    client.force_login(drafted.coordinator)

    shown = client.get(page)
    set_target(place=place, code="2022", wanted=Wanted("at_least", Decimal(4)), **drafted.given)
    told = client.post(page, {"reason": "Лишняя", "seen": shown.context["form"]["seen"].value()})

    assert shown.context["asks"] == ["2021 год: не менее 3"]
    assert (told.status_code, told.context["asks"]) == (422, ["2021 год: не менее 3", "2022 год: не менее 4"])
    assert told.context["form"].non_field_errors() == [MEANWHILE]
    assert told.context["form"]["reason"].value() == "Лишняя"
    with pytest.raises(SomebodySavedFirst):
        take_row_back(place=place, seen=shown.context["form"]["seen"].value(), **drafted.given)
    again = client.post(page, {"reason": "Лишняя", "seen": told.context["form"]["seen"].value()})
    assert (again.status_code, drafted.draft.programme_indicators.count()) == (302, 0)


def test_a_whole_stays_while_it_has_parts(drafted):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    other = Indicator.objects.get(code="rppko_1_2")
    add_row(programme=drafted.draft, row=row(drafted, indicator=other, number="1.2", part_of="1.1"), **drafted.given)

    with pytest.raises(RowRefused, match="Её частью названы строки: 1.2"):
        take_row_back(place=place, **drafted.given)


def test_a_target_of_each_is_asked_of_those_who_have_a_value(drafted):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    wanted = Wanted("at_least", Decimal(1))

    with pytest.raises(TargetRefused, match="не с кого"):
        set_target(place=place, code="2022", wanted=wanted, scope=TargetScope.EACH_SCHOOL, **drafted.given)
    kept = set_target(place=place, code="2022", wanted=wanted, scope=TargetScope.EACH_MUNICIPALITY, **drafted.given)

    assert kept.scope == TargetScope.EACH_MUNICIPALITY


def test_two_halves_are_written_changed_and_told(drafted, now):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    half = {"element": drafted.question.code, "operator": "at_least", "value": "4"}
    kept = set_target(place=place, code="2022", wanted=Wanted("at_least", Decimal(1), also=half), **drafted.given)

    change_target(
        target=kept, wanted=Wanted("at_least", Decimal(1), also={**half, "value": "5"}), cause="order",
        reason="Решение", **drafted.given,
    )  # fmt: skip

    kept.refresh_from_db()
    change = kept.changes.get()
    assert (kept.also["value"], change.was["also"]["value"], change.became["also"]["value"]) == ("5", "4", "5")
    assert halves_of(drafted.draft) == [("вопрос_клубы", "Вопрос: Школьные клубы")]
    with pytest.raises(TargetRefused, match="Две половины бывают"):
        set_target(place=place, code="2021", wanted=Wanted("yes", also=half), **drafted.given)
    with pytest.raises(TargetRefused, match="бывают у цели программы"):
        set_target(
            place=place,
            code="2021",
            unit=drafted.imba,
            wanted=Wanted("at_least", Decimal(1), also=half),
            **drafted.given,
        )


def test_a_coordinator_puts_an_indicator_in_and_promises_of_it_in_the_browser(client, drafted):
    client.force_login(drafted.coordinator)
    new = reverse("programmes:row-new", args=[drafted.draft.pk])
    page = client.get(reverse("programmes:programme", args=[drafted.draft.pk])).content.decode()
    typed = {"indicator": drafted.clubs.pk, "number": "1.1", "what": "клуб", "out": "знаменателя нет: это количество"}

    lost = client.post(new, {**typed, "out": ""})
    done = client.post(new, typed)
    place = ProgrammeIndicator.objects.get(programme=drafted.draft)
    target = client.post(
        reverse("programmes:target-new", args=[place.pk]), {"period": "2022", "operator": "at_least", "value": "3,5"}
    )

    assert new in page
    assert (lost.status_code, lost.context["form"]["what"].value()) == (422, "клуб")
    assert "Не сказано, кто не входит в знаменатель" in lost.content.decode()
    assert (done.status_code, done.url) == (302, reverse("programmes:target-new", args=[place.pk]))
    assert (target.status_code, place.targets.get().value, place.targets.get().period.code) == (
        302,
        Decimal("3.5"),
        "2022",
    )
    page = client.get(reverse("programmes:programme", args=[drafted.draft.pk])).content.decode()
    assert ("добавлена в портале" in page, reverse("programmes:row-remove", args=[place.pk]) in page) == (True, True)
    gone = client.post(reverse("programmes:row-remove", args=[place.pk]), {"reason": ""})
    assert (gone.status_code, drafted.draft.programme_indicators.count()) == (302, 0)


def test_whoever_does_not_keep_the_programme_finds_nothing_or_is_told_whose_it_is(client, drafted):
    place = add_row(programme=drafted.draft, row=row(drafted), **drafted.given)
    addresses = [
        reverse("programmes:row-new", args=[drafted.draft.pk]),
        reverse("programmes:row-remove", args=[place.pk]),
    ]
    other = Indicator.objects.get(code="rppko_1_2")
    typed = {"indicator": other.pk, "number": "2", "what": "приказ", "out": "никто"}

    client.force_login(drafted.neighbour)
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    assert [client.post(one, typed).status_code for one in addresses] == [404, 404]
    client.force_login(drafted.approver)
    page = client.get(addresses[0]).content.decode()
    assert ('<form class="form"' in page, client.post(addresses[0], typed).status_code) == (False, 403)


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_of_a_row_takes_the_same_queries_with_one_and_three(
    client, drafted, now, django_assert_num_queries, count
):
    for number in range(count):
        indicator, _ = defined(drafted, now, f"ещё{number}", f"Ещё один {number}", Kind.MUNICIPALITY)
        add_row(programme=drafted.draft, row=row(drafted, indicator=indicator, number=str(number)), **drafted.given)
    client.force_login(drafted.coordinator)
    address = reverse("programmes:row-new", args=[drafted.draft.pk])
    client.get(address)

    with django_assert_num_queries(8):
        client.get(address)


def test_an_approved_programme_asks_in_the_form_why(client, drafted, now):
    approved = make_programme(drafted.kezhma, drafted.coordinator, now)
    client.force_login(drafted.coordinator)
    typed = {"indicator": drafted.clubs.pk, "number": "1.1", "what": "клуб", "out": "никто"}

    asked = client.post(reverse("programmes:row-new", args=[approved.pk]), typed)

    assert (asked.status_code, asked.context["form"].errors["reason"]) == (
        422,
        ["Программа утверждена: напишите, зачем нужен показатель."],
    )
