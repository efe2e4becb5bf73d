"""Rows that a programme's owner puts into it and takes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.versions import version_of
from indicators.models import Indicator
from programmes.forms.promising import NewRowForm, WithdrawForm
from programmes.models import Programme, ProgrammeIndicator
from programmes.selectors.register import programme_with_its_place
from programmes.selectors.rows import row_choices
from programmes.selectors.targets import rows_to_read, shown_of_row_to_remove, targets_of_row
from programmes.services.rows import NewRow, add_row, take_row_back
from programmes.views.promising import is_approved, promise_page
from programmes.views.saving import done_or_told


@require_http_methods(["GET", "HEAD", "POST"])
def new_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an indicator of the library into a programme; its targets are set next."""
    programme = get_object_or_404(programme_with_its_place(user=request.user), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = NewRowForm(posted, offered=row_choices(programme), is_approved=is_approved(programme))
    if request.method == "POST" and form.is_valid():
        row = _row(programme, form.cleaned_data)
        why = {"reason": form.cleaned_data["reason"], "actor": request.user, "now": timezone.now()}
        place = done_or_told(form, lambda: add_row(programme=programme, row=row, **why))
        if place is not None:
            messages.success(
                request, f"Показатель поставлен в программу строкой {place.number}. Теперь поставьте его цели."
            )
            return redirect("programmes:target-new", place.pk)
    return promise_page(request, form, "Поставить показатель в программу", programme, submit="Поставить показатель")


@require_http_methods(["GET", "HEAD", "POST"])
def remove_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a row that was added here out of its programme."""
    place = get_object_or_404(rows_to_read(user=request.user), pk=pk)
    mark = {"seen": version_of(shown_of_row_to_remove(place))}
    posted, approved = request.POST if request.method == "POST" else None, is_approved(place.programme)
    form = WithdrawForm(posted, initial=mark, is_approved=approved, asked="почему строка убирается")
    if request.method == "POST" and form.is_valid():
        why = {**form.cleaned_data, "actor": request.user, "now": timezone.now()}
        done = done_or_told(
            form,
            lambda: take_row_back(place=place, **why) or True,
            shown=lambda: shown_of_row_to_remove(ProgrammeIndicator.objects.get(pk=place.pk)),
        )
        if done is not None:
            messages.success(request, "Строка убрана; её цели и причина остались в истории программы.")
            return redirect("programmes:programme", place.programme_id)
    heading = f"Убрать строку {place.number} из программы"
    asks = targets_of_row(place)
    return promise_page(request, form, heading, place.programme, place, asks=asks, submit="Убрать строку")


def _row(programme: Programme, given: dict) -> NewRow:
    """What the service is given of a form whose choices were this programme's own."""
    direction = given.get("direction")
    return NewRow(
        Indicator.objects.select_related("owner").get(pk=given["indicator"]),
        number=given["number"],
        what=given["what"],
        out=given["out"],
        subjects=given["subjects"],
        grades=given["grades"],
        direction=programme.directions.get(pk=direction) if direction else None,
        part_of=given.get("part_of", ""),
        is_optional=given["is_optional"],
    )
