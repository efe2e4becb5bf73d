"""Targets of a programme: what is open, what is chosen, what was changed and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import PeriodKind
from indicators.models import IndicatorEdition, Period
from programmes.enums import RowChoice, TargetOperator
from programmes.models import Programme, ProgrammeIndicator, Target, TargetChange
from programmes.selectors.saying import said_also, said_kept, said_target
from schools.access import can
from schools.enums import Kind
from schools.models import Unit

OPTIONAL = (RowChoice.OPTIONAL, RowChoice.CHOSEN)
FIGURES = ("operator", "value", "upper", "base_year", "band", "also")


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of a target as it is read."""

    change: TargetChange
    was: str
    became: str

    @property
    def said(self) -> str:
        """What it was and what it became."""
        return f"было {self.was}, стало {self.became}"


@dataclass(frozen=True, slots=True)
class Line:
    """A target in the list of a programme, with its changes, the newest first."""

    target: Target
    promise: str
    changes: list[Changed]

    @property
    def is_open(self) -> bool:
        """Whether its owner has still to say which sign is meant."""
        return self.target.operator == TargetOperator.UNSPECIFIED


def targets_to_read(*, user: User) -> QuerySet[Target]:
    """Return the targets of the programmes that somebody may read."""
    readable = Programme.objects.readable_by(user)
    related = (
        "programme_indicator__programme__unit", "programme_indicator__direction", "programme_indicator__indicator",
        "period", "unit",
    )  # fmt: skip
    return Target.objects.filter(programme_indicator__programme__in=readable).select_related(*related)


def rows_to_choose(programme: Programme) -> QuerySet[ProgrammeIndicator]:
    """Return the optional rows of a programme, taken and not."""
    rows = programme.programme_indicators.filter(choice__in=OPTIONAL, closed_from=None)
    return rows.select_related("direction", "indicator").order_by("sort_order", "pk")


def with_last_change(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Add the newest change of each target."""
    newest = TargetChange.objects.filter(target=OuterRef("pk")).order_by("-changed_at", "-pk")
    said = JSONObject(was=F("was"), became=F("became"), is_settling=F("is_settling"), changed_at=F("changed_at"))
    return targets.annotate(last_change=Subquery(newest.values(said=said)[:1]))


def with_edition(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Add what the words of a target need of its indicator's edition."""
    return targets.annotate(edition=_edition_of("programme_indicator__indicator"))


def _edition_of(indicator: str) -> Subquery:
    """What the words of a target need of the edition in force, by the path to its indicator."""
    current = IndicatorEdition.objects.filter(indicator=OuterRef(indicator), is_current=True)
    said = JSONObject(**{name: F(name) for name in ("kind", "precision", "unit_of_measure")})
    return Subquery(current.values(said=said)[:1])


def targets_with_changes(programme: Programme) -> list[Line]:
    """List the targets that are open or have been changed, with every change, in the order of the programme."""
    targets = Target.objects.filter(programme_indicator__programme=programme)
    targets = with_edition(targets).select_related(
        "programme_indicator__indicator", "programme_indicator__direction", "period", "unit"
    )
    ordered = targets.prefetch_related("changes__changed_by", "changes__signatory", "changes__document")
    found = ordered.order_by("programme_indicator__sort_order", "period__starts_on", "pk")
    lines = [line_of(target) for target in found]
    return [line for line in lines if line.is_open or line.changes]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A target that its owner has taken back: of which row, what it was, how it had been changed, the newest first."""

    place: ProgrammeIndicator
    said: str
    changes: list[Changed]


def targets_withdrawn(programme: Programme) -> list[Withdrawn]:
    """List the targets that were taken back after they had been changed, in the order of the programme."""
    rows = TargetChange.objects.filter(withdrawn_from__programme=programme)
    rows = rows.annotate(edition=_edition_of("withdrawn_from__indicator"))
    rows = rows.select_related("withdrawn_from__indicator", "changed_by", "signatory", "document")
    found: dict[tuple[int, str], Withdrawn] = {}
    for row in rows.order_by("withdrawn_from__sort_order", "withdrawn_from", "-changed_at", "-pk"):
        edition = IndicatorEdition(**(row.edition or {}))
        told = Changed(row, said_kept(row.was, row.scope, edition), said_kept(row.became, row.scope, edition))
        one = Withdrawn(row.withdrawn_from, row.withdrawn, [])
        found.setdefault((row.withdrawn_from_id, row.withdrawn), one).changes.append(told)
    return list(found.values())


def line_of(target: Target) -> Line:
    """Return a target with its changes, its edition at hand."""
    edition = IndicatorEdition(**(target.edition or {}))
    changes = sorted(target.changes.all(), key=lambda one: (one.changed_at, one.pk), reverse=True)
    told = [
        Changed(one, said_kept(one.was, target.scope, edition), said_kept(one.became, target.scope, edition))
        for one in changes
    ]
    return Line(target, said_target(target, edition), told)


def said_wanted(target: Target) -> str:
    """Say a target without its edition, for the trail: «не менее 20»."""
    figures = [f"{each.normalize():f}" for each in (target.value, target.upper) if each is not None]
    if target.base_year:
        figures.append(str(target.base_year))
    band = [] if target.band is None else [f"допуск {target.band.normalize():f}"]
    return " ".join([TargetOperator(target.operator).label, *figures, *band]) + said_also(target)


def is_own(target: Target) -> bool:
    """Whether no document states a target: of a named unit, of a half-year or a wave, of a row added in the portal."""
    is_beside = target.unit_id is not None or target.period.kind != PeriodKind.YEAR
    return not target.verbatim and (is_beside or target.programme_indicator.is_added)


def shown_of_target(target: Target) -> dict[str, object]:
    """Return what the form of a target shows, by the names of its fields."""
    also = target.also or {}
    halves = {"also_element": also.get("element", ""), "also_operator": also.get("operator", "")}
    halves["also_value"] = _plain(Decimal(str(also["value"]))) if also else None
    return {**{name: _plain(getattr(target, name)) for name in FIGURES if name != "also"}, **halves}


def _plain(figure: object) -> object:
    """A number without the decimals in which it is only kept: 60 and not 60,0000."""
    return Decimal(f"{figure.normalize():f}") if isinstance(figure, Decimal) else figure


def shown_of_row(place: ProgrammeIndicator) -> dict[str, object]:
    """Return what the form of a row's rules shows, by the names of its fields."""
    shown = {"cumulation": place.cumulation, "end_operator": place.end_operator, "end_value": _plain(place.end_value)}
    return {**shown, "is_of_parent": place.is_of_parent} if place.part_of else shown


def targets_of_row(place: ProgrammeIndicator) -> list[str]:
    """Say the targets of a row, the earliest first: what goes with it when it is taken out."""
    targets = place.targets.select_related("period", "unit").order_by("period__starts_on", "period", "unit", "pk")
    return [
        f"{target.period.in_words}{f', {target.unit.short_name}' if target.unit else ''}: {said_wanted(target)}"
        for target in targets
    ]


def shown_of_row_to_remove(place: ProgrammeIndicator) -> dict[str, object]:
    """Return what the page shows of a row that is taken out: its rules and its targets."""
    return {**shown_of_row(place), "targets": targets_of_row(place)}


def shown_of_bands(programme: Programme) -> dict[str, object]:
    """Return what the form of a programme's bands shows, by the names of its fields."""
    return {"band_points": programme.band_points, "band_units": programme.band_units}


MONTHS_OF_WAVES = {"I": "январь", "VI": "июнь", "IX": "сентябрь"}


def periods_to_promise(programme: Programme) -> list[tuple[str, str]]:
    """List the stretches of which a target may be set, by code and in words: years, half-years, waves."""
    found: list[tuple[str, str]] = []
    for year in range(programme.starts_on.year, programme.ends_on.year + 1):
        found += [(str(year), f"{year} год")]
        found += [(f"{year}-H{half}", f"{half}-е полугодие {year} года") for half in (1, 2)]
        found += [(f"{year}-{code}", f"волна: {month} {year} года") for code, month in MONTHS_OF_WAVES.items()]
    return found


def units_to_promise(programme: Programme, *, user: User) -> QuerySet[Unit]:
    """Return the municipalities and schools of a programme's territory that may have a target of their own."""
    units = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).within(programme.unit)
    units = units.of_kind(Kind.MUNICIPALITY, Kind.SCHOOL).filter(closed_on=None).exclude(pk=programme.unit_id)
    return units.select_related("parent").order_by("kind", "sort_key", "pk")


def rows_to_read(*, user: User) -> QuerySet[ProgrammeIndicator]:
    """Return the rows of the programmes that somebody may read."""
    readable = Programme.objects.readable_by(user)
    related = ("programme__unit", "direction", "indicator")
    return ProgrammeIndicator.objects.filter(programme__in=readable).select_related(*related)


def shorter_by_indicator() -> dict[int, set[Period]]:
    """Return the half-years and waves for which indicators have targets, by the indicator's key."""
    targets = Target.objects.filter(period__kind__in=(PeriodKind.HALF, PeriodKind.WAVE)).select_related("period")
    found: dict[int, set[Period]] = {}
    for target in targets.annotate(indicator=F("programme_indicator__indicator")):
        found.setdefault(target.indicator, set()).add(target.period)
    return found


def shown_of_rows(rows: Iterable[ProgrammeIndicator]) -> dict[str, object]:
    """Return what the form of optional rows shows: those that are taken."""
    return {"chosen": [str(row.pk) for row in rows if row.choice == RowChoice.CHOSEN]}


def direction_of(place: ProgrammeIndicator) -> int | None:
    """The number of the direction that a row belongs to: whoever keeps another one does not touch it."""
    return place.direction.number if place.direction is not None else None


def direction_kept(user: User, programme: Programme, rows: Iterable[ProgrammeIndicator]) -> int | None:
    """Return a direction of the rows that somebody keeps in a programme; any of them where he keeps none."""
    directions = list(dict.fromkeys(direction_of(row) for row in rows))
    kept = (one for one in directions if can(user, Permission.PROGRAMME_EDIT, at=programme.unit, direction=one))
    return next(kept, directions[0] if directions else None)
