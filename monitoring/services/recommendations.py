"""Issuing addressed recommendations: rules written as data meet the findings of a run, school by school."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.numbers import format_number
from common.russian import listed
from monitoring.catalogue.recommendation_rules import Rules, recommendation_rules
from monitoring.identification.advice import Advice, advise_place, advise_school, looked_at
from monitoring.models import Finding, IdentificationRun, Recommendation
from schools.access import require

_NAMED = 12  # of more schools than this a sentence names the first ones and says how many are left


@transaction.atomic
def issue_recommendations(*, run: IdentificationRun, actor: User, now: datetime, rules: Rules | None = None) -> int:
    """Issue what the rules say of a run to each school and municipality. Return how many were issued."""
    require(actor, Permission.IDENTIFICATION_RUN, at=run.unit)
    chosen = rules or recommendation_rules()
    places = defaultdict(list)
    issued = []
    findings = (
        Finding.objects.filter(run=run)
        .order_by("unit__sort_key", "unit_id")
        .values_list("unit_id", "unit__parent_id", "unit__short_name", "categories", "trace")
    )
    for unit_id, parent_id, name, categories, trace in findings:
        if trace["excluded_as"]:
            continue
        school = looked_at(name, categories, trace, run.academic_year)
        places[parent_id].append(school)
        issued += [_recommendation(run, unit_id, advice, now) for advice in advise_school(chosen.school, school)]
    for unit_id, schools in places.items():
        issued += [_recommendation(run, unit_id, advice, now) for advice in advise_place(chosen.municipality, schools)]
    Recommendation.objects.bulk_create(issued, batch_size=1000)
    record(actor=actor, action="recommendations.issued", target=run, now=now, after={"count": len(issued)})
    return len(issued)


def _recommendation(run: IdentificationRun, unit_id: int, advice: Advice, now: datetime) -> Recommendation:
    return Recommendation(
        unit_id=unit_id,
        run=run,
        rule=advice.rule.code,
        reason=_filled(advice.rule.reason, advice.facts),
        text=advice.rule.text,
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
