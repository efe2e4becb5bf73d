"""Targets beside the document's: of a unit, a half-year, a wave, the programme's end; values that add up over years."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.permissions import Role
from common.versions import version_of
from indicators.enums import AskedEvery, YearValue
from indicators.models import DataElement, IndicatorEdition, IndicatorValue, Period
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.periods import NoSuchPeriod, shorter_period
from indicators.services.recalculation import fulfil_requests
from programmes.enums import Cumulation, Standing
from programmes.models import ProgrammeIndicator, Target
from programmes.selectors.history import programme_history
from programmes.selectors.indicator_table import indicator_table
from programmes.selectors.targets import shown_of_bands, shown_of_row, shown_of_target, units_to_promise
from programmes.services.drafting import SomebodySavedFirst
from programmes.services.promising import RowRules, keep_bands, keep_row_rules, set_target, withdraw_target
from programmes.services.targets import NoReason, TargetRefused, Wanted, change_target
from schools.access import NotAllowed
from schools.models import Appointment
from tests.factories.programmes import make_person
from tests.programmes.test_running_year import put, running  # noqa: F401 - a fixture

AFTER = date(2023, 1, 1)
THIRTY = Wanted("at_least", Decimal(30))


def row(number="7.4"):
    return ProgrammeIndicator.objects.select_related("programme__unit", "direction", "indicator").get(number=number)


def year(code=2021):
    return Period.objects.get(code=str(code))


def cells(land, number, unit=None, today=AFTER):
    table = indicator_table(unit=unit or land.region, programme=land.programme, today=today)
    found = next(row for row in table.rows if row.place.number == number)
    return found, {cell.year: cell for cell in found.cells}


@pytest.fixture
def given(running, now):  # noqa: F811 - the fixture of another module
    return {"actor": running.analyst, "now": now, "reason": "Поручение совета"}


def test_units_are_offered_to_whoever_sees_their_programmes(running):  # noqa: F811
    reader = make_person("reader", Role.MUNICIPAL_COORDINATOR, running.kezhma)

    offered = {unit.pk for unit in units_to_promise(running.programme, user=reader)}

    assert running.kezhma.pk in offered
    assert running.kansk.pk not in offered


def test_a_municipality_is_held_to_its_own_target_and_others_to_the_programmes(running, given):  # noqa: F811
    put("7.4", running.kezhma, 2021, 25, 100)
    put("7.4", running.kansk, 2021, 25, 100)
    set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **given)

    own, common = cells(running, "7.4", running.kezhma)[1][2021], cells(running, "7.4", running.kansk)[1][2021]

    assert (own.promise, own.is_own, own.judgement.standing) == ("≥\xa030\xa0%", True, Standing.MISSED)
    assert (common.promise, common.is_own, common.judgement.standing) == ("≥\xa020\xa0%", False, Standing.MET)
    assert cells(running, "7.4")[1][2021].promise == "≥\xa020\xa0%"


def test_of_each_district_one_with_an_own_target_is_held_to_that(running, given):  # noqa: F811
    put("5.4.5", running.district, 2021, 4)
    assert cells(running, "5.4.5")[1][2021].judgement.standing == Standing.MISSED
    Target.objects.create(
        programme_indicator=row("5.4.5"), period=year(), unit=running.district, operator="at_least", value=4
    )

    judged = cells(running, "5.4.5")[1][2021].judgement

    assert (judged.standing, judged.asked) == (Standing.MET, 1)
    Target.objects.filter(unit=running.district).update(operator="not_applicable", value=None)
    assert cells(running, "5.4.5")[1][2021].judgement.standing == Standing.NO_DATA


def test_a_half_year_has_its_own_target_and_value_beside_the_years(running, given, now):  # noqa: F811
    asked = DataElement.objects.filter(code="межрегиональные_мероприятия")
    asked.update(asked_every=AskedEvery.HALF, year_value=YearValue.SUM)
    place, element = row("5.7"), asked.get()
    half = shorter_period("2021-H1")
    set_target(place=place, code="2021-H1", wanted=Wanted("at_least", Decimal(2)), **given)
    proof = Evidence(number="1", dated_on=date(2021, 9, 1))
    entry = Entry(element, running.region, half, Decimal(1), proof)
    enter_observation(entry=entry, actor=running.analyst, now=now)
    fulfil_requests(clock=lambda: now)

    found, by_year = cells(running, "5.7")
    (part,) = by_year[2021].shorter

    assert IndicatorValue.objects.get(period=half, unit=running.region).n == 1
    assert (part.period.in_words, part.said, part.promise) == ("1-е полугодие 2021 года", "1", "≥\xa02")
    assert part.judgement.standing == Standing.MISSED
    assert (len(found.cells), by_year[2022].shorter) == (3, [])
    assert by_year[2021].value.status == "not_submitted"  # what a half-year had is not the year's
    assert cells(running, "5.7", today=date(2021, 5, 1))[1][2021].shorter[0].judgement.standing == Standing.AT_RISK


def test_the_latest_value_of_the_year_may_be_of_a_wave(running, given):  # noqa: F811
    set_target(place=row(), code="2021-IX", wanted=THIRTY, **given)
    put("7.4", running.region, 2021, 0, 0, status="not_held")
    wave = Period.objects.get(code="2021-IX")
    source = IndicatorValue.objects.filter(edition__indicator=row().indicator).first()
    IndicatorValue.objects.create(
        edition_id=source.edition_id,
        period=wave,
        unit=running.region,
        n=31,
        d=100,
        status="known",
        run_id=source.run_id,
    )

    cell = cells(running, "7.4")[1][2021]
    assert (cell.said, cell.judgement.standing) == ("31,0\xa0%", Standing.MET)
    assert (cell.shorter[0].period.in_words, cell.shorter[0].said) == ("волна: сентябрь 2021 года", "31,0\xa0%")
    ProgrammeIndicator.objects.filter(number="7.4").update(cumulation=Cumulation.YEARLY)
    assert cells(running, "7.4")[1][2021].judgement.standing == Standing.NO_DATA


def test_values_add_up_from_the_beginning_of_the_programme(running, given):  # noqa: F811
    Target.objects.filter(programme_indicator__number="5.7").update(also=None, value=10)
    for at, n in ((2020, 4), (2021, 5), (2022, 3)):
        put("5.7", running.region, at, n)
    assert cells(running, "5.7")[1][2022].judgement.standing == Standing.MISSED

    keep_row_rules(place=row("5.7"), rules=RowRules(Cumulation.FROM_START), **given)

    found, by_year = cells(running, "5.7")
    assert found.cumulation == "нарастающим итогом с начала программы"
    assert [(by_year[at].said, by_year[at].judgement.standing) for at in (2021, 2022)] == [
        ("9", Standing.MISSED), ("12", Standing.MET),
    ]  # fmt: skip
    table = indicator_table(unit=running.region, programme=running.programme, today=AFTER, years=[2022])
    (alone,) = [each for each in table.rows if each.place.number == "5.7"]
    assert alone.cells[0].said == "12"
    put("5.7", running.region, 2020, 0, status="not_submitted")
    judged = cells(running, "5.7")[1][2022].judgement
    assert (judged.standing, judged.cause) == (
        Standing.NO_DATA, "нарастающий итог не складывается: нет значения 2020 года",
    )  # fmt: skip


def test_a_share_adds_its_parts_and_its_wholes(running, given):  # noqa: F811
    keep_row_rules(place=row(), rules=RowRules(Cumulation.FROM_START), **given)

    assert cells(running, "7.4")[1][2022].pair == "43 из 300"
    assert cells(running, "7.4", today=date(2022, 6, 1))[1][2022].forecast == "по нарастающему итогу прогноза нет"


def test_the_end_of_the_programme_has_a_target_of_its_own(running, given):  # noqa: F811
    for at, n in ((2020, 40), (2021, 40)):
        put("5.7", running.region, at, n)
    assert cells(running, "5.7")[0].end is None

    keep_row_rules(place=row("5.7"), rules=RowRules("", "at_least", Decimal(100)), **given)

    end = cells(running, "5.7")[0].end
    assert (end.promise, end.said, end.judgement.standing) == ("≥\xa0100", "40 (2021)", Standing.MISSED)
    assert cells(running, "5.7", today=date(2022, 6, 1))[0].end.judgement.standing == Standing.AHEAD
    assert cells(running, "7.4", running.kezhma)[0].end is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"unit": "region"}, "не из территории"),
        ({"period": "2019"}, "2020–2022"),
        ({"wanted": Wanted("at_least")}, "нужно число"),
        ({"wanted": Wanted("at_least", Decimal(101))}, "больше 100"),
    ],
)
def test_an_own_target_that_makes_no_sense_is_refused(running, given, change, why):  # noqa: F811
    asked = {"unit": "kezhma", "period": "2021", "wanted": THIRTY, **change}

    with pytest.raises(TargetRefused, match=why):
        set_target(
            place=row(), code=asked["period"], unit=getattr(running, asked["unit"]), wanted=asked["wanted"], **given
        )


def test_a_target_is_set_once_with_a_reason_by_who_keeps_the_direction(running, given, now):  # noqa: F811
    with pytest.raises(NoReason):
        set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **{**given, "reason": ""})
    limited = make_person("limited", Role.INSTITUTE_METHODIST, running.region)
    Appointment.objects.filter(user=limited).update(direction=5)
    with pytest.raises(NotAllowed):
        set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **{**given, "actor": limited})
    with pytest.raises(NotAllowed):
        keep_row_rules(place=row(), rules=RowRules("yearly"), **{**given, "actor": limited})
    set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **given)
    with pytest.raises(TargetRefused, match="уже есть"):
        set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **given)

    told = programme_history(running.programme)[0]
    assert (told.what, told.reason) == ("Поставлена цель", "Поручение совета")
    assert told.changes == (("цель", "", "7.4, 2021 год, Кежемский район: не менее 30"),)


def test_growth_is_not_asked_of_each(running, given):  # noqa: F811
    for wanted in (Wanted("positive_dynamics"), Wanted("growth", base_year=2020)):
        with pytest.raises(TargetRefused, match="рост судят только в целом"):
            set_target(place=row("5.4.5"), code="2021", unit=running.district, wanted=wanted, **given)

    put("5.4.5", running.district, 2021, 4)
    Target.objects.filter(programme_indicator=row("5.4.5"), period=year()).update(
        operator="positive_dynamics", value=None, upper=None, base_year=None
    )
    judged = cells(running, "5.4.5")[1][2021].judgement
    assert (judged.standing, judged.cause) == (Standing.NOT_SET, "рост каждого в отдельности не судится")


def test_what_each_lacks_is_measured_by_its_own_target(running, given):  # noqa: F811
    put("5.4.5", running.district, 2021, 4)
    Target.objects.create(
        programme_indicator=row("5.4.5"), period=year(), unit=running.district, operator="at_least", value=9
    )
    (lacking,) = [
        lacking.count for one, lacking in cells(running, "5.4.5")[1][2021].lacking if one.unit_id == running.district.pk
    ]
    assert lacking == 5


def test_of_a_programme_that_is_considered_nothing_that_it_promises_is_changed(running, given):  # noqa: F811
    type(running.programme).objects.filter(pk=running.programme.pk).update(status="submitted", approved_on=None)
    acts = [
        lambda: set_target(place=row(), code="2021-H1", wanted=THIRTY, **given),
        lambda: withdraw_target(target=row().targets.first(), **given),
        lambda: keep_row_rules(place=row(), rules=RowRules("yearly"), **given),
        lambda: keep_bands(programme=running.programme, points=Decimal(5), units=Decimal(1), **given),
    ]
    for act in acts:
        with pytest.raises(TargetRefused, match="на согласовании"):
            act()


def test_what_people_set_beside_the_document_is_taken_back_and_what_it_states_is_not(running, given):  # noqa: F811
    own = set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **given)
    seen = version_of(shown_of_target(own))
    stated = Target.objects.get(programme_indicator=row(), period=year(), unit=None)

    with pytest.raises(TargetRefused, match="ставит сам документ"):
        withdraw_target(target=stated, **given)
    with pytest.raises(NoReason):
        withdraw_target(target=own, **{**given, "reason": " "})
    change_target(target=own, wanted=Wanted("at_least", Decimal(31)), cause="order", **given)
    with pytest.raises(SomebodySavedFirst):
        withdraw_target(target=own, seen=seen, **given)
    given["now"] += timedelta(days=1)
    withdraw_target(target=own, **given)

    assert list(Target.objects.filter(unit=running.kezhma)) == []
    of_both = [cells(running, "7.4", unit)[1][2021].promise for unit in (running.kezhma, running.kansk)]
    assert of_both[0] == of_both[1]
    (told, *_) = programme_history(running.programme)
    assert (told.what, told.reason, told.is_after_approval) == ("Снята цель", "Поручение совета", True)
    assert told.changes == (("цель", "7.4, 2021 год, Кежемский район: не менее 31", ""),)
    with pytest.raises(TargetRefused, match="кто-то снял"):
        withdraw_target(target=own, **given)
    with pytest.raises(TargetRefused, match="кто-то снял"):
        change_target(target=own, wanted=THIRTY, cause="order", **given)


def test_the_page_that_takes_a_target_back(client, running, given):  # noqa: F811
    own = set_target(place=row(), code="2021-H1", wanted=THIRTY, **given)
    page, form = (reverse(f"programmes:{name}", args=[own.pk]) for name in ("target", "target-withdraw"))
    client.force_login(running.analyst)

    assert form in client.get(page).content.decode()
    stated = Target.objects.get(programme_indicator=row(), period=year(), unit=None)
    assert "target-withdraw" not in client.get(reverse("programmes:target", args=[stated.pk])).content.decode()
    shown = client.get(form)
    assert "Снять цель показателя 7.4: 1-е полугодие 2021 года" in shown.content.decode()
    refused = client.post(form, {"reason": "", "seen": shown.context["form"]["seen"].value()})
    assert (refused.status_code, refused.context["form"]["seen"].value()) == (422, version_of(shown_of_target(own)))
    assert client.post(form, {"reason": "Поставлена по ошибке"}).status_code == 302
    assert client.get(form).status_code == 404


def test_a_half_year_of_one_unit_is_shown_to_no_other(running, given):  # noqa: F811
    set_target(place=row(), code="2021-H1", unit=running.kezhma, wanted=THIRTY, **given)

    assert len(cells(running, "7.4", running.kezhma)[1][2021].shorter) == 1
    assert cells(running, "7.4", running.kansk)[1][2021].shorter == []


def test_of_two_who_change_rules_or_bands_the_second_is_told(running, given, now):  # noqa: F811
    seen = version_of(shown_of_row(row()))
    keep_row_rules(place=row(), rules=RowRules("yearly"), seen=seen, **given)
    with pytest.raises(SomebodySavedFirst):
        keep_row_rules(place=row(), rules=RowRules("latest"), seen=seen, **given)
    with pytest.raises(TargetRefused, match="Ничего не изменено"):
        keep_row_rules(place=row(), rules=RowRules("yearly"), **given)
    with pytest.raises(TargetRefused, match="сравнение и число"):
        keep_row_rules(place=row(), rules=RowRules("", "at_least"), **given)

    seen = version_of(shown_of_bands(running.programme))
    with pytest.raises(NoReason):
        keep_bands(programme=running.programme, points=Decimal(5), units=Decimal(1), **{**given, "reason": " "})
    keep_bands(programme=running.programme, points=Decimal(5), units=Decimal(1), seen=seen, **given)
    with pytest.raises(SomebodySavedFirst):
        keep_bands(programme=running.programme, points=Decimal(4), units=Decimal(1), seen=seen, **given)
    assert programme_history(running.programme)[0].changes == (
        ("допуск", "для долей 0 п. п., для количеств 0", "для долей 5 п. п., для количеств 1"),
    )


@pytest.mark.parametrize(
    ("code", "words", "days"),
    [
        ("2021-H1", "1-е полугодие 2021 года", (date(2021, 1, 1), date(2021, 6, 30))),
        ("2021-H2", "2-е полугодие 2021 года", (date(2021, 7, 1), date(2021, 12, 31))),
        ("2024-II", "волна: февраль 2024 года", (date(2024, 2, 1), date(2024, 2, 29))),
    ],
)
def test_stretches_shorter_than_a_year(db, code, words, days):
    period = shorter_period(code)

    assert (period.in_words, (period.starts_on, period.ends_on), period.year) == (words, days, int(code[:4]))
    assert shorter_period(code) == period


@pytest.mark.parametrize("code", ["2021", "2021-H3", "21-H1", "2021-XIII", ""])
def test_what_is_no_stretch_is_refused(db, code):
    with pytest.raises(NoSuchPeriod):
        shorter_period(code)


def test_the_pages_of_the_forms(client, running):  # noqa: F811
    client.force_login(running.analyst)
    new, rules = (reverse(f"programmes:{name}", args=[row().pk]) for name in ("target-new", "row-rules"))
    bands = reverse("programmes:bands", args=[running.programme.pk])
    asked = {"period": "2021", "unit": running.kezhma.pk, "operator": "at_least", "value": "30", "reason": "Поручение"}

    assert client.post(new, {**asked, "unit": ""}).status_code == 422
    assert client.post(new, {**asked, "reason": ""}).status_code == 422
    assert client.post(new, asked).status_code == 302
    assert client.post(rules, {"cumulation": "from_start", "reason": "Так"}).status_code == 302
    assert client.post(bands, {"band_points": "5", "band_units": "0,5", "reason": "Приказ"}).status_code == 302

    text = client.get(reverse("programmes:programme", args=[running.programme.pk])).content.decode()
    assert ("Кежемский район: " in text, "Складывается: нарастающим итогом" in text) == (True, True)
    assert Target.objects.get(unit=running.kezhma).value == 30
    client.force_login(running.coordinator)
    for address in (new, rules, bands):
        assert client.get(address).status_code == 200
        assert client.post(
            address, {"band_points": "6", "band_units": "0", "reason": "Приказ", **asked}
        ).status_code in (403, 422)


def test_a_part_is_judged_by_what_the_whole_row_counts(running, given):  # noqa: F811
    """«В том числе региональных 50 %»: of those who are counted above, once the owner has said so."""
    ProgrammeIndicator.objects.filter(number="5.7").update(part_of="7.4")
    Target.objects.filter(programme_indicator__number="5.7").update(also=None, value=50)
    kind = IndicatorEdition.objects.filter(indicator=row("5.7").indicator)
    kind.update(kind="share")
    for at, part in ((2021, 8), (2022, 7)):
        put("5.7", running.region, at, part, 100)
    before = cells(running, "5.7")[1]
    assert (before[2022].pair, before[2022].judgement.standing) == ("7 из 100", Standing.MISSED)

    keep_row_rules(place=row("5.7"), rules=RowRules(is_of_parent=True), **given)

    after = cells(running, "5.7")[1]
    assert [(after[at].pair, after[at].judgement.standing) for at in (2021, 2022)] == [
        ("8 из 15", Standing.MET), ("7 из 16", Standing.MISSED),
    ]  # fmt: skip
    alone = indicator_table(
        unit=running.region, programme=running.programme, today=AFTER, indicators={row("5.7").indicator_id}
    )
    assert [(one.place.number, one.cells[-1].pair) for one in alone.rows] == [("5.7", "7 из 16")]
    put("7.4", running.region, 2022, 0, 0, status="not_held")
    judged = cells(running, "5.7")[1][2022].judgement
    assert (judged.standing, judged.cause) == (
        Standing.NO_DATA, "нет значения показателя, часть которого считается",
    )  # fmt: skip


def test_what_is_a_part_of_nothing_has_no_other_whole(running, given):  # noqa: F811
    with pytest.raises(TargetRefused, match="только его часть"):
        keep_row_rules(place=row(), rules=RowRules(is_of_parent=True), **given)
    with pytest.raises(IntegrityError, match="programme_indicator_of_a_parent_names_it"), transaction.atomic():
        ProgrammeIndicator.objects.filter(number="7.4").update(is_of_parent=True)
