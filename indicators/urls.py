"""Addresses of indicators."""

from django.urls import path

from indicators.views import (
    bases,
    checks,
    closings,
    compare,
    definitions,
    editor,
    entry,
    library,
    memberships,
    network,
    passports,
    recalculations,
    register,
    today,
)

app_name = "indicators"
urlpatterns = [
    path("", library.library_page, name="library"),
    path("<int:pk>/", library.indicator_page, name="indicator"),
    path("new/", definitions.new_indicator, name="new"),
    path("<int:pk>/redefine/", definitions.redefine, name="redefine"),
    path("check/", editor.check_formula, name="check"),
    path("try/", editor.try_it, name="try"),
    path("complete/", editor.complete, name="complete"),
    path("words/", editor.words, name="words"),
    path("compare/", compare.compare_page, name="compare"),
    path("checks/", checks.checks_page, name="checks"),
    path("checks/anew/", checks.check_anew, name="check-anew"),
    path("periods/", closings.period_list, name="period-list"),
    path("periods/<int:pk>/", closings.period_page, name="period"),
    path("periods/<int:pk>/changed/", closings.changed_fragment, name="period-changed"),
    path("periods/<int:pk>/close/", closings.close, name="period-close"),
    path("periods/<int:pk>/reopen/", closings.reopen, name="period-reopen"),
    path("recalculations/", recalculations.run_list, name="recalculation-list"),
    path("recalculations/<int:pk>/", recalculations.run_page, name="recalculation"),
    path("bases/", bases.bases_page, name="bases"),
    path("bases/<int:pk>/", bases.change_basis, name="change-basis"),
    path("bases/exceptions/<int:pk>/drop/", bases.drop_exception, name="drop-exception"),
    path("entry/", entry.entry_page, name="entry"),
    path("entry/<int:pk>/", entry.observation_page, name="history"),
    path("schools/<int:pk>/passport/<int:year>/", passports.passport, name="passport"),
    path("values/<int:edition>/<int:period>/<int:unit>/today/", today.value_today, name="value-today"),
    path("network/", network.operation_list, name="operation-list"),
    path("network/new/<str:kind>/", network.operation_new, name="operation-new"),
    path("network/<int:pk>/", network.operation, name="operation"),
    path("schools/<int:pk>/projects/", memberships.memberships, name="memberships"),
    path("schools/<int:pk>/register/", register.school_register, name="school-register"),
]
