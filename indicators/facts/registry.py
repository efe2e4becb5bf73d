"""
The registry of facts: the socket into which every app above plugs what it knows.

A fact is a function of a basis (which year's results, which autumn's list, which wave) that returns a queryset of
`(unit_id, value)`. It is registered under the word by which formulas call it, with its level, measure and parameters.
Apps above register theirs by importing their `facts` module in `AppConfig.ready()`; see docs/how-to/add-a-fact.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol, Self

from django.db.models import QuerySet

from indicators.enums import ValueStatus
from indicators.facts.parameters import Parameter
from indicators.facts.questions import question_named
from indicators.facts.statements import members_on, members_with, sql_of
from indicators.formula.facts import (
    HERE,
    Column,
    Definition,
    Fragment,
    Measure,
    Standpoint,
    UnknownValue,
)
from indicators.formula.facts import FactSpec as Spec
from indicators.formula.facts import Parameters as Values
from indicators.formula.words import Level, normal
from indicators.models import IndicatorEdition, Period
from schools.enums import Kind
from schools.models import Ancestry, Unit
from schools.selectors.geography import running_on

__all__ = [
    "Basis",
    "Cause",
    "Column",
    "FactsOf",
    "Fragment",
    "Level",
    "Measure",
    "Parameter",
    "UnknownValue",
    "fact",
    "registered",
]


class OtherBases(Protocol):
    """Whoever knows what feeds a year so many years earlier, or another indicator (by its key), by the same rules."""

    def __call__(self, years: int, whose: int | None) -> Basis: ...


@dataclass(frozen=True, slots=True)
class Basis:
    """What feeds the numbers of a programme year, and in whose geography they are summed."""

    period: Period
    year: int
    academic_year: int
    cohort_year: int
    wave: str = ""
    others: OtherBases | None = field(default=None, compare=False, repr=False)

    def seen_from(self, standpoint: Standpoint) -> Basis:
        """Return what feeds the year so many years earlier, or another indicator."""
        if standpoint == HERE:
            return self
        if self.others is None:
            raise ValueError("this basis knows no others")
        return self.others(standpoint.years, standpoint.whose)  # type: ignore[arg-type]  # the key `indicator` gave

    @property
    def on(self) -> date:
        """The day whose geography counts: the last of the period."""
        return self.period.ends_on

    def in_words(self) -> str:
        """Say what feeds the year, as it is printed beside every number."""
        said = (
            f"результаты {self.academic_year}/{(self.academic_year + 1) % 100:02d} учебного года, "
            f"список осени {self.cohort_year} года"
        )
        return f"{said}, волна «{self.wave}»" if self.wave else said


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a fact is unknown for everybody."""

    text: str
    status: ValueStatus = ValueStatus.NOT_SUBMITTED


Given = QuerySet | Fragment | Column
Those = Callable[..., QuerySet]


class FactFunction(Protocol):
    def __call__(self, basis: Basis, units: QuerySet[Unit] | None = None, **params: Any) -> Given: ...


@dataclass(frozen=True, slots=True)
class Registered:
    """A fact and everything known of it."""

    name: str
    title: str
    of: Kind | None
    measure: Measure
    unit: str
    aliases: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    function: FactFunction
    availability: Callable[..., Cause | None] | None
    settle: Callable[[Spec, dict[str, Any]], Spec] | None
    when_missing: Cause
    missing: Callable[..., Cause | None] | None
    source: str
    those: Those | None = None

    def keywords(self, values: Values) -> dict[str, Any]:
        """Turn the values of a formula into the function's keywords."""
        return {p.keyword: value for p, value in zip(self.parameters, values, strict=True)}

    def depended_on(self, values: Values) -> Values:
        """Keep the values that name what a formula depends on: a part of it comes with the whole."""
        return tuple(value for p, value in zip(self.parameters, values, strict=True) if not p.narrows)


@dataclass(slots=True)
class _Registry:
    by_name: dict[str, Registered] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, new: Registered) -> None:
        for word in (new.name, *new.aliases):
            other = self.words.setdefault(normal(word), new.name)
            if other != new.name:
                raise ValueError(f"The word «{word}» already names the fact «{other}».")
        self.by_name[new.name] = new


_REGISTRY = _Registry()


def fact(
    name: str,
    *,
    of: Kind | None,
    title: str,
    measure: Measure = Measure.NUMBER,
    unit: str = "",
    aliases: tuple[str, ...] = (),
    parameters: tuple[Parameter, ...] = (),
    availability: Callable[..., Cause | None] | None = None,
    settle: Callable[[Spec, dict[str, Any]], Spec] | None = None,
    when_missing: str = "данные не внесены",
    missing_status: ValueStatus = ValueStatus.NOT_SUBMITTED,
    missing: Callable[..., Cause | None] | None = None,
    source: str = "",
    those: Those | None = None,
) -> Callable[[FactFunction], FactFunction]:
    """
    Register a fact under a word of the formula language.

    `of` is the kind of unit that has the number (None: its parameters decide, through `settle`); `aliases` are other
    forms of the word («выявленных»); `availability(basis, **params)` says why nobody has it («не проводилась»);
    `when_missing` says why a single unit may lack it, unless `missing(basis, **params)` knows better; `source` names
    where it comes from for the reader. Of a condition `those(basis, **params)` gives the keys of the units that meet
    it, each once, where all others are then known not to: they are looked for, and not all looked at.
    """

    def register(function: FactFunction) -> FactFunction:
        _REGISTRY.add(
            Registered(
                name=name,
                title=title,
                of=of,
                measure=measure,
                unit=unit,
                aliases=aliases,
                parameters=parameters,
                function=function,
                availability=availability,
                settle=settle,
                when_missing=Cause(when_missing, missing_status),
                missing=missing,
                source=source,
                those=those,
            )
        )
        return function

    return register


def registered() -> list[Registered]:
    """List every fact by name."""
    return [_REGISTRY.by_name[name] for name in sorted(_REGISTRY.by_name)]


def is_known_of_all(name: str) -> bool:
    """Say whether a fact may become known, or unknown, for everybody at once, as results do with the first file."""
    known = _REGISTRY.by_name.get(name)
    return known is not None and known.availability is not None


def find_fact(name: str) -> Registered | None:
    """Return the fact of this canonical name."""
    return _REGISTRY.by_name.get(name)


LEVEL_BY_KIND: dict[str, Level] = {
    Kind.REGION: Level.REGION,
    Kind.DISTRICT: Level.DISTRICT,
    Kind.MUNICIPALITY: Level.MUNICIPALITY,
    Kind.SCHOOL: Level.SCHOOL,
}


def level_of_kind(kind: str) -> Level:
    """The floor of a kind of unit; organisations that are not schools share one."""
    return LEVEL_BY_KIND.get(kind, Level.ORGANISATION)


class FactsOf:
    """The facts of one basis, as the formula language asks for them; what was asked for once is not looked up again."""

    def __init__(self, basis: Basis | None) -> None:
        self.basis = basis
        self._specs: dict[str, Spec] = {}
        self._columns: dict[tuple[str, Values], Column] = {}
        self._those: dict[tuple[str, Values], Fragment] = {}
        self._causes: dict[tuple[str, Values], Cause | None] = {}
        self._places: dict[Level | None, Fragment] = {}  # members of a level; of None, the ancestry
        self._seen_from: dict[Standpoint, Self] = {HERE: self}
        self._questions: dict[str, tuple[str, str] | None] = {}

    @property
    def mark(self) -> Hashable:
        """Return what feeds the numbers and in whose geography: bases alike in this give the same."""
        basis = self.known_basis
        return basis.period.code, basis.on, basis.academic_year, basis.cohort_year, basis.wave

    def seen_from(self, standpoint: Standpoint) -> Self:
        """Return the facts of the basis that feeds another year or another indicator."""
        if standpoint not in self._seen_from:
            self._seen_from[standpoint] = self.of_basis(self.known_basis.seen_from(standpoint))
        return self._seen_from[standpoint]

    def indicator(self, code: str) -> Definition:
        """Return how an indicator is measured. :raises UnknownValue: if there is none of this code."""
        editions = IndicatorEdition.objects.filter(is_current=True)
        found = editions.filter(indicator__code=code).values_list("formula", "indicator_id").first()
        if found is None:
            known = editions.order_by("indicator__code").values_list("indicator__code", flat=True)
            raise UnknownValue(f"показателя «{code}» нет.", known)
        return Definition(code, *found)

    def of_basis(self, basis: Basis) -> Self:
        """Return the facts of another basis, read in the same way."""
        return type(self)(basis)

    def find(self, name: str) -> Spec | None:
        """Return the fact of this name or alias."""
        canonical = _REGISTRY.words.get(normal(name))
        if canonical is None:
            return None
        if canonical not in self._specs:
            known = _REGISTRY.by_name[canonical]
            self._specs[canonical] = Spec(
                name=known.name,
                title=known.title,
                level=None if known.of is None else level_of_kind(known.of),
                measure=known.measure,
                unit=known.unit,
                parameters=tuple(parameter.spec() for parameter in known.parameters),
                aliases=known.aliases,
            )
        return self._specs[canonical]

    def names(self) -> Iterable[str]:
        """Return every name and alias."""
        return _REGISTRY.words

    def question(self, word: str) -> tuple[str, str] | None:
        """Return the fact that gives the answers to a question, and its code, where a word is that of a question."""
        if word not in self._questions:
            self._questions[word] = question_named(word)
        return self._questions[word]

    def resolve(self, spec: Spec, params: Values) -> Spec:
        """Settle level, measure and unit by the parameters. :raises UnknownValue: for a bad value."""
        known = _REGISTRY.by_name[spec.name]
        return spec if known.settle is None else known.settle(spec, known.keywords(params))

    def column(self, name: str, params: Values) -> Column:
        """Return the rows and the expression of a fact."""
        if (name, params) not in self._columns:
            self._columns[name, params] = self._column(name, params)
        return self._columns[name, params]

    def _column(self, name: str, params: Values) -> Column:
        known = _REGISTRY.by_name[name]
        given = known.function(self.known_basis, None, **known.keywords(params))
        if not isinstance(given, Column):
            inner = given if isinstance(given, Fragment) else sql_of(given)
            rows = f"SELECT unit_id, value FROM ({inner.sql}) AS given(unit_id, value)"  # noqa: S608 - the queryset's own SQL, its values are parameters
            given = Column(Fragment(rows, inner.params), Fragment("value"))
        cast = "::integer::numeric" if known.measure is Measure.FLAG else "::numeric"
        return Column(given.rows, Fragment(f"({given.value.sql}){cast}", given.value.params))

    def fragment(self, name: str, params: Values) -> Fragment:
        """Return SQL giving `unit_id, value`."""
        return self.column(name, params).alone

    def those(self, name: str, params: Values) -> Fragment | None:
        """Return SQL giving `unit_id` of the units that meet a condition, if all others are known not to."""
        known = _REGISTRY.by_name[name]
        if known.those is None or self.cause(name, params) is not None:
            return None
        if (name, params) not in self._those:
            self._those[name, params] = sql_of(known.those(self.known_basis, **known.keywords(params)), "unit_id")
        return self._those[name, params]

    def members(self, level: Level) -> Fragment:
        """Return SQL giving `unit_id, above` of the units that exist on the basis's day."""
        if level not in self._places:
            units = sql_of(members_on(level, self.known_basis.on).values_list("pk"), "unit_id")
            self._places[level] = members_with(units, self.ancestry())
        return self._places[level]

    def ancestry(self) -> Fragment:
        """Return SQL giving `unit_id, ancestor_id` on the basis's day."""
        if None not in self._places:
            rows = Ancestry.objects.filter(running_on(self.known_basis.on))
            self._places[None] = sql_of(rows.values_list("unit_id", "ancestor_id"), "unit_id, ancestor_id")
        return self._places[None]

    def holders(self, level: Level) -> Fragment | None:
        """Say that the members tell who stands over them."""
        return None

    def cause(self, name: str, params: Values) -> Cause | None:
        """Say why nobody has the fact, if so."""
        known = _REGISTRY.by_name[name]
        if known.availability is None:
            return None
        if (name, params) not in self._causes:
            self._causes[name, params] = known.availability(self.known_basis, **known.keywords(params))
        return self._causes[name, params]

    def missing(self, name: str, params: Values) -> Cause:
        """Say why a single unit may lack the fact."""
        known = _REGISTRY.by_name[name]
        cause = None if known.missing is None else known.missing(self.known_basis, **known.keywords(params))
        return cause or known.when_missing

    @property
    def known_basis(self) -> Basis:
        """The basis. :raises ValueError: where facts are only described"""
        if self.basis is None:
            raise ValueError("Facts can be described without a basis, but not counted.")
        return self.basis


def resettled(spec: Spec, *, kind: str, measure: Measure | None = None, unit: str | None = None) -> Spec:
    """Return the spec with the level of a kind of unit, for `settle`."""
    return replace(
        spec,
        level=level_of_kind(kind),
        measure=measure or spec.measure,
        unit=spec.unit if unit is None else unit,
    )
