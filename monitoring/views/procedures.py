"""Procedures that results may be of: the centre's, and those that municipalities hold for themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common.lists import Heading, Listing
from documents.services.filing import DocumentRefused
from monitoring.forms.codes import CodesForm, WithdrawForm
from monitoring.forms.procedures import ProcedureForm
from monitoring.models import Procedure
from monitoring.selectors.loads import places_to_load
from monitoring.selectors.procedures import holders_for, scales_of, who_declares_codes
from monitoring.selectors.procedures import procedure_list as procedures_of
from monitoring.services.codes import CodesRefused, declare_lasting_codes, withdraw_lasting_codes
from monitoring.services.procedures import ProcedureError, add_procedure
from monitoring.services.reading import places_for
from monitoring.views.crumbs import crumbs

HEADINGS = [
    Heading("Процедура", key="name", order=("name", "pk")),
    Heading("Полное название", key="full_name", order=("full_name", "pk")),
    Heading("Чья", key="owner", order=("owner__sort_key", "name", "pk")),
    Heading("Что даёт", key="measure", order=("measure", "pk")),
    Heading("Классы"),
    Heading("Шкал", is_number=True),
]


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    """List procedures with what each gives; the scales of one are shown if asked."""
    listing = Listing.read(request.GET, HEADINGS, default="name", has_files=False)
    procedures = procedures_of(request.user)
    asked = request.GET.get("procedure", "")
    chosen = procedures.filter(code=asked).first() if asked else None
    shown = {
        "listing": listing,
        "page": listing.page(listing.sort(procedures)),
        "chosen": chosen,
        "scales": scales_of(chosen) if chosen else [],
        "may_add": places_to_load(request.user).exists(),
        "crumbs": crumbs(("Процедуры", "")),
    }
    return render(request, "monitoring/procedures/list.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def procedure_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare that pupils keep their codes from work to work of a procedure, or take that back."""
    procedure = get_object_or_404(procedures_of(request.user).select_related("codes_document", "codes_of"), pk=pk)
    is_declared = procedure.has_lasting_codes
    data = request.POST or None
    form = WithdrawForm(data) if is_declared else CodesForm(data, sharing=holders_for(request.user, procedure))
    if request.method == "POST" and form.is_valid():
        said = f"{procedure}: {'объявление отозвано' if is_declared else 'постоянные коды объявлены'}."
        try:
            (_withdraw if is_declared else _declare)(form, procedure, request.user)
        except (CodesRefused, DocumentRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect("monitoring:procedure-codes", pk)
    place, permission = who_declares_codes(procedure)
    shown = {
        "procedure": procedure,
        "form": form,
        "place": place,
        "permission": permission,
        "crumbs": crumbs(("Процедуры", "monitoring:procedure-list"), (f"{procedure}: постоянные коды", "")),
    }
    return render(request, "monitoring/procedures/codes.html", shown, status=422 if form.errors else 200)


def _declare(form: CodesForm, procedure: Procedure, actor: User) -> None:
    said = form.cleaned_data
    declare_lasting_codes(
        procedure=procedure,
        keeper=said["keeper"],
        document=form.document(),
        codes_of=said["codes_of"],
        actor=actor,
        now=timezone.now(),
    )


def _withdraw(form: WithdrawForm, procedure: Procedure, actor: User) -> None:
    withdraw_lasting_codes(procedure=procedure, reason=form.cleaned_data["reason"], actor=actor, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def procedure_add(request: HttpRequest) -> HttpResponse:
    """Add a procedure of one's own."""
    form = ProcedureForm(request.POST or None, places=places_for(actor=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            added = add_procedure(
                described=form.described(), owner=form.cleaned_data["owner"], actor=request.user, now=timezone.now()
            )
        except ProcedureError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, f"Процедура «{added.name}» добавлена: её результаты можно загружать.")
            return redirect("monitoring:procedure-list")
    shown = {"form": form, "crumbs": crumbs(("Процедуры", "monitoring:procedure-list"), ("Своя процедура", ""))}
    return render(request, "monitoring/procedures/form.html", shown, status=422 if request.method == "POST" else 200)
