"""Procedures and their norms: loaded from the catalogue, and those that a municipality holds for itself."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from accounts.services.people import system_user
from indicators.services.definitions import renew_parts
from indicators.services.recalculation import request_recalculation
from monitoring.catalogue.procedures import ProcedureCatalogue
from monitoring.enums import MeasureKind
from monitoring.facts import RESULT_FACTS, SAME_PUPIL_FACTS
from monitoring.models import MarkScale, Procedure, SchoolResult, Subject
from monitoring.selectors.same_pupils import with_lasting_codes
from monitoring.services.same_pupils import join_pupils
from schools.access import NotAllowed, require
from schools.enums import Kind
from schools.models import Unit


class ProcedureError(ValueError):
    """A procedure that cannot be added as it was described; the message is for the person."""


@dataclass
class Loaded:
    """What loading the catalogue did."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(frozen=True)
class OwnProcedure:
    """A procedure that a municipality holds for itself, as it was described."""

    name: str
    measure: str
    grades: tuple[int, ...]
    subjects: tuple[str, ...] = ()
    full_name: str = ""
    aliases: tuple[str, ...] = ()
    max_score: int | None = None
    passing_score: int | None = None
    from_year: int = field(default=2016)


@transaction.atomic
def load_procedures(*, written: ProcedureCatalogue, actor: User, now: datetime) -> Loaded:
    """
    Bring procedures, subjects and scales to what the catalogue says. Doing it twice changes nothing.

    What the catalogue does not name, such as a municipality's own procedures, is left alone.
    """
    _require_at_region(actor)
    done = Loaded()
    wanted = {
        (item.code,): {
            "name": item.name,
            "full_name": item.full_name,
            "measure": item.measure,
            "terms": item.terms,
            "owner_id": None,
        }
        for item in written.procedures
    }
    _bring(done, Procedure, ("code",), wanted)
    named = {(item.code,): {"name": item.name, "terms": item.terms} for item in written.subjects}
    _bring(done, Subject, ("code",), named)
    procedures = {one.code: one for one in Procedure.objects.filter(owner=None)}
    subjects = dict(Subject.objects.values_list("name", "pk"))
    scales = {
        (procedures[scale.procedure].pk, subjects[scale.subject], scale.grade, scale.from_year): scale.figures
        for scale in written.scales
    }
    before = done.added
    _bring(done, MarkScale, ("procedure_id", "subject_id", "grade", "from_year"), scales)
    is_read_otherwise = done.changed or (done.added > before and SchoolResult.objects.exists())
    if done.added or done.changed:
        target = procedures[written.procedures[0].code]
        after = {"added": done.added, "changed": done.changed}
        record(actor=actor, action="procedures.loaded", target=target, now=now, after=after)
    if is_read_otherwise:  # a level or a bar that is another one changes what is counted of results that stand
        reason = "изменились процедуры, предметы или шкалы каталога"
        join_pupils(list(with_lasting_codes().values_list("pk", flat=True)))
        request_recalculation(facts=RESULT_FACTS + SAME_PUPIL_FACTS, actor=actor, now=now, reason=reason)
        if Unit.objects.of_kind(Kind.REGION).exists():
            renew_parts(actor=system_user(), now=now, reason=reason)
    return done


@transaction.atomic
def add_procedure(*, described: OwnProcedure, owner: Unit, actor: User, now: datetime) -> Procedure:
    """
    Add a procedure that a municipality holds for itself; its results stay apart from the centre's.

    :raises ProcedureError: if the name is taken or the description does not make a procedure
    """
    require(actor, Permission.RESULT_LOAD, at=owner)
    name = " ".join(described.name.split())
    _check(described, name, owner)
    terms: dict[str, Any] = {"aliases": list(described.aliases), "grades": sorted(set(described.grades))}
    terms |= {"session": "academic", "not_held": []}
    procedure = Procedure.objects.create(
        code=_free_code(owner),
        name=name,
        full_name=described.full_name,
        measure=described.measure,
        owner=owner,
        terms=terms,
    )
    if described.max_score is not None or described.passing_score is not None:
        _add_scales(procedure, described)
    after = {"name": name, "owner": owner.code, "measure": described.measure, **terms}
    record(actor=actor, action="procedure.added", target=procedure, now=now, after=after)
    return procedure


def _bring(
    done: Loaded, model: type[Model], keys: tuple[str, ...], wanted: dict[tuple[Any, ...], dict[str, Any]]
) -> None:
    """Make rows, or bring them to these figures, and count what was done."""
    known = {tuple(getattr(row, key) for key in keys): row for row in model._default_manager.all()}
    missing = [
        model(**dict(zip(keys, at, strict=True)), **figures) for at, figures in wanted.items() if at not in known
    ]
    model._default_manager.bulk_create(missing)
    changed = []
    for at in wanted.keys() & known.keys():
        differing = {name: value for name, value in wanted[at].items() if getattr(known[at], name) != value}
        for name, value in differing.items():
            setattr(known[at], name, value)
        if differing:
            changed.append(known[at])
    if changed:
        names = {name.removesuffix("_id") for name in next(iter(wanted.values()))}
        model._default_manager.bulk_update(changed, sorted(names))
    done.added += len(missing)
    done.changed += len(changed)
    done.same += len(wanted) - len(missing) - len(changed)


def _check(described: OwnProcedure, name: str, owner: Unit) -> None:
    if len(name) < 3 or re.search(r"[^\w\s\-()№.,«»/]", name):
        raise ProcedureError("Назовите процедуру тремя или более буквами, без особых знаков.")
    if described.measure not in (MeasureKind.MARKS, MeasureKind.SCORE):
        raise ProcedureError("Своя процедура даёт отметки (marks) или баллы (score).")
    if not described.grades or not all(1 <= grade <= 12 for grade in described.grades):
        raise ProcedureError("Укажите классы от 1 до 12.")
    if described.measure == MeasureKind.SCORE and described.passing_score is None:
        raise ProcedureError("Укажите минимальный балл: без него не сосчитать, кто не справился.")
    most = described.max_score
    if most is not None and not (described.passing_score or 0) <= most <= 1000:
        raise ProcedureError("Максимальный балл — от минимального до 1000.")
    if most is not None and not described.subjects:
        raise ProcedureError("Назовите предметы, к которым относятся баллы.")
    nearby = Procedure.objects.filter(Q(owner=None) | Q(owner__in=owner.line))
    if any(one.name.lower() == name.lower() for one in nearby):
        raise ProcedureError(f"Процедура «{name}» уже есть: выберите её при загрузке или назовите свою иначе.")


def _free_code(owner: Unit) -> str:
    taken = Procedure.objects.filter(owner=owner).count()
    return f"own_{owner.code}_{taken + 1}"


def _add_scales(procedure: Procedure, described: OwnProcedure) -> None:
    known = {one.name.lower(): one for one in Subject.objects.all()}
    for name in described.subjects:
        subject = known.get(name.strip().lower())
        if subject is None:
            raise ProcedureError(f"Предмета «{name}» нет в справочнике: назовите его полностью, как в аттестате.")
        MarkScale.objects.bulk_create(
            MarkScale(
                procedure=procedure,
                subject=subject,
                grade=grade,
                from_year=described.from_year,
                max_score=described.max_score,
                passing_score=described.passing_score,
                source=f"введено: {procedure.owner}",
            )
            for grade in sorted(set(described.grades))
        )


def _require_at_region(actor: User) -> None:
    """The catalogue is of the whole region. Before there is a region only the system itself loads it."""
    region = Unit.objects.of_kind(Kind.REGION).first()
    if region is not None:
        require(actor, Permission.METHOD_EDIT, at=region)
    elif not actor.is_system:
        raise NotAllowed("Край ещё не заведён: процедуры загружает команда load_procedures.")
