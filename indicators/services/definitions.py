"""Defining what is measured: elements that are asked for, indicators with editions, what feeds a year."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key, sort_key
from common.versions import refuse_if_changed
from indicators.enums import Better, IndicatorKind, PeriodKind
from indicators.formula.errors import FormulaError
from indicators.formula.proof import Meaning
from indicators.models import (
    Indicator,
    IndicatorEdition,
    IndicatorValue,
    Period,
    PeriodBasis,
)
from indicators.selectors.staleness import EVERY_FACT, indicator_key
from indicators.services.agreement import agree, describing, follow, refuse_foreign
from indicators.services.computing import is_official, name_parts, proven
from indicators.services.recalculation import request_recalculation
from schools.access import require
from schools.enums import Kind
from schools.models import Unit


class NoRegion(Exception):
    """Indicators belong to a region, and there is none yet."""


class ReasonMissing(ValueError):
    """A new edition changes what people have seen, and it is not said why."""


class CodeTaken(ValueError):
    """Another indicator has this code."""


@dataclass(frozen=True, slots=True)
class Definition:
    """How an indicator is measured, by which document, in whose care: everything that makes an edition."""

    kind: IndicatorKind
    formula: str
    better: Better = Better.MORE
    unit_of_measure: str = "%"
    precision: int = 1
    level: Kind = Kind.SCHOOL
    in_words: str = ""
    purpose: str = ""
    document_id: int | None = None
    source: str = ""
    page: str = ""
    methodologist_id: int | None = None
    methodologist_named: str = ""
    reviewer_id: int | None = None
    reviewer_named: str = ""
    next_review_on: date | None = None

    def measures_as(self, other: Definition) -> bool:
        """Whether both give the same values and are shown alike: they differ in words and care at most."""
        return all(getattr(self, name) == getattr(other, name) for name in MEASURE)


MEASURE = ("kind", "formula", "better", "unit_of_measure", "precision", "level")


@transaction.atomic
def create_indicator(
    *,
    code: str,
    name: str,
    definition: Definition,
    valid_from: date,
    actor: User,
    now: datetime,
    owner: Unit | None = None,
) -> IndicatorEdition:
    """
    Create an indicator that is not there yet. An `owner` below the region keeps it to itself: it is computed for the
    owner and the units under it.

    :raises CodeTaken: if there is one of this code
    :raises FormulaError: if the formula makes no sense
    :raises KindDisagrees: if the formula gives a count where a share is promised, or the like
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    meaning = proven(definition.formula, code=code)
    agree(definition, meaning)
    return _write_first(code, name, owner, definition, meaning=meaning, valid_from=valid_from, actor=actor, now=now)


def _write_first(
    code: str,
    name: str,
    owner: Unit | None,
    definition: Definition,
    *,
    meaning: Meaning,
    valid_from: date,
    actor: User,
    now: datetime,
) -> IndicatorEdition:
    """Write an indicator with its first edition."""
    refuse_foreign(meaning, owner.pk if owner else None)
    keys = {"sort_key": sort_key(name)[:600], "search_key": search_key(name)[:1200]}
    indicator, created = Indicator.objects.get_or_create(code=code, defaults={"name": name, "owner": owner, **keys})
    if not created:
        raise CodeTaken(
            f"Код «{code}» уже занят показателем «{indicator.name}». Дайте другой код или запишите новую редакцию того."
        )
    return _write_edition(
        indicator, None, definition, meaning=meaning, valid_from=valid_from, reason="", actor=actor, now=now
    )


@transaction.atomic
def define_indicator(
    *,
    code: str,
    name: str,
    definition: Definition,
    valid_from: date,
    actor: User,
    now: datetime,
    owner: Unit | None = None,
    reason: str = "",
    seen: str = "",
) -> IndicatorEdition:
    """
    Create an indicator, or a new edition of one; an edition that says the same, part for part, is returned as it is.

    Editions are never changed: values computed by an older one stay. `seen` is the mark of what the person
    was shown (`shown_of`).

    :raises ChangedMeanwhile: if another edition has come into force since the person looked
    :raises ReasonMissing: if there are values already and it is not said why the definition changes
    :raises FormulaError: if the formula makes no sense
    :raises KindDisagrees: if the formula gives a count where a share is promised, or the like
    :raises BreaksOthers: if an indicator that refers to it would lose its meaning
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    meaning = proven(definition.formula, code=code)
    agree(definition, meaning)
    indicator = Indicator.objects.select_for_update().filter(code=code).first()
    if indicator is None:
        return _write_first(code, name, owner, definition, meaning=meaning, valid_from=valid_from, actor=actor, now=now)
    refuse_foreign(meaning, indicator.owner_id)
    current = indicator.editions.filter(is_current=True).first()
    if current is not None:
        refuse_if_changed(seen=seen, shown=shown_of(current))
        # A distribution whose parts are others now measures something else by the same formula.
        is_same = definition_of(current) == definition and current.parts == list(meaning.labels)
        if is_same and indicator.name == name:
            return current
        if not reason.strip() and has_values(indicator):
            raise ReasonMissing(
                "У показателя уже есть значения. Напишите, почему меняется определение: приказ, ошибка, уточнение."
            )
        if is_same:
            _rename(indicator, name, reason=reason, actor=actor, now=now)
            return current
    _rename(indicator, name, reason=reason, actor=actor, now=now)
    return _write_edition(
        indicator, current, definition, meaning=meaning, valid_from=valid_from, reason=reason, actor=actor, now=now
    )


def _write_edition(
    indicator: Indicator,
    current: IndicatorEdition | None,
    definition: Definition,
    *,
    meaning: Meaning,
    valid_from: date,
    reason: str,
    actor: User,
    now: datetime,
) -> IndicatorEdition:
    IndicatorEdition.objects.filter(indicator=indicator, is_current=True).update(is_current=False)
    edition = IndicatorEdition.objects.create(
        indicator=indicator,
        number=1 + (indicator.editions.count()),
        valid_from=valid_from,
        reason=reason.strip(),
        **describing(meaning),
        **asdict(definition),
    )
    follow(indicator)
    record(
        actor=actor,
        action="indicator.defined" if current is None else "indicator.redefined",
        target=indicator,
        now=now,
        before=None if current is None else _printed(definition_of(current)),
        after=_printed(definition),
        reason=reason.strip(),
    )
    request_recalculation(
        facts={indicator_key(indicator.code)},
        actor=actor,
        now=now,
        reason=f"новая редакция показателя {indicator.code}",
    )
    return edition


@transaction.atomic
def renew_parts(*, actor: User, now: datetime, reason: str) -> int:
    """
    Bring distributions to the parts that their facts have now; return how many had others.

    Whose values are official in a closed period gets a new edition, so that these keep the parts of then; any other
    has its parts renamed, and its values follow with the recalculation that whoever changed the facts has asked for.
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    renewed = 0
    spread = IndicatorEdition.objects.filter(is_current=True, kind=IndicatorKind.DISTRIBUTION)
    for edition in spread.select_related("indicator").order_by("pk"):
        try:
            meaning = proven(edition.formula, code=edition.indicator.code)
        except FormulaError:
            continue  # the checks of definitions name it
        if edition.parts == list(meaning.labels):
            continue
        renewed += 1
        if is_official(edition):
            words = {"valid_from": timezone.localdate(now), "reason": reason, "actor": actor, "now": now}
            _write_edition(edition.indicator, edition, definition_of(edition), meaning=meaning, **words)
        else:
            name_parts(edition, meaning)
    return renewed


def has_values(indicator: Indicator) -> bool:
    """Whether any edition of the indicator has been computed for anybody."""
    return IndicatorValue.objects.filter(edition__indicator=indicator).exists()


def _rename(indicator: Indicator, name: str, *, reason: str, actor: User, now: datetime) -> None:
    """Call an indicator otherwise; what it was called, and why no longer, stays in its history."""
    if indicator.name == name:
        return
    before, indicator.name = indicator.name, name
    indicator.sort_key, indicator.search_key = sort_key(name)[:600], search_key(name)[:1200]
    indicator.save(update_fields=["name", "sort_key", "search_key"])
    record(
        actor=actor,
        action="indicator.renamed",
        target=indicator,
        now=now,
        before={"name": before},
        after={"name": name},
        reason=reason.strip(),
    )


@transaction.atomic
def set_basis(
    *,
    year: int,
    academic_year: int,
    cohort_year: int,
    actor: User,
    now: datetime,
    wave: str = "",
    indicator: Indicator | None = None,
    seen: str = "",
) -> PeriodBasis:
    """
    Say what feeds a programme year (its period is made if need be), or one indicator in it.

    :raises ChangedMeanwhile: if it is no longer what the person was shown (`shown_of_basis`)
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    period = year_period(year)
    wanted = {"academic_year": academic_year, "cohort_year": cohort_year, "wave": wave}
    row = PeriodBasis.objects.select_for_update().filter(period=period, indicator=indicator).first()
    refuse_if_changed(seen=seen, shown=shown_of_basis(row, year))
    before = None if row is None else {field: getattr(row, field) for field in wanted}
    if row is not None and before == wanted:
        return row
    row, _ = PeriodBasis.objects.update_or_create(period=period, indicator=indicator, defaults=wanted)
    record(actor=actor, action="basis.set", target=row, now=now, before=before, after=wanted)
    request_recalculation(
        facts={EVERY_FACT if indicator is None else indicator_key(indicator.code)},
        years={year},
        actor=actor,
        now=now,
        reason=f"изменено, что питает {year} год",
    )
    return row


@transaction.atomic
def drop_basis_exception(*, basis: PeriodBasis, actor: User, now: datetime) -> None:
    """Let an indicator be fed in a year as the year's own rule says. :raises ValueError: for the rule itself."""
    require(actor, Permission.INDICATOR_EDIT, at=region())
    indicator = basis.indicator
    if indicator is None:
        raise ValueError("the rule of a year is changed, not dropped")
    year = int(basis.period.code)
    record(actor=actor, action="basis.dropped", target=basis, now=now, before={"basis": str(basis)})
    basis.delete()
    request_recalculation(
        facts={indicator_key(indicator.code)},
        years={year},
        actor=actor,
        now=now,
        reason=f"показатель {indicator.code} снова питается как весь {year} год",
    )


def year_period(year: int) -> Period:
    """Return the period of a programme year, which is a calendar year."""
    dates = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    period, _ = Period.objects.get_or_create(code=str(year), defaults={"kind": PeriodKind.YEAR, **dates})
    return period


def region() -> Unit:
    """Return the root of the territory. :raises NoRegion: if it is not loaded yet."""
    root = Unit.objects.filter(kind=Kind.REGION).order_by("pk").first()
    if root is None:
        raise NoRegion("Территория ещё не загружена. Сначала выполните загрузку территории.")
    return root


def shown_of(edition: IndicatorEdition) -> dict[str, object]:
    """Return what the form of a new edition shows of the one in force, by the names of its fields."""
    return {"name": edition.indicator.name, **asdict(definition_of(edition))}


def shown_of_basis(row: PeriodBasis | None, year: int) -> dict[str, object]:
    """Return what the form shows of what feeds a year; where no rule is written, the usual one."""
    if row is None:
        return {"academic_year": year - 1, "cohort_year": year, "wave": ""}
    return {"academic_year": row.academic_year, "cohort_year": row.cohort_year, "wave": row.wave}


def definition_of(edition: IndicatorEdition) -> Definition:
    """Return how an edition says that its indicator is measured."""
    return Definition(
        kind=IndicatorKind(edition.kind),
        formula=edition.formula,
        better=Better(edition.better),
        unit_of_measure=edition.unit_of_measure,
        precision=edition.precision,
        level=Kind(edition.level),
        in_words=edition.in_words,
        purpose=edition.purpose,
        document_id=edition.document_id,
        source=edition.source,
        page=edition.page,
        methodologist_id=edition.methodologist_id,
        methodologist_named=edition.methodologist_named,
        reviewer_id=edition.reviewer_id,
        reviewer_named=edition.reviewer_named,
        next_review_on=edition.next_review_on,
    )


def _printed(definition: Definition) -> dict[str, Any]:
    return {name: "" if value is None else str(value) for name, value in asdict(definition).items()}
