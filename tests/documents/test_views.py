"""The register of documents, and what a document stands behind."""

import re
from datetime import date

import pytest
from django.urls import reverse

from documents.enums import DocumentKind
from documents.models import Document
from documents.services.filing import DocumentRefused, file_document
from tests.factories.programmes import make_land, make_programme
from tests.refusals import bare


@pytest.fixture
def land(db):
    return make_land()


def file(unit, actor, now, title="Приказ о координаторе", **changes):
    given = {"kind": DocumentKind.ORDER, "number": "7", "dated_on": date(2021, 9, 1), **changes}
    return Document.objects.create(unit=unit, title=title, filed_by=actor, filed_at=now, **given)


@pytest.mark.parametrize("count", [1, 3])
def test_register_shows_own_territory_and_what_is_above_in_constant_queries(
    client, land, now, django_assert_num_queries, count
):
    mine = [file(land.imba, land.editor, now, number=str(n)) for n in range(count)]
    above = file(land.region, land.analyst, now)
    file(land.kansk, land.neighbour, now)
    client.force_login(land.coordinator)

    with django_assert_num_queries(8):  # session, user, municipalities, at the root, count, rows, borders, place
        answer = client.get(reverse("documents:register"))

    assert {each.pk for each in answer.context["page"]} == {above.pk, *(each.pk for each in mine)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "УЧЕТ"}, ["Отчёт и учёт"]),
        ({"kind": "analysis"}, ["Справка"]),
        ({"link": "no"}, ["Отчёт и учёт", "Справка"]),
        ({"link": "yes"}, ["Страница"]),
        ({"q": "имбинская справка"}, ["Справка"]),
    ],
)
def test_register_is_narrowed_by_its_address(client, land, now, query, found):
    file(land.imba, land.editor, now, title="Отчёт и учёт", kind=DocumentKind.OTHER)
    file(land.imba, land.editor, now, title="Справка", kind=DocumentKind.ANALYSIS)
    file(land.imba, land.editor, now, title="Страница", kind=DocumentKind.PAGE, url="https://imba.example.ru/")
    client.force_login(land.coordinator)
    answer = client.get(reverse("documents:register"), {**query, "sort": "title"})
    assert [each.title for each in answer.context["page"]] == found


def test_register_is_downloaded(client, land, now):
    file(land.imba, land.editor, now)
    client.force_login(land.coordinator)
    answer = client.get(reverse("documents:register"), {"file": "csv"})
    _head, row = answer.content.decode("utf-8-sig").splitlines()
    assert row.split(";")[:6] == [
        "Приказ о координаторе",
        "приказ",
        "Имбинская СОШ",
        "Кежемский район",
        "7",
        "01.09.2021",
    ]


def test_document_tells_what_it_stands_behind(client, land, now):
    programme = make_programme(land.kezhma, land.coordinator, now)
    client.force_login(land.coordinator)
    answer = client.get(reverse("documents:document", args=[programme.document_id]))
    (usage,) = answer.context["usages"]
    assert (usage.what, usage.title, usage.address) == (
        "МППКО",
        programme.title,
        reverse("programmes:programme", args=[programme.pk]),
    )


def test_foreign_and_missing_document_answer_alike(client, land, now):
    foreign = file(land.kansk, land.neighbour, now)
    client.force_login(land.coordinator)
    answers = [client.get(reverse("documents:document", args=[key])) for key in (foreign.pk, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bare(answers[0], foreign.pk) == bare(answers[1], 999_999)


def test_order_of_the_morning_in_krasnoyarsk_is_not_ahead(land, now):
    """At half past one in the morning there it is still yesterday in Greenwich."""
    morning = now.replace(hour=1)
    document = file_document(
        unit=land.kezhma,
        kind=DocumentKind.ORDER,
        title="Приказ",
        number="1",
        dated_on=morning.date(),
        actor=land.coordinator,
        now=morning.astimezone(tz=None),
    )
    assert document.dated_on == morning.date()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "https://kezhma.example.ru/" + "а" * 600}, "Слишком длинно (ссылка): 626 знаков, помещается 600"),
        ({"number": "1" * 61}, "Слишком длинно (номер): 61 знаков, помещается 60"),
        ({"title": "П" * 501}, "Слишком длинно (название): 501 знаков, помещается 500"),
        ({"dated_on": date(1, 1, 1)}, "слишком ранняя"),
    ],
)
def test_what_a_column_cannot_hold_is_told(land, now, changes, said):
    given = {"title": "Приказ", "number": "1", "dated_on": date(2021, 9, 1), **changes}
    with pytest.raises(DocumentRefused, match=re.escape(said)):
        file_document(unit=land.kezhma, kind=DocumentKind.ORDER, actor=land.coordinator, now=now, **given)
    assert Document.objects.count() == 0
