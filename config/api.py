"""The root of the REST API: every resource by name, the schema, and a page that explains them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from config.api_docs import docs
from indicators.api import views as indicators
from indicators.api.closings import PeriodClosingViewSet, ValueSinceClosingViewSet
from indicators.api.observations import DataElementViewSet, ObservationViewSet
from indicators.api.recalculations import RecalculationViewSet
from jobs.api import views as jobs
from monitoring.api import identification
from monitoring.api import views as monitoring
from monitoring.api.uploads import ResultUploadViewSet
from programmes.api import views as programmes
from reports.api import views as reports
from roadmap.api import views as roadmap
from schools.api import views as schools

router = DefaultRouter()
router.include_root_view = False
router.register("units", schools.UnitViewSet, "unit")
router.register("schools", schools.SchoolViewSet, "school")
router.register("partners", schools.PartnerViewSet, "partner")
router.register("memberships", schools.MembershipViewSet, "membership")
router.register("school-years", schools.SchoolYearViewSet, "school-year")
router.register("indicators", indicators.IndicatorViewSet, "indicator")
router.register("values", indicators.IndicatorValueViewSet, "value")
router.register("data-elements", DataElementViewSet, "data-element")
router.register("observations", ObservationViewSet, "observation")
router.register("period-closings", PeriodClosingViewSet, "period-closing")
router.register("values-since-closing", ValueSinceClosingViewSet, "value-since-closing")
router.register("recalculations", RecalculationViewSet, "recalculation")
router.register("programmes", programmes.ProgrammeViewSet, "programme")
router.register("directions", programmes.DirectionViewSet, "direction")
router.register("targets", programmes.TargetViewSet, "target")
router.register("activities", roadmap.ActivityViewSet, "activity")
router.register("activity-results", roadmap.ExpectedResultViewSet, "activity-result")
router.register("executions", roadmap.ExecutionViewSet, "execution")
router.register("loads", monitoring.LoadViewSet, "load")
router.register("results", monitoring.SchoolResultViewSet, "result")
router.register("identification/methods", identification.MethodViewSet, "method")
router.register("identification/runs", identification.RunViewSet, "run")
router.register("identification/findings", identification.FindingViewSet, "finding")
router.register("identification/lists", identification.SchoolListViewSet, "list")
router.register("identification/list-entries", identification.ListEntryViewSet, "list-entry")
router.register("recommendations", identification.RecommendationViewSet, "recommendation")
router.register("reports", reports.ReportOrderViewSet, "report")
router.register("jobs", jobs.JobViewSet, "job")
router.register("uploads", ResultUploadViewSet, "upload")

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
