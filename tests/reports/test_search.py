"""The search box: everything that a person may see, and nothing else."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.permissions import Role
from common.russian import search_key, sort_key
from documents.enums import DocumentKind
from documents.models import Document
from indicators.models import Indicator
from programmes.models import Programme
from reports.selectors.search import found
from schools.models import Alias
from tests.factories.programmes import make_land, make_programme, make_unit
from tests.factories.roadmap import make_result
from tests.factories.schools import make_user


@pytest.fixture
def land(db):
    return make_land()


def titles(user, text: str) -> dict[str, list[str]]:
    return {group.title: [hit.title for hit in group.hits] for group in found(user=user, text=text)}


def know_by(unit, name: str) -> None:
    Alias.objects.create(unit=unit, name=name, key=search_key(name))


@pytest.mark.parametrize("text", ["ИМБИНСКАЯ", "сош имбинская", "131001", "имбинск"])
def test_a_school_is_found_by_words_of_its_name_in_any_order_and_by_code(land, text):
    land.imba.search_key = search_key(f"{land.imba.name} {land.imba.code}")
    land.imba.save()

    assert titles(land.coordinator, text) == {"Школы и другие организации": ["Имбинская СОШ"]}


def test_yo_and_e_are_one_letter(land):
    make_unit("school", "131009", "Берёзовская СОШ", land.kezhma)

    assert titles(land.coordinator, "березовская") == titles(land.coordinator, "БЕРЁЗОВСКАЯ")
    assert titles(land.coordinator, "березовская") == {"Школы и другие организации": ["Берёзовская СОШ"]}


def test_a_former_name_is_found_and_told(land):
    know_by(land.imba, "Имбинская школа-интернат № 3")

    [group] = found(user=land.coordinator, text="интернат")

    assert [(hit.title, hit.note) for hit in group.hits] == [
        ("Имбинская СОШ", "Кежемский район, код 131001, известна и как «Имбинская школа-интернат № 3»")
    ]


def test_every_sort_is_found_each_in_its_group(land, now):
    document = Document.objects.create(
        unit=land.kezhma, kind=DocumentKind.ORDER, title="О повышении качества", number="17", filed_by=land.coordinator,
        filed_at=now, dated_on=date(2021, 5, 1),
    )  # fmt: skip
    programme = make_programme(land.kezhma, land.coordinator, now)
    programme.title, programme.search_key = "Качество района", search_key("Качество района")
    programme.save()
    indicator = Indicator.objects.create(
        code="k", name="Доля школ качества", sort_key=sort_key("Доля школ качества"), search_key="доля школ качества"
    )
    result = make_result(land, now)
    result.activity.title = "Анализ качества"
    result.activity.save()

    assert titles(land.coordinator, "качеств") == {
        "Программы": [programme.title, Programme.objects.regional().get().title],
        "Показатели": [indicator.name],
        "Мероприятия дорожных карт": ["Анализ качества"],
        "Документы": [str(document)],
    }


def test_a_neighbours_things_are_not_found(land, now):
    know_by(land.kansk_school, "Гимназия Канска")
    make_programme(land.kansk, land.neighbour, now)
    Document.objects.create(
        unit=land.kansk, kind=DocumentKind.ORDER, title="Канск", filed_by=land.neighbour, filed_at=now
    )

    assert titles(land.coordinator, "канск") == {}
    assert set(titles(land.analyst, "канск")) == {
        "Территории", "Школы и другие организации", "Программы", "Документы",
    }  # fmt: skip


def test_who_may_read_no_numbers_finds_no_indicator(land):
    Indicator.objects.create(code="k", name="Доля школ", sort_key=sort_key("Доля школ"), search_key="доля школ")

    assert titles(land.coordinator, "доля") == {"Показатели": ["Доля школ"]}
    assert titles(make_user("accounts", Role.ACCOUNT_ADMINISTRATOR, land.region), "доля") == {}
    assert titles(make_user("nobody"), "доля") == {}


@pytest.mark.parametrize("text", ["", "и", "  ", "%", "№"])
def test_too_little_finds_nothing(land, text):
    assert found(user=land.analyst, text=text) == []


def test_more_than_fits_is_told(land):
    for number in range(12):
        make_unit("school", f"1315{number:02}", f"Малая школа {number}", land.kezhma)

    [group] = found(user=land.coordinator, text="малая")

    assert ([hit.title for hit in group.hits][:3], len(group.hits), group.has_more) == (
        ["Малая школа 0", "Малая школа 1", "Малая школа 2"], 10, True,
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_constant_queries(client, land, now, count, django_assert_num_queries):
    for number in range(count):
        make_unit("school", f"13190{number}", f"Новая школа {number}", land.kezhma)
    client.force_login(land.coordinator)

    # session, user, place; territory, schools, 2 programmes, indicators, activities with root, documents with root
    with django_assert_num_queries(12):
        answer = client.get(reverse("reports:search"), {"q": "новая"})

    assert [len(group.hits) for group in answer.context["groups"]] == [count]
