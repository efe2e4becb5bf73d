"""
What one member brings to a sum, as columns of SQL: what the formula says, what of it counts, and how it is summed.

Used by `compile`, which sums it for what stands above the members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from indicators.formula import meaning
from indicators.formula.compile_rows import Rows


@dataclass(frozen=True, slots=True)
class Sum:
    """A number that is summed: of one member, of the members of a branch, of branches."""

    name: str
    of_one: str
    of_many: str
    again: str

    @classmethod
    def of(cls, name: str) -> Sum:
        """The sum of a column of the members."""
        return cls(name, f"r.{name}", f"sum(r.{name})", f"sum(b.{name})")

    @classmethod
    def counted(cls, name: str, condition: str) -> Sum:
        """How many members meet a condition."""
        of_one = f"CASE WHEN {condition} THEN 1 ELSE 0 END"
        return cls(name, of_one, f"count(*) FILTER (WHERE {condition})", f"sum(b.{name})::bigint")


@dataclass(frozen=True, slots=True)
class Brought:
    """
    What a member brings to one tally: its part, its whole where there is one, and whether it is concerned at all.

    Taken is who brings a part; concerned and not taken is who is left out, for something of it is unknown. `given`
    are the columns as the formula says them, `judged` those that count, `sums` what is summed of them.
    """

    given: str
    judged: str
    concerned: str
    sums: tuple[Sum, ...]
    is_judged: bool
    params: tuple[Any, ...]

    @classmethod
    def written(cls, number: int, node: meaning.Tally, rows: Rows) -> Brought:
        """Write the columns of one tally."""
        part, whole, among = f"part_{number}", f"whole_{number}", f"among_{number}"
        columns = [(rows.write(node.part), part)]
        if node.whole is not None:
            columns.append((rows.write(node.whole), whole))
        if node.among is not None:
            columns.append((rows.write(node.among), among))
        is_whole, is_among = node.whole is not None, node.among is not None
        taken = " AND ".join(
            [*([among] if is_among else []), *([f"{part} IS NOT NULL", f"{whole} IS NOT NULL"] if is_whole else [])]
        )
        judged = [
            f"CASE WHEN {taken} THEN {one} END AS {one}" if taken else one for one in (part, whole)[: 1 + is_whole]
        ]
        absent = f"r.{part} IS NULL AND r.{among} IS NOT FALSE" if is_among else f"r.{part} IS NULL"
        return cls(
            given=", ".join(f"({one.sql}){'' if name == among else '::numeric'} AS {name}" for one, name in columns),
            judged=", ".join([*judged, *([among] if is_among else [])]),
            concerned=f"{among} IS NOT FALSE" if is_among else "TRUE",
            sums=(
                *(Sum.of(one) for one in (part, whole)[: 1 + is_whole]),
                Sum.counted(f"taken_{number}", f"r.{part} IS NOT NULL"),
                Sum.counted(f"absent_{number}", absent),
            ),
            is_judged=bool(taken),
            params=tuple(value for one, _ in columns for value in one.params),
        )

    @classmethod
    def spread(cls, node: meaning.Distribution, rows: Rows) -> Brought:
        """Write the columns of a distribution: a cell for each part, and the sum of all as the part of the first."""
        cells = [(rows.write(part), f"cell_{place}") for place, part in enumerate(node.parts, 1)]
        among = [] if node.among is None else [(rows.write(node.among), "among_1")]
        names = [name for _, name in cells]
        whole = " + ".join(names)
        taken = " AND ".join([*(name for _, name in among), *(f"{name} IS NOT NULL" for name in names)])
        counting = {"part_1": whole, **{name: name for name in names}}
        judged = [f"CASE WHEN {taken} THEN {one} END AS {name}" for name, one in counting.items()]
        absent = "r.part_1 IS NULL AND r.among_1 IS NOT FALSE" if among else "r.part_1 IS NULL"
        return cls(
            given=", ".join(
                [f"({one.sql})::numeric AS {name}" for one, name in cells]
                + [f"({one.sql}) AS {name}" for one, name in among]
            ),
            judged=", ".join([*judged, *(name for _, name in among)]),
            concerned="among_1 IS NOT FALSE" if among else "TRUE",
            sums=(
                *(Sum.of(name) for name in counting),
                Sum.counted("taken_1", "r.part_1 IS NOT NULL"),
                Sum.counted("absent_1", absent),
            ),
            is_judged=True,
            params=tuple(value for one, _ in [*cells, *among] for value in one.params),
        )


def sum_of(number: int, what: str = "") -> str:
    """The sum of a tally over a joined unit: nought where nobody takes part, unknown where nothing is known."""
    part = what or f"part_{number}"
    return f"CASE WHEN s.taken_{number} > 0 THEN s.{part} WHEN s.absent_{number} > 0 THEN NULL ELSE 0::numeric END"
