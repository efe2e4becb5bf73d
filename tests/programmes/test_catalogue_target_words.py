"""A target of a package: ordinary wordings load, and what disagrees with them, or what a page refuses, does not."""

import shutil

import pytest
import yaml

from programmes.catalogue import CATALOGUES, CatalogueError, load_catalogue
from programmes.enums import TargetOperator
from programmes.services.targets import TargetRefused, Wanted, check_wanted
from tests.factories.catalogue import load_short

PLACE = "kezhma/indicators/1.yaml"


@pytest.fixture(scope="module")
def kezhma(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package") / "kezhma"
    shutil.copytree(CATALOGUES / "mppko-kezhma-2022-2023", folder)
    file = folder / "indicators" / "1.yaml"
    whole = yaml.safe_load(file.read_text(encoding="utf-8"))
    return folder, file, whole


@pytest.fixture
def problems(kezhma):
    """Return a function that puts a target in the place of 1.1/2023, or of 1.2.1 and so on, and says what is wrong."""
    folder, file, whole = kezhma

    def load(number, target):
        data = yaml.safe_load(yaml.safe_dump(whole, allow_unicode=True))
        row = next(row for row in data["indicators"] if row["number"] == number)
        row["targets"][2023] = target
        file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
        try:
            load_catalogue(folder)
        except CatalogueError as wrong:
            return [problem.split(": ", 1)[1] for problem in wrong.problems]
        return []

    return load


def target(text, value=None, operator="at_least", **more):
    figures = {} if value is None else {"value": value}
    return {"operator": operator, "scope": "whole", "text": text, **figures, **more}


@pytest.mark.parametrize(
    "good",
    [
        target("не менее 92,5%", 92.5),
        target("92% к 2024 году", 92),
        target("не менее трёх", 3),
        target("девяноста", 90),
        target("не менее 1, из 4 регионов", 1),
        target("в двадцати пяти школах из сорока", 25),
        target("от 5 до 10 %", 5, "between", upper=10),
        target("5–10 %", 5, "between", upper=10),
        target("не более 5%", 5, "at_most"),
        target("согласно приложению", 40, waiver="Число — из приложения 2 к приказу."),
        target("не менее 5%", 5, "at_most", waiver="В тексте описка: речь о доле не справившихся."),
    ],
    ids=lambda one: one["text"],
)
def test_an_ordinary_wording_loads(problems, good):
    assert problems("1.1" if good["operator"] != "yes" else "1.2", good) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (
            target("не менее 90%", 92),
            "в словах «не менее 90%» числа: 90, а в цели — 92: исправьте цель или слова либо напишите в waiver, "
            "откуда число.",
        ),
        (
            target("большинство", 51),
            "в словах «большинство» чисел нет, а в цели — 51: исправьте цель или слова либо напишите в waiver, "
            "откуда число.",
        ),
        (
            target("5–10 %", 5),
            "в словах «5–10 %» — от 5 до 10, а в цели одно число: нужно сравнение between с upper либо waiver с "
            "причиной.",
        ),
        (
            target("не менее 5%", 5, "at_most"),
            "в словах «не менее 5%» сказано «не менее», а в цели — «не более»: исправьте сравнение.",
        ),
        (
            target("не более 5%", 5),
            "в словах «не более 5%» сказано «не более», а в цели — «не менее»: исправьте сравнение.",
        ),
        (
            target("90%", 90, waiver="Число из приложения."),
            "waiver не нужен: слова «90%» с целью не расходятся.",
        ),
        (target("190 %", 190), "доля не бывает больше 100 %. Исправьте число."),
        (target("-5", -5), "числа цели не бывают меньше нуля. Исправьте число."),
        (
            target("положительная динамика", operator="positive_dynamics") | {"scope": "each_school"},
            "цель спрашивается с каждой школы списка, а рост судят только в целом. Выберите другое сравнение.",
        ),
        (
            target("рост к 2023", operator="growth", base_year=2023),
            "базовый год 2023 должен быть раньше года цели и не раньше 2000-го.",
        ),
        (target("от 10 до 5", 10, "between", upper=5), "«До» меньше, чем «от». Поменяйте числа местами."),
        (
            target("12345678901", 12345678901),
            "число слишком длинное: до запятой бывает десять знаков, после неё четыре, у допуска — восемь и два.",
        ),
    ],
    ids=lambda one: one["text"] if isinstance(one, dict) else "",
)
def test_what_disagrees_or_cannot_be_is_refused(problems, bad, said):
    found = problems("1.1", bad)

    assert [one[0].lower() + one[1:] for one in found] == [said[0].lower() + said[1:]]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(TargetOperator.AT_LEAST, 190),
        Wanted(TargetOperator.AT_LEAST, -1),
        Wanted(TargetOperator.AT_LEAST),
        Wanted(TargetOperator.GROWTH, base_year=2021),
        Wanted(TargetOperator.AT_LEAST, 10, 20),
        Wanted(TargetOperator.BETWEEN, 20, 10),
        Wanted(TargetOperator.YES, 1),
    ],
    ids=str,
)
def test_what_the_page_refuses_the_package_refuses(land, now, problems, wanted):
    """The same share and the same year, by both doors."""
    place = load_short("3.2", now=now).programme_indicators.get()

    with pytest.raises(TargetRefused):
        check_wanted(place, place.targets.get(period__code="2021"), wanted)

    figures = {name: each for name in ("upper", "base_year") if (each := getattr(wanted, name)) is not None}
    if "base_year" in figures:
        figures["base_year"] = 2023
    text = "; ".join(str(each) for each in (wanted.value, wanted.upper) if each is not None)
    assert problems("1.1", target(text, wanted.value, str(wanted.operator), **figures)) != []
