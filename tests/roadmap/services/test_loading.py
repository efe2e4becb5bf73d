"""The regional programme from its catalogue, whole, in the database."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from indicators.enums import IndicatorKind
from indicators.models import DataElement, IndicatorEdition, PeriodBasis, RecalculationRequest
from indicators.services.definitions import define_indicator, definition_of
from jobs.models import Job
from programmes.catalogue import load_catalogue
from programmes.enums import TargetScope
from programmes.models import Programme, ProgrammeIndicator, Target
from programmes.selectors.history import programme_history
from programmes.services.load_report import LoadReport
from programmes.services.loading import UnitMissing
from programmes.services.loading_indicators import load_indicators
from roadmap.models import Activity, ExpectedResult
from roadmap.services.loading import load_programme
from tests.factories.catalogue import load_short, short_programme


@pytest.fixture(scope="module")
def source():
    return load_catalogue("rppko-2020-2022")


@pytest.fixture
def system(db):
    return User.objects.create(login="system", full_name="Система", is_system=True)


def test_everything_is_loaded_by_one_call(land, source, system, now):
    report = LoadReport()

    programme = load_programme(source=source, actor=system, now=now, report=report)

    assert programme.directions.count() == 7
    assert Activity.objects.filter(programme=programme).count() == 32
    assert ExpectedResult.objects.filter(activity__programme=programme).count() == sum(
        len(activity.results) for activity in source.activities
    )
    document_indicators = {
        place.group_number or place.number for place in programme.programme_indicators.exclude(direction=None)
    }
    assert len(document_indicators) == 36
    assert Target.objects.filter(programme_indicator__programme=programme).count() == 3 * len(source.indicators)
    assert DataElement.objects.count() == len(source.elements)
    assert {(row.period.code, row.academic_year, row.cohort_year) for row in PeriodBasis.objects.all()} == {
        ("2020", 2019, 2020),
        ("2021", 2020, 2021),
        ("2022", 2021, 2022),
    }
    assert report.superfluous == {}


def test_yes_no_and_three_state_indicators_are_twenty_of_the_thirty_six(land, source, system, now):
    load_programme(source=source, actor=system, now=now, report=LoadReport())

    of_directions = IndicatorEdition.objects.filter(
        is_current=True, indicator__programme_indicators__direction__isnull=False
    )
    kinds = Counter(of_directions.values_list("kind", flat=True))

    assert kinds[IndicatorKind.YES_NO] + kinds[IndicatorKind.THREE_STATE] == 18 + 2


def test_a_target_keeps_its_scope_and_its_other_half(land, source, system, now):
    programme = load_programme(source=source, actor=system, now=now, report=LoadReport())

    def target(number):
        return Target.objects.get(
            programme_indicator__programme=programme, programme_indicator__number=number, period__code="2021"
        )

    assert (target("5.4.2").value, target("5.4.2").scope) == (20, TargetScope.EACH_DISTRICT)
    assert target("5.7").also == {"element": "регионы_участники", "operator": "at_least", "value": "5"}
    assert target("7.4").value == Decimal(20)
    headline = ProgrammeIndicator.objects.get(programme=programme, is_headline=True)
    assert headline.indicator.code == "rppko_headline"


def test_loading_twice_changes_nothing(land, source, system, now):
    load_programme(source=source, actor=system, now=now, report=LoadReport())
    notes = RecalculationRequest.objects.count()
    again = LoadReport()

    load_programme(source=source, actor=system, now=now, report=again)

    assert again.is_empty
    assert RecalculationRequest.objects.count() == notes


def test_one_job_is_ordered_for_all_the_notes_of_a_load(land, source, system, now):
    load_programme(source=source, actor=system, now=now, report=LoadReport())

    assert RecalculationRequest.objects.count() > 40
    assert Job.objects.count() == 1


def test_only_looking_writes_nothing(land, source, system, now):
    report = LoadReport()

    load_programme(source=source, actor=system, now=now, report=report, only_look=True)

    assert len(report.added["мероприятия"]) == 32
    assert not Programme.objects.exists()
    assert not IndicatorEdition.objects.exists()
    assert not Job.objects.exists()


def test_what_feeds_a_year_is_not_written_over(land, source, system, now):
    load_programme(source=source, actor=system, now=now, report=LoadReport())
    PeriodBasis.objects.filter(period__code="2021").update(cohort_year=2020)

    load_programme(source=source, actor=system, now=now, report=LoadReport())

    assert PeriodBasis.objects.get(period__code="2021").cohort_year == 2020


def test_without_a_territory_it_says_what_to_do(db, source, system, now):
    with pytest.raises(UnitMissing) as refused:
        load_programme(source=source, actor=system, now=now, report=LoadReport())

    assert str(refused.value) == "Территории с кодом 24 нет. Сначала загрузите её: manage.py load_territory."


def test_an_indicator_redefined_in_the_portal_stays_so(land, system, now):
    programme = load_short("1.1", "3.2", now=now)
    place = programme.programme_indicators.get(number="3.2")
    current = place.indicator.editions.get(is_current=True)
    define_indicator(
        code=place.indicator.code,
        name=place.indicator.name,
        definition=replace(definition_of(current), formula="доля(муниципалитеты, где мппко_реализуется)"),
        valid_from=now.date(),
        actor=system,
        now=now,
    )
    report = LoadReport()

    load_indicators(programme=programme, source=short_programme("1.1", "3.2"), actor=system, now=now, report=report)

    assert place.indicator.editions.get(is_current=True).formula == "доля(муниципалитеты, где мппко_реализуется)"
    assert report.is_empty
    assert report.superfluous == {}
    (told,) = report.decided["показатели"]
    assert told.startswith("3.2 «Доля муниципал") and told.endswith(
        "»: формула в портале «доля(муниципалитеты, где мппко_реализуется)», в пакете "
        "«доля(муниципалитеты, где мппко_утверждена)»"
    )


def test_an_edition_that_only_renewed_the_parts_is_nobodys_decision(land, system, now):
    """What the portal writes over an edition of the catalogue by the same words keeps no later package out."""
    programme = load_short("3.2", now=now)
    renewed = programme.programme_indicators.get(number="3.2").indicator.editions.get()
    IndicatorEdition.objects.update(is_current=False)
    renewed.pk, renewed.number, renewed.reason = None, 2, "изменились шкалы каталога"
    renewed.save()
    source = short_programme("3.2")
    source = replace(source, indicators=(replace(source.indicators[0], purpose="Сказано иначе."),))
    report = LoadReport()

    load_indicators(programme=programme, source=source, actor=system, now=now, report=report)

    assert report.decided == {}
    assert renewed.indicator.editions.get(is_current=True).purpose == "Сказано иначе."


def test_trail_tells_each_load_that_wrote_something(land, source, system, now):
    """What a second load changes of an approved programme, a single figure even, is told as changed after approval."""
    programme = load_programme(source=source, actor=system, now=now, report=LoadReport())
    load_programme(source=source, actor=system, now=now + timedelta(days=1), report=LoadReport())
    Target.objects.filter(programme_indicator__number="3.2", period__code="2021").update(value=80)
    load_programme(source=source, actor=system, now=now + timedelta(days=2), report=LoadReport())

    changed, figure, loaded = programme_history(programme)

    assert (changed.reason, changed.is_after_approval) == ("изменено: цели — 1", True)
    assert figure.what == "Изменена цель"
    assert figure.changes == (("цель", "3.2, 2021 год: не менее 80", "3.2, 2021 год: не менее 85"),)
    assert figure.reason == f"Загружен пакет «rppko-2020-2022», версия {source.version}; {programme.document}"
    assert (loaded.is_after_approval, "мероприятия — 32" in loaded.reason) == (False, True)
