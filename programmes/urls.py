"""Addresses of programmes."""

from django.urls import path

from programmes.views import (
    approval,
    headline,
    indicator_table,
    indicator_years,
    needed,
    programme,
    promising,
    register,
    rows,
    targets,
)

app_name = "programmes"
urlpatterns = [
    path("", register.programme_list, name="register"),
    path("indicators/", indicator_table.indicator_table_page, name="indicator-table"),
    path("indicators/<int:pk>/years/", indicator_years.indicator_years_panel, name="indicator-years"),
    path("indicators/<int:pk>/needed/", needed.needed_panel, name="needed"),
    path("headline/", headline.headline_page, name="headline"),
    path("missing/", register.missing_list, name="missing"),
    path("new/", approval.new_programme, name="new"),
    path("<int:pk>/", programme.programme_page, name="programme"),
    path("<int:pk>/correct/", approval.correct, name="correct"),
    path("<int:pk>/submit/", approval.submit, name="submit"),
    path("<int:pk>/approve/", approval.approve, name="approve"),
    path("<int:pk>/return/", approval.give_back, name="return"),
    path("<int:pk>/targets/", targets.target_list, name="target-list"),
    path("<int:pk>/rows/", targets.rows, name="rows"),
    path("<int:pk>/bands/", promising.bands, name="bands"),
    path("<int:pk>/rows/new/", rows.new_row, name="row-new"),
    path("rows/<int:pk>/remove/", rows.remove_row, name="row-remove"),
    path("rows/<int:pk>/", promising.row_rules, name="row-rules"),
    path("rows/<int:pk>/targets/new/", promising.new_target, name="target-new"),
    path("targets/<int:pk>/", targets.target_page, name="target"),
    path("targets/<int:pk>/withdraw/", promising.withdraw, name="target-withdraw"),
    path("<int:pk>/amend/", approval.amend, name="amend"),
]
