"""Two at the same time, each with a connection of its own: one execution, one programme."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from common.versions import version_of
from documents.enums import DocumentKind
from documents.services.filing import Paper
from programmes.enums import ProgrammeKind
from programmes.models import Programme
from programmes.services.drafting import ProgrammeRefused, draft_programme
from roadmap.models import Execution
from roadmap.services.execution import SomebodySavedFirst, report_execution, shown_of
from tests.factories.programmes import make_land
from tests.factories.roadmap import make_result

pytestmark = pytest.mark.django_db(transaction=True)
PROOF = Paper(DocumentKind.ORDER, "Приказ", "12", date(2021, 10, 20))


def together(work: Callable[[], object]) -> list[object]:
    """Do the same in two threads with a connection each, begun together; return results or what was raised."""
    start, results = Barrier(2), []

    def do() -> None:
        start.wait()
        try:
            results.append(work())
        except Exception as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=do) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_who_report_the_same_one_saves_and_the_other_is_told(now):
    land = make_land()
    result = make_result(land, now)

    done = together(
        lambda: report_execution(
            result=result, unit=land.region, actor=land.analyst, now=now, done_on=date(2021, 10, 25), proof=PROOF,
            seen=version_of(shown_of(None)),
        )
    )  # fmt: skip

    assert {type(each) for each in done} == {Execution, SomebodySavedFirst}
    assert Execution.objects.count() == 1


def test_of_two_who_register_the_same_programme_one_is_refused(now):
    land = make_land()

    done = together(
        lambda: draft_programme(
            unit=land.kezhma, kind=ProgrammeKind.MUNICIPAL, title="Программа района", starts_on=date(2021, 9, 1),
            ends_on=date(2022, 12, 31), actor=land.coordinator, now=now,
        )
    )  # fmt: skip

    assert {type(each) for each in done} == {Programme, ProgrammeRefused}
    assert Programme.objects.count() == 1
