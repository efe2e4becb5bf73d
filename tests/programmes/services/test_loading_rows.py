"""Rows that a later version no longer has are closed from a year; what returns is open again; a rename is told."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import AuditEvent
from accounts.services.people import system_user
from indicators.models import DataElement, Indicator
from programmes.enums import Standing
from programmes.models import ProgrammeIndicator, Target
from programmes.selectors.history import programme_history
from programmes.selectors.indicator_table import indicator_table
from programmes.services.load_report import LoadReport
from programmes.services.loading import load_text
from programmes.services.loading_indicators import load_indicators
from programmes.services.targets import TargetRefused, Wanted, change_target
from tests.factories.catalogue import load_short, regional_programme, short_programme

ROWS = ("1.3", "3.1", "3.2")


def load(source, now):
    report = LoadReport()
    programme = load_text(source=source, actor=system_user(), now=now, report=report)
    load_indicators(programme=programme, source=source, actor=system_user(), now=now, report=report)
    return report


def version(*numbers, **more):
    return replace(short_programme(*numbers), version="90", in_force_from=2022, **more)


def row(number):
    return ProgrammeIndicator.objects.get(number=number)


@pytest.fixture
def programme(land, now):
    return load_short(*ROWS, now=now)


def test_a_row_that_a_version_no_longer_has_is_closed_from_its_year_and_keeps_everything(programme, land, now):
    report = load(version("1.3", "3.1"), now)

    assert [line.split(" «")[0] for line in report.closed] == ["3.2"]
    assert report.closed[0].endswith(": с 2022 года")
    assert (row("3.2").closed_from, row("3.1").closed_from) == (2022, None)
    assert Target.objects.filter(programme_indicator=row("3.2")).count() == 3
    assert [
        list(programme.programme_indicators.in_force(year).values_list("number", flat=True)) for year in (2021, 2022)
    ] == [
        ["1.3", "3.1", "3.2"],
        ["1.3", "3.1"],
    ]
    closed = next(one for one in programme_history(programme) if one.what == "Закрыта строка")
    assert closed.changes[0][2].endswith(": закрыта с 2022 года")
    assert closed.reason.startswith("Загружен пакет «rppko-2020-2022», версия 90; ")


def test_a_closed_row_is_judged_until_its_year_and_then_not_shown(programme, land, now):
    load(version("1.3", "3.1"), now)

    def standings(years):
        table = indicator_table(unit=land.region, programme=programme, today=date(2023, 1, 1), years=years)
        return {one.place.number: [cell.judgement.standing for cell in one.cells] for one in table.rows}

    assert standings([2021, 2022])["3.2"] == [Standing.NO_DATA, Standing.NOT_SET]
    assert sorted(standings([2022])) == ["1.3", "3.1"]
    target = row("3.2").targets.get(period__code="2022")
    with pytest.raises(TargetRefused, match="Строка закрыта с 2022 года"):
        change_target(
            target=target, wanted=Wanted("at_least", 50), actor=land.analyst, now=now, cause="order", reason="Так"
        )


def test_a_row_that_returns_is_open_again_with_its_history(programme, land, now):
    key = row("3.2").pk
    load(version("1.3", "3.1"), now)

    report = load(replace(version(*ROWS), version="91"), now)

    assert [line.split(" «")[0] for line in report.reopened] == ["3.2"]
    assert (row("3.2").pk, row("3.2").closed_from) == (key, None)
    assert [one.what for one in programme_history(programme)][0] == "Снова открыта строка"


def test_a_number_that_is_given_to_another_row_leaves_the_closed_one_readable(programme, land, now):
    source = version("1.3", "3.1")
    renumbered = tuple(replace(one, number="3.2") if one.number == "3.1" else one for one in source.indicators)

    report = load(replace(source, indicators=renumbered), now)

    assert sorted(programme.programme_indicators.values_list("number", flat=True)) == ["1.3", "3.2", "3.2 (до 2022)"]
    moves = {(one.was, one.becomes) for one in report.told if one.field == "номер"}
    assert moves == {("3.2", "3.2 (до 2022)"), ("3.1", "3.2")}


def test_two_rows_may_change_places(programme, land, now):
    codes = {one.number: one.indicator.code for one in programme.programme_indicators.select_related("indicator")}
    swap = {"3.1": "3.2", "3.2": "3.1"}
    source = version(*ROWS)
    swapped = tuple(replace(one, number=swap.get(one.number, one.number)) for one in source.indicators)

    load(replace(source, indicators=swapped), now)

    now_there = {one.number: one.indicator.code for one in ProgrammeIndicator.objects.select_related("indicator")}
    assert now_there == {"1.3": codes["1.3"], "3.1": codes["3.2"], "3.2": codes["3.1"]}


def test_a_row_added_in_the_portal_is_not_closed_by_a_load(programme, land, now):
    indicator = Indicator.objects.create(code="own_row", name="Своя строка")
    own = ProgrammeIndicator.objects.create(
        programme=programme, indicator=indicator, number="3.9", sort_order=90, is_added=True
    )

    report = load(version(*ROWS), now)

    own.refresh_from_db()
    assert (report.closed, own.closed_from, own.number) == ([], None, "3.9")


def test_a_part_that_was_added_in_the_portal_follows_its_whole_to_another_number(programme, land, now):
    swap = {"3.1": "3.2", "3.2": "3.1"}
    indicator = Indicator.objects.create(code="own_row", name="Своя строка")
    own = ProgrammeIndicator.objects.create(
        programme=programme, indicator=indicator, number="3.9", sort_order=90, is_added=True, part_of="3.1"
    )
    source = version(*ROWS)
    swapped = tuple(replace(one, number=swap.get(one.number, one.number)) for one in source.indicators)

    load(replace(source, indicators=swapped), now)

    own.refresh_from_db()
    assert own.part_of == "3.2"


def test_a_part_follows_a_whole_that_is_closed_and_makes_room(programme, land, now):
    whole = row("3.2")
    whole.number = "3.2.10.11.12"
    whole.save()
    indicator = Indicator.objects.create(code="own_row", name="Своя строка")
    own = ProgrammeIndicator.objects.create(
        programme=programme, indicator=indicator, number="3.9", sort_order=90, is_added=True, part_of=whole.number
    )
    source = version("1.3", "3.1")
    taken = tuple(replace(one, number=whole.number) if one.number == "3.1" else one for one in source.indicators)

    load(replace(source, indicators=taken), now)

    own.refresh_from_db()
    assert own.part_of == "3.2.10.11.12 (до 2022)"


def test_a_rename_is_told_with_its_reason_in_both_histories(programme, land, now):
    source = version(*ROWS)
    renamed = tuple(replace(one, name="Новое имя строки") if one.number == "3.2" else one for one in source.indicators)

    report = load(replace(source, indicators=renamed), now)

    assert [one.becomes for one in report.told if one.field == "название"] == ["Новое имя строки"]
    event = AuditEvent.objects.get(action="indicator.renamed")
    assert event.after == {"name": "Новое имя строки"}
    assert event.reason == "Загружен пакет «rppko-2020-2022», версия 90"
    line = next(one for one in programme_history(programme) if one.what == "Переименована строка")
    assert line.changes[0][2] == "3.2 Новое имя строки"
    assert DataElement.objects.exists()


def test_text_that_a_version_no_longer_has_is_named_and_kept(programme, land, now):
    whole = regional_programme()
    load(replace(version(*ROWS), passport=whole.passport[:2], goals=whole.goals[:1]), now)

    report = load(version(*ROWS), now)

    assert report.superfluous["текст"] == [f"паспорт: {row.title}" for row in whole.passport[:2]]
    assert len(report.superfluous["цели и задачи"]) == 1 + len(whole.goals[0].tasks)
    assert programme.sections.count() == 2
