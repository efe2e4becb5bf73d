"""How many schools and pupils each municipality has, roughly as in 2020, and how many of its schools are tiny."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

TINY_SCHOOLS = 85  # of one to ten pupils, as published for the region
_FORMS = re.compile(
    r"\b(?:город|посёлок|поселок|пгт|зато|район|муниципальный|округ|городской|г|п)\b\.?|[«»\"]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality to be drawn: its code, its name as the register has it, its legal form."""

    code: str
    name: str
    is_town: bool


@dataclass(frozen=True, slots=True)
class Weight:
    """How large a municipality's system of schools is."""

    schools: int
    pupils: int
    tiny: int


def catalogue_places() -> list[Place]:
    """Return every municipality of the territory's catalogue."""
    text = files("schools.catalogue").joinpath("territory.yaml").read_text(encoding="utf-8")
    return [
        Place(one["code"], one["name"], one["type"] == "urban_district")
        for district in yaml.safe_load(text)["districts"]
        for one in district["municipalities"]
    ]


class UnknownPlace(KeyError):
    """The table knows no municipality of that name."""


def stem(name: str) -> str:
    """Return what tells a name from all others: «ачинск» of «город Ачинск», «ачинский» of «Ачинский район»."""
    return " ".join(_FORMS.sub(" ", name).lower().replace("ё", "е").split())


def weight_of(place: Place) -> Weight:
    """:raises UnknownPlace: if the table has no such municipality"""
    try:
        return _weights()[stem(place.name)]
    except KeyError as unknown:
        raise UnknownPlace(f"places.csv не знает муниципалитета «{place.name}».") from unknown


@cache
def _weights() -> dict[str, Weight]:
    text = files("demo.generation").joinpath("places.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    # Tiny schools are villages': the more schools beyond the first few, and the fewer pupils in each, the more of them.
    spare = {
        row["stem"]: max(0, int(row["schools"]) - 9)
        for row in rows
        if int(row["pupils"]) / int(row["schools"]) < 260 and row["stem"] != "кежемский"
    }
    tiny = _shares(spare, TINY_SCHOOLS)
    return {row["stem"]: Weight(int(row["schools"]), int(row["pupils"]), tiny.get(row["stem"], 0)) for row in rows}


def _shares(weights: dict[str, int], total: int) -> dict[str, int]:
    """Divide a whole number by weights, the remainder to the largest fractions."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()}
    shares = {name: int(value) for name, value in exact.items()}
    by_fraction = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in by_fraction[: total - sum(shares.values())]:
        shares[name] += 1
    return shares
