"""Addresses of monitoring: loads of results, identification, recommendations."""

from django.urls import URLPattern, path

from monitoring.views import loads, procedures, results

app_name = "monitoring"
urlpatterns: list[URLPattern] = [
    path("loads/", loads.load_list, name="load-list"),
    path("loads/upload/", loads.load_upload, name="load-upload"),
    path("loads/<int:pk>/", loads.load_page, name="load"),
    path("loads/<int:pk>/marked/", loads.load_marked, name="load-marked"),
    path("loads/<int:pk>/accept/", loads.load_accept, name="load-accept"),
    path("loads/<int:pk>/cancel/", loads.load_cancel, name="load-cancel"),
    path("loads/<int:pk>/undo/", loads.load_undo, name="load-undo"),
    path("results/", results.result_list, name="result-list"),
    path("results/<int:pk>/", results.result_page, name="result"),
    path("procedures/", procedures.procedure_list, name="procedure-list"),
    path("procedures/add/", procedures.procedure_add, name="procedure-add"),
]
