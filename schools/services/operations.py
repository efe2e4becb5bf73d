"""
Changes of the network: opening, closing, renaming, moving, joining, splitting, changing kind or sort.

Each is a day, an order, and a list of steps on single units. The preview is the operation itself, done and taken back,
so it cannot promise what the doing would not do. Undoing is in `undoing`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import listed
from schools.access import NotAllowed, require
from schools.enums import ORGANISATIONS, TERRITORIES, Kind, OperationKind
from schools.models import Succession, Unit, UnitOperation
from schools.registry import dependants_of
from schools.services import placing
from schools.services.registry import NewUnit, UnitRefused
from schools.services.reshaping import Step, close_after, give_up_names, lodge_with, move_to, open_new, retell

EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Part:
    """One of those that a unit is split into: one that stands already, or a new one, and who goes there."""

    into: Unit | None = None
    new: NewUnit | None = None
    members: tuple[Unit, ...] = ()
    takes_the_rest: bool = False


@dataclass(frozen=True)
class Asked:
    """What somebody wants done: `units` are those it is done to, the rest depends on the kind."""

    kind: OperationKind
    on: date
    units: tuple[Unit, ...] = ()
    parent: Unit | None = None  # move: where to
    into: Unit | None = None  # join: one that stands already
    new: NewUnit | None = None  # open, or join into a new one
    said: dict[str, str] = field(default_factory=dict)  # rename, change: new names, code, kind, sort
    parts: tuple[Part, ...] = ()  # split
    stays: bool = False  # split: the unit itself goes on without its parts
    order: str = ""
    note: str = ""
    journal: str = ""


@dataclass
class Draft:
    """An operation as it is being done."""

    asked: Asked
    actor: User
    now: datetime
    steps: list[Step] = field(default_factory=list)
    heirs: list[tuple[Unit, Unit, Decimal | None]] = field(default_factory=list)
    title: str = ""
    place: Unit | None = None  # where the journal shows it

    def open(self, new: NewUnit) -> Unit:
        """Open a unit on the day of the operation."""
        unit, step = open_new(replace(new, since=self.asked.on), actor=self.actor, now=self.now)
        self.steps.append(step)
        return unit


@dataclass(frozen=True)
class Preview:
    """What an operation would do, step by step, and what stands on the units that it would close or move."""

    title: str
    steps: list[Step]
    affected: list[tuple[str, int]]


@transaction.atomic
def apply_operation(*, asked: Asked, actor: User, now: datetime) -> UnitOperation:
    """
    Do an operation whole and write it into the journal.

    :raises UnitRefused: if the network cannot be changed so; the message says why and what to do
    """
    draft = _done(asked, actor, now)
    operation = UnitOperation.objects.create(
        kind=asked.kind,
        unit=draft.place,
        on=asked.on,
        order=asked.order.strip(),
        note=asked.note.strip(),
        journal=asked.journal,
        title=draft.title[:1000],
        steps=draft.steps,
        unit_ids=sorted({step["unit"] for step in draft.steps}),
        place_ids=sorted({key for step in draft.steps for key in _touched(step)}),
        made_by=actor,
        made_at=now,
    )
    Succession.objects.bulk_create(
        Succession(former=former, successor=heir, on=asked.on, share=share, operation=operation)
        for former, heir, share in draft.heirs
    )
    after = {"title": draft.title, "on": asked.on.isoformat(), "order": asked.order, "units": operation.unit_ids}
    action = {
        OperationKind.OPEN: "network.opened",
        OperationKind.CLOSE: "network.closed",
        OperationKind.RENAME: "network.renamed",
        OperationKind.MOVE: "network.moved",
        OperationKind.JOIN: "network.joined",
        OperationKind.SPLIT: "network.split",
        OperationKind.CHANGE: "network.changed",
    }[asked.kind]
    record(actor=actor, action=action, target=operation, now=now, after=after)
    return operation


@transaction.atomic
def preview_operation(*, asked: Asked, actor: User, now: datetime) -> Preview:
    """Say what an operation would do; nothing is kept. :raises UnitRefused: as `apply_operation` does."""
    inner = transaction.savepoint()
    try:
        draft = _done(asked, actor, now)
        moved = [step["unit"] for step in draft.steps if step["did"] in ("moved", "closed", "retold")]
        below = Unit.objects.filter(pk__in=moved)
        affected = dependants_of(below.values_list("pk", flat=True))
        return Preview(draft.title, draft.steps, affected)
    finally:
        transaction.savepoint_rollback(inner)


def require_somewhere(actor: User) -> None:
    """:raises NotAllowed: if somebody keeps the register nowhere; each unit that is named is asked about on its own"""
    if not Unit.objects.visible_to(actor, Permission.UNIT_EDIT).exists():
        raise NotAllowed(f"Нет права «{Permission.UNIT_EDIT.label}».")


def _done(asked: Asked, actor: User, now: datetime) -> Draft:
    placing.lock_tree()
    last = timezone.localdate(now)
    if asked.kind == OperationKind.CLOSE:
        last += placing.DAY  # today may be the last day of what closes
    if not EARLIEST <= asked.on <= last:
        raise UnitRefused(f"День {asked.on:%d.%m.%Y} невозможен: изменение записывают в день, когда оно наступило.")
    draft = Draft(_fresh(asked), actor, now)
    for unit in _places(draft.asked):
        require(actor, Permission.UNIT_EDIT, at=unit)
    _KINDS[asked.kind](draft)
    return draft


def _fresh(asked: Asked) -> Asked:
    """Read the units again, now that nobody else changes the tree."""
    known = Unit.objects.select_related("parent").in_bulk({unit.pk for unit in _places(asked)})

    def again(unit: Unit | None) -> Unit | None:
        return known[unit.pk] if unit is not None else None

    def of_new(new: NewUnit | None) -> NewUnit | None:
        return replace(new, parent=again(new.parent)) if new is not None else None

    parts = tuple(
        replace(part, into=again(part.into), new=of_new(part.new), members=tuple(known[one.pk] for one in part.members))
        for part in asked.parts
    )
    return replace(
        asked,
        units=tuple(known[unit.pk] for unit in asked.units),
        parent=again(asked.parent),
        into=again(asked.into),
        new=of_new(asked.new),
        parts=parts,
    )


def _places(asked: Asked) -> list[Unit]:
    """Every unit that is named: the person must keep the register at each."""
    news = [asked.new, *(part.new for part in asked.parts)]
    named = [*asked.units, asked.parent, asked.into, *(new.parent for new in news if new is not None)]
    named += [unit for part in asked.parts for unit in (part.into, *part.members)]
    return [unit for unit in named if unit is not None]


def _open(draft: Draft) -> None:
    if draft.asked.new is None or draft.asked.new.parent is None:
        raise UnitRefused("Не сказано, что открывается и где: впишите название, код и вышестоящую единицу.")
    unit = draft.open(draft.asked.new)
    draft.place = draft.asked.new.parent
    draft.title = f"Открыта: {unit.short_name} ({draft.place.short_name})"


def _close(draft: Draft) -> None:
    for unit in _some(draft):
        draft.steps.append(close_after(unit, draft.asked.on - placing.DAY))
    draft.title = f"Закрыта: {_names(draft.asked.units)}"


def _move(draft: Draft) -> None:
    parent = draft.asked.parent
    if parent is None:
        raise UnitRefused("Не сказано, куда переводится: выберите вышестоящую единицу.")
    _check_open(parent, draft.asked.on)
    for unit in _some(draft):
        if unit.parent_id == parent.pk:
            raise UnitRefused(f"{unit.short_name} и так входит в «{parent.short_name}».")
        draft.steps.append(move_to(unit, parent, draft.asked.on))
    draft.title = f"Переведена: {_names(draft.asked.units)} → {parent.short_name}"


def _retell(draft: Draft) -> None:
    units = _some(draft)
    if len(units) > 1 and draft.asked.said.keys() & {"name", "short_name", "code"}:
        raise UnitRefused("Имя и код у каждой единицы свои: запишите по одной.")
    for unit in units:
        draft.steps.append(retell(unit, draft.asked.said, draft.asked.on))
    told = {**draft.steps[0]["after"]}
    new_name = told.get("short_name") or told.get("name")
    was = listed([step["name"] for step in draft.steps][:5])
    draft.title = f"Переименована: {was} → {new_name}" if new_name else f"Изменена: {was}"


def _join(draft: Draft) -> None:
    asked, units = draft.asked, _some(draft)
    into = asked.into
    kinds = {unit.kind for unit in (*units, *([into] if into else []))} | ({asked.new.kind} if asked.new else set())
    if (into is None) == (asked.new is None):
        raise UnitRefused("Не сказано, во что объединяются: назовите одну действующую единицу или новую.")
    if into is not None and into in units:
        raise UnitRefused(f"{into.short_name} не может войти сама в себя: уберите её из тех, что объединяются.")
    if len(kinds) > 1 and not kinds <= set(ORGANISATIONS):
        raise UnitRefused("Объединяются единицы одного вида: территории с территориями, организации с организациями.")
    if into is not None:
        _check_open(into, asked.on)
    elif len(units) < 2:
        raise UnitRefused("В новую единицу объединяются не меньше двух: для одной есть переименование.")
    draft.steps += [give_up_names(unit, asked.on - placing.DAY) for unit in units]
    target = into or draft.open(asked.new)
    for unit in units:
        _take_over(draft, unit, target)
    draft.title = f"Объединены: {_names(units)} → {target.short_name}"


def _take_over(draft: Draft, unit: Unit, target: Unit) -> None:
    """Let what stood under a unit stand under its successor, and close the unit itself."""
    for child in Unit.objects.filter(parent=unit, closed_on=None).select_related("parent").in_order():
        draft.steps.append(move_to(child, target, draft.asked.on))
    _retire(draft, unit, target)
    draft.heirs.append((unit, target, None))


def _retire(draft: Draft, unit: Unit, heir: Unit) -> None:
    """Close a unit; its past is found from now on where its heir is: within a territory, beside an organisation."""
    fresh = Unit.objects.select_related("parent").get(pk=unit.pk)
    draft.steps.append(close_after(fresh, draft.asked.on - placing.DAY))
    home = Unit.objects.get(pk=heir.pk if unit.kind in TERRITORIES else heir.parent_id)
    if fresh.parent_id != home.pk:
        draft.steps.append(lodge_with(fresh, home))


def _split(draft: Draft) -> None:
    asked = draft.asked
    (unit,) = _some(draft, exactly=1)
    rest = [part for part in asked.parts if part.takes_the_rest]
    if not asked.parts or len(asked.parts) + asked.stays < 2:
        raise UnitRefused(f"{unit.short_name}: делится не меньше чем на две части. Назовите их.")
    if len(rest) != (0 if asked.stays else 1) and unit.kind in TERRITORIES:
        raise UnitRefused(f"{unit.short_name}: скажите, к какой одной части отходит всё остальное.")
    children = list(Unit.objects.filter(parent=unit, closed_on=None).select_related("parent").in_order())
    named = [member.pk for part in asked.parts for member in part.members]
    strangers = [one for part in asked.parts for one in part.members if one.pk not in {child.pk for child in children}]
    if strangers or len(set(named)) < len(named):
        what = f"«{strangers[0].short_name}» не входит в {unit.short_name}" if strangers else "кто-то назван дважды"
        raise UnitRefused(f"{what}: исправьте состав частей.")
    heirs: list[Unit] = []
    if not asked.stays:
        draft.steps.append(give_up_names(unit, asked.on - placing.DAY))
    for part in asked.parts:
        _check_part(unit, part, asked.on)
        heir = part.into or draft.open(part.new)
        goes = [child for child in children if child.pk not in named] if part.takes_the_rest else part.members
        for child in goes:
            draft.steps.append(move_to(child, heir, asked.on))
        share = Decimal(len(goes)) / len(children) if goes else None
        draft.heirs.append((unit, heir, round(share, 5) if share else None))
        heirs.append(heir)
    if not asked.stays:
        main = next((heir for heir, part in zip(heirs, asked.parts, strict=True) if part.takes_the_rest), heirs[0])
        _retire(draft, unit, main)
    draft.title = f"Разделена: {unit.short_name} → {_names(heirs)}" + (" (и сама остаётся)" if asked.stays else "")


def _check_part(unit: Unit, part: Part, on: date) -> None:
    if (part.into is None) == (part.new is None):
        raise UnitRefused(f"{unit.short_name}: часть — это одна действующая единица или одна новая.")
    kind = part.into.kind if part.into is not None else part.new.kind
    if kind != unit.kind:
        raise UnitRefused(f"{unit.short_name}: часть должна быть того же вида ({unit.get_kind_display()}).")
    if part.into is not None:
        _check_open(part.into, on)


_KINDS: dict[OperationKind, Callable[[Draft], None]] = {
    OperationKind.OPEN: _open,
    OperationKind.CLOSE: _close,
    OperationKind.RENAME: _retell,
    OperationKind.MOVE: _move,
    OperationKind.JOIN: _join,
    OperationKind.SPLIT: _split,
    OperationKind.CHANGE: _retell,
}


def _some(draft: Draft, *, exactly: int | None = None) -> tuple[Unit, ...]:
    units = draft.asked.units
    if not units or (exactly is not None and len(units) != exactly):
        raise UnitRefused(
            "Не сказано, с чем это происходит: впишите код." if not units else "Нужна ровно одна единица."
        )
    if len({unit.pk for unit in units}) < len(units):
        raise UnitRefused("Одна и та же единица названа дважды: уберите лишнее.")
    if any(unit.kind == Kind.REGION for unit in units):
        raise UnitRefused("Край не открывают, не закрывают и не делят.")
    draft.place = units[0]
    return units


def _check_open(unit: Unit, on: date) -> None:
    if unit.closed_on is not None:
        raise UnitRefused(f"{unit.short_name} закрыта {unit.closed_on:%d.%m.%Y}: выберите действующую.")
    if unit.opened_on is not None and unit.opened_on > on:
        raise UnitRefused(f"{unit.short_name} открыта {unit.opened_on:%d.%m.%Y}, позже этого дня.")


def _names(units: Sequence[Unit]) -> str:
    shown = [unit.short_name for unit in units[:6]]
    return ", ".join(shown) + (f" и ещё {len(units) - 6}" if len(units) > 6 else "")


def _touched(step: Step) -> set[int]:
    return {step[name] for name in ("unit", "from", "to") if step.get(name)}
