"""What a report says is what whoever ordered it may see, and it says what is not known."""

from datetime import date

import pytest

from accounts.permissions import Role
from indicators.models import IndicatorValue, Period, RecalculationRequest
from indicators.services.closing import close_period
from indicators.services.documents import Order
from indicators.services.recalculation import recalculate
from monitoring.models import MethodologyEdition
from monitoring.services.identification import run_identification
from monitoring.services.identification_lists import draft_list
from reports.selectors.basis import NothingToReport
from reports.services.composing import compose
from reports.services.parts import Items, Paragraph, PrintedTable, Subheading
from tests.factories.schools import make_user


def composed(place, name="identification", unit=None, user=None, year=2021):
    return compose(name=name, unit=unit or place.region, year=year, user=user or place.ministry, now=place.now)


def section(report, title):
    return next(one for one in report.sections if one.title == title)


def said(report) -> str:
    """Every word of a report: paragraphs, lists, cells."""
    words = [value for line in (*report.requisites, *report.sources) for value in line]
    for block in (block for one in report.sections for block in one.blocks):
        match block:
            case Paragraph(text=text) | Subheading(text=text):
                words.append(text)
            case Items(items=items):
                words += items
            case PrintedTable():
                words += [str(value) for row in block.rows for value in row]
    return " ".join(words).replace("\N{NO-BREAK SPACE}", " ")


def table(report, title) -> PrintedTable:
    blocks = (block for one in report.sections for block in one.blocks if isinstance(block, PrintedTable))
    return next(block for block in blocks if block.table.title == title)


def test_summary_counts_schools_in_words(place):
    blocks = section(composed(place), "Главное").blocks
    texts = [block.text.replace("\N{NO-BREAK SPACE}", " ") for block in blocks if isinstance(block, Paragraph)]

    assert texts == [
        "Идентификация проведена по результатам 2020/21 учебного года. Рассмотрено 5 школ.",
        "Идентификация 2020 года на портале не проводилась: сравнивать не с чем.",
    ]


def test_each_school_has_its_reason_and_its_way_out(place):
    rows = table(composed(place), "Школы и причины").rows

    first = next(row for row in rows if row[2] == "131003")
    assert tuple(str(value).replace("\N{NO-BREAK SPACE}", " ") for value in first[1:]) == (
        "Кежемский район",
        "131003",
        "Кодинская СОШ № 4",
        "ШНРО",
        "ОГЭ, 9 кл., русский язык: 6 из 12 (50,0 %); ОГЭ, 9 кл., математика: 7 из 12 (58,3 %)",
        "не справившихся: ОГЭ, 9 кл., русский язык: не более 3 вместо 6",
    )


@pytest.mark.parametrize("name", ["identification", "indicators"])
def test_coordinator_reads_of_his_own_schools_only(place, name):
    report = composed(place, name, unit=place.kezhma, user=place.coordinator)

    assert "Минусинск" not in said(report)
    assert "Школа № 1" not in said(report)


def test_whoever_sees_nothing_below_is_told_there_is_nothing(place):
    with pytest.raises(NothingToReport):
        composed(place, unit=place.minusinsk, user=place.coordinator)


def test_region_asked_by_a_coordinator_holds_his_schools_only(place):
    """The service refuses such an order; what gathers the data would leak nothing either."""
    report = composed(place, unit=place.region, user=place.coordinator)

    assert sorted(row[1] for row in table(report, "Все школы").rows) == ["131001", "131002", "131003"]


def test_two_autumns_are_compared_school_by_school(place, now):
    place.result(place.schools[0], "ОГЭ", "русский", 9, 2021, 12, 1)
    place.result(place.schools[0], "ОГЭ", "математика", 9, 2021, 12, 1)
    place.result(place.schools[1], "ОГЭ", "русский", 9, 2021, 12, 9)
    place.result(place.schools[1], "ОГЭ", "математика", 9, 2021, 12, 9)
    edition = MethodologyEdition.objects.get(methodology__code="federal", is_current=True)
    run = run_identification(academic_year=2021, edition=edition, region=place.region, actor=place.centre, now=now)
    draft_list(run=run, actor=place.centre, now=now)

    report = composed(place, year=2022, unit=place.kezhma, user=place.coordinator)

    assert table(report, "Движение").rows == [
        ("Кежемский район", "131001", "Имбинская СОШ", "ШНРО", "без категории", "вышла из списка"),
        ("Кежемский район", "131003", "Кодинская СОШ № 4", "ШНРО", "недостаточно данных", "вышла из списка"),
    ]
    words = said(report)
    assert "Школ с низкими результатами на 2 меньше, чем в 2021 году (3 → 1)." in words
    assert "За год в список вошло 0 школ, вышли из него 2 школы." in words
    assert "приказом не утверждён, приведены результаты расчёта" in words


def test_year_without_identification_says_what_to_do(place):
    with pytest.raises(NothingToReport) as nothing:
        composed(place, year=2020)

    assert str(nothing.value) == (
        "Красноярский край: идентификация школ для 2020 года программы не проведена. "
        "Проведите её (Мониторинг → Идентификация) или выберите другой год."
    )


@pytest.mark.parametrize("name", ["identification", "indicators"])
def test_year_without_a_programme_says_so(place, name):
    with pytest.raises(NothingToReport) as nothing:
        composed(place, name, year=2030)

    assert str(nothing.value) == "Года программы 2030 нет: сначала загрузите программу на этот год."


def test_monitoring_tells_targets_values_and_causes(place):
    report = composed(place, "indicators")

    rows = {row[1]: row[2:] for row in table(report, "направления 7").rows}
    plain = {number: [value.replace("\N{NO-BREAK SPACE}", " ") for value in row[1:]] for number, row in rows.items()}
    assert plain["7.4"] == ["≥ 20 %", "—", "50,0 % (2 из 4)", "▷ год не закончен: пока выполняется"]
    lacking = {row[0]: row[2:] for row in table(report, "Нет данных").rows}
    assert lacking["2.1"] == ("данные не внесены", "внести значения")


def test_monitoring_names_who_has_not_answered(place):
    rows = {row[0]: row[1:] for row in table(composed(place, "indicators"), "Не внесено").rows}

    asked = [row for name, row in rows.items() if "рабочей группе" in name]
    assert asked == [("2 муниципалитета", 0, 2, "все")]


def test_passport_tells_the_category_and_nothing_newer_than_its_year(place):
    place.result(place.schools[0], "ОГЭ", "русский", 9, 2021, 12, 1)

    report = composed(place, "school_passport", unit=place.schools[0], user=place.editor)

    words = said(report)
    assert "Осенью 2021 года школа в списке: ШНРО (приказ № 512-11-05 от 01.11.2021)." in words
    assert "2021/22" not in words
    assert report.place == "Имбинская СОШ"


def test_passport_before_any_identification_says_so(place):
    words = said(composed(place, "school_passport", unit=place.schools[0], year=2020))

    assert "Осенью 2020 года школа не рассматривалась: идентификации ещё не было." in words


def test_a_closed_year_is_said_with_its_order_and_its_values_are_printed_as_approved(place):
    year = Period.objects.get(code="2021")
    approver = make_user("signs", Role.MINISTRY_APPROVER, place.region)
    recalculate(reason="всё", now=place.now)
    RecalculationRequest.objects.update(fulfilled_at=place.now)
    later = place.now.replace(year=2022, month=3)
    close_period(period=year, order=Order("15", date(2022, 3, 1)), actor=approver, now=later)
    before = table(composed(place, "indicators"), "Показатели").rows
    value = IndicatorValue.objects.filter(period=year, unit=place.region, status="known").first()
    IndicatorValue.objects.filter(pk=value.pk).update(n=value.n + 1)  # the data now give one less than was approved
    recalculate(reason="исправлено", now=later)

    report = composed(place, "indicators")

    closed = dict(report.requisites)["Закрыт: 2021 год"].replace("\N{NO-BREAK SPACE}", " ")
    assert closed.endswith("приказом № 15 от 01.03.2022, значения утверждены; после закрытия изменилось: 1 значение")
    assert table(report, "Показатели").rows != before
