"""
Things that have a history of their own: which rows belong to each, who may see it, what it means to be approved.

`OBJECTS` is the whole list. A row belongs to an object by its foreign keys up to it (`Part.path`); a row that was
deleted belongs to it by what the trail keeps of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.enums import Operation
from accounts.models import ApiToken, Invitation, RowChange, SecondFactor, User
from accounts.permissions import Permission
from documents.models import Document
from indicators.models import DataElement, Indicator, IndicatorEdition, Observation, PeriodBasis
from monitoring.models import AssessmentLoad, ListEntry, Load, Methodology, MethodologyEdition, SchoolList
from monitoring.selectors.loads import loads_of
from monitoring.selectors.methods import methods
from monitoring.selectors.runs import findings_of, region_of_portal
from monitoring.selectors.school_lists import school_lists
from programmes.models import Direction, Goal, PassportSection, Programme, ProgrammeIndicator, Target, TargetChange
from programmes.selectors.register import programme_with_its_place
from reports.models import ReportOrder
from reports.selectors.orders import orders_of
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow
from roadmap.selectors.executions import executions_seen, roadmap_activities
from schools.access import held
from schools.models import (
    Alias,
    Appointment,
    Membership,
    Municipality,
    Placement,
    School,
    SchoolYear,
    Unit,
    UnitOperation,
    UnitVersion,
)
from schools.selectors.reach import people_within_reach, reaches_whole


@dataclass(frozen=True, slots=True)
class Part:
    """A table whose rows belong to an object, by foreign keys up to it; the object itself has no way to go."""

    model: type[Model]
    path: tuple[str, ...] = ()
    same: tuple[str, ...] = ()  # rows alike in these are the thing: entries of one cell replace one another
    told: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None  # keeps the rows of which the reader is told

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.model._meta.db_table

    def rows(self, key: Any) -> QuerySet[Any]:
        """Return the rows that belong to the object now."""
        if self.same:
            one = self.model._default_manager.filter(pk=key, **{name: OuterRef(name) for name in self.same})
            alike = self.model._default_manager.filter(Exists(one))
            return alike if self.told is None else self.told(alike)
        return self.model._default_manager.filter(**{"__".join(self.path) or "pk": key})

    def changes(self, key: Any) -> QuerySet[RowChange]:
        """Return what happened to the rows that belong to the object, or did until they were deleted."""
        if not self.path and not self.same:
            return RowChange.objects.filter(table_name=self.table, row_key=str(key))
        mine = Q(row_key__in=as_text(self.rows(key)))
        if self.path:
            mine |= Q(row_key__in=self._deleted(key).values("row_key"))
        return RowChange.objects.filter(mine, table_name=self.table)

    def _deleted(self, key: Any) -> QuerySet[RowChange]:
        first, *rest = self.path
        field = self.model._meta.get_field(first)
        gone = RowChange.objects.filter(table_name=self.table, operation=Operation.DELETE)
        gone = gone.alias(_above=KeyTextTransform(field.column, "before"))
        if not rest:
            return gone.filter(_above=str(key))
        above = Part(field.related_model, tuple(rest))
        # Its parent stands there still, or was deleted too.
        return gone.filter(Q(_above__in=as_text(above.rows(key))) | Q(_above__in=above._deleted(key).values("row_key")))


def as_text(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the keys of rows as the trail writes them."""
    return rows.annotate(_row_key=Cast("pk", TextField())).values("_row_key")


def holds_history(user: User, _thing: Any, unit: Unit) -> bool:
    """Whether somebody may read histories at the unit of a thing."""
    return Permission.HISTORY_VIEW in held(user, at=unit)


@dataclass(frozen=True, slots=True)
class HistoryOf:
    """A sort of things with a history: what it is called, who sees it, whose it is, where its page is."""

    title: str
    seen: Callable[[User], QuerySet[Any]]
    unit: Callable[[Any], Unit | None]
    page: str
    parts: tuple[Part, ...]
    # The field that is filled when it is approved, and what is said of that.
    approved: str = ""
    approved_words: tuple[str, str] = ("после утверждения", "как было утверждено")
    may: Callable[[User, Any, Unit], bool] = holds_history
    # Where readers are told of a thing in part: the same sort of things as one of them reads it.
    read_by: Callable[["HistoryOf", User, Any], "HistoryOf"] | None = None
    hidden: frozenset[str] = frozenset()  # columns that are not told, and reasons are not then

    @property
    def root(self) -> Part:
        """The table of the thing itself."""
        return self.parts[0]

    def as_read_by(self, user: User, thing: Any) -> "HistoryOf":
        """Return the sort of things with what of the thing somebody is told of."""
        return self if self.read_by is None else self.read_by(self, user, thing)

    def changes(self, thing: Model) -> list[QuerySet[RowChange]]:
        """Return what happened to its rows, table by table."""
        return [part.changes(thing.pk) for part in self.parts]


def _own(thing: Any) -> Unit | None:
    return thing.unit


def _anywhere(_thing: Any) -> Unit | None:
    """What belongs to no unit is the region's."""
    return region_of_portal()


def _entries_told(kind: HistoryOf, user: User, entry: Any) -> HistoryOf:
    """Drafts are told to whoever prepares the values of a unit; what was missing, also to whoever reviews them."""
    told = replace(kind.root, told=lambda rows: rows.told_to(user))
    remarks = Observation.objects.remarks_told_to(user).filter(pk=entry.pk).exists()
    return replace(kind, parts=(told,), hidden=frozenset() if remarks else frozenset({"remark"}))


def people_seen(user: User) -> QuerySet[User]:
    """Return oneself, those whom one manages, and those who have or had an appointment where one reads the journal."""
    units = Unit.objects.visible_to(user, Permission.AUDIT_VIEW).values("pk")
    managed = people_within_reach(user).values("pk")
    return User.objects.filter(Q(pk=user.pk) | Q(appointments__unit__in=units) | Q(pk__in=managed)).distinct()


def knows_person(user: User, person: Any, unit: Unit) -> bool:
    """
    Whether somebody may read a person's history: the own one, or of whoever worked only where one manages or reads.

    It tells of every place where the person worked, so a part of them is not enough.
    """
    if person.pk == user.pk:
        return True
    elsewhere = person.appointments.exclude(unit__in=Unit.objects.visible_to(user, Permission.HISTORY_VIEW))
    reads_whole = holds_history(user, person, unit) and not elsewhere.exists()
    return reads_whole or reaches_whole(user, person)


def _of_person(person: User) -> Unit | None:
    held = person.appointments.select_related("unit").order_by("unit__path").first()
    return held.unit if held else region_of_portal()


OBJECTS: dict[str, HistoryOf] = {
    "unit": HistoryOf(
        "организация",
        lambda user: Unit.objects.visible_to(user, Permission.UNIT_VIEW),
        lambda unit: unit,
        "reports:unit",
        (
            Part(Unit),
            Part(School, ("unit",)),
            Part(Municipality, ("unit",)),
            Part(Placement, ("unit",)),
            Part(Alias, ("unit",)),
            Part(SchoolYear, ("unit",)),
            Part(Membership, ("unit",)),
            Part(UnitVersion, ("unit",)),
            Part(UnitOperation, ("unit",)),
        ),
    ),
    "programme": HistoryOf(
        "программа",
        lambda user: programme_with_its_place(user=user),
        _own,
        "programmes:programme",
        (
            Part(Programme),
            Part(PassportSection, ("programme",)),
            Part(Goal, ("programme",)),
            Part(Direction, ("programme",)),
            Part(ProgrammeIndicator, ("programme",)),
            Part(Target, ("programme_indicator", "programme")),
            Part(TargetChange, ("target", "programme_indicator", "programme")),
            Part(TargetChange, ("withdrawn_from", "programme")),
            Part(Activity, ("programme",)),
            Part(ExpectedResult, ("activity", "programme")),
        ),
        "approved_at",
    ),
    "activity": HistoryOf(
        "мероприятие",
        lambda user: roadmap_activities(user=user),
        lambda activity: activity.programme.unit,
        "roadmap:activity",
        (Part(Activity), Part(ExpectedResult, ("activity",)), Part(ResultWindow, ("result", "activity"))),
    ),
    "execution": HistoryOf(
        "выполнение",
        lambda user: executions_seen(user=user),
        _own,
        "roadmap:execution",
        (Part(Execution),),
        "accepted_at",
        ("после приёма", "как было принято"),
    ),
    "indicator": HistoryOf(
        "показатель",
        lambda user: Indicator.objects.all(),  # definitions are read by everybody
        _anywhere,
        "indicators:indicator",
        (Part(Indicator), Part(IndicatorEdition, ("indicator",)), Part(PeriodBasis, ("indicator",))),
    ),
    "element": HistoryOf(
        "первичный показатель",
        lambda user: DataElement.objects.all(),
        _anywhere,
        "",
        (Part(DataElement),),
    ),
    "observation": HistoryOf(
        "внесённое значение",
        lambda user: Observation.objects.told_to(user).select_related("unit", "element", "period"),
        _own,
        "indicators:history",
        (Part(Observation, same=("element", "unit", "period", "category")),),
        read_by=_entries_told,
    ),
    "method": HistoryOf(
        "методика",
        lambda user: methods(user=user),
        _anywhere,
        "monitoring:method",
        (Part(Methodology), Part(MethodologyEdition, ("methodology",))),
    ),
    "list": HistoryOf(
        "список школ",
        lambda user: school_lists(user=user, own=findings_of(user=user)).select_related("unit"),
        _own,
        "monitoring:list",
        (Part(SchoolList), Part(ListEntry, ("school_list",))),
        "approved_at",
    ),
    "load": HistoryOf(
        "загрузка результатов",
        loads_of,
        _own,
        "monitoring:load",
        (Part(Load), Part(AssessmentLoad, ("load",))),
        "accepted_at",
        ("после приёма", "как было принято"),
    ),
    "order": HistoryOf("заказ отчёта", lambda user: orders_of(user=user), _own, "reports:order", (Part(ReportOrder),)),
    "document": HistoryOf(
        "документ",
        lambda user: Document.objects.visible_to(user, Permission.PROGRAMME_VIEW).select_related("unit"),
        _own,
        "documents:document",
        (Part(Document),),
    ),
    "person": HistoryOf(
        "пользователь",
        people_seen,
        _of_person,
        "",
        (
            Part(User),
            Part(Appointment, ("user",)),
            Part(ApiToken, ("user",)),
            Part(Invitation, ("user",)),
            Part(SecondFactor, ("user",)),
        ),
        may=knows_person,
    ),
}
