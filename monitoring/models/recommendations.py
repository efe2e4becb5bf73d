"""Addressed recommendations: to whom, why, what, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from monitoring.enums import RecommendationState
from monitoring.models.identification import IdentificationRun
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class Recommendation(models.Model):
    """Advice to a unit with the facts that called for it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="recommendations")
    run = models.ForeignKey(IdentificationRun, models.CASCADE, related_name="recommendations")
    rule = models.CharField(max_length=60)
    reason = models.TextField("почему")
    text = models.TextField("что рекомендуется")
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RecommendationState, default=RecommendationState.ISSUED)
    issued_at = models.DateTimeField()
    answer = models.TextField("ответ", blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "run", "rule"], name="recommendation_once_a_run"),
            models.CheckConstraint(
                condition=~Q(state=RecommendationState.DECLINED) | ~Q(answer=""),
                name="recommendation_declined_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text
