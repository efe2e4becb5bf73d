"""«Партнёры»: organisations outside the tree with which schools agree on things."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.versions import ChangedMeanwhile
from schools.access import held, held_somewhere
from schools.forms.network import PartnerFilter, PartnerForm
from schools.models import Partner
from schools.selectors.partners import partner_directory, places_of_partners, places_to_add
from schools.services.partners import PartnerRefused, add_partner, change_partner, shown_of

HEADINGS = [
    Heading("Партнёр", key="name", order=("sort_key", "pk")),
    Heading("Вид", key="kind", order=("kind", "sort_key", "pk")),
    Heading("Где", key="where", order=("unit__sort_key", "sort_key", "pk")),
    Heading("ИНН", key="inn", order=("inn", "pk")),
    Heading("Сайт"),
]
COLUMNS = [
    Column("Наименование", width=60),
    Column("Краткое наименование", width=36),
    Column("Вид", width=24),
    Column("Где", width=28),
    Column("ИНН", width=16),
    Column("Сайт", width=40),
]
WAY = [("Школы", "schools:school-list"), ("Партнёры", "schools:partner-list")]


@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """The directory, narrowed and sorted as the address asks; the same rows as CSV or XLSX."""
    form = PartnerFilter(request.GET, places=places_of_partners(user=request.user))
    listing = Listing.read(request.GET, HEADINGS, default="name")
    partners = listing.sort(form.narrow(partner_directory(user=request.user)))
    if listing.file_format:
        table = Table("Партнёры", COLUMNS, _rows(partners.iterator(500)))
        return table_response(table, name="Партнёры", file_format=listing.file_format)
    context = {
        "form": form,
        "listing": listing,
        "page": listing.page(partners),
        "may_add": Permission.PROGRAMME_EDIT in held_somewhere(request.user),
        "crumbs": [("Школы", reverse("schools:school-list")), ("Партнёры", "")],
    }
    return render(request, "schools/partners.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def partner_new(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    form = PartnerForm(request.POST or None, places=places_to_add(user=request.user))
    if request.method == "POST" and form.is_valid():
        try:
            partner = add_partner(details=form.details(), actor=request.user, now=timezone.now())
        except PartnerRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"«{partner.short_name}» теперь в справочнике.")
            return redirect("schools:partner-list")
    return _form_page(request, form, "Новый партнёр")


@require_http_methods(["GET", "HEAD", "POST"])
def partner_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is known of a partner, and change it."""
    partner = get_object_or_404(partner_directory(user=request.user), pk=pk)
    places = places_to_add(user=request.user)
    form = PartnerForm(request.POST or None, places=places, partner=partner)
    if request.method == "POST" and form.is_valid():
        given = {"details": form.details(), "seen": form.cleaned_data["seen"]}
        try:
            changed = change_partner(partner=partner, **given, actor=request.user, now=timezone.now())
        except ChangedMeanwhile:
            partner = partner_directory(user=request.user).get(pk=pk)
            form.show_both(shown_of(partner))
        except PartnerRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"«{changed.short_name}»: сохранено.")
            return redirect("schools:partner-list")
    return _form_page(request, form, partner.short_name, partner=partner)


def _form_page(request: HttpRequest, form: PartnerForm, title: str, partner: Partner | None = None) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "partner": partner,
        "may_save": partner is None or Permission.PROGRAMME_EDIT in held(request.user, at=partner.unit),
        "crumbs": [*((words, reverse(name)) for words, name in WAY), (title, "")],
    }
    return render(request, "schools/partner.html", context, status=422 if form.errors else 200)


def _rows(partners: Iterable[Partner]) -> Iterable[tuple[Any, ...]]:
    for one in partners:
        yield one.name, one.short_name, one.get_kind_display(), one.unit.short_name, one.inn, one.site
