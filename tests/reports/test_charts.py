"""Charts: one drawing for page and paper, nothing fetched, names escaped, at most four series."""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from common.share import Share
from reports.charts.counts import category_counts, counts_over_years
from reports.charts.drawing import draw
from reports.charts.indicator_years import YearPoint, indicator_over_years
from reports.charts.parts import mark_distribution, standings_by_direction
from reports.charts.ranked_shares import ranked_shares

SVG = "{http://www.w3.org/2000/svg}"
SCHOOL = ("школа", "школы", "школ")
POINTS = [YearPoint(2020, None, Decimal(15)), YearPoint(2021, Decimal("22.4"), Decimal(20))]
FIGURES = {
    "indicator": indicator_over_years("Доля школ", POINTS, unit="%"),
    "shares": ranked_shares(
        "Где доля выше?",
        [("Абанский район", Share.of(2, 9)), ("Канск", Share.of(0, 12)), ("Без школ", Share.of(0, 0))],
        whole=("Край", Share.of(2, 21)),
        of=SCHOOL,
    ),
    "counts": category_counts("Сколько школ?", [("ШНРО", 3), ("ШНСУ", 0)], of="школ"),
    "years": counts_over_years("Как меняется?", {"ШНРО": {2020: 3, 2021: 2}, "ШНСУ": {2021: 2}}, of="школ"),
    "marks": mark_distribution("Какие отметки?", [("ОГЭ, 9 класс, математика", [1, 4, 4, 1])]),
    "standings": standings_by_direction("Достигнуто ли?", [("1. Первое", [3, 1, 0, 1, 2])]),
}


def words(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - drawn here


@pytest.mark.parametrize("name", FIGURES)
def test_drawing_explains_itself_and_obeys_the_content_policy(name):
    figure = FIGURES[name]
    svg = figure.svg
    root = ET.fromstring(svg)  # noqa: S314 - drawn here

    assert root.get("role") == "img"
    assert [root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text] == [figure.question, figure.description]
    assert [node.tag for node in root.iter() if "style" in node.attrib or node.tag.endswith(("style", "script"))] == []
    assert "href" not in svg
    assert figure.table.rows


def test_target_is_drawn_and_named_beside_the_values():
    svg = FIGURES["indicator"].svg

    assert {"22,4", "цель 20"} <= set(words(svg))
    assert svg.count("stroke-dasharray") == 1
    assert FIGURES["indicator"].description == "2020 год — нет данных при цели 15 %; 2021 год — 22,4 % при цели 20 %."


def test_largest_share_stands_on_top_and_the_share_of_nobody_is_left_out():
    figure = FIGURES["shares"]

    assert figure.table.rows == [
        ("Абанский район", Share.of(2, 9), Decimal(2), Decimal(9)),
        ("Канск", Share.of(0, 12), Decimal(0), Decimal(12)),
    ]
    assert [word for word in words(figure.svg) if "из" in word] == [
        "22,2\N{NO-BREAK SPACE}%  (2 из 9)",
        "0,0\N{NO-BREAK SPACE}%  (0 из 12)",
    ]
    assert "Край: 9,5\N{NO-BREAK SPACE}%" in words(figure.svg)
    said = figure.description.replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Выше всего: Абанский район, 22,2 % из 9 школ; ниже всего: Канск, 0,0 %. Край: 9,5 %."


def test_more_places_than_fit_are_left_to_the_table():
    places = [(f"Район {number}", Share.of(number, 30)) for number in range(1, 26)]

    figure = ranked_shares("Где?", places, of=SCHOOL, most=20)

    assert len([word for word in words(figure.svg) if "из" in word]) == 20
    assert figure.description.endswith("Показаны 20 из 25, остальные — в таблице.")


def test_name_from_a_file_stays_text():
    figure = ranked_shares("<b>&", [('<script>alert("1")</script>', Share.of(1, 2))], of=SCHOOL)

    assert '<script>alert("1")</script>' in words(figure.svg)
    assert "<script" not in figure.svg


def test_fifth_series_is_refused():
    series = {f"Ряд {number}": {2021: number} for number in range(5)}

    with pytest.raises(ValueError, match="at most four"):
        counts_over_years("Много?", series, of="школ")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/data.json", "file:///etc/hostname", "data/rows.json"])
def test_data_from_elsewhere_are_refused(address):
    spec = {
        "data": {"url": address},
        "mark": "bar",
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
    }

    with pytest.raises(ValueError, match="carries its own data"):
        draw({"layer": [spec]})
