"""The samples end to end: files in, schools identified, against a plain count over what the files hold."""

import json
from io import StringIO

from django.core.management import call_command

from tests.monitoring.loads.conftest import SAMPLES

LOADED = ("rcoi-oge-2022.csv", "rcoi-ege-2022.csv", "oge-2021-rus-by-school.xls", "oge-2021-mat-by-school.xls",
          "fisoko-vpr-mat5-individual.xlsx", "fisoko-vpr-rus5-individual.xlsx")  # fmt: skip
NEWEST, BEFORE = "2021/22", "2020/21"
Key = tuple[str, str, int]


def held(expected: dict) -> dict[tuple[Key, str], dict[str, tuple[int, int]]]:
    """Return (n, failed) by school for each procedure and year."""
    found = {}
    for name in LOADED:
        for one in expected[name].get("exams", [expected[name]]):
            key = (one["procedure"], one["subject"], one["grade"])
            found[key, one["academic_year"]] = {
                code: (row["n"], row.get("2", row.get("below"))) for code, row in one["schools"].items()
            }
    return found


def verdict(pair: tuple[int, int]) -> str:
    n, failed = pair
    if n == 0:
        return "not_held"
    if n < 10:
        return "too_few"
    return "low" if 10 * failed >= 3 * n else "not_low"


def categories(of_year: dict[str, dict[Key, str]]) -> list[str]:
    """The federal rule, said once more and plainly: A two low in the newest year, or B one low twice running."""
    newest, before = of_year[NEWEST], of_year[BEFORE]
    judged = [one for one in newest.values() if one in ("low", "not_low")]
    pairs = [(newest[key], before[key]) for key in newest if key in before]
    pairs = [pair for pair in pairs if set(pair) <= {"low", "not_low"}]
    if judged.count("low") >= 2 or ("low", "low") in pairs:
        return ["low_results"]
    return [] if len(judged) >= 2 or pairs else ["insufficient_data"]


def test_identified_schools_of_the_samples_equal_a_plain_count(whole_centre):
    for name in LOADED:
        whole_centre.accept(whole_centre.take(name, (SAMPLES / name).read_bytes()))
    out = StringIO()
    call_command("identify_schools", "--year", NEWEST, "--json", stdout=out)

    answer = json.loads(out.getvalue())["schools"]
    results = held(json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8")))
    assert set(answer) == set(whole_centre.schools)
    for code, said in answer.items():
        of_year: dict[str, dict[Key, str]] = {NEWEST: {}, BEFORE: {}}
        for (key, year), rows in results.items():
            of_year[year][key] = verdict(rows.get(code, (0, 0)))
        assert (code, said["categories"]) == (code, categories(of_year))
        traced = {
            ((line["procedure"], line["subject"], line["grade"]), line["academic_year"]): line for line in said["trace"]
        }
        for (key, year), rows in results.items():
            n, failed = rows.get(code, (0, 0))
            line = traced[key, year]
            assert (line["n"], line["failed"], line["verdict"]) == (n, failed, of_year[year][key]), (code, key, year)
    assert {category for said in answer.values() for category in said["categories"]} == {
        "low_results", "insufficient_data",
    }  # fmt: skip
