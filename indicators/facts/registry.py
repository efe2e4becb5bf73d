"""
The registry of facts: the socket into which every app above plugs what it knows.

A fact is a function of a basis (which year's results, which autumn's list, which wave) that returns a queryset of
`(unit_id, value)`. It is registered under the word by which formulas call it, with its level, measure and parameters.
Apps above register theirs by importing their `facts` module in `AppConfig.ready()`; see docs/how-to/add-a-fact.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Protocol, Self

from django.db.models import QuerySet

from indicators.enums import ValueStatus
from indicators.facts.statements import held_by, members_on, sql_of
from indicators.formula.facts import HERE, Definition, Fragment, Measure, ParameterSpec, Standpoint, UnknownValue
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
    "FactsOf",
    "Fragment",
    "Level",
    "Measure",
    "Parameter",
    "UnknownValue",
    "fact",
    "registered",
]

Choices = Mapping[str, str | int] | Callable[[], Mapping[str, str | int]]


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


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    A parameter of a fact.

    `name` is how a formula names it, `keyword` how the function takes it; `choices` maps the words of a formula to
    stored values and may be a function, asked once per recalculation, when a word is not among the `usual` ones. Where
    `several` words may be named at once, the function gets their values in order, parted by a comma and a space.
    `parts` tells over which of its values a distribution of the fact is spread, each with its name, given the others.
    """

    name: str
    keyword: str
    title: str = ""
    choices: Choices | None = None
    required: bool = True
    default: str | int = ""
    number: bool = False
    usual: Mapping[str, str | int] = field(default_factory=dict)
    several: bool = False
    parts: Callable[[Mapping[str, str | int]], Sequence[tuple[str | int, str]]] | None = None

    def spec(self) -> ParameterSpec:
        """Return the parameter as the language sees it."""
        choices = ReadWhenAsked(self.choices) if callable(self.choices) else self.choices
        return ParameterSpec(
            name=self.name,
            title=self.title or self.name,
            english=self.keyword,
            choices=choices,
            required=self.required,
            default=self.default,
            number=self.number,
            usual=self.usual,
            several=self.several,
            parts=self._parts if self.parts else None,
        )

    def _parts(self, given: Mapping[str, Any]) -> tuple[tuple[str | int, str], ...]:
        return tuple(self.parts(given)) if self.parts else ()


class ReadWhenAsked(Mapping[str, str | int]):
    """Words and their values that have to be read: read at the first question, and once."""

    def __init__(self, read: Callable[[], Mapping[str, str | int]]) -> None:
        self._read = read

    @cached_property
    def _known(self) -> Mapping[str, str | int]:
        return self._read()

    def __getitem__(self, word: str) -> str | int:
        return self._known[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class FactFunction(Protocol):
    def __call__(self, basis: Basis, units: QuerySet[Unit] | None = None, **params: Any) -> QuerySet | Fragment: ...


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

    def keywords(self, values: Values) -> dict[str, Any]:
        """Turn the values of a formula into the function's keywords."""
        return {p.keyword: value for p, value in zip(self.parameters, values, strict=True)}


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
) -> Callable[[FactFunction], FactFunction]:
    """
    Register a fact under a word of the formula language.

    `of` is the kind of unit that has the number (None: its parameters decide, through `settle`); `aliases` are other
    forms of the word («выявленных»); `availability(basis, **params)` says why nobody has it («не проводилась»);
    `when_missing` says why a single unit may lack it, unless `missing(basis, **params)` knows better; `source` names
    where it comes from for the reader.
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
        self._fragments: dict[tuple[str, Values], Fragment] = {}
        self._causes: dict[tuple[str, Values], Cause | None] = {}
        self._places: dict[Level | None, Fragment] = {}  # members of a level; of None, the ancestry
        self._seen_from: dict[Standpoint, Self] = {HERE: self}

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

    def resolve(self, spec: Spec, params: Values) -> Spec:
        """Settle level, measure and unit by the parameters. :raises UnknownValue: for a bad value."""
        known = _REGISTRY.by_name[spec.name]
        return spec if known.settle is None else known.settle(spec, known.keywords(params))

    def fragment(self, name: str, params: Values) -> Fragment:
        """Return SQL giving `unit_id, value`."""
        if (name, params) not in self._fragments:
            self._fragments[name, params] = self._fragment(name, params)
        return self._fragments[name, params]

    def _fragment(self, name: str, params: Values) -> Fragment:
        known = _REGISTRY.by_name[name]
        given = known.function(self.known_basis, None, **known.keywords(params))
        inner = given if isinstance(given, Fragment) else sql_of(given)
        cast = "value::integer::numeric" if known.measure is Measure.FLAG else "value::numeric"
        sql = f"SELECT unit_id, {cast} AS value FROM ({inner.sql}) AS given(unit_id, value)"  # noqa: S608 - the queryset's own SQL, its values are parameters
        return Fragment(sql, inner.params)

    def members(self, level: Level) -> Fragment:
        """Return SQL giving `unit_id` of the units that exist on the basis's day."""
        if level not in self._places:
            self._places[level] = sql_of(members_on(level, self.known_basis.on).values_list("pk"), "unit_id")
        return self._places[level]

    def ancestry(self) -> Fragment:
        """Return SQL giving `unit_id, ancestor_id` on the basis's day."""
        if None not in self._places:
            rows = Ancestry.objects.filter(running_on(self.known_basis.on))
            self._places[None] = sql_of(rows.values_list("unit_id", "ancestor_id"), "unit_id, ancestor_id")
        return self._places[None]

    def holders(self, level: Level) -> Fragment:
        """Return SQL giving `unit_id` of the units above a unit of the level on the basis's day."""
        return held_by(self.members(level), self.ancestry())

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
