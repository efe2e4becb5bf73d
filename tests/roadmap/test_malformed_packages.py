"""
Packages spoilt at random: each is refused in clear sentences with a place, or loads; nothing is half stored.

`PACKAGE_MUTATIONS` of the environment says how many more there are to be; the seeds are the numbers themselves.
"""

import os
import random
import re
import shutil
from copy import deepcopy

import pytest
import yaml

from accounts.services.people import system_user
from indicators.models import DataElement, Indicator
from programmes.catalogue import CATALOGUES, CatalogueError, load_catalogue
from programmes.models import Programme
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme

MUTATIONS = int(os.environ.get("PACKAGE_MUTATIONS", "200"))
AT_ONCE = 20
PACKAGES = ("mppko-kezhma-2022-2023", "ksko-plan-udo-2022-2023", "resolution-august-council-2020")
ENDLESS = float("inf")
JUNK = (
    None, "", " ", "x", "я" * 700, -1, 0, 10**9, 10**30, 1.5, float("nan"), ENDLESS, True, [], {}, [[]], [None],
    {"number": 1}, "2021-02-30", "2021-13", "\0", "*", "100 * (", "доля(школы, где", "1 / 0", "\u202e", ["a"] * 3,
)  # fmt: skip
PLACE = re.compile(r"^[\w.-]+(/[\w.-]+)*(, строка \d+)?(, раздел [\w.-]+)?(, №? ?[^:]+)?: \S")


def places_in(value, where=()):
    """Every place of a file, the outer before the inner."""
    yield where
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places_in(each, (*where, key))


def reached(data, where):
    for step in where:
        data = data[step]
    return data


def spoilt(data, chance):
    """The same with one place spoilt: another type, gone, doubled, unknown, nested, huge."""
    data = deepcopy(data)
    where = chance.choice([place for place in places_in(data) if place])
    above, last = reached(data, where[:-1]), where[-1]
    how = chance.choice(["junk", "junk", "junk", "gone", "doubled", "unknown", "nested", "swapped", "renamed"])
    if how == "junk":
        above[last] = chance.choice(JUNK)
    elif how == "gone":
        del above[last]
    elif how == "doubled" and isinstance(above, list):
        above.insert(last, deepcopy(above[last]))
    elif how == "nested":
        for _ in range(chance.choice([1, 3, 40])):
            above[last] = [above[last]] if chance.random() < 0.5 else {"a": above[last]}
    elif how == "swapped" and isinstance(above, list) and len(above) > 1:
        other = chance.randrange(len(above))
        above[last], above[other] = above[other], above[last]
    elif how == "renamed" and isinstance(above, dict):
        above[f"{last}_"] = above.pop(last)
    else:
        target = above if isinstance(above, dict) else data
        target[chance.choice(["lishnee", "number", "код", "1"])] = chance.choice(JUNK)
    return data


def scratched(text, chance):
    """The same with a scratch in the text itself: a line gone or doubled, letters in between, an end too early."""
    lines = text.split("\n")
    place = chance.randrange(len(lines))
    how = chance.choice(["gone", "doubled", "letters", "cut", "indent"])
    if how == "gone":
        del lines[place]
    elif how == "doubled":
        lines.insert(place, lines[place])
    elif how == "letters":
        at = chance.randrange(len(lines[place]) + 1)
        lines[place] = lines[place][:at] + chance.choice("{[}]:&*!|>'\"%@`\t\x07,-#?") + lines[place][at:]
    elif how == "cut":
        lines = lines[:place]
    else:
        lines[place] = f"  {lines[place]}"
    return "\n".join(lines)


def refused(folder, now):
    """What is said of a package; nothing if it loads."""
    try:
        source = load_catalogue(folder)
        load_programme(source=source, actor=system_user(), now=now, report=LoadReport(), only_look=True)
    except CatalogueError as wrong:
        return wrong.problems
    except ValueError as wrong:  # a refusal of the whole: no such territory, a document that is none
        assert type(wrong).__module__.split(".")[0] in ("programmes", "documents")
        return [f"{folder.name}: {wrong}"]
    return []


@pytest.mark.parametrize("first", range(0, MUTATIONS, AT_ONCE))
def test_a_spoilt_package_is_refused_clearly_or_loads(land, now, tmp_path, first):
    for seed in range(first, first + AT_ONCE):
        chance = random.Random(seed)
        folder = tmp_path / f"package-{seed}"
        shutil.copytree(CATALOGUES / chance.choice(PACKAGES), folder)
        file = chance.choice(sorted(folder.rglob("*.yaml")))
        text = file.read_text(encoding="utf-8")
        if chance.random() < 0.3:
            file.write_text(scratched(text, chance), encoding="utf-8")
        else:
            data = spoilt(yaml.safe_load(text), chance)
            file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")

        problems = refused(folder, now)

        odd = [one for one in problems if not PLACE.match(one) or "\n" in one or not re.search("[а-я]{3}", one)]
        assert (seed, odd) == (seed, [])
        assert not (Programme.objects.exists() or Indicator.objects.exists() or DataElement.objects.exists())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 200_000, "package/programme.yaml, строка 1: вложено глубже 30 уровней."),
        (
            "a: &a [*a]",
            "package/programme.yaml, строка 1: ссылка («*имя») ведёт сама в себя или повторяет слишком много.",
        ),
        (
            "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
            "package/programme.yaml, строка 7: ссылка («*имя») ведёт сама в себя или повторяет слишком много.",
        ),
        ("a: 1\nb: " + "9" * 6000, "package/programme.yaml, строка 2: число или дату не прочесть."),
        ("a: 1\nb: !!timestamp 2021-99-99", "package/programme.yaml, строка 2: число или дату не прочесть."),
        ("? [1, 2]\n: 3", "package/programme.yaml, строка 1: это не YAML (имя поля — не слово)."),
        ("", "package/programme.yaml, строка 1: ожидался набор полей."),
        (b"\xff\xfe\x00", "package/programme.yaml: это не текст в кодировке UTF-8. Сохраните файл в ней."),
        (b"a" * (4 * 1024**2 + 1), "package/programme.yaml: файл больше 4 МБ. Разделите его на несколько."),
    ],
    ids=["deep", "ring", "bomb", "number", "day", "key", "empty", "bytes", "large"],
)
def test_what_cannot_be_read_is_said_so(tmp_path, text, said):
    folder = tmp_path / "package"
    shutil.copytree(CATALOGUES / PACKAGES[0], folder)
    (folder / "programme.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(CatalogueError) as wrong:
        load_catalogue(folder)

    assert wrong.value.problems == [said]


def test_what_is_written_wrong_does_not_command_the_terminal(tmp_path):
    folder = tmp_path / "package"
    shutil.copytree(CATALOGUES / PACKAGES[0], folder)
    file = folder / "programme.yaml"
    text = re.sub(r"(?m)^code: .*$", r'code: "\\e[2J\\u202e"', file.read_text(encoding="utf-8"))
    file.write_text(re.sub(r"(?m)^years: .*$", "years: [2023, 2023]", text), encoding="utf-8")

    with pytest.raises(CatalogueError) as wrong:
        load_catalogue(folder)

    assert [problem.split(": ", 1)[1] for problem in wrong.value.problems] == [
        "«�[2J�» записано не так, как здесь принято (образец ^[a-z0-9-]{3,60}$).",
        "одно и то же записано дважды.",
    ]


@pytest.mark.parametrize("odd", ["pipe", "device", "folder", "dangling", "ring"])
def test_what_only_looks_like_a_file_is_refused_at_once(tmp_path, odd):
    folder = tmp_path / "package"
    shutil.copytree(CATALOGUES / PACKAGES[0], folder)
    file = folder / "indicators" / "9.yaml"
    if odd == "pipe":
        os.mkfifo(file)
    elif odd == "folder":
        file.mkdir()
    else:
        file.symlink_to({"device": "/dev/zero", "dangling": "nowhere", "ring": file}[odd])

    with pytest.raises(CatalogueError) as wrong:
        load_catalogue(folder)

    said = "package/indicators/9.yaml: файл не читается: его нет, это не файл, или ссылка никуда не ведёт."
    assert wrong.value.problems == [said]


COUNT = {
    "kind": "count", "unit": "школ", "in_words": "Школы района.", "counted": {"what": "школа", "out": "нет"},
    "targets": {2023: {"operator": "not_applicable", "text": ""}},
}  # fmt: skip


@pytest.fixture
def referring(tmp_path):
    """A package with three more rows, by their formulas."""
    folder = tmp_path / "package"
    shutil.copytree(CATALOGUES / PACKAGES[0], folder)
    file = folder / "indicators" / "1.yaml"

    def write(*formulas):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        data["indicators"] += [
            {"number": f"1.9{place}", "name": f"Ещё {place}", "formula": formula, **deepcopy(COUNT)}
            for place, formula in enumerate(formulas, start=1)
        ]
        file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return folder

    return write


def test_a_formula_may_name_an_indicator_of_a_row_below(land, now, referring):
    folder = referring("показатель(«kezhma_1_92»)", 'показатель("kezhma_1_93")', "количество(школы)")

    loaded = load_programme(source=load_catalogue(folder), actor=system_user(), now=now, report=LoadReport())

    rows = loaded.programme_indicators.order_by("sort_order").values_list("number", flat=True)
    assert [number for number in rows if number.startswith("1.9") and len(number) == 4] == ["1.91", "1.92", "1.93"]


def test_what_names_a_refused_indicator_is_not_said_to_name_none(land, now, referring):
    problems = refused(referring("показатель(«kezhma_1_92»)", "количество(школы, где", "количество(школы)"), now)

    assert [problem.split("№ ")[1][:4] for problem in problems] == ["1.92"]


def test_indicators_defined_by_each_other_are_named(land, now, referring):
    problems = refused(
        referring("показатель(«kezhma_1_92»)", "показатель(«kezhma_1_93»)", "показатель(«kezhma_1_91»)"), now
    )

    assert [problem.split(": ", 1)[1].split(": ")[0] for problem in problems] == [
        "показатели определены друг через друга"
    ]


def test_every_mistake_of_a_package_is_told_at_once_with_its_letter(land, now, tmp_path):
    """A formula that makes no sense, one that gives another kind, a question that no rule fits."""
    folder = tmp_path / "package"
    shutil.copytree(CATALOGUES / PACKAGES[0], folder)
    file = folder / "indicators" / "1.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    said = {"kind": "share", "unit": "%", "in_words": "Доля школ района.", "counted": {"what": "школа", "out": "нет"}}
    data["indicators"] += [
        {"number": "1.98", "name": "С опиской", "formula": "100 * (сумма(обучающиеся) / сумма(обучащиеся))", **said},
        {"number": "1.99", "name": "Не доля", "formula": "количество(школы)", **said},
    ]
    for row in data["indicators"][-2:]:
        row["targets"] = {2023: {"operator": "not_applicable", "text": ""}}
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")

    problems = refused(folder, now)

    place = "package/indicators/1.yaml, строка {line}, раздел indicators, № {number} (kezhma_{code})"
    assert [problem.split(": ", 1)[0].replace(", формула, знак 35", "") for problem in problems] == [
        place.format(line=file_line(file, "'1.98'"), number="1.98", code="1_98"),
        place.format(line=file_line(file, "'1.99'"), number="1.99", code="1_99"),
    ]
    assert "формула, знак 35: " in problems[0]
    assert problems[1].endswith(": вид показателя «доля», а формула даёт количество. Исправьте одно из двух.")


def file_line(file, number):
    lines = file.read_text(encoding="utf-8").split("\n")
    return next(place for place, line in enumerate(lines, start=1) if f"number: {number}" in line)
