"""The map of municipalities as tiles: a row a district, a tile a municipality, its state by colour, letter and word."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.permissions import Permission
from common.numbers import format_percent
from programmes.enums import ProgrammeStatus
from reports.selectors.unit_page import Line, municipality_lines
from schools.models import Unit
from schools.selectors.geography import Geography

MAPS = {
    "programme": "Муниципальные программы",
    "list": "Доля школ списка",
}
# Shares of schools on the list, in percent, from which a tile is a step darker.
STEPS = (0.0, 10.0, 20.0, 30.0)


@dataclass(frozen=True)
class Tile:
    """One municipality: its short label, the look of the tile, a mark, and the whole sentence."""

    unit: Unit
    label: str
    look: str
    mark: str
    said: str


@dataclass
class District:
    """A row of tiles."""

    unit: Unit
    tiles: list[Tile] = field(default_factory=list)


@dataclass(frozen=True)
class TileMap:
    """The map with its key: look, mark and words of each state."""

    title: str
    districts: list[District]
    key: list[tuple[str, str, str]]


def tile_map(
    unit: Unit,
    *,
    show: str,
    year: int,
    cohort_year: int,
    may: frozenset[Permission],
    geography: Geography | None = None,
) -> TileMap:
    """Return the map of the municipalities under a place, drawn by their programmes or by their listed schools."""
    drawn = {"programme": _by_programme, "list": _by_list}[show]
    keys = {"programme": _PROGRAMME_KEY, "list": _LIST_KEY}
    districts: dict[int, District] = {}
    lines = municipality_lines(unit, year=year, cohort_year=cohort_year, may=may, geography=geography)
    for line in sorted(lines, key=lambda one: (_order(one.unit), one.unit.sort_key)):
        above = line.above or unit
        row = districts.setdefault(above.pk, District(above))
        row.tiles.append(drawn(line))
    return TileMap(MAPS[show], list(districts.values()), keys[show])


def _label(unit: Unit) -> str:
    known = getattr(unit, "municipality", None)
    return known.tile_label if known else unit.short_name[:4]


def _order(unit: Unit) -> int:
    known = getattr(unit, "municipality", None)
    return known.tile_order if known else 0


_PROGRAMME_LOOKS = {
    ProgrammeStatus.APPROVED: ("is-met", "●"),
    ProgrammeStatus.SUBMITTED: ("is-risk", "▲"),
    ProgrammeStatus.RETURNED: ("is-risk", "▲"),
    ProgrammeStatus.DRAFT: ("is-risk", "▲"),
}
_NO_PROGRAMME = ("is-missed", "■")
_PROGRAMME_KEY = [
    ("is-met", "●", "утверждена"),
    ("is-risk", "▲", "готовится"),
    ("is-missed", "■", "программы нет"),
]
_LIST_KEY = [
    ("t0", "", "школ списка нет"),
    ("t1", "", "до 10 %"),
    ("t2", "", "до 20 %"),
    ("t3", "", "до 30 %"),
    ("t4", "", "больше 30 %"),
]


def _by_programme(line: Line) -> Tile:
    look, mark = _PROGRAMME_LOOKS.get(line.programme, _NO_PROGRAMME)
    said = f"{line.unit.short_name}: муниципальная программа — {line.programme_label}"
    return Tile(line.unit, _label(line.unit), look, mark, said)


def _by_list(line: Line) -> Tile:
    share = line.listed_share
    percent = line.listed_percent
    label = _label(line.unit)
    if share is None or percent is None:
        return Tile(line.unit, label, "is-none", "○", f"{line.unit.short_name}: школ нет")
    look = f"t{sum(100 * percent > step for step in STEPS)}"
    said = f"{line.unit.short_name}: {line.listed} из {line.schools} школ, {format_percent(share)}"
    return Tile(line.unit, label, look, format_percent(share, 0), said)
