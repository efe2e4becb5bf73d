"""Names of invented people: drawn from common ones, the same for the same place in every run."""

from importlib.resources import files

from demo.generation.dice import dice

LINES = files("demo.generation").joinpath("people.txt").read_text(encoding="utf-8").splitlines()
SURNAMES, WOMEN, MEN, FATHERS = (line.split() for line in LINES)


def drawn_name(*what: object) -> str:
    """Return surname, name and patronymic of somebody invented, told by what he or she is."""
    rng = dice("person", *what)
    surname, father = (words[rng.integers(len(words))] for words in (SURNAMES, FATHERS))
    if rng.random() < 0.72:  # two thirds and more of those who work in education here are women
        return f"{surname}а {WOMEN[rng.integers(len(WOMEN))]} {father}на"
    return f"{surname} {MEN[rng.integers(len(MEN))]} {father}ич"
