"""Methods, runs, lists and recommendations in the API: read by whoever sees the school, ordered by the centre."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from common.versions import ChangedMeanwhile, etag_of, seen_in
from jobs.api.serializers import JobSerializer
from monitoring.api import filters
from monitoring.api import identification_shapes as shapes
from monitoring.api.conflicts import Conflict, ConflictSerializer
from monitoring.enums import ListState
from monitoring.models import Finding, IdentificationRun, ListEntry, MethodologyEdition, Recommendation, SchoolList
from monitoring.selectors.methods import current_editions, methods
from monitoring.selectors.recommendations import recommendations
from monitoring.selectors.runs import findings_of, region_of_portal, run_as_answer, runs
from monitoring.selectors.school_lists import entries_of, school_lists
from monitoring.services.identification_jobs import order_identification
from monitoring.services.recommendations import AnswerIncomplete, AnswerOutOfPlace, answer_recommendation, shown_of

IF_MATCH = "If-Match"


class MethodViewSet(ReadOnlyModelViewSet):
    """Методики идентификации: действующая редакция с параметрами."""

    queryset = MethodologyEdition.objects.none()
    serializer_class = shapes.MethodSerializer

    def get_queryset(self) -> QuerySet[MethodologyEdition]:
        return current_editions().filter(methodology__in=methods(user=self.request.user))


class RunViewSet(ReadOnlyModelViewSet):
    """Расчёты идентификации, которые говорят о ваших школах."""

    queryset = IdentificationRun.objects.none()
    serializer_class = shapes.RunSerializer
    filterset_class = filters.RunFilter

    def get_queryset(self) -> QuerySet[IdentificationRun]:
        own = findings_of(user=self.request.user)
        counted = own.filter(run=OuterRef("pk")).order_by().values("run").annotate(count=Count("pk")).values("count")
        return runs(own=own).annotate(own_schools=Coalesce(Subquery(counted, output_field=IntegerField()), 0))

    @extend_schema(request=shapes.RunOrderSerializer, responses={202: JobSerializer})
    def create(self, request: Request) -> Response:
        """Заказать расчёт. Ответ — задание; когда оно выполнено, номер расчёта стоит в его итоге."""
        asked = shapes.RunOrderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        edition = current_editions().filter(methodology__code=asked.validated_data["method"]).first()
        region = region_of_portal()
        if edition is None or region is None:
            raise ValidationError({"method": f"Методики «{asked.validated_data['method']}» нет."})
        job = order_identification(
            academic_year=asked.validated_data["academic_year"],
            edition=edition,
            region=region,
            actor=request.user,
            now=timezone.now(),
        )
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={200: shapes.AnswerSerializer})
    @action(detail=True, methods=["get"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Расчёт целиком: категории и обоснование по каждой вашей школе, как печатает identify_schools --json."""
        return Response(run_as_answer(self.get_object(), user=request.user))


class FindingViewSet(ReadOnlyModelViewSet):
    """Выводы о школах с обоснованием: процедура, участники, не справились, доля, вывод."""

    queryset = Finding.objects.none()
    serializer_class = shapes.FindingSerializer
    filterset_class = filters.FindingFilter

    def get_queryset(self) -> QuerySet[Finding]:
        findings = findings_of(user=self.request.user)
        return findings.select_related("unit").order_by("-run_id", "unit__sort_key", "pk")


class SchoolListViewSet(ReadOnlyModelViewSet):
    """Утверждённые и отменённые списки школ по годам."""

    queryset = SchoolList.objects.none()
    serializer_class = shapes.SchoolListSerializer
    filterset_class = filters.SchoolListFilter

    def get_queryset(self) -> QuerySet[SchoolList]:
        own = findings_of(user=self.request.user)
        return school_lists(user=self.request.user, own=own).exclude(state=ListState.DRAFT)


class ListEntryViewSet(ReadOnlyModelViewSet):
    """Школы утверждённых списков: что утверждено, что посчитано и почему иначе."""

    queryset = ListEntry.objects.none()
    serializer_class = shapes.ListEntrySerializer
    filterset_class = filters.ListEntryFilter

    def get_queryset(self) -> QuerySet[ListEntry]:
        entries = entries_of(own=findings_of(user=self.request.user))
        approved = entries.exclude(school_list__state=ListState.DRAFT)
        return approved.select_related("unit", "school_list__order").order_by(
            "-school_list__cohort_year", "unit__sort_key", "pk"
        )


class RecommendationViewSet(ReadOnlyModelViewSet):
    """Адресные рекомендации вашим муниципалитетам и школам."""

    queryset = Recommendation.objects.none()
    serializer_class = shapes.RecommendationSerializer
    filterset_class = filters.RecommendationFilter

    def get_queryset(self) -> QuerySet[Recommendation]:
        return recommendations(user=self.request.user).order_by("-run_id", "unit__sort_key", "rule", "pk")

    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Вернуть рекомендацию; её состояние отмечено заголовком ETag."""
        shown = self.get_object()
        return Response(self.get_serializer(shown).data, headers={"ETag": etag_of(shown_of(shown))})

    @extend_schema(
        request=shapes.RecommendationAnswerSerializer,
        parameters=[
            OpenApiParameter(
                IF_MATCH, str, OpenApiParameter.HEADER,
                description="ETag рекомендации, какой вы её видели: если на неё уже ответили, ответ не запишется.",
            )
        ],
        responses={
            200: shapes.RecommendationSerializer,
            409: ConflictSerializer,
            412: OpenApiResponse(shapes.RecommendationSerializer, "На рекомендацию уже ответили: вот как она стоит."),
        },
    )  # fmt: skip
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str | None = None) -> Response:
        """Принять рекомендацию, отклонить с объяснением или сказать, что она выполнена."""
        said = shapes.RecommendationAnswerSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        try:
            answered = answer_recommendation(
                recommendation=self.get_object(),
                actor=request.user,
                now=timezone.now(),
                seen=seen_in(request.headers.get(IF_MATCH, "")),
                **said.validated_data,
            )
        except ChangedMeanwhile:
            shown = self.get_object()
            headers = {"ETag": etag_of(shown_of(shown))}
            return Response(
                self.get_serializer(shown).data, status=status.HTTP_412_PRECONDITION_FAILED, headers=headers
            )
        except AnswerOutOfPlace as refusal:
            raise Conflict(str(refusal)) from refusal
        except AnswerIncomplete as incomplete:
            raise ValidationError({"answer": str(incomplete)}) from incomplete
        return Response(self.get_serializer(answered).data, headers={"ETag": etag_of(shown_of(answered))})
