"""A target is changed with a reason, an open sign settled with a decision, optional rows chosen; each by direction."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from accounts.permissions import Role
from common.versions import version_of
from indicators.services.documents import Order
from indicators.services.recalculation import fulfil_requests
from programmes.enums import ChangeCause, ProgrammeStatus, RowChoice, Standing, TargetOperator
from programmes.models import Programme, ProgrammeIndicator, Target, TargetChange
from programmes.selectors.history import programme_history
from programmes.selectors.indicator_table import indicator_table
from programmes.selectors.targets import rows_to_choose, shown_of_rows, shown_of_target, targets_with_changes
from programmes.services.drafting import SomebodySavedFirst
from programmes.services.load_report import LoadReport
from programmes.services.loading_indicators import load_indicators
from programmes.services.targets import NoReason, TargetRefused, Wanted, change_target, choose_rows
from schools.access import NotAllowed
from schools.models import Appointment
from tests.factories.catalogue import load_short, short_programme
from tests.factories.programmes import make_person

ORDER = Order("17-п", date(2021, 11, 1))
ASKED = Wanted(TargetOperator.AT_LEAST, Decimal(25))
WHY = {"cause": ChangeCause.ORDER, "reason": "Поручение совета"}


@pytest.fixture
def programme(land, now):
    land.programme = load_short("5.4.5", "5.7", "7.4", now=now)
    return land.programme


def target(number="7.4", year="2021"):
    return Target.objects.get(programme_indicator__number=number, period__code=year)


def test_the_target_keeps_what_it_was_why_and_by_whom(programme, land, now):
    change_target(target=target(), wanted=ASKED, actor=land.analyst, now=now, **WHY)

    changed = target()
    assert (changed.operator, changed.value) == (TargetOperator.AT_LEAST, 25)
    (line,) = targets_with_changes(programme)
    (told,) = line.changes
    assert told.said == "было ≥\xa020\xa0%, стало ≥\xa025\xa0%"
    assert (told.change.changed_by, told.change.cause, told.change.reason) == (
        land.analyst, ChangeCause.ORDER, "Поручение совета",
    )  # fmt: skip
    (event,) = AuditEvent.objects.filter(action="programme.target_changed")
    assert (event.before["target"], event.after["target"]) == (
        "7.4, 2021: не менее 20", "7.4, 2021: не менее 25",
    )  # fmt: skip
    happened = programme_history(programme)[0]
    assert (happened.what, happened.changes) == (
        "Изменена цель", (("цель", "7.4, 2021: не менее 20", "7.4, 2021: не менее 25"),),
    )  # fmt: skip
    assert happened.reason == "приказ или решение; Поручение совета"


def test_the_table_says_that_it_was_changed_and_judges_by_what_it_became(programme, land, now):
    change_target(target=target(), wanted=ASKED, actor=land.analyst, now=now, **WHY)

    table = indicator_table(unit=land.region, programme=programme, today=date(2023, 1, 1))
    cells = {cell.year: cell for row in table.rows if row.place.number == "7.4" for cell in row.cells}

    assert cells[2021].promise == "≥\xa025\xa0%"
    assert cells[2021].changed == "изменена 15.11.2021: было ≥\xa020\xa0%, стало ≥\xa025\xa0%"
    assert cells[2022].changed == ""


@pytest.mark.parametrize("lacking", [{}, {"cause": ""}, {"reason": " "}, {"cause": "вздор"}])
def test_an_approved_programme_asks_for_a_reason(programme, land, now, lacking):
    given = {**WHY, **lacking} if lacking else {}

    with pytest.raises(NoReason):
        change_target(target=target(), wanted=ASKED, actor=land.analyst, now=now, **given)

    assert target().value == 20
    assert not TargetChange.objects.exists()


def test_a_draft_is_changed_without_and_one_that_is_considered_not_at_all(programme, land, now):
    Programme.objects.update(status=ProgrammeStatus.DRAFT, approved_on=None)
    change_target(target=target(), wanted=ASKED, actor=land.analyst, now=now)
    assert target().value == 25

    Programme.objects.update(status=ProgrammeStatus.SUBMITTED)
    with pytest.raises(TargetRefused, match="на согласовании"):
        change_target(target=target(), wanted=Wanted("at_least", Decimal(30)), actor=land.analyst, now=now, **WHY)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (Wanted("at_least", Decimal(20)), "Ничего не изменено"),
        (Wanted("at_least"), "нужно число"),
        (Wanted("yes", Decimal(1)), "числа нет"),
        (Wanted("at_least", Decimal(101)), "больше 100"),
        (Wanted("at_least", Decimal(-1)), "меньше нуля"),
        (Wanted("between", Decimal(10)), "два числа"),
        (Wanted("at_least", Decimal(10), Decimal(12)), "два числа"),
        (Wanted("between", Decimal(12), Decimal(10)), "Поменяйте"),
        (Wanted("growth"), "базовому году"),
        (Wanted("growth", base_year=2021), "раньше года цели"),
        (Wanted("at_least", Decimal(25), base_year=2020), "базовому году"),
    ],
)
def test_what_does_not_suit_is_refused_in_words(programme, land, now, wanted, why):
    with pytest.raises(TargetRefused, match=why):
        change_target(target=target(), wanted=wanted, actor=land.analyst, now=now, **WHY)


def test_every_sort_of_target_can_be_written(programme, land, now):
    for wanted in (
        Wanted("between", Decimal(10), Decimal("12.5")),
        Wanted("growth", base_year=2020),
        Wanted("positive_dynamics"),
        Wanted("yes"),
        Wanted("at_most", Decimal(5), band=Decimal(1)),
        Wanted("not_applicable"),
        Wanted("equals", Decimal(3)),
    ):
        kept = change_target(target=target(), wanted=wanted, actor=land.analyst, now=now, **WHY)
        assert (kept.operator, kept.value, kept.upper) == (wanted.operator, wanted.value, wanted.upper)
    assert TargetChange.objects.count() == 7


@pytest.fixture
def open_target(programme, land, now):
    fulfil_requests(clock=lambda: now)
    one = target()
    Target.objects.filter(pk=one.pk).update(operator=TargetOperator.UNSPECIFIED)
    return target()


def test_an_open_sign_is_settled_by_a_decision_and_undone_by_a_newer_one(open_target, programme, land, now):
    settled = Wanted("at_least", Decimal(20))
    for given in (
        {"reason": "Не менее"},
        {"order": ORDER},
        {"reason": "Не менее", "order": Order("", ORDER.dated_on)},
    ):
        with pytest.raises(NoReason, match="решением"):
            change_target(target=open_target, wanted=settled, actor=land.analyst, now=now, **given)

    change_target(
        target=open_target, wanted=settled, actor=land.analyst, now=now, reason="Читать как «не менее»", order=ORDER,
        signatory=land.approver,
    )  # fmt: skip

    (line,) = targets_with_changes(programme)
    (told,) = line.changes
    assert (line.is_open, told.change.is_settling, str(told.change.document)) == (
        False,
        True,
        "Решение о цели показателя 7.4: РППКО 2020–2022 № 17-п от 01.11.2021",
    )
    assert (told.change.signatory, told.change.changed_by) == (land.approver, land.analyst)
    assert [one.what for one in programme_history(programme)][0] == "Определено сравнение цели"
    back = Wanted("unspecified", Decimal(20))
    change_target(target=target(), wanted=back, actor=land.analyst, now=now, **WHY)
    assert [each.change.is_settling for each in targets_with_changes(programme)[0].changes] == [False, True]
    assert target().operator == TargetOperator.UNSPECIFIED


def test_nothing_is_judged_until_it_is_settled(open_target, programme, land, now):
    def standing():
        table = indicator_table(unit=land.region, programme=programme, today=date(2023, 1, 1), years=[2021])
        (row,) = [row for row in table.rows if row.place.number == "7.4"]
        return row.cells[0].judgement.standing

    assert standing() == Standing.NOT_SET
    change_target(
        target=open_target, wanted=Wanted("at_least", Decimal(20)), actor=land.analyst, now=now, reason="Так",
        order=ORDER,
    )  # fmt: skip
    assert standing() == Standing.NO_DATA


def test_of_two_who_change_it_the_second_is_told(programme, land, now):
    seen = version_of(shown_of_target(target()))
    change_target(target=target(), wanted=ASKED, actor=land.analyst, now=now, seen=seen, **WHY)

    with pytest.raises(SomebodySavedFirst):
        change_target(
            target=target(), wanted=Wanted("at_least", Decimal(30)), actor=land.analyst, now=now, seen=seen, **WHY
        )


@pytest.fixture
def limited(land):
    """A methodist who keeps one direction of the programme only."""
    person = make_person("limited", Role.INSTITUTE_METHODIST, land.region)
    Appointment.objects.filter(user=person).update(direction=5)
    return person


def test_whoever_keeps_one_direction_touches_rows_of_it_alone(programme, land, limited, now):
    with pytest.raises(NotAllowed, match="по другому направлению"):
        change_target(target=target("7.4"), wanted=ASKED, actor=limited, now=now, **WHY)
    change_target(target=target("5.4.5"), wanted=Wanted("at_least", Decimal(9)), actor=limited, now=now, **WHY)

    ProgrammeIndicator.objects.update(choice=RowChoice.OPTIONAL)
    rows = {row.number: row.pk for row in ProgrammeIndicator.objects.all()}
    with pytest.raises(NotAllowed, match="по другому направлению"):
        choose_rows(programme=programme, chosen={rows["7.4"], rows["5.7"]}, actor=limited, now=now)
    choose_rows(programme=programme, chosen={rows["5.7"]}, actor=limited, now=now)

    assert set(ProgrammeIndicator.objects.filter(choice=RowChoice.CHOSEN).values_list("number", flat=True)) == {"5.7"}


def test_whoever_keeps_a_later_direction_chooses_its_rows_as_well(programme, land, limited, now):
    ProgrammeIndicator.objects.update(choice=RowChoice.OPTIONAL)
    last = ProgrammeIndicator.objects.order_by("sort_order", "pk").last()
    Appointment.objects.filter(user=limited).update(direction=last.direction.number)

    assert choose_rows(programme=programme, chosen={last.pk}, actor=limited, now=now) == [last]


@pytest.mark.parametrize("who", ["coordinator", "neighbour", "editor", "approver"])
def test_nobody_else_changes_the_regions_targets(programme, land, now, who):
    with pytest.raises(NotAllowed):
        change_target(target=target(), wanted=ASKED, actor=getattr(land, who), now=now, **WHY)


def test_optional_rows_are_chosen_left_and_told(programme, land, now):
    ProgrammeIndicator.objects.filter(number__in=["5.7", "7.4"]).update(choice=RowChoice.OPTIONAL)
    rows = {row.number: row for row in rows_to_choose(programme)}
    seen = version_of(shown_of_rows(rows.values()))
    assert set(rows) == {"5.7", "7.4"}

    choose_rows(programme=programme, chosen={rows["7.4"].pk}, actor=land.analyst, now=now, seen=seen)
    with pytest.raises(SomebodySavedFirst):
        choose_rows(programme=programme, chosen=set(), actor=land.analyst, now=now, seen=seen)
    with pytest.raises(TargetRefused, match="Ничего не изменено"):
        choose_rows(programme=programme, chosen={rows["7.4"].pk}, actor=land.analyst, now=now)

    choices = dict(ProgrammeIndicator.objects.values_list("number", "choice"))
    assert choices == {"5.4.5": "compulsory", "5.7": "optional", "7.4": "chosen"}
    choose_rows(programme=programme, chosen=set(), actor=land.analyst, now=now)
    assert [one.what for one in programme_history(programme)][:2] == ["Строка больше не выбрана", "Выбрана строка"]


def test_a_catalogue_that_is_loaded_again_leaves_what_was_changed_here(programme, land, now):
    change_target(target=target(), wanted=ASKED, actor=land.analyst, now=now, **WHY)
    report = LoadReport()

    source = short_programme("5.4.5", "5.7", "7.4")
    load_indicators(programme=programme, source=source, actor=land.analyst, now=now, report=report)

    assert target().value == 25
    (told,) = report.decided["цели"]
    assert told.startswith("7.4 «") and told.endswith(
        "», 2021 год: в портале ≥\xa025\xa0% (изменена 15.11.2021), в пакете ≥\xa020\xa0%"
    )
    assert report.is_empty
    assert target("7.4", "2022").value == 25
