"""Names of invented schools. Those of three municipalities are the ones that the sample files have."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np

KNOWN_NAMES = {
    "131": (
        ("МКОУ", "Тагарская СОШ"),
        ("МКОУ", "Имбинская СОШ"),
        ("МБОУ", "Кодинская СОШ № 2"),
        ("МБОУ", "Кодинская СОШ № 3"),
        ("МБОУ", "Кодинская СОШ № 4"),
        ("МКОУ", "Заледеевская СОШ"),
        ("МКОУ", "Недокурская СОШ"),
        ("МКОУ", "Болтуринская СОШ"),
        ("МКОУ", "Яркинская НОШ"),
    ),
    "147": tuple(("МБОУ" if number % 2 else "МКОУ", f"СОШ № {number}") for number in range(1, 9)),
    "109": tuple(("МБОУ", f"СОШ № {number}") for number in range(1, 10)),
}
VILLAGES = files("demo.generation").joinpath("villages.txt").read_text(encoding="utf-8").split()


@dataclass(frozen=True, slots=True)
class Named:
    """The names of one school: in full and in short."""

    full: str
    short: str


def named(form: str, short: str, town: str = "") -> Named:
    """Write the full name as registers do."""
    return Named(f"{form} «{short}»{f' г. {town}' if town else ''}", short)


def village_names(rng: np.random.Generator, kinds: list[str], taken: set[str]) -> list[Named]:
    """Name the schools of a district after its villages, each village once."""
    free = [village for village in VILLAGES if village not in taken]
    order = rng.permutation(len(free))
    names = []
    for place, kind in enumerate(kinds):
        village = free[order[place % len(free)]]
        number = place // len(free)
        short = f"{village} {kind}{f' № {number + 1}' if number else ''}"
        names.append(named("МБОУ" if kind == "СОШ" else "МКОУ", short))
    return names


def town_names(kinds: list[str], town: str, start: int) -> list[Named]:
    """Name the schools of a town by numbers that run on through all kinds."""
    names = []
    for number, kind in enumerate(kinds, start=start):
        form = "КГБОУ" if kind.startswith(("Школа-интернат", "Вечерняя")) else "МБОУ" if number % 3 else "МАОУ"
        names.append(named(form, f"{kind} № {number}", town))
    return names
