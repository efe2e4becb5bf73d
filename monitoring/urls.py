"""Addresses of monitoring: loads of results, identification, recommendations."""

from django.urls import URLPattern, path

from monitoring.views import (
    findings,
    hub,
    loads,
    methods,
    procedures,
    recommendations,
    results,
    runs,
    school_lists,
    values,
)

app_name = "monitoring"
urlpatterns: list[URLPattern] = [
    path("", hub.home, name="home"),
    # results
    path("loads/", loads.load_list, name="load-list"),
    path("loads/upload/", loads.load_upload, name="load-upload"),
    path("loads/<int:pk>/", loads.load_page, name="load"),
    path("loads/<int:pk>/marked/", loads.load_marked, name="load-marked"),
    path("loads/<int:pk>/accept/", loads.load_accept, name="load-accept"),
    path("loads/<int:pk>/cancel/", loads.load_cancel, name="load-cancel"),
    path("loads/<int:pk>/undo/", loads.load_undo, name="load-undo"),
    path("results/", results.result_list, name="result-list"),
    path("results/<int:pk>/", results.result_page, name="result"),
    path("values/<int:pk>/", values.value_page, name="value"),
    path("procedures/", procedures.procedure_list, name="procedure-list"),
    path("procedures/<int:pk>/codes/", procedures.procedure_codes, name="procedure-codes"),
    path("procedures/add/", procedures.procedure_add, name="procedure-add"),
    # identification
    path("runs/", runs.run_list, name="run-list"),
    path("runs/order/", runs.run_order, name="run-order"),
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/list/", runs.list_draft, name="list-draft"),
    path("runs/<int:pk>/schools/<int:unit>/", findings.finding, name="finding"),
    path("lists/", school_lists.list_list, name="list-list"),
    path("lists/<int:pk>/", school_lists.school_list, name="list"),
    path("lists/<int:pk>/annex/", school_lists.list_annex, name="list-annex"),
    path("lists/<int:pk>/approve/", school_lists.list_approve, name="list-approve"),
    path("lists/<int:pk>/discard/", school_lists.list_discard, name="list-discard"),
    path("lists/<int:pk>/schools/<int:unit>/", school_lists.list_entry, name="list-entry"),
    path("methods/", methods.method_list, name="method-list"),
    path("methods/new/", methods.method_new, name="method-new"),
    path("methods/<int:pk>/", methods.method, name="method"),
    path("methods/<int:pk>/edit/", methods.method_edit, name="method-edit"),
    # recommendations
    path("recommendations/", recommendations.recommendation_list, name="recommendation-list"),
    path("recommendations/<int:pk>/answer/", recommendations.recommendation_answer, name="recommendation-answer"),
]
