"""A share of the documents is made of those who have said both of its numbers: who is silent leaves part and whole."""

import re
from decimal import Decimal

import pytest

from accounts.services.people import system_user
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.models import DataElement, IndicatorEdition, IndicatorValue, Period
from indicators.selectors.bases import basis_of
from indicators.selectors.world import explained
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import recalculate
from programmes.catalogue import CATALOGUES, load_catalogue
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.models import SchoolYear

DOCUMENTS = sorted(path.parent.name for path in CATALOGUES.glob("*/programme.yaml"))
QUOTIENT = re.compile(r"сумма\((?!отметки|уровни|повысили|понизили|подтвердили|не_справились).*/ *сумма\(|^на\(")
# Whose part and whole stand at two levels, so that nobody can leave both: what the department says, what schools say.
AT_TWO_LEVELS = {"2.1.3.5", "2.1.5.3", "2.3.5.6"}


@pytest.mark.parametrize("code", DOCUMENTS)
def test_part_and_whole_of_one_level_leave_together(code):
    indicators = load_catalogue(code).indicators

    sums = {one.number for one in indicators if QUOTIENT.search(" ".join(one.formula.split()))}

    assert sums == (AT_TWO_LEVELS if code == "concept-tasseevo" else set())
    pairs = [one for one in indicators if "отношение(" in one.formula and one.level != "region"]
    assert [one.number for one in pairs if "отдельно" not in one.in_words] == []


def test_a_silent_school_does_not_make_the_share_smaller(land, now):
    """Two schools of ten teachers each; one says that eight are in networks, the other says nothing: 80 %, not 40 %."""
    moment = now.replace(year=2023)
    source = load_catalogue("mppko-kezhma-2022-2023")
    load_programme(source=source, actor=system_user(), now=moment, report=LoadReport())
    for school in (land.imba, land.taga):
        SchoolYear.objects.create(
            unit=school, academic_year=2022, teachers=10, entered_at=moment, entered_by=land.analyst
        )
    edition = IndicatorEdition.objects.get(indicator__code="kezhma_1_3", is_current=True)
    (code,) = re.findall(r"«(.+?)»", edition.formula)
    period = Period.objects.get(code="2023")
    entry = Entry(DataElement.objects.get(code=code), land.imba, period, Decimal(8))
    enter_observation(entry=entry, actor=land.analyst, now=moment)
    recalculate(reason="проверка", now=moment)

    value = IndicatorValue.objects.get(edition=edition, period=period, unit=land.kezhma)
    basis = basis_of(2023, edition.indicator)
    explanation = explained(value=value, meaning=check(edition.formula, FactsOf(basis)), basis=basis)

    assert (value.n, value.d, value.left_out) == (8, 10, 1)
    assert explanation.headline == "80,0\xa0% = 8 из 10; не учтено: 1."
    assert [(line.name, line.cause) for part in explanation.parts for line in part.left_out] == [
        ("Тагарская СОШ", "значение(«педагоги_в_сообществах»): число не внесено")
    ]
