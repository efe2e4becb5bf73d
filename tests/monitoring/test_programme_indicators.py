"""The regional programme counted: every formula of its catalogue on real rows, and what changes it."""

from accounts.services.people import system_user
from indicators.enums import ValueStatus
from indicators.models import IndicatorValue, PeriodBasis, RecalculationRequest
from indicators.services.recalculation import fulfil_requests, recalculate
from programmes.enums import ProgrammeKind
from programmes.services.load_report import LoadReport
from programmes.services.loading_indicators import load_indicators
from schools.models import SchoolYear
from tests.factories.catalogue import regional_programme
from tests.factories.programmes import make_programme
from tests.monitoring.counted_region import approve


def value(code, unit, year=2021):
    row = IndicatorValue.objects.get(edition__indicator__code=code, unit=unit, period__code=str(year))
    return row.n, row.d, row.left_out, row.status


def test_every_formula_of_the_programme_is_computable(counted, now):
    source = regional_programme()
    load_indicators(programme=counted.programme, source=source, actor=system_user(), now=now, report=LoadReport())
    approve(counted, now)

    run = recalculate(reason="всё", now=now)

    assert run.problems == {}
    assert run.editions == 67 * 3  # 36 indicators, tables by their rows, the headline, the passport's 22; three years


def test_nothing_is_known_of_the_cohort_before_its_list_is_approved(counted):
    assert value("rppko_7_4", counted.region)[3] == ValueStatus.NOT_SUBMITTED


def test_an_approved_list_is_counted_at_once_by_whoever_fulfils_the_note(counted, now):
    approve(counted, now)
    fulfil_requests(clock=lambda: now)

    known = ValueStatus.KNOWN
    assert value("rppko_7_4", counted.region) == (2, 4, 1, known)
    assert value("rppko_7_4", counted.kezhma) == (1, 2, 1, known)
    assert value("rppko_7_4", counted.minusinsk) == (1, 2, 0, known)
    assert value("rppko_7_6", counted.region) == (1, 1, 4, known)
    assert value("rppko_3_3", counted.region) == (0, 5, 0, known)


def test_a_list_touches_only_the_years_that_it_feeds(counted, now):
    approve(counted, now)
    fulfil_requests(clock=lambda: now)

    note = RecalculationRequest.objects.latest("pk")
    assert note.years == [2021]
    assert set(note.run.values.values_list("period__code", flat=True)) == {"2021"}


def test_an_exam_that_was_not_held_is_no_nought(counted, now):
    PeriodBasis.objects.filter(period__code="2020").update(cohort_year=2021)
    approve(counted, now)
    fulfil_requests(clock=lambda: now)

    assert value("rppko_7_4", counted.region, 2020) == (None, 0, 5, ValueStatus.NOT_HELD)


def test_a_programme_of_a_municipality_moves_the_headline(counted, now):
    assert value("rppko_headline", counted.region) == (0, 2, 0, ValueStatus.KNOWN)
    make_programme(counted.kezhma, counted.coordinator, now, kind=ProgrammeKind.MUNICIPAL)

    recalculate(reason="программы", now=now, years={2021})

    assert value("rppko_headline", counted.region) == (1, 2, 0, ValueStatus.KNOWN)
    assert value("rppko_3_2", counted.kezhma) == (1, 1, 0, ValueStatus.KNOWN)


def test_specialists_are_compared_on_the_same_schools_of_the_list(counted, now):
    imba, taga, _, first, second = counted.schools
    for unit, before, after in ((imba, 1, 3), (taga, 2, 1), (first, 4, 3), (second, None, 9)):
        for year, specialists in ((2019, before), (2020, after)):
            SchoolYear.objects.create(
                unit=unit, academic_year=year, narrow_specialists=specialists, entered_by=counted.centre, entered_at=now
            )
    approve(counted, now)
    fulfil_requests(clock=lambda: now)

    # Kezhma: +2 and -1; of its third school nothing is known. Minusinsk: -1, and one school did not say what it had.
    assert value("rppko_p_14", counted.kezhma) == (1, 1, 0, ValueStatus.KNOWN)
    assert value("rppko_p_14", counted.minusinsk) == (0, 1, 0, ValueStatus.KNOWN)
    assert value("rppko_p_14", counted.region) == (1, 2, 0, ValueStatus.KNOWN)
