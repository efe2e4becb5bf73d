"""When results look non-objective, as `objectivity.yaml` says."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Norm:
    """From which share of marks above the journal's, and of how many participants, results show a sign."""

    from_year: int
    raised_percent: int
    least_participants: int


@cache
def norms() -> tuple[Norm, ...]:
    """Return the norms, latest first."""
    text = files("monitoring.catalogue").joinpath("objectivity.yaml").read_text(encoding="utf-8")
    rows = [Norm(row["from"], row["raised_percent"], row["least_participants"]) for row in yaml.safe_load(text)]
    return tuple(sorted(rows, key=lambda norm: -norm.from_year))


def norm_of(academic_year: int) -> Norm:
    """Return the norm of an academic year."""
    return next(norm for norm in norms() if norm.from_year <= academic_year)
