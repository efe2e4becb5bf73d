from datetime import date

import pytest

from accounts.models import AuditEvent
from documents.services.filing import DocumentRefused
from indicators.services.documents import Order
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.services.drafting import NotEditable, ProgrammeRefused, correct_programme, draft_programme
from schools.access import NotAllowed
from tests.factories.programmes import make_programme

TERM = {"starts_on": date(2021, 9, 1), "ends_on": date(2022, 12, 31)}
ORDER = Order("281", date(2021, 11, 1), "https://kezhma.example.ru/mppko.pdf")


def draft(land, now, **changes):
    given = {
        "unit": land.kezhma,
        "kind": ProgrammeKind.MUNICIPAL,
        "title": "Повышение качества образования Кежемского района",
        "actor": land.coordinator,
        "now": now,
        **TERM,
        **changes,
    }
    return draft_programme(**given)


def test_coordinator_registers_a_programme_with_its_order(land, now):
    programme = draft(land, now, order=ORDER)

    assert (programme.status, programme.code) == (ProgrammeStatus.DRAFT, "131-municipal-2021")
    assert (programme.document.number, programme.document.url) == ("281", ORDER.url)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "document.filed",
        "programme.drafted",
    ]


def test_neighbour_may_not(land, now):
    with pytest.raises(NotAllowed):
        draft(land, now, actor=land.neighbour)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"kind": ProgrammeKind.SCHOOL},
            "«Кежемский район» — муниципалитет, а ШППКО — программа другого уровня: школа.",
        ),
        ({"title": " "}, "У программы нет названия. Впишите его так, как в приказе."),
        (
            {"ends_on": date(2021, 8, 1)},
            "Программа кончается 01.08.2021 раньше, чем начинается 01.09.2021. Поменяйте дни местами.",
        ),
        ({"ends_on": date(2121, 8, 1)}, "Срок программы длиннее 10 лет. Проверьте годы."),
    ],
)
def test_what_cannot_be_is_refused(land, now, changes, message):
    with pytest.raises(ProgrammeRefused) as refused:
        draft(land, now, **changes)
    assert str(refused.value) == message


def test_same_programme_twice_is_refused(land, now):
    draft(land, now)
    with pytest.raises(ProgrammeRefused, match="МППКО на этот срок уже есть"):
        draft(land, now)


def test_second_programme_of_a_year_gets_its_own_code(land, now):
    draft(land, now)
    assert draft(land, now, ends_on=date(2023, 12, 31)).code == "131-municipal-2021-2"


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (Order("281", date(2121, 1, 1)), "Дата документа 01.01.2121 ещё не наступила."),
        (Order("", date(2021, 1, 1)), "Нет ни номера, ни ссылки."),
        (Order("1", date(2021, 1, 1), "javascript:alert(1)"), "не похоже на адрес страницы"),
        (Order("1", date(2021, 1, 1), "https://login:word@site.ru/"), "не похоже на адрес страницы"),
    ],
)
def test_order_without_sense_is_refused(land, now, order, message):
    with pytest.raises(DocumentRefused, match=message):
        draft(land, now, order=order)


def test_draft_is_corrected(land, now):
    programme = draft(land, now)
    corrected = correct_programme(
        programme=programme,
        title="Качество образования района",
        starts_on=date(2022, 1, 1),
        ends_on=date(2023, 12, 31),
        actor=land.coordinator,
        now=now,
        order=ORDER,
    )
    assert (corrected.title, corrected.starts_on.year, corrected.document.number) == (
        "Качество образования района",
        2022,
        "281",
    )
    event = AuditEvent.objects.latest("pk")
    assert (event.before["order"], event.after["order"][-18:]) == ("", "№ 281 от 01.11.2021"[-18:])


@pytest.mark.parametrize("status", [ProgrammeStatus.SUBMITTED, ProgrammeStatus.APPROVED])
def test_submitted_and_approved_ones_stay(land, now, status):
    programme = make_programme(land.kezhma, land.analyst, now, status=status)
    with pytest.raises(NotEditable):
        correct_programme(programme=programme, title="Другое название", **TERM, actor=land.coordinator, now=now)
