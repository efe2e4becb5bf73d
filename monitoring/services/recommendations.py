"""Issuing addressed recommendations: rules written as data meet the findings of a run, school by school."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.numbers import format_number
from common.russian import listed
from common.versions import refuse_if_changed
from monitoring.catalogue.recommendation_rules import Rules, recommendation_rules
from monitoring.enums import RecommendationState
from monitoring.identification.advice import Advice, advise_place, advise_school, looked_at
from monitoring.models import Finding, IdentificationRun, Recommendation
from schools.access import require
from schools.models import Unit

_BATCH = 1000
_NAMED = 12  # of more schools than this a sentence names the first ones and says how many are left


@transaction.atomic
def issue_recommendations(
    *,
    run: IdentificationRun,
    actor: User,
    now: datetime,
    rules: Rules | None = None,
    findings: Sequence[Finding] | None = None,
) -> int:
    """
    Issue what the rules say of a run to each school and municipality. Return how many were issued.

    Whoever has the run's findings at hand passes them, so that a thousand traces are not read back.
    """
    require(actor, Permission.IDENTIFICATION_RUN, at=run.unit)
    chosen = rules or recommendation_rules()
    at_hand = run.findings.all() if findings is None else findings
    by_unit = {finding.unit_id: finding for finding in at_hand if not finding.excluded_as}
    places = defaultdict(list)
    issued = []
    units = Unit.objects.filter(findings__run=run).in_order().values_list("pk", "parent_id", "short_name")
    for unit_id, parent_id, name in units:
        finding = by_unit.get(unit_id)
        if finding is None:
            continue
        school = looked_at(name, finding.categories, finding.trace, run.academic_year)
        places[parent_id].append(school)
        issued += [_recommendation(run, unit_id, advice, now) for advice in advise_school(chosen.school, school)]
    for unit_id, schools in places.items():
        issued += [_recommendation(run, unit_id, advice, now) for advice in advise_place(chosen.municipality, schools)]
    Recommendation.objects.bulk_create(issued, batch_size=_BATCH)
    record(actor=actor, action="recommendations.issued", target=run, now=now, after={"count": len(issued)})
    return len(issued)


def _recommendation(run: IdentificationRun, unit_id: int, advice: Advice, now: datetime) -> Recommendation:
    return Recommendation(
        unit_id=unit_id,
        run=run,
        rule=advice.rule.code,
        reason=_filled(advice.rule.reason, advice.facts),
        text=_filled(advice.rule.text, advice.facts),
        facts=advice.facts,
        issued_at=now,
    )


def _filled(text: str, facts: Mapping[str, Any]) -> str:
    return text.format(**{name: _in_words(value) for name, value in facts.items()})


def _in_words(value: object) -> str:
    if isinstance(value, list):
        named = value[:_NAMED]
        rest = len(value) - len(named)
        return f"{', '.join(named)} и ещё {rest}" if rest else listed(named)
    if isinstance(value, float):
        return format_number(value, 0)
    return str(value)


class AnswerIncomplete(Exception):
    """A recommendation is declined and nobody said why."""


class AnswerOutOfPlace(Exception):
    """From where the recommendation is, this answer cannot be given."""


ANSWERS: dict[str, tuple[str, ...]] = {
    RecommendationState.ACCEPTED: (RecommendationState.ISSUED, RecommendationState.DECLINED),
    RecommendationState.DECLINED: (RecommendationState.ISSUED, RecommendationState.ACCEPTED),
    RecommendationState.DONE: (RecommendationState.ACCEPTED,),
}
"""What may be answered, and from which states."""


@transaction.atomic
def answer_recommendation(
    *, recommendation: Recommendation, state: str, answer: str, actor: User, now: datetime, seen: str = ""
) -> Recommendation:
    """
    Accept a recommendation, decline it with a reason, or say that it is done.

    :raises ChangedMeanwhile: if somebody has answered since the person looked (`shown_of`)
    :raises AnswerOutOfPlace: if it is not where such an answer is given
    :raises AnswerIncomplete: if it is declined without a reason, or done without saying what was done
    """
    require(actor, Permission.RECOMMENDATION_ANSWER, at=recommendation.unit)
    locked = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    refuse_if_changed(seen=seen, shown=shown_of(locked))
    if locked.state not in ANSWERS.get(state, ()):
        raise AnswerOutOfPlace(
            f"Рекомендация сейчас «{locked.get_state_display()}»: сначала примите её, потом отметьте выполнение."
        )
    if not answer.strip() and state != RecommendationState.ACCEPTED:
        raise AnswerIncomplete(
            "Напишите, почему рекомендация отклонена."
            if state == RecommendationState.DECLINED
            else "Напишите, что сделано и где это видно."
        )
    before = {"state": locked.state, "answer": locked.answer}
    locked.state, locked.answer = state, answer.strip()
    locked.answered_by, locked.answered_at = actor, now
    locked.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(
        actor=actor,
        action="recommendation.answered",
        target=locked,
        now=now,
        before=before,
        after={"state": state},
        reason=locked.answer,
    )
    return locked


def shown_of(recommendation: Recommendation) -> dict[str, object]:
    """Return what the form of an answer shows of a recommendation, by the names of its fields; its state goes along."""
    return {"status": recommendation.state, "answer": recommendation.answer}
