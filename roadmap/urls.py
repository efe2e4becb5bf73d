"""Addresses of the roadmap."""

from django.urls import path

from roadmap.views import executions, grid

app_name = "roadmap"
urlpatterns = [
    path("", grid.roadmap_page, name="grid"),
    path("activities/<int:pk>/", grid.activity_page, name="activity"),
    path("results/<int:pk>/", executions.result_page, name="result"),
    path("results/<int:pk>/report/", executions.report, name="report"),
    path("executions/<int:pk>/", executions.execution_page, name="execution"),
    path("executions/<int:pk>/accept/", executions.accept, name="accept"),
    path("executions/<int:pk>/return/", executions.give_back, name="return"),
]
