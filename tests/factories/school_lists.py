"""A list of schools approved for an autumn, with the run that it was made from."""

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import User
from monitoring.enums import ListState, MethodKind
from monitoring.models import IdentificationRun, ListEntry, Methodology, MethodologyEdition, SchoolList
from schools.models import Unit
from tests.factories.programmes import make_order


def make_list(region: Unit, cohort_year: int, schools: Iterable[Unit], actor: User, now: datetime) -> SchoolList:
    """Return an approved list on which these schools stand as of low results."""
    method, _ = Methodology.objects.get_or_create(
        code="drawn", defaults={"kind": next(iter(MethodKind)), "name": "Методика"}
    )
    edition, _ = MethodologyEdition.objects.get_or_create(
        methodology=method,
        number=1,
        defaults={"valid_from": date(2020, 1, 1), "parameters": {}, "created_by": actor, "created_at": now},
    )
    run = IdentificationRun.objects.create(
        edition=edition, academic_year=cohort_year - 1, unit=region, input_hash="0", run_by=actor, run_at=now
    )
    approved = SchoolList.objects.create(
        unit=region,
        cohort_year=cohort_year,
        run=run,
        state=ListState.APPROVED,
        order=make_order(region, actor, now),
        approved_by=actor,
        approved_at=now,
    )
    for school in schools:
        ListEntry.objects.create(
            school_list=approved, unit=school, categories=["low_results"], computed=["low_results"]
        )
    return approved
