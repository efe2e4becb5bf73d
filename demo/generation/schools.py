"""Schools: their size, level and place, and what stands behind results: conditions, and the school's own work."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from demo.generation import names
from demo.generation.dice import dice
from demo.generation.places import Place, Weight, weight_of

GRADES = 11
FIRST_YEAR, LAST_YEAR = 2018, 2021  # academic years that are drawn, by their first year

# МСУ 131: nine schools with 2343 pupils, as its programme says; four of them were low in 2021.
KEZHMA = "131"
KEZHMA_PUPILS = (215, 135, 480, 470, 610, 190, 140, 85, 18)
KEZHMA_DISTANCES = (109, 93, 0, 0, 0, 31, 35, 36, 150)  # its villages lie from 30 to 150 km away
# Conditions and quality where the documents tell them; «Недокурская» is invented to be resilient.
FIXED = {
    "131001": (-0.9, -1.0),
    "131002": (-1.3, -1.15),
    "131003": (0.3, 0.15),
    "131004": (0.4, 0.3),
    "131005": (-0.4, -0.9),
    "131006": (-0.8, -1.2),
    "131007": (-2.2, 0.7),
    "131008": (-0.9, -0.1),
    "131009": (-0.4, 0.1),
}
# How much a school has gained in a year more than others: support has helped «Тагарская».
GAINED = {("131001", 2021): 0.75}
_ADVANCED, _CORRECTIONAL, _EVENING = 0.1, 9, 8


@dataclass(frozen=True, slots=True)
class DrawnSchool:
    """One school. `conditions` and `quality` are in standard deviations from the region's middle, more is better."""

    code: str
    login: str
    inn: str
    full_name: str
    short_name: str
    place: Place
    level: str
    locality: str
    type: str
    pupils: int
    distance_km: int
    conditions: float
    quality: float

    @property
    def sits_papers(self) -> bool:
        """Whether its pupils write the papers of grades 4 to 8."""
        return self.type in ("обычная", "гимназия, лицей")

    @property
    def has_exams(self) -> bool:
        """Whether its pupils sit the state exams."""
        return self.type != "для детей с ОВЗ"


def draw_schools(places: Iterable[Place]) -> tuple[DrawnSchool, ...]:
    """Draw the schools of municipalities, in the order of their codes."""
    return tuple(
        school for place in sorted(places, key=lambda one: one.code) for school in _schools_of(place, weight_of(place))
    )


@cache
def _schools_of(place: Place, weight: Weight) -> tuple[DrawnSchool, ...]:
    rng = dice("schools", place.code)
    if place.code == KEZHMA:
        sizes = np.array(KEZHMA_PUPILS)
    else:
        sizes = _town_sizes(rng, weight) if place.is_town else _village_sizes(rng, weight)
    kinds = _kinds(rng, place, sizes)
    called = _names(rng, place, kinds)
    mean, spread = (0.25, 0.8) if place.is_town else (-0.2, 0.8)
    mean += rng.normal(0, 0.22)
    if weight.schools > 100:  # the one large city has quarters of every kind
        mean, spread = -0.3, 1.25
    return tuple(
        _school(rng, place, number, size, kind, name, rng.normal(mean, spread))
        for number, (size, kind, name) in enumerate(zip(sizes.tolist(), kinds, called, strict=True), start=1)
    )


def _town_sizes(rng: np.random.Generator, weight: Weight) -> NDArray[np.int64]:
    parts = rng.lognormal(0, 0.38, weight.schools)
    # Boarding and evening schools are cut to their own size below, so the rest has to make up for them.
    return np.maximum(40, np.rint(1.11 * parts / parts.sum() * weight.pupils)).astype(int)


def _village_sizes(rng: np.random.Generator, weight: Weight) -> NDArray[np.int64]:
    """Draw a few large schools in the centre, many small ones, and the tiny ones last."""
    large = np.sort(rng.lognormal(0, 0.72, weight.schools - weight.tiny))[::-1]
    large[:2] *= (2.4, 1.5)[: len(large[:2])]
    sizes = np.maximum(rng.integers(11, 24, len(large)), np.rint(large / large.sum() * weight.pupils)).astype(int)
    return np.concatenate([sizes, rng.integers(1, 11, weight.tiny)])


def _kinds(rng: np.random.Generator, place: Place, sizes: NDArray[np.int64]) -> list[str]:
    if place.code == KEZHMA:
        return ["СОШ"] * 8 + ["НОШ"]
    known = len(names.KNOWN_NAMES.get(place.code, ()))
    kinds = [_kind_of(size, rng.random()) for size in sizes.tolist()]
    kinds[:known] = ["СОШ"] * known
    if place.is_town:
        kinds = ["СОШ"] * len(sizes)
        for number in range(known, len(sizes)):
            if rng.random() < _ADVANCED:
                kinds[number] = "Гимназия" if rng.random() < 0.55 else "Лицей"
        for number in range(max(known, 5), len(sizes), _CORRECTIONAL):
            kinds[number] = "Школа-интернат"
        if len(sizes) > _EVENING:
            kinds[-1] = "Вечерняя школа"
    return kinds


def _kind_of(pupils: int, chance: float) -> str:
    if pupils <= 10:
        return "НОШ" if chance < 0.75 else "ООШ"
    if pupils < 26:
        return "НОШ" if chance < 0.4 else "ООШ"
    return "ООШ" if pupils < 75 and chance < 0.6 else "СОШ"


def _names(rng: np.random.Generator, place: Place, kinds: list[str]) -> list[names.Named]:
    town = place.name.removeprefix("город ").removeprefix("ЗАТО ").removeprefix("г. ") if place.is_town else ""
    known = [
        names.named(form, short, "Канск" if place.code == "109" else "")
        for form, short in names.KNOWN_NAMES.get(place.code, ())
    ][: len(kinds)]
    rest = kinds[len(known) :]
    if place.is_town:
        return known + names.town_names(rest, town, len(known) + 1)
    return known + names.village_names(rng, rest, {name.short.split()[0] for name in known})


_TYPES = {
    "Гимназия": "гимназия, лицей",
    "Лицей": "гимназия, лицей",
    "Школа-интернат": "для детей с ОВЗ",
    "Вечерняя школа": "вечерняя",
}
_LEVELS = {"НОШ": "НОО", "ООШ": "ООО", "Школа-интернат": "ООО"}


def _school(
    rng: np.random.Generator, place: Place, number: int, size: int, kind: str, name: names.Named, origin: float
) -> DrawnSchool:
    code = f"{place.code}{number:03d}"
    school_type = _TYPES.get(kind, "обычная")
    advanced = 0.7 if school_type == "гимназия, лицей" else 0.0
    conditions = origin + 0.16 * np.log(max(size, 8) / 300) + advanced
    own = rng.normal(0, 1) + (1.5 if conditions < -0.9 and rng.random() < 0.4 else 0)
    quality = 0.33 * conditions + 0.39 * own + (0.5 if advanced else 0)
    conditions, quality = FIXED.get(code, (conditions, quality))
    urban = place.is_town or (place.code == KEZHMA and number in (3, 4, 5))
    distance = 0 if urban else int(rng.gamma(2.2, 22)) + 3 if number > 2 else int(rng.integers(0, 6))
    if place.code == KEZHMA:
        distance = KEZHMA_DISTANCES[number - 1]
    return DrawnSchool(
        code=code,
        login=_login(place.code, number),
        inn=f"24{place.code}{number:05d}",
        full_name=name.full,
        short_name=name.short,
        place=place,
        level=_LEVELS.get(kind, "СОО"),
        locality="город" if urban else "село",
        type=school_type,
        pupils=size if school_type in ("обычная", "гимназия, лицей") else min(size, int(rng.integers(70, 180))),
        distance_km=distance,
        conditions=float(conditions),
        quality=float(quality),
    )


def _login(municipality: str, number: int) -> str:
    """Give logins as the sample files have them: twenty numbers a municipality, the rest of them after all."""
    if number <= 20:
        return f"edu24{20 * (int(municipality) - 100) + number:04d}"
    return f"edu24{5000 + 100 * (int(municipality) - 100) + number:05d}"


def pupils_by_grade(schools: tuple[DrawnSchool, ...], academic_year: int) -> NDArray[np.int64]:
    """Return how many pupils each school has in each grade (columns 1 to 11; column 0 is empty): cohorts move up."""
    return np.stack([_grades(school, academic_year) for school in schools])


@cache
def _grades(school: DrawnSchool, academic_year: int) -> NDArray[np.int64]:
    last = {"НОО": 4, "ООО": 9}.get(school.level, GRADES)
    weights = np.zeros(GRADES + 1)
    weights[1 : last + 1] = 1
    if last == GRADES:
        weights[10:] = 0.48
    if school.type == "вечерняя":
        weights[:9] = 0
    rng = dice("grades", school.code)
    base = rng.multinomial(school.pupils, weights / weights.sum())
    if school.pupils <= 60 or school.place.code == KEZHMA:
        return base
    cohorts = dice("cohorts", school.code).normal(1, 0.06, 40)
    factors = cohorts[[academic_year - grade - 2000 for grade in range(GRADES + 1)]]
    return np.rint(base * factors).astype(int)
