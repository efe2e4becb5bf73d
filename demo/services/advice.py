"""What municipalities answer to the recommendations of each autumn: accepted, declined with a reason, done."""

from datetime import timedelta

from demo.generation.deeds import LIST_ORDERS, YEARS
from demo.generation.dice import dice
from demo.services.building import Builder, moment
from demo.services.identifying import REGIONAL
from demo.services.people import coordinators
from monitoring.enums import RecommendationState
from monitoring.models import Recommendation
from monitoring.services.recommendations import answer_recommendation
from schools.enums import Kind

DONE = "Проведено методическое объединение, протокол на сайте управления образования."
DECLINED = "Мера уже выполняется в рамках национального проекта, повторять её не нужно."


def answer_recommendations(builder: Builder) -> None:
    """Answer what was issued to municipalities by the region's own method; what is answered already is left."""
    people = coordinators()
    issued = Recommendation.objects.filter(
        run__edition__methodology__code=REGIONAL, unit__kind=Kind.MUNICIPALITY, state=RecommendationState.ISSUED
    )
    for one in builder.each(issued.select_related("unit", "run").order_by("pk"), "Ответы на рекомендации"):
        autumn = one.run.academic_year + 1
        chance = dice("recommendation", one.rule, one.unit.code, autumn).random()
        if chance > 0.8 or autumn not in YEARS:
            continue
        day = LIST_ORDERS[autumn] + timedelta(days=14)
        given = {"actor": people[one.unit.code]}
        if chance < 0.05:
            declined = RecommendationState.DECLINED
            answer_recommendation(recommendation=one, state=declined, answer=DECLINED, now=moment(day), **given)
            continue
        accepted = RecommendationState.ACCEPTED
        one = answer_recommendation(recommendation=one, state=accepted, answer="", now=moment(day), **given)
        if chance < 0.4:
            done = RecommendationState.DONE
            later = moment(day + timedelta(days=40))
            answer_recommendation(recommendation=one, state=done, answer=DONE, now=later, **given)
