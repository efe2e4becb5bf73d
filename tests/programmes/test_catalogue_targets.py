"""No target of the five documents is lost on the way to the database, and each is one that can be judged."""

import re
from collections import Counter

import pytest

from accounts.services.people import system_user
from indicators.models import IndicatorEdition
from programmes.catalogue import CATALOGUES, load_catalogue
from programmes.enums import Standing, TargetOperator
from programmes.models import Target
from programmes.selectors.judging import Promise, judge
from programmes.selectors.passport import target_in_words
from programmes.selectors.saying import said_target
from programmes.services.load_report import LoadReport
from programmes.services.loading import load_text
from programmes.services.loading_indicators import load_indicators
from schools.enums import Kind
from tests.factories.programmes import make_unit
from tests.spec.standing.test_judging import pair

# Of each document: its targets by comparison. A new figure here is a change of the catalogue, made on purpose.
COUNTS = {
    "concept-tasseevo": {"not_applicable": 240, "yes": 22, "positive_dynamics": 21, "at_least": 2},
    "ksko-plan-udo-2022-2023": {
        "at_least": 1, "not_applicable": 11, "at_most": 2, "yes": 4, "positive_dynamics": 2, "unspecified": 2,
    },
    "mppko-kezhma-2022-2023": {
        "not_applicable": 16, "at_least": 5, "unspecified": 1, "at_most": 1, "positive_dynamics": 4,
    },
    "resolution-august-council-2020": {"not_applicable": 7, "at_least": 6, "yes": 1},
    "rppko-2020-2022": {"not_applicable": 40, "yes": 65, "at_least": 70, "growth": 26},
}  # fmt: skip
# Rows of which a figure stands without a sign.
UNSIGNED = {
    "concept-tasseevo": [], "ksko-plan-udo-2022-2023": [], "mppko-kezhma-2022-2023": ["1.8"],
    "resolution-august-council-2020": ["4.16", "4.5", "4.7"], "rppko-2020-2022": ["7.4", "7.5", "7.6", "7.7"],
}  # fmt: skip
SIGNS = {"more": "at_least", "less": "at_most"}
DOCUMENTS = sorted(path.parent.name for path in CATALOGUES.glob("*/programme.yaml"))


def test_every_document_is_counted():
    assert sorted(COUNTS) == DOCUMENTS


@pytest.mark.parametrize("code", DOCUMENTS)
def test_the_catalogue_promises_what_was_counted(code):
    source = load_catalogue(code)

    found = Counter(target.operator for row in source.indicators for target in row.targets)

    assert found == COUNTS[code]
    assert [row.number for row in source.indicators if not row.targets] == []
    assert {one for one in found if one not in TargetOperator.values} == set()


@pytest.mark.parametrize("code", DOCUMENTS)
def test_a_figure_without_a_sign_is_read_by_the_direction_and_the_row_says_so(code):
    """adr/0035: one reading in every document, told where it was needed; of the whole of a share it never is."""
    unsigned = [
        (row, target)
        for row in load_catalogue(code).indicators
        for target in row.targets
        if target.value is not None
        and not re.search("не менее|не более|до |все|каждую", target.text.lower())
        and not (row.kind == "share" and target.value == 100)
    ]

    settled = [(row, target) for row, target in unsigned if target.operator != "unspecified"]
    assert [row.number for row, target in settled if target.operator != SIGNS[row.better]] == []
    assert [row.number for row, _ in settled if "прочитан" not in row.slip] == []
    assert sorted({row.number for row, _ in settled}) == UNSIGNED[code]


@pytest.mark.parametrize("code", DOCUMENTS)
def test_each_of_them_stands_in_the_database_with_words_and_a_judgement(db, now, code):
    source = load_catalogue(code)
    if source.unit != "24":
        region = make_unit(Kind.REGION, "24", "Красноярский край")
        make_unit(Kind.MUNICIPALITY, source.unit, "Район", region)
    else:
        make_unit(Kind.REGION, "24", "Красноярский край")
    actor, report = system_user(), LoadReport()

    programme = load_text(source=source, actor=actor, now=now, report=report)
    load_indicators(programme=programme, source=source, actor=actor, now=now, report=report)

    targets = Target.objects.filter(programme_indicator__programme=programme)
    kept = targets.select_related("programme_indicator__indicator", "period")
    assert Counter(target.operator for target in kept) == COUNTS[code]
    editions = {edition.indicator_id: edition for edition in IndicatorEdition.objects.filter(is_current=True)}
    for target in kept:
        said = said_target(target, editions[target.programme_indicator.indicator_id])
        is_set = target.operator != TargetOperator.NOT_APPLICABLE
        assert (said != "—", target_in_words(target) != "не установлено") == (is_set, is_set)
        if target.operator not in ("growth", "positive_dynamics"):
            judged = judge(Promise(target.operator, target.value, target.upper), pair(1, 1), is_over=True)
            is_judged = is_set and target.operator != TargetOperator.UNSPECIFIED
            assert (judged.standing in (Standing.MET, Standing.MISSED)) == is_judged
