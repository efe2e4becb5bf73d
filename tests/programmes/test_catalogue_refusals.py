"""A catalogue with a mistake is refused whole: file, line, row and what is wrong."""

import shutil

import pytest

from programmes.catalogue import CATALOGUES, CatalogueError, load_catalogue


@pytest.fixture
def broken(tmp_path):
    """Return a function that changes one line of a copy of the catalogue and loads it."""

    def load(file, old, new):
        folder = tmp_path / "rppko-2020-2022"
        shutil.copytree(CATALOGUES / "rppko-2020-2022", folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(CatalogueError) as refused:
            load_catalogue(folder)
        return refused.value.problems

    return load


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "indicators/3.yaml",
            "kind: share",
            "kind: percentage",
            "rppko-2020-2022/indicators/3.yaml, строка 33, раздел indicators.kind, № 3.2 (rppko_3_2): "
            "значение «percentage» не подходит; "
            "возможны: yes_no, three_state, share, count, ratio, change, distribution.",
        ),
        (
            "indicators/3.yaml",
            "kind: share",
            "kind: distribution",
            "rppko-2020-2022/indicators/3.yaml, строка 43, раздел indicators.targets, № 3.2 (rppko_3_2)/2020: "
            "у распределения нет одного числа, и цель на него не ставят. Заведите показатель-долю — "
            "«доля_в(распределение(…), часть)» — и поставьте цель на неё.",
        ),
        (
            "indicators/3.yaml",
            "{operator: at_least, value: 60,",
            "{operator: at_least, value: 65,",
            "rppko-2020-2022/indicators/3.yaml, строка 43, раздел indicators.targets, № 3.2 (rppko_3_2)/2020: "
            "в словах «не менее 60%» числа: 60, "
            "а в цели — 65: исправьте цель или слова либо напишите в waiver, откуда число.",
        ),
        (
            "indicators/3.yaml",
            '      2022: {operator: at_least, value: 100, scope: whole, text: "100%"}\n',
            "",
            "rppko-2020-2022/indicators/3.yaml, строка 43, раздел indicators.targets, № 3.2 (rppko_3_2): "
            "цели нужны на каждый год программы: "
            "[2020, 2021, 2022].",
        ),
        (
            "indicators/7.yaml",
            'counted: {what: "школа", subjects: "читательская грамотность", grades: "4", out:',
            'counted: {what: "школа", subjects: "читательская грамотность", out:',
            "rppko-2020-2022/indicators/7.yaml, строка 127, раздел indicators, № 7.6 (rppko_7_6): "
            "не сказано, в каких классах: нужно counted.grades "
            "(«—», если неприменимо).",
        ),
        (
            "indicators/1.yaml",
            "есть(«мсо_координатор»)",
            "есть(«мсо_кординатор»)",
            "rppko-2020-2022/indicators/1.yaml, строка 68, раздел indicators.formula, № 1.3 (rppko_1_3): "
            "первичный показатель «мсо_кординатор» "
            "не описан в elements.",
        ),
        (
            "indicators/1.yaml",
            "{code: мсо_координатор, level: municipality,",
            "{code: мсо_координатор, system: навигатор, level: municipality,",
            "rppko-2020-2022/indicators/1.yaml, строка 8, раздел elements, № мсо_координатор: "
            "информационная система «навигатор» "
            "не названа в systems.",
        ),
        (
            "indicators/8-expected.yaml",
            '[дефектолог, "Дефектолог"]',
            '[дефектолог, "Логопед"]',
            "rppko-2020-2022/indicators/8-expected.yaml, строка 21, раздел elements, № ставки_специалистов: "
            "категория «Логопед» названа "
            "дважды.",
        ),
        (
            "indicators/8-expected.yaml",
            "«ставки_специалистов», «логопед»",
            "«ставки_специалистов», «логопеды»",
            "rppko-2020-2022/indicators/8-expected.yaml, строка 250, раздел indicators.rows.formula, № П.19/П.19.3 "
            "(rppko_p_19_3): "
            "категории «логопеды» у "
            "«ставки_специалистов» нет.",
        ),
        (
            "indicators/8-expected.yaml",
            'level: school, type: amount, min: 0, title: "Штатные',
            'level: school, type: yes_no, min: 0, title: "Штатные',
            "rppko-2020-2022/indicators/8-expected.yaml, строка 21, раздел elements.type, № ставки_специалистов: "
            "значение «yes_no» не "
            "подходит; возможны: count, amount.",
        ),
        (
            "indicators/6.yaml",
            '    why_asked: "Участия школ в мероприятиях портал не ведёт: об этом отвечает школа."\n',
            "",
            "rppko-2020-2022/indicators/6.yaml, строка 56, раздел indicators, № 6.3 (rppko_6_3): "
            "вносится, а почему не считается, не сказано: "
            "нужен why_asked.",
        ),
        (
            "roadmap/1.yaml",
            "windows: [2021-11]",
            "windows: [2021-13]",
            "rppko-2020-2022/roadmap/1.yaml, строка 44, раздел activities.years.windows, № 1/2021/1: "
            "«2021-13» записано не так, как здесь принято "
            "(образец ^20[0-9]{2}-(0[1-9]|1[0-2])(\\.\\.20[0-9]{2}-(0[1-9]|1[0-2]))?$).",
        ),
        (
            "roadmap/1.yaml",
            "windows: [2021-11]",
            "windows: [2022-11]",
            "rppko-2020-2022/roadmap/1.yaml, строка 44, раздел activities.years.windows, № 1/2021/1: "
            "окно «2022-11» начинается не в 2021 году.",
        ),
        (
            "roadmap/1.yaml",
            "recurrence: half_yearly",
            "recurrence: quarterly",
            "rppko-2020-2022/roadmap/1.yaml, строка 49, раздел activities.years.windows, № 1/2021/2: "
            "окон должно быть 4, а записано 2.",
        ),
        (
            "roadmap/2.yaml",
            "responsible: [tsoko]",
            "responsible: [coko]",
            "rppko-2020-2022/roadmap/2.yaml, строка 7, раздел activities.responsible, № 4: "
            "исполнитель «coko» не описан в bodies.",
        ),
        (
            "roadmap/2.yaml",
            "  - number: 5\n",
            "  - number: 6\n",
            "rppko-2020-2022/roadmap/2.yaml, строка 39, раздел activities.number, № 6: "
            "по порядку здесь мероприятие 5, а стоит 6.",
        ),
        (
            "programme.yaml",
            "short_title: РППКО 2020–2022",
            "short: РППКО 2020–2022",
            "rppko-2020-2022/programme.yaml, строка 1: нет обязательного поля «short_title».",
        ),
    ],
)
def test_wrong_row_is_refused_with_its_place(broken, file, old, new, expected):
    assert expected in broken(file, old, new)


def test_field_written_twice_is_refused(broken):
    problems = broken("programme.yaml", "kind: regional\n", "kind: regional\nkind: school\n")
    assert problems == ["rppko-2020-2022/programme.yaml, строка 6: поле «kind» записано дважды."]


def test_text_that_is_not_yaml_is_refused(broken):
    (problem,) = broken("roadmap/1.yaml", "direction: 1", "direction: [1")
    assert problem.startswith("rppko-2020-2022/roadmap/1.yaml, строка 3: это не YAML")


def test_unknown_catalogue_names_those_there_are():
    with pytest.raises(
        CatalogueError, match="Каталога «kezhma» нет. Есть: concept-tasseevo, ksko-plan-udo-2022-2023, mppko"
    ):
        load_catalogue("kezhma")
