"""«Что нужно, чтобы выполнить»: how many, who stands nearest, to whom they are named, in few queries."""

from datetime import date
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.enums import Better, IndicatorKind
from indicators.models import Indicator, IndicatorValue, Period
from indicators.services.definitions import Definition, define_indicator
from indicators.services.recalculation import fulfil_requests
from monitoring.models import SchoolResult
from programmes.models import ProgrammeIndicator, Target
from programmes.selectors.needed import what_is_needed
from tests.factories.programmes import make_person
from tests.monitoring.test_indicator_table import (
    AFTER,
    enter,
    region,  # noqa: F401 - a fixture
)


def needed(region, code, unit=None, user=None, year=2021, today=AFTER):  # noqa: F811 - the fixture's value
    return what_is_needed(
        user=user or region.ministry,
        unit=unit or region.region,
        programme=region.programme,
        indicator_id=Indicator.objects.get(code=code).pk,
        year=year,
        today=today,
    )


def told(found):
    (need,) = found.needs
    return need.lacking.said, [(one.name, [gap.said for gap in one.gaps]) for one in need.members.near]


def ask(region, share):  # noqa: F811
    Target.objects.filter(programme_indicator__number="7.4").update(value=share)


def test_the_schools_nearest_to_a_better_result_with_what_each_lacks(region):  # noqa: F811
    ask(region, 70)

    said, near = told(needed(region, "rppko_7_4"))

    assert said == "не хватает 1: должно быть 3 из 4 вместо 2"
    assert [len(gaps) for _, gaps in near] == [1, 2]
    assert near[0][1][0].startswith("динамика(огэ, «")
    assert near[0][1][0].endswith(", нужно больше 0\xa0п. п.")


def test_a_target_that_is_met_needs_nothing(region):  # noqa: F811
    found = needed(region, "rppko_7_4")

    assert (found.is_kept, found.needs) == (True, ())


def test_a_target_that_is_kept_so_far_is_to_be_held_till_the_end_of_the_year(region):  # noqa: F811
    found = needed(region, "rppko_7_4", today=date(2021, 11, 20))
    page = render_to_string("programmes/_needed.html", {"found": found, "unit": region.region, "year": 2021})

    assert (found.is_kept, found.is_kept_so_far, found.needs) == (False, True, ())
    assert "Сейчас цель выполняется; до конца года её нужно удержать." in page


def test_each_district_has_its_own_number_and_its_own_schools(region, now):  # noqa: F811
    for school, answer in zip(region.schools, (1, 1, 0), strict=False):
        enter(region, "поддержка_куратор", school, answer, now)

    (need,) = needed(region, "rppko_5_4_5").needs

    assert (need.unit.unit_name, need.lacking.said) == ("Северный округ", "не хватает 8: должно быть 10 вместо 2")
    assert [one.name for one in need.members.near] == [region.schools[2].short_name]
    assert (need.members.more, need.members.unknown) == (0, ())


def test_a_school_that_has_gone_is_counted_and_not_named(region):  # noqa: F811
    ask(region, 70)
    gone = needed(region, "rppko_7_4").needs[0].members.near[0]
    school = next(one for one in region.schools if one.pk == gone.unit)
    reader = make_person("reader", Role.MUNICIPAL_COORDINATOR, school.parent)
    assert [one.name for one in needed(region, "rppko_7_4", school.parent, reader).needs[0].members.near] == [gone.name]
    other = next(one for one in (region.kezhma, region.minusinsk) if one.pk != school.parent_id)
    school.parent, school.path = other, f"{other.path}{school.pk}/"
    school.save(update_fields=["parent", "path"])

    members = needed(region, "rppko_7_4", type(other).objects.get(pk=reader.appointments.get().unit_id), reader)

    assert gone.name not in [one.name for one in members.needs[0].members.near]
    assert members.needs[0].members.more >= 1


@pytest.mark.parametrize("year", [2021, 2022])
@pytest.mark.parametrize("code", ["rppko_7_4", "rppko_5_4_5", "rppko_1_2"])
def test_the_panel_takes_twelve_queries_at_most(client, region, django_assert_max_num_queries, code, year):  # noqa: F811
    ask(region, 70)
    client.force_login(region.ministry)
    address = reverse("programmes:needed", args=[Indicator.objects.get(code=code).pk])
    client.get(address, {"year": year})

    with django_assert_max_num_queries(12):
        response = client.get(address, {"year": year}, headers={"HX-Request": "true"})

    assert response.status_code == 200


def test_of_a_territory_that_one_may_not_see_nothing_is_told(client, region):  # noqa: F811
    client.force_login(region.coordinator)
    address = reverse("programmes:needed", args=[Indicator.objects.get(code="rppko_7_4").pk])

    assert client.get(address, {"unit": region.region.pk}).status_code == 404
    assert "Что нужно" in client.get(address).content.decode()


def test_of_a_ratio_of_sums_the_schools_farthest_behind_are_named(client, region, now, django_assert_max_num_queries):  # noqa: F811
    """The region may have one in twenty who failed: what each school has more than that, against its own results."""
    definition = Definition(
        kind=IndicatorKind.SHARE,
        formula="100 * отношение(не_справились(огэ, «математика», 9), участники(огэ, «математика», 9))",
        better=Better.LESS,
    )
    failed = define_indicator(
        code="failed",
        name="Не справились",
        definition=definition,
        valid_from=now.date(),
        actor=system_user(),
        now=now,
    )
    place = ProgrammeIndicator.objects.create(
        programme=region.programme, indicator=failed.indicator, number="9.9", sort_order=99
    )
    year = Period.objects.get(code="2021")
    Target.objects.create(programme_indicator=place, period=year, operator="at_most", value=5)
    fulfil_requests(clock=lambda: now)
    value = IndicatorValue.objects.get(edition=failed, period=year, unit=region.region)
    most = int(value.d * 5 // 100)  # whole pupils
    results = SchoolResult.objects.filter(
        is_current=True, assessment__procedure__code="oge", assessment__subject__name__iexact="математика",
        assessment__academic_year=2020, failed__isnull=False,
    )  # fmt: skip
    behind = {
        row.unit_id: (row.failed - Fraction(most) * row.n / int(value.d), f"{row.failed} из {row.n}") for row in results
    }
    expected = sorted((one for one in behind.items() if one[1][0] > 0), key=lambda one: -one[1][0])

    (need,) = needed(region, "failed").needs

    found = [(one.unit, (one.gaps[0].size, one.gaps[0].said)) for one in need.members.near]
    assert (len(expected) > 0, need.members.is_behind, need.lacking.is_to_leave) == (True, True, True)
    assert dict(found) == dict(expected)
    assert [gap[0] for _, gap in found] == [gap[0] for _, gap in expected]
    client.force_login(region.ministry)
    address = reverse("programmes:needed", args=[failed.indicator_id])
    client.get(address, {"year": 2021})
    with django_assert_max_num_queries(12):
        page = client.get(address, {"year": 2021}, headers={"HX-Request": "true"}).content.decode()
    assert "Дальше всех от цели; столько каждому лишнего до неё:" in page


def test_where_nobody_fails_those_who_have_not_answered_are_named(client, region, now):  # noqa: F811
    enter(region, "мсо_рабочая_группа", region.kezhma, 1, now)
    fulfil_requests(clock=lambda: now)
    client.force_login(region.ministry)
    indicator = Indicator.objects.get(code="rppko_1_2")

    response = client.get(reverse("programmes:needed", args=[indicator.pk]), {"year": 2021})

    found = response.context["found"]
    assert ([one.unit_name for one in found.silent], found.silent_more) == (["город Минусинск"], 0)
    text = " ".join(response.content.decode().split())
    assert "Сначала внести данные, о ком их нет: город Минусинск.</p>" in text
    said, address = response.context["crumbs"][1]
    assert said.startswith("1.2. ")
    assert address == f"{reverse('indicators:indicator', args=[indicator.pk])}?unit={region.region.pk}"
