"""Rows of the concept of Тасеевский район counted from results: two schools, works added up by hand."""

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.services.people import system_user
from indicators.enums import ValueStatus
from indicators.models import IndicatorValue, ValueCells
from indicators.services.recalculation import recalculate
from monitoring.enums import Source
from monitoring.models import SchoolResult
from programmes.catalogue import load_catalogue
from programmes.services.load_report import LoadReport
from programmes.services.loading import load_text
from programmes.services.loading_indicators import load_indicators

NOTHING = {"passport": (), "goals": (), "chapters": (), "notes": (), "abbreviations": {}, "activities": ()}


@pytest.fixture
def district(drawn_region, now):
    """The district of the concept: results of 2021/22, with a neighbour's school that must not be counted."""
    region = drawn_region
    region.one = region.school("147001", "Тасеевская СОШ № 1", at=region.minusinsk)
    region.two = region.school("147002", "Сивохинская СОШ", at=region.minusinsk)
    region.neighbour = region.school("131001", "Имбинская СОШ")
    for unit, subject, grade, marks, journal in (
        (region.one, "русский", 4, [1, 4, 10, 5], (2, 16, 2)),
        (region.one, "математика", 4, [0, 2, 8, 10], (12, 8, 0)),  # 12 of 20 raised: a sign
        (region.one, "Окружающий мир", 4, [0, 5, 10, 5], (1, 19, 0)),
        (region.two, "русский", 4, [2, 3, 1, 0], (0, 4, 2)),
        (region.one, "русский", 5, [4, 8, 6, 2], (1, 15, 4)),
        (region.one, "история", 8, [3, 3, 4, 0], None),
        (region.two, "математика", 7, [3, 2, 0, 0], (0, 5, 0)),
        (region.one, "русский", 10, [1, 2, 3, 4], None),
        (region.one, "география", 11, [2, 2, 2, 2], None),
        (region.neighbour, "русский", 4, [9, 9, 9, 9], (36, 0, 0)),
    ):
        write(region, unit, subject, grade, marks, journal)
    for unit, subject, grade, levels in (
        (region.one, "чтение", 4, [2, 3, 10, 5]),
        (region.one, "Математическая грамотность", 7, [1, 4, 5, 0]),
        (region.two, "Естественно-научная грамотность", 8, [0, 2, 2, 1]),
        (region.one, "Финансовая грамотность", 9, [9, 9, 9, 9]),  # no grade of the КДР
    ):
        region.result(unit, "КДР", subject, grade, 2021, sum(levels), levels[0], levels=levels)
    source = load_catalogue("concept-tasseevo")
    rows = tuple(one for one in source.indicators if one.direction == 1 and not one.why_asked)
    short = replace(source, indicators=rows, elements=(), **NOTHING)
    report = LoadReport()
    programme = load_text(source=short, actor=system_user(), now=now, report=report)
    load_indicators(programme=programme, source=short, actor=system_user(), now=now, report=report)
    assert recalculate(reason="всё", now=now).problems == {}
    return region


def write(region, unit, subject, grade, marks, journal):
    raised, confirmed, lowered = journal or (None, None, None)
    against = {"raised": raised, "confirmed": confirmed, "lowered": lowered}
    SchoolResult.objects.create(
        assessment=region.assessment("ВПР", subject, grade, 2021), unit=unit, load=region.load, source=Source.ROWS,
        is_current=True, n=sum(marks), failed=marks[0], marks=marks, **against,
    )  # fmt: skip


def test_each_row_is_what_its_works_add_up_to(district):
    def of(unit):
        rows = IndicatorValue.objects.filter(unit=unit, period__code="2022")
        return {
            row.edition.indicator.code.removeprefix("tasseevo_1_1_"): (row.n, row.d)
            for row in rows.select_related("edition__indicator")
        }

    # Of grade 4 mathematics is left out: 20 + 20 + 6 works remain.
    assert of(district.minusinsk) == {
        "1_1": (46, None), "4_1": (35, None), "5_1": (91, None),  # distributions: their wholes
        "1_1_2": (3, 46), "1_1_3": (12, 46), "1_1_4": (21, 46), "1_1_5": (10, 46),
        "2_1": (10, 35), "2_2": (12, 35), "3_1": (3, 18), "3_2": (7, 10),
        "4_1_1": (17, 35), "4_1_2": (6, 35), "4_1_3": (9, 35), "4_1_4": (3, 35),
        "5_1_1": (16, 91), "5_1_2": (8, 91), "5_1_3": (67, 91), "5_2": (1, None),
    } | {
        "1_1_o": (3, None), "1_2_o": (31, None), "2_1_o": (10, None), "2_2_o": (12, None), "3_1_o": (3, None),
        "3_2_o": (7, None), "4_1_o": (9, None), "4_2_o": (6, None), "5_1_1_o": (16, None), "5_1_2_o": (8, None),
        "5_1_3_o": (67, None),
    }  # fmt: skip
    cells = ValueCells.objects.filter(unit=district.minusinsk, period__code="2022").select_related("edition__indicator")
    assert {row.edition.indicator.code.removeprefix("tasseevo_1_1_"): row.cells for row in cells} == {
        "1_1": [3, 12, 21, 10],  # marks 2, 3, 4, 5
        "4_1": [3, 9, 17, 6],  # levels, the lowest first
        "5_1": [8, 67, 16],  # lowered, confirmed, raised
    }
    assert of(district.two)["1_1_o"] == (2, None)
    assert of(district.two)["5_1_2_o"] == (2, None)


def test_a_value_opens_into_works_of_every_subject_and_file(client, district, django_assert_num_queries):
    client.force_login(district.ministry)
    value = IndicatorValue.objects.get(
        edition__indicator__code="tasseevo_1_1_5_1_1", unit=district.minusinsk, period__code="2022"
    )
    # session, user, appointments, value, what feeds the year, members, assessments, facts, rows of files, notes
    with django_assert_num_queries(10):
        response = client.get(reverse("monitoring:value", args=[value.pk]))
    one = next(row for row in response.context["page"].rows if row.name == "Тасеевская СОШ № 1")
    assert [source.text for source in one.sources] == [
        "ВПР 2021/22, Математика, 4 класс: против журнала выше 12, равны 8, ниже 0; файл «итоги.csv»",
        "ВПР 2021/22, Окружающий мир, 4 класс: против журнала выше 1, равны 19, ниже 0; файл «итоги.csv»",
        "ВПР 2021/22, Русский язык, 4 класс: против журнала выше 2, равны 16, ниже 2; файл «итоги.csv»",
        "ВПР 2021/22, Русский язык, 5 класс: против журнала выше 1, равны 15, ниже 4; файл «итоги.csv»",
    ]

    share = IndicatorValue.objects.get(
        edition__indicator__code="tasseevo_1_1_1_1_2", unit=district.minusinsk, period__code="2022"
    )
    # The same, and whether a method names the share of raised marks and anything shows a sign.
    with django_assert_num_queries(12):
        response = client.get(reverse("monitoring:value", args=[share.pk]))
    two = next(row for row in response.context["page"].rows if row.name == "Сивохинская СОШ")
    assert [source.text for source in two.sources] == [
        "ВПР 2021/22, Русский язык, 4 класс: участников 6; «2» — 2, «3» — 3, «4» — 1, «5» — 0; файл «итоги.csv»"
    ]


def test_of_many_works_the_first_are_at_hand_and_the_rest_unfold(client, district, now):
    for grade in (6, 7, 8):
        write(district, district.one, "русский", grade, [1, 1, 1, 1], (0, 4, 0))
    client.force_login(district.ministry)
    value = IndicatorValue.objects.get(
        edition__indicator__code="tasseevo_1_1_5_1_1", unit=district.minusinsk, period__code="2022"
    )

    response = client.get(reverse("monitoring:value", args=[value.pk]))

    one = next(row for row in response.context["page"].rows if row.name == "Тасеевская СОШ № 1")
    assert (len(one.sources_at_hand), len(one.other_sources)) == (5, 2)
    # Once in the part, once in the whole of the share.
    assert response.content.decode().count("ВПР 2021/22, Русский язык, 8 класс") == 2
    assert response.content.decode().count("<summary>ещё 2</summary>") == 2


def test_a_school_whose_every_work_is_left_out_says_so(district, now):
    SchoolResult.objects.filter(unit=district.two, assessment__grade=4).update(n=10, raised=9, marks=[2, 3, 1, 4])

    recalculate(reason="ещё раз", now=now)

    row = IndicatorValue.objects.get(
        edition__indicator__code="tasseevo_1_1_1_1_o", unit=district.two, period__code="2022"
    )
    assert (row.n, row.status, row.left_out) == (None, ValueStatus.NOT_OBJECTIVE, 1)
