"""
The index of social conditions: weighted deviations of passport figures from the region, from 0 (hardest) to 100.

A contribution is counted in points around the average school, so that average + contributions = index exactly.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from monitoring.identification.findings import Contribution, IndexValue, Lack, LeftOut, State
from monitoring.identification.method import ConditionsIndex, Scale, Transform, Variable
from monitoring.identification.percentiles import DIGITS, cut_at, deviation, lower_share, mean_and_deviation
from monitoring.identification.region import Passport, Region, School

Figures = Mapping[str, int | Fraction]
CONDITIONS = "conditions"


def conditions_of_region(rule: ConditionsIndex, region: Region, year: int) -> dict[str, IndexValue]:
    """Give every school its index of conditions for the year, with the contribution of each variable."""
    taken = {school.code: _figures(school, rule, year) for school in region.schools}
    values = {
        code: {variable.code: _read(variable, figures) for variable in rule.variables}
        for code, (figures, _years) in taken.items()
    }
    left_out = {
        code: why for code, row in values.items() if (why := _left_out(rule, row, *taken[code], year)) is not None
    }
    enough = values.keys() - left_out.keys()
    norms = {variable.code: _norm(variable, values, enough) for variable in rule.variables}
    weights = {variable.code: variable.sign * float(variable.weight) for variable in rule.variables}
    raw = {code: _weighted(values[code], norms, weights) for code in sorted(enough)}
    found = _scaled(rule, taken, norms, raw, weights)
    return found | {code: replace(found[code], left_out=why) for code, why in left_out.items()}


def _left_out(
    rule: ConditionsIndex, row: Mapping[str, float | None], figures: Figures, years: tuple[int, ...], year: int
) -> LeftOut | None:
    """Say what is lacking to count the index of a school, None where nothing is."""
    looked_at = tuple(range(year, year - rule.pool_years, -1))
    pupils = int(figures.get(rule.base_figure, 0))
    missing = tuple(variable.title for variable in rule.variables if row[variable.code] is None)
    if not years:
        return LeftOut(CONDITIONS, Lack.NO_PASSPORT, 0, 1, looked_at, missing)
    if rule.base_figure not in figures and rule.min_pupils:
        return LeftOut(CONDITIONS, Lack.NO_BASE_FIGURE, 0, rule.min_pupils, years, (rule.base_figure,))
    if pupils < rule.min_pupils:
        return LeftOut(CONDITIONS, Lack.TOO_FEW_PUPILS, pupils, rule.min_pupils, years, missing)
    allowed = min(rule.max_missing, len(rule.variables) - 1)  # of nothing known at all there is no index
    if len(missing) > allowed:
        return LeftOut(CONDITIONS, Lack.MISSING_VARIABLES, len(missing), allowed, years, missing)
    return None


def _figures(school: School, rule: ConditionsIndex, year: int) -> tuple[Figures, tuple[int, ...]]:
    """Take the newest passport; a school too small adds earlier ones until there are enough pupils."""
    total: dict[str, int | Fraction] = {}
    years: list[int] = []
    for passport in _newest_first(school.passports, year, rule.pool_years):
        if years and total.get(rule.base_figure, 0) >= rule.min_pupils:
            break
        for name, value in passport.figures.items():
            total[name] = total.get(name, 0) + value
        years.append(passport.academic_year)
    return _mean_of_plain(total, len(years), rule), tuple(years)


def _newest_first(passports: Sequence[Passport], year: int, span: int) -> list[Passport]:
    within = [one for one in passports if year - span < one.academic_year <= year]
    return sorted(within, key=lambda one: one.academic_year, reverse=True)


def _mean_of_plain(total: dict[str, int | Fraction], years: int, rule: ConditionsIndex) -> Figures:
    """Turn added-up kilometres back into a mean; parts and wholes stay added, for their ratio needs no mean."""
    if years < 2:
        return total
    parts = {variable.figure for variable in rule.variables if variable.per}
    wholes = {variable.per for variable in rule.variables if variable.per} | {rule.base_figure}
    return {
        name: value if name in parts or name in wholes else Fraction(value) / years for name, value in total.items()
    }


def _read(variable: Variable, figures: Figures) -> float | None:
    value = figures.get(variable.figure)
    if value is None:
        return None
    if variable.per:
        whole = figures.get(variable.per)
        if not whole:
            return None
        # Whole numbers divided are rounded once, as the exact fraction would be, and in a tenth of its time.
        figure = 100 * value.numerator * whole.denominator / (value.denominator * whole.numerator)
    else:
        figure = float(value)
    return math.log1p(figure) if variable.transform is Transform.LOG1P else figure


def _norm(
    variable: Variable, values: Mapping[str, Mapping[str, float | None]], enough: set[str]
) -> tuple[float, float]:
    known = [value for code in sorted(enough) if (value := values[code][variable.code]) is not None]
    return mean_and_deviation(known, [1.0] * len(known))


def _weighted(
    row: Mapping[str, float | None], norms: Mapping[str, tuple[float, float]], weights: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return (deviation, weighted deviation) of each variable; an unknown figure stands at the region's mean."""
    whole = math.fsum(abs(weight) for weight in weights.values())
    parts = {}
    for code, weight in weights.items():
        value = row[code]
        z = 0.0 if value is None else deviation(value, *norms[code])
        parts[code] = (z, weight / whole * z)
    return parts


def _scaled(
    rule: ConditionsIndex,
    taken: Mapping[str, tuple[Figures, tuple[int, ...]]],
    norms: Mapping[str, tuple[float, float]],
    raw: Mapping[str, dict[str, tuple[float, float]]],
    weights: Mapping[str, float],
) -> dict[str, IndexValue]:
    sums = {code: math.fsum(part for _z, part in parts.values()) for code, parts in raw.items()}
    origin, unit = _scale(rule.scale, list(sums.values()))
    points = {code: round(origin + unit * total, DIGITS) for code, total in sums.items()}
    ordered = sorted(points.values())
    cut = cut_at(ordered, rule.percentile)
    found = {}
    for code, (figures, years) in taken.items():
        n = int(figures.get(rule.base_figure, 0))
        value = points.get(code)
        if value is None or cut is None:
            found[code] = IndexValue(None, cut, origin, State.UNKNOWN, None, n, years, ())
            continue
        state = State.MET if value <= cut else State.NOT_MET
        parts = tuple(
            _contribution(
                variable, figures, norms[variable.code], raw[code][variable.code], unit, weights[variable.code]
            )
            for variable in rule.variables
        )
        found[code] = IndexValue(value, cut, origin, state, lower_share(value, ordered), n, years, parts)
    return found


def _scale(scale: Scale, sums: Sequence[float]) -> tuple[float, float]:
    """Return the points of the average school and the points of one unit of the sum."""
    if not sums:
        return 50.0, 0.0
    low, high = min(sums), max(sums)
    if high == low:
        return 50.0, 0.0
    if scale is Scale.MINMAX:
        return -100 * low / (high - low), 100 / (high - low)
    _mean, spread = mean_and_deviation(sums, [1.0] * len(sums))
    return 50.0, 10 / spread


def _contribution(
    variable: Variable,
    figures: Figures,
    norm: tuple[float, float],
    part: tuple[float, float],
    unit: float,
    weight: float,
) -> Contribution:
    value = _read(variable, figures)
    bent = variable.transform is Transform.LOG1P
    return Contribution(
        code=variable.code,
        title=variable.title,
        value=math.expm1(value) if bent and value is not None else value,
        mean=math.expm1(norm[0]) if bent else norm[0],
        spread=norm[1],
        z=part[0],
        weight=weight,
        points=unit * part[1],
    )
