"""Rules of recommendations as data: those that come are usable, a wrong one is named before it can spoil a run."""

import pytest

from monitoring.catalogue.recommendation_rules import RuleFileError, read_rules, recommendation_rules
from monitoring.models import Recommendation
from monitoring.services.recommendations import issue_recommendations
from tests.monitoring.identified import LOW, identify

RULE = """
municipality:
  - code: own
    when: {category: low_results, school_count: 2}
    reason: "Школ {count}: {names}."
    text: "Собрать директоров: {names}."
"""


def test_rules_that_come_with_the_portal_are_read():
    rules = recommendation_rules()

    assert (len(rules.school), len(rules.municipality)) == (7, 6)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("school: [{code: a, when: {colour: red}, reason: р, text: т}]", "Правило «a»: условие «colour» неизвестно"),
        ("school: [{code: a, reason: р, text: т}]", "Правило «a»: условие «when» неизвестно или пусто."),
        ("school: [{code: a, when: {category: bad}, reason: р, text: т}]", "Правило «a»: категории «bad» нет."),
        ("school: [{code: a, when: {check: C}, reason: р, text: т}]", "Правило «a»: признака «C» нет. Есть: A, B."),
        ("school: [{code: a, when: {check: A}, reason: р}]", "Правило «a»: нужны «reason» (почему) и «text»"),
        ("school: [{code: a, when: {check: A}, reason: '{count}', text: т}]", "Правило «a»: в тексте есть «{count}»"),
        ("school: [{code: a, when: {check: A}, reason: '{', text: т}]", "Правило «a»: фигурные скобки не закрыты"),
        ("school: [", "Правила рекомендаций не читаются как YAML"),
        (RULE + RULE.replace("municipality:", "").strip("\n") + "\n", "Правило «own» записано дважды."),
    ],
)
def test_wrong_rule_is_refused_by_name(written, sentence):
    with pytest.raises(RuleFileError) as refused:
        read_rules(written)

    assert str(refused.value).startswith(sentence)


def test_rule_of_one_s_own_is_issued_with_its_facts(drawn_region, now):
    for number in (1, 2):
        drawn_region.school(f"13100{number}", f"Школа {number}", LOW)
    run = identify(drawn_region)
    Recommendation.objects.all().delete()

    issue_recommendations(run=run, actor=drawn_region.centre, now=now, rules=read_rules(RULE))

    issued = Recommendation.objects.get()
    assert (issued.unit, issued.reason, issued.text) == (
        drawn_region.kezhma,
        "Школ 2: Школа 1 и Школа 2.",
        "Собрать директоров: Школа 1 и Школа 2.",
    )
