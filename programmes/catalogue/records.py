"""What a catalogue says, as plain values: the shape that the database is filled from, and nothing of the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Also:
    """The other half of a compound target, such as «не менее чем из 4-х регионов»."""

    element: str
    operator: str
    value: Decimal


@dataclass(frozen=True)
class TargetRecord:
    """What is promised for a year, and how the document words it."""

    year: int
    operator: str
    text: str
    value: Decimal | None = None
    scope: str = "whole"
    also: Also | None = None
    upper: Decimal | None = None
    base_year: int | None = None


@dataclass(frozen=True)
class SystemRecord:
    """An information system that keeps what would otherwise be asked of people."""

    code: str
    name: str


@dataclass(frozen=True)
class ElementRecord:
    """Something asked for, once, at one level of the tree."""

    code: str
    title: str
    type: str
    level: str
    unit: str = ""
    needs_evidence: bool = False
    hint: str = ""
    states: tuple[tuple[int, str], ...] = ()
    system: str = ""  # code of the information system that keeps it
    collection: str = "form"
    due: tuple[int, int] | None = None  # month and day of the year
    due_after: int | None = None  # days after the year
    least: Decimal | None = None
    most: Decimal | None = None
    is_whole: bool = False
    not_above: str = ""  # code of the element that it is a part of
    change_limit: int | None = None
    every: str = "year"
    waves: tuple[int, ...] = ()
    year_value: str = ""
    is_shared: bool = False  # other packages ask for it too: who is asked, their rows say
    was: tuple[str, ...] = ()  # the codes under which it used to be asked
    breakdown: str = ""  # by what it is entered in parts, each a code and a name
    categories: tuple[tuple[str, str], ...] = ()
    at: str = field(default="", compare=False)  # where it stands in its package, in words


@dataclass(frozen=True)
class IndicatorRecord:
    """One measured thing. A row of a matrix is an indicator of its own, with the matrix as its group."""

    number: str
    code: str
    name: str
    kind: str
    unit: str
    level: str
    better: str
    formula: str
    in_words: str
    basis: str
    place: str
    direction: int | None
    targets: tuple[TargetRecord, ...]
    verbatim: str = ""
    slip: str = ""
    group: str = ""
    group_number: str = ""
    rows_by: str = ""
    is_headline: bool = False
    part_of: str = ""
    choice: str = "compulsory"
    counted: dict[str, str] = field(default_factory=dict)
    management: dict[str, list[str]] = field(default_factory=dict)
    why_asked: str = ""
    purpose: str = ""
    page: str = ""
    at: str = field(default="", compare=False)  # where it stands in its package, in words

    @property
    def document_number(self) -> str:
        """The number of the document's own indicator: of the matrix, for a row of one."""
        return self.group_number or self.number


@dataclass(frozen=True)
class NotMeasuredRecord:
    """A row of a document that no indicator can answer, and why."""

    number: str
    text: str
    why: str
    place: str
    direction: int | None


@dataclass(frozen=True)
class Window:
    """A stretch of days, both ends included, in which something is due."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class ThresholdRecord:
    """How much of a result is enough, such as «Не менее 60%»."""

    value: Decimal
    unit: str
    of: str
    text: str


@dataclass(frozen=True)
class ResultRecord:
    """A numbered promise in a cell of the roadmap."""

    year: int
    number: int
    text: str
    when: str
    is_inherited: bool
    recurrence: str
    windows: tuple[Window, ...]
    threshold: ThresholdRecord | None = None
    slip: str = ""


@dataclass(frozen=True)
class ActivityRecord:
    """A row of the roadmap."""

    number: int
    direction: int
    title: str
    responsible: tuple[str, ...]
    responsible_text: str
    documents: tuple[str, ...]
    results: tuple[ResultRecord, ...]
    slip: str = ""


@dataclass(frozen=True)
class SectionRecord:
    """A row of the passport."""

    code: str
    title: str
    items: tuple[str, ...]
    slip: str = ""


@dataclass(frozen=True)
class DirectionRecord:
    number: int
    title: str
    short: str
    slip: str = ""
    label: str = ""


@dataclass(frozen=True)
class TaskRecord:
    number: int
    text: str
    slip: str = ""


@dataclass(frozen=True)
class GoalRecord:
    number: int
    text: str
    tasks: tuple[TaskRecord, ...]
    slip: str = ""


@dataclass(frozen=True)
class ChapterRecord:
    """A chapter of the document that is neither passport nor table: resources, control, budget."""

    number: int
    title: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class BodyRecord:
    """Somebody who answers for an activity."""

    code: str
    name: str
    short: str
    level: str


@dataclass(frozen=True)
class BasisRecord:
    """What feeds a year of the programme."""

    year: int
    academic_year: int
    cohort: int
    wave: str


@dataclass(frozen=True)
class ApprovalRecord:
    form: str
    position: str
    person: str
    approved_on: date | None  # unknown: the text has no requisites
    number: str = ""
    slip: str = ""


@dataclass(frozen=True)
class AmendmentRecord:
    """The order by which a version of a programme differs from the one before."""

    title: str
    number: str
    dated_on: date


@dataclass(frozen=True)
class ProgrammeRecord:
    """A whole programme as its catalogue says it."""

    code: str
    kind: str
    unit: str
    title: str
    short_title: str
    starts_on: date
    ends_on: date
    years: tuple[int, ...]
    approval: ApprovalRecord
    notes: tuple[tuple[str, str], ...]
    passport: tuple[SectionRecord, ...]
    directions: tuple[DirectionRecord, ...]
    goals: tuple[GoalRecord, ...]
    expected_results: tuple[str, ...]
    chapters: tuple[ChapterRecord, ...]
    abbreviations: dict[str, str]
    bodies: tuple[BodyRecord, ...]
    bases: tuple[BasisRecord, ...]
    elements: tuple[ElementRecord, ...] = field(default=())
    indicators: tuple[IndicatorRecord, ...] = field(default=())
    methodologist: str = ""  # in whose care its indicators are, and who reviews them, as the document says
    reviewer: str = ""
    activities: tuple[ActivityRecord, ...] = field(default=())
    not_measured: tuple[NotMeasuredRecord, ...] = field(default=())
    systems: tuple[SystemRecord, ...] = field(default=())
    version: str = "1"
    amendment: AmendmentRecord | None = None
    in_force_from: int | None = None  # the year from which rows that it no longer has are closed
    fingerprint: str = ""  # of everything that its files say; comments and the order of fields aside
    is_shipped: bool = False  # it comes with the program, and changes with it
