"""Taking files and forms about schools: the register is written below, and a note is left for what depends on it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from indicators.facts import registered
from indicators.facts.passports import PASSPORT
from indicators.facts.projects import IN_PROJECT
from indicators.services.recalculation import EVERY_FACT, request_recalculation, years_fed_by
from jobs.enums import UploadState
from jobs.models import Upload
from jobs.services.uploads import erase_upload, store_upload
from schools.models import SchoolYear, Unit
from schools.services.file_jobs import IMPORTERS
from schools.services.files import Plan, SchoolFile, read_file
from schools.services.membership_import import import_memberships
from schools.services.passports import enter_passport, import_passports
from schools.services.register_import import import_register


@transaction.atomic
def take_school_file(*, file: SchoolFile, upload: Upload, actor: User, now: datetime) -> Plan:
    """
    Do what a file says, whole, and forget its bytes.

    :raises FileRefused: if something is wrong in it
    """
    if file.kind == "register":
        plan = import_register(file=file, upload=upload, actor=actor, now=now, apply=True)
        # A school more or less is a school more or less in every number.
        facts, years, reason = {EVERY_FACT}, None, "реестр школ загружен"
    elif file.kind == "memberships":
        plan = import_memberships(file=file, upload=upload, actor=actor, now=now, apply=True)
        facts, years, reason = {IN_PROJECT}, None, "участие в проектах загружено"
    else:
        plan = import_passports(file=file, upload=upload, actor=actor, now=now, apply=True)
        facts, years, reason = passport_facts(), years_fed_by([plan.academic_year or 0]), "паспорта школ загружены"
    if not plan.is_empty:
        request_recalculation(
            facts=facts, unit_ids=plan.unit_ids, years=years, actor=actor, now=now, reason=f"{reason}: {upload.name}"
        )
    erase_upload(upload, state=UploadState.PARSED)
    return plan


def import_school_file(
    *, name: str, pieces: Iterable[bytes], kind: str, year: int | None, apply: bool, actor: User, now: datetime
) -> Plan:
    """
    Read a file at once and say what it would do; with `apply` do it, unless the returned plan has problems.

    Of a file that is not taken nothing is left.

    :raises FileRefused: if it cannot be read
    """
    upload = store_upload(name=name, pieces=pieces, actor=actor, now=now)
    try:
        file = read_file(upload=upload, kind=kind, year=year)
        plan = IMPORTERS[kind](file=file, upload=upload, actor=actor, now=now, apply=False)
        if not apply or plan.problems_total:
            return plan
        return take_school_file(file=file, upload=upload, actor=actor, now=now)
    finally:
        if upload.state != UploadState.PARSED:
            erase_upload(upload)
            upload.delete()


@transaction.atomic
def enter_school_passport(
    *,
    unit: Unit,
    academic_year: int,
    values: Mapping[str, int | None],
    seen_at: datetime | None,
    actor: User,
    now: datetime,
) -> SchoolYear:
    """Write one passport from a form, as `schools.services.passports.enter_passport` does, and leave a note."""
    passport = enter_passport(
        unit=unit, academic_year=academic_year, values=values, seen_at=seen_at, actor=actor, now=now
    )
    request_recalculation(
        facts=passport_facts(),
        unit_ids=[unit.pk],
        years=years_fed_by([academic_year]),
        actor=actor,
        now=now,
        reason=f"паспорт школы: {unit.short_name}",
    )
    return passport


def passport_facts() -> set[str]:
    """Return the names of the facts that social passports give."""
    return {fact.name for fact in registered() if fact.source == PASSPORT}
