"""Addresses of reports."""

from django.urls import URLPattern, path

from reports.views import charts, history, journal, orders, overview, row_journal, search, units

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("", overview.overview_page, name="overview"),
    path("map/", overview.map_page, name="map"),
    path("changes/", overview.changes_page, name="changes"),
    path("search/", search.search, name="search"),
    path("journal/", journal.journal_page, name="journal"),
    path("journal/rows/", row_journal.row_journal_page, name="row-journal"),
    path("history/<slug:kind>/<slug:key>/", history.history_page, name="history"),
    path("history/<slug:kind>/<slug:key>/since-approval/", history.since_approval, name="since-approval"),
    path("history/<slug:kind>/<slug:key>/as-approved/", history.as_approved, name="as-approved"),
    path("charts/indicators/<int:pk>/", charts.indicator_chart, name="indicator-chart"),
    path("charts/schools/<int:pk>/marks/", charts.school_marks, name="school-marks"),
    path("reports/", orders.order_list, name="order-list"),
    path("reports/schools/", orders.school_options, name="school-options"),
    path("reports/<uuid:pk>/", orders.order_page, name="order"),
    path("reports/<uuid:pk>/progress/", orders.order_progress, name="order-progress"),
    path("reports/<uuid:pk>/file/", orders.order_file, name="file"),
    path("reports/<uuid:pk>/again/", orders.order_again, name="order-again"),
    path("units/<int:pk>/", units.unit_page, name="unit"),
    path("units/<int:pk>/school/", units.school, name="school"),
    path("units/<int:pk>/indicators/", units.indicators, name="unit-indicators"),
]
