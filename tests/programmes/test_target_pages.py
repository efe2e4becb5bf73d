"""Pages of targets: what is open, the form that changes one, the rows to choose; in few queries, for whom they are."""

from decimal import Decimal

import pytest
from django.urls import reverse

from programmes.enums import RowChoice, TargetOperator
from programmes.models import ProgrammeIndicator, Target
from programmes.services.targets import Wanted, change_target
from tests.factories.catalogue import load_short


@pytest.fixture
def programme(land, now):
    land.programme = load_short("5.4.5", "5.7", "7.4", "7.5", "7.6", now=now)
    return land.programme


def target(number="7.4", year="2021"):
    return Target.objects.get(programme_indicator__number=number, period__code=year)


def page(one=None):
    return reverse("programmes:target", args=[(one or target()).pk])


CHANGE = {"operator": "at_least", "value": "22,5", "cause": "mistake", "reason": "Опечатка в приказе"}


def test_a_target_is_changed_in_the_browser_and_says_what_it_was(client, programme, land):
    client.force_login(land.analyst)

    done = client.post(page(), CHANGE, follow=True)

    assert target().value == Decimal("22.5")
    text = done.content.decode()
    assert "было ≥\xa020\xa0%, стало ≥\xa022,5\xa0%" in text
    assert "Исправлена ошибка: Опечатка в приказе" in text


def test_nothing_typed_is_lost_where_the_reason_is_missing(client, programme, land):
    client.force_login(land.analyst)

    answer = client.post(page(), {**CHANGE, "reason": ""})

    assert (answer.status_code, target().value) == (422, 20)
    assert "Выберите причину и напишите её словами" in answer.content.decode()
    assert answer.context["form"]["value"].value() == "22,5"


def test_a_reason_is_a_paragraph_and_no_book(client, programme, land):
    client.force_login(land.analyst)

    answer = client.post(page(), {**CHANGE, "reason": "я" * 100_000})

    said = "Убедитесь, что это значение содержит не более 2000 символов (сейчас 100000)."
    assert (answer.status_code, answer.context["form"].errors, target().value) == (422, {"reason": [said]}, 20)


def test_an_open_sign_asks_for_the_decision(client, programme, land):
    Target.objects.filter(pk=target().pk).update(operator=TargetOperator.UNSPECIFIED)
    client.force_login(land.analyst)
    assert "Определить сравнение" in client.get(page()).content.decode()
    settled = {"operator": "at_least", "value": "20", "reason": "Читать как «не менее»"}

    assert client.post(page(), settled).status_code == 422
    done = client.post(page(), {**settled, "order_number": "5", "order_date": "2021-10-01"}, follow=True)

    assert target().operator == TargetOperator.AT_LEAST
    assert "определено сравнение" in done.content.decode()


def test_a_reader_sees_the_target_and_whose_business_it_is(client, programme, land):
    client.force_login(land.coordinator)

    text = client.get(page()).content.decode()

    assert ('<form class="form"' in text, "вести программы" in text) == (False, True)
    assert client.post(page(), CHANGE).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_with_one_and_three(
    client, programme, land, now, django_assert_num_queries, count
):
    for number in ("7.4", "7.5", "7.6")[:count]:
        wanted = Wanted("at_least", Decimal(30))
        why = {"cause": "order", "reason": "Поручение", "actor": land.analyst, "now": now}
        change_target(target=target(number), wanted=wanted, **why)
        Target.objects.filter(pk=target(number, "2022").pk).update(operator=TargetOperator.UNSPECIFIED)
    client.force_login(land.coordinator)
    address = reverse("programmes:target-list", args=[programme.pk])
    client.get(address)

    with django_assert_num_queries(11):
        response = client.get(address)

    assert (len(response.context["open"]), len(response.context["changed"])) == (count, count)


def test_the_page_of_a_target_in_few_queries(client, programme, land, now, django_assert_max_num_queries):
    change_target(
        target=target(),
        wanted=Wanted("at_least", Decimal(30)),
        actor=land.analyst,
        now=now,
        cause="order",
        reason="Так",
    )
    client.force_login(land.analyst)
    client.get(page())

    with django_assert_max_num_queries(12):
        client.get(page())


def test_rows_are_chosen_in_the_browser_and_of_two_the_second_is_told(client, programme, land):
    ProgrammeIndicator.objects.filter(number__in=["5.7", "7.4"]).update(choice=RowChoice.OPTIONAL)
    rows = dict(ProgrammeIndicator.objects.values_list("number", "pk"))
    address = reverse("programmes:rows", args=[programme.pk])
    client.force_login(land.analyst)
    seen = client.get(address).context["form"]["seen"].value()

    first = client.post(address, {"seen": seen, "chosen": [rows["7.4"]]})
    second = client.post(address, {"seen": seen, "chosen": [rows["5.7"]]})

    assert (first.status_code, second.status_code) == (302, 422)
    assert second.context["form"]["chosen"].value() == [str(rows["5.7"])]
    clash = second.context["form"].clashes[0]
    assert (clash.mine.split(".")[0], clash.theirs.split(".")[0]) == ("5", "7")
    assert ProgrammeIndicator.objects.get(number="7.4").choice == RowChoice.CHOSEN


def test_a_document_read_by_others_is_not_found(client, programme, land, now):
    programme.status, programme.approved_on = "draft", None
    programme.save(update_fields=["status", "approved_on"])
    client.force_login(land.coordinator)

    for address in (page(), reverse("programmes:target-list", args=[programme.pk]),
                    reverse("programmes:rows", args=[programme.pk])):  # fmt: skip
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(("login", "is_offered"), [("analyst", True), ("coordinator", False)])
def test_ways_to_forms_are_shown_to_those_who_may_send_them(client, programme, land, login, is_offered):
    ProgrammeIndicator.objects.filter(number="7.5").update(choice=RowChoice.OPTIONAL)
    place = target().programme_indicator_id
    client.force_login(getattr(land, login))

    of_target = client.get(page()).content.decode()
    of_all = client.get(reverse("programmes:target-list", args=[programme.pk])).content.decode()

    forms = {
        reverse("programmes:target-new", args=[place]): of_target,
        reverse("programmes:row-rules", args=[place]): of_target,
        reverse("programmes:bands", args=[programme.pk]): of_all,
        reverse("programmes:rows", args=[programme.pk]): of_all,
    }
    assert {address: f'href="{address}"' in text for address, text in forms.items()} == dict.fromkeys(forms, is_offered)


@pytest.mark.parametrize(
    ("name", "button", "asked"),
    [
        ("bands", "Сохранить", "почему это меняется"),
        ("row-rules", "Сохранить", "почему это меняется"),
        ("target-new", "Поставить цель", "почему это меняется"),
        ("target-withdraw", "Снять цель", "почему цель снимается"),
    ],
)
def test_an_approved_programme_asks_why_beside_the_field(client, programme, land, name, button, asked):
    of = {"bands": programme.pk, "target-withdraw": target().pk}.get(name, target().programme_indicator_id)
    client.force_login(land.analyst)
    address = reverse(f"programmes:{name}", args=[of])

    shown = client.get(address)
    refused = client.post(address, {"reason": " "})

    assert (shown.context["form"]["reason"].field.required, f"<button>{button}</button>" in shown.content.decode()) == (
        True,
        True,
    )
    assert refused.status_code == 422
    assert refused.context["form"].errors["reason"] == [f"Программа утверждена: напишите одним предложением, {asked}."]


def test_a_draft_asks_for_no_reason(client, programme, land):
    programme.status, programme.approved_on = "draft", None
    programme.save(update_fields=["status", "approved_on"])
    client.force_login(land.analyst)

    page_of_bands = client.get(reverse("programmes:bands", args=[programme.pk]))

    assert page_of_bands.context["form"]["reason"].field.required is False
