"""
Accepting a load: one transaction that copies its rows, sums them per school, puts the finest and newest results in
force, leaves the audit event and the note for the indicators. All of the file, or nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.faults import fault
from common.progress import Progress, no_progress
from indicators.services.recalculation import request_recalculation, years_fed_by
from jobs.models import Job
from jobs.registry import JobRefused, Remedy
from jobs.services.orders import order_job
from jobs.services.running import fence
from monitoring.enums import LoadState, MeasureKind, Source
from monitoring.facts import RESULT_FACTS, SAME_PUPIL_FACTS
from monitoring.models import Assessment, AssessmentLoad, Load, Procedure, SchoolResult, Subject
from monitoring.selectors.loads import ACCEPTANCE, standing_twin
from monitoring.services.copying import copy_rows, sum_rows, switch_results
from monitoring.services.reading import AlreadyLoaded, checksum, erase_staging, staging_root
from monitoring.services.same_pupils import join_pupils, lock_codes
from schools.access import NotAllowed, require
from schools.services.signing import SignatoryRefused, Signature, signature_of, signed

JOB_KIND = ACCEPTANCE


class NotWaiting(Exception):
    """The load does not wait for a decision any more."""


class HasProblems(Exception):
    """The file has problems: it is taken whole or not at all."""


class RowsGone(Exception):
    """The rows that were read do not lie where they were left, or are not those that were shown."""


@dataclass(frozen=True)
class Part:
    """One assessment of a load: what the parser said of it, and the rows of the database that stand for it."""

    said: dict[str, Any]
    assessment: Assessment
    load: AssessmentLoad

    @property
    def has_marks(self) -> bool:
        """Say whether marks tell who failed; a protocol brings scores without any."""
        measured = self.said["measure"] == MeasureKind.MARKS
        return measured and any("marks" in sums for sums in self.said["units"].values())

    @property
    def levels(self) -> int:
        """Return how many levels its rows may show; nought where they show none."""
        return int(self.said.get("levels", 0))  # a file that was read before rows had levels says nothing of them


def order_acceptance(*, load: Load, actor: User, now: datetime, signatory: User | None = None) -> Job:
    """
    Order the acceptance of a load. `signatory` is who answers for it.

    :raises NotWaiting, HasProblems: if it cannot be accepted as it is
    :raises SignatoryRefused: if the one who is named does not answer for the data of this place
    """
    require(actor, Permission.RESULT_LOAD, at=load.unit)
    _check(load)
    signature_of(permission=Permission.DATA_SIGN, at=load.unit, actor=actor, chosen=signatory)
    return order_job(
        kind=JOB_KIND,
        payload={"load": load.pk, "signatory": signatory.pk if signatory else None},
        actor=actor,
        now=now,
        title=f"Приём загрузки № {load.pk}: «{load.upload.name}»"[:300],
        dedupe_key=f"accept_load:{load.pk}",
    )


def accept_ordered_load(job: Job, progress: Progress) -> dict[str, Any]:
    """Accept the load of a job. Doing it twice changes nothing. :raises JobRefused: if it cannot be accepted"""
    load = Load.objects.get(pk=job.payload["load"])
    signatory = User.objects.filter(pk=job.payload.get("signatory")).first()
    given = {"actor": job.ordered_by, "now": timezone.now(), "signatory": signatory}
    try:
        load = accept_load(load=load, **given, progress=progress, job=job)
    except (NotWaiting, HasProblems, RowsGone, AlreadyLoaded) as refusal:
        remedy = Remedy("Открыть загрузку", ("monitoring:load", str(load.pk)))
        raise JobRefused(str(refusal), remedy=remedy) from refusal
    except (NotAllowed, SignatoryRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    return {"load": load.pk, "page": ["monitoring:load", load.pk], "text": f"Загрузка № {load.pk} принята."}


def accept_load(
    *,
    load: Load,
    actor: User,
    now: datetime,
    progress: Progress = no_progress,
    job: Job | None = None,
    signatory: User | None = None,
) -> Load:
    """
    Put a load in force, whole. A load that is in force already is returned as it is.

    :raises NotWaiting: if it was cancelled or undone
    :raises HasProblems: if the file has problems
    :raises RowsGone: if its rows are not there any more
    :raises AlreadyLoaded: if the very same file was accepted meanwhile
    """
    require(actor, Permission.RESULT_LOAD, at=load.unit)
    signature = signature_of(permission=Permission.DATA_SIGN, at=load.unit, actor=actor, chosen=signatory)
    with transaction.atomic():
        if job is not None:
            fence(job)
        locked = Load.objects.select_for_update(of=("self",)).select_related("upload", "unit").get(pk=load.pk)
        if locked.state in (LoadState.IN_FORCE, LoadState.SUPERSEDED):
            erase_staging(locked.staging)  # a worker may have died between the commit and this
            return locked
        _check(locked)
        parts = _open_parts(locked)
        twin = standing_twin(locked.upload.sha256, locked.unit)
        if twin is not None:
            raise AlreadyLoaded(twin)
        _fill(locked, parts, progress)
        locked.state, locked.accepted_at, locked.accepted_by = LoadState.IN_FORCE, now, actor
        locked.signatory, locked.signed_as = signature.user, signature.words
        with signed(signature):
            locked.save(update_fields=["state", "accepted_at", "accepted_by", "signatory", "signed_as"])
        switch_results(locked)
        join_pupils([part.assessment.pk for part in parts])
        _tell(locked, parts, signature, now)
        erase_staging(locked.staging)
        fault("load.before_commit")
    fault("load.after_commit")
    locked.refresh_from_db()
    return locked


def request_for_results(*, load: Load, actor: User, now: datetime, reason: str) -> None:
    """Leave the note that the results of a load's schools and years have changed."""
    parts = load.parts.select_related("assessment__procedure")
    works = [part.assessment for part in parts]
    years = {one.academic_year for one in works}
    lasting = any(one.procedure.has_lasting_codes for one in works)
    units = set(load.school_results.values_list("unit_id", flat=True))
    request_recalculation(
        facts=RESULT_FACTS + SAME_PUPIL_FACTS * lasting,
        actor=actor,
        now=now,
        reason=reason,
        unit_ids=units,
        years=years_fed_by(years),
    )


def _check(load: Load) -> None:
    if load.state != LoadState.PREVIEWED:
        raise NotWaiting(f"Загрузка № {load.pk} {load.get_state_display()}: принимать нечего, загрузите файл заново.")
    problems = load.summary["problems_total"]
    if problems:
        raise HasProblems(
            f"В файле «{load.upload.name}» есть замечания ({problems}): исправьте их и загрузите файл заново."
        )


def _open_parts(load: Load) -> list[Part]:
    """Find or make the assessments and lock them, in one order for everybody, so that two loads cannot interleave."""
    parts = []
    procedures = {said["procedure"]: _procedure(load, said["procedure"]) for said in load.summary["assessments"]}
    lock_codes(procedures.values())
    for said in load.summary["assessments"]:
        procedure = procedures[said["procedure"]]
        subject = Subject.objects.get(name=said["subject"])
        assessment, _ = Assessment.objects.get_or_create(
            procedure=procedure,
            subject=subject,
            grade=said["grade"],
            academic_year=said["academic_year"],
            defaults={"held_on": date.fromisoformat(said["held_on"]) if said["held_on"] else None},
        )
        part = AssessmentLoad.objects.create(
            load=load,
            assessment=assessment,
            source=said["source"],
            sheet=said["sheet"][:200],
            rows=said["rows"],
            schools=len(said["units"]),
            max_score=said["max_score"],
            threshold=said["threshold"],
            coded=said.get("coded", 0),
            codes_mark=load.summary["codes_mark"] if said.get("coded") else "",
            tasks=said["tasks"],
        )
        parts.append(Part(said, assessment, part))
    keys = sorted(part.assessment.pk for part in parts)
    list(Assessment.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    return parts


def _procedure(load: Load, name: str) -> Procedure:
    """Return the procedure of that name which the load's place knows: its own before the centre's."""
    line = load.unit.line
    own = Procedure.objects.filter(name=name, owner__in=line).first()
    return own or Procedure.objects.get(name=name, owner=None)


def _fill(load: Load, parts: list[Part], progress: Progress) -> None:
    """Bring the rows and the sums of every part."""
    staging = staging_root() / load.staging
    by_rows = [part for part in parts if part.said["source"] == Source.ROWS]
    if by_rows and (not load.staging or checksum(staging) != load.summary["checksum"]):
        raise RowsGone(f"Строки загрузки № {load.pk} не сохранились: загрузите файл заново.")
    done = 0
    for part in by_rows:
        file = staging / f"{part.said['number']}.copy"
        done += copy_rows(file, load=load, assessment=part.assessment, told=_Told(progress, done, load.rows))
    if done != sum(part.said["rows"] for part in by_rows):
        raise RowsGone(f"Строк загрузки № {load.pk} не столько, сколько было показано: загрузите файл заново.")
    progress(load.rows, load.rows, "Суммы по школам")
    if by_rows:
        sum_rows(load, [(part.load, part.has_marks, part.levels) for part in by_rows])
    SchoolResult.objects.bulk_create(
        (_counted(load, part, int(unit), sums) for part in parts if part not in by_rows
         for unit, sums in part.said["units"].items()),
        batch_size=2000,
    )  # fmt: skip


class _Told:
    """Says how many rows of the load are in, part after part."""

    def __init__(self, progress: Progress, before: int, total: int) -> None:
        self.progress, self.before, self.total = progress, before, total

    def __call__(self, rows: int) -> None:
        self.progress(self.before + rows, self.total, f"Записано строк: {self.before + rows}")


def _counted(load: Load, part: Part, unit: int, sums: dict[str, Any]) -> SchoolResult:
    """Make the result of a school whose file brings sums."""
    marks, levels = sums.get("marks"), sums.get("levels")
    outcome = marks or levels
    return SchoolResult(
        assessment=part.assessment,
        unit_id=unit,
        load=load,
        source=part.said["source"],
        n=sums["n"],
        failed=outcome[0] if outcome else None,
        marks=marks,
        levels=levels,
        score_sum=sums.get("sum"),
        max_score=part.said["max_score"],
        raised=sums.get("raised"),
        confirmed=sums.get("confirmed"),
        lowered=sums.get("lowered"),
        row_no=sums.get("row_no"),
        last_row_no=sums.get("row_no"),
    )


def _tell(load: Load, parts: list[Part], signature: Signature, now: datetime) -> None:
    actor = signature.actor
    after = {
        **signature.told,
        "sha256": load.upload.sha256,
        "checksum": load.summary["checksum"],
        "rows": load.rows,
        "assessments": [
            {"assessment": str(part.assessment), "source": part.said["source"], "schools": part.load.schools}
            for part in parts
        ],
    }
    record(actor=actor, action="load.accepted", target=load, now=now, after=after)
    request_for_results(load=load, actor=actor, now=now, reason=f"загрузка № {load.pk}")
