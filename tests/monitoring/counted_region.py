"""A region whose results are computed: lists drafted, the short programme loaded, every value there."""

from datetime import date, datetime

from indicators.services.documents import Order
from indicators.services.recalculation import fulfil_requests
from monitoring.catalogue.method_files import method_files
from monitoring.models import MethodologyEdition
from monitoring.services.identification import run_identification
from monitoring.services.identification_lists import approve_list, draft_list
from monitoring.services.identification_methods import load_methods
from tests.factories.catalogue import load_short
from tests.monitoring.drawn_region import DrawnRegion

# Each was low in 2020/21; the first two grew against 2018/19, the third only in one of the two subjects.
GREW = "ОГЭ русский 9 | 2018: 9/12 | 2020: 6/12\nОГЭ математика 9 | 2018: 8/12 | 2020: 7/12"
HALF = "ОГЭ русский 9 | 2018: 9/12 | 2020: 6/12\nОГЭ математика 9 | 2018: 6/12 | 2020: 7/12"
FELL = "ОГЭ русский 9 | 2018: 5/12 | 2020: 6/12\nОГЭ математика 9 | 2018: 6/12 | 2020: 7/12"
NEW = "ОГЭ русский 9 | 2020: 6/12\nОГЭ математика 9 | 2020: 7/12"
NUMBERS = ("0", "1.2", "2.1", "2.4", "3.2", "3.3", "5.4.5", "5.7", "7.4", "7.6", "П.14")
READING = "\nКДР чтение 4 | 2019: 3/12 | 2020: 2/12"


def draw_region(now: datetime) -> DrawnRegion:
    """A region without schools, with the methods that come with the portal."""
    region = DrawnRegion(now)
    load_methods(written=method_files(), actor=region.centre, now=now)
    return region


def draw_counted(now: datetime) -> DrawnRegion:
    """The region with a programme, five schools with results and a list of the autumn of 2021, not yet approved."""
    region = draw_region(now)
    region.schools = [
        region.school("131001", "Имбинская СОШ", GREW + READING),
        region.school("131002", "Тагарская СОШ", HALF),
        region.school("131003", "Кодинская СОШ № 4", NEW),
        region.school("147001", "Школа № 1", GREW, at=region.minusinsk),
        region.school("147002", "Школа № 2", FELL, at=region.minusinsk),
    ]
    region.programme = load_short(*NUMBERS, now=now)
    edition = MethodologyEdition.objects.get(methodology__code="federal", is_current=True)
    run = run_identification(academic_year=2020, edition=edition, region=region.region, actor=region.centre, now=now)
    region.drafted = draft_list(run=run, actor=region.centre, now=now)
    fulfil_requests(clock=lambda: now)
    return region


def approve(region, now):
    return approve_list(
        school_list=region.drafted, order=Order("512-11-05", date(2021, 11, 1)), actor=region.ministry, now=now
    )
