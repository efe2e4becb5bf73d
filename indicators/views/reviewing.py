"""Sending what was entered, and looking it through: a queue by territory, a list value by value."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Max
from django.db.models.functions import Coalesce, Length
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from common.lists import Heading, Listing
from common.numbers import key_of
from common.russian import counted
from indicators.enums import EntryStatus
from indicators.forms.reviewing import (
    SHOWN,
    ReviewForm,
    chosen_entries,
    is_whole,
    mark_of,
    read_mark,
    shown_status,
)
from indicators.models import Observation
from indicators.selectors.reviewing import (
    WITH,
    Line,
    review_counts,
    review_queue,
    units_reviewed,
    values_to_send,
    values_under_review,
)
from indicators.services.reviewing import (
    Handled,
    NothingChosen,
    RemarkMissing,
    accept_observations,
    authority_of,
    return_observations,
    submit_observations,
)
from schools.access import can
from schools.forms.signatory import SignatoryForm
from schools.models import Unit
from schools.querysets import ANY_DIRECTION
from schools.services.signing import SignatoryRefused

SENT_AT = Coalesce("submitted_at", "entered_at")  # what came over the API or in a file was sent as it was entered
REFUSED = (NothingChosen, RemarkMissing, SignatoryRefused)
HEADINGS = [Heading("Что"), Heading("Значение"), Heading("Чем подтверждается"), Heading("Кто"), Heading("Состояние")]


@require_http_methods(["GET", "HEAD", "POST"])
def submit_page(request: HttpRequest) -> HttpResponse:
    """Show the drafts of a form before they are sent, and send those that are ticked."""
    units = Unit.objects.visible_to(request.user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION)
    unit = _asked(request, units)
    year = request.programme_year
    form = SignatoryForm(
        _posted(request),
        permission=Permission.DATA_SIGN,
        at=unit,
        user=request.user,
        is_required=False,
        label="Кто отвечает за сведения",
    )
    problems: dict[int, str] = {}
    if request.method == "POST":
        try:
            keys = chosen_entries(request.POST)
            rows = list(Observation.objects.filter(pk__in=keys, unit__in=units.values("pk")).select_related(*WITH))
            if not is_whole(keys, rows):
                raise Http404
            handled = submit_observations(
                observations=rows, actor=request.user, now=timezone.now(), signatory=form.answer()
            )
        except REFUSED as refusal:
            messages.error(request, str(refusal))
            problems = {0: str(refusal)}
        else:
            _say(request, handled, "Отправлено")
            if not handled.refused:
                return redirect(f"{reverse('indicators:entry')}?unit={unit.pk}&year={year}")
            problems = {row.pk: why for row, why in handled.refused}
    rows = values_to_send(user=request.user, unit=unit, year=year)
    context = {
        "unit": unit,
        "year": year,
        "lines": [Line(row, row.is_draft or row.pk in problems, problems.get(row.pk, "")) for row in rows],
        "lost": [why for key, why in problems.items() if key and key not in {row.pk for row in rows}],
        "form": form,
        "crumbs": [("Внести значения", _entry(unit, year)), ("Отправить", "")],
    }
    return render(request, "indicators/submit.html", context, status=422 if problems else 200)


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """The territories whose values somebody accepts or returns, the fullest first."""
    year = request.programme_year
    queue = review_queue(user=request.user, year=year)
    context = {
        "queue": queue,
        "year": year,
        "waiting": sum(one.waiting for one in queue),
        "crumbs": [("Показатели", reverse("programmes:indicator-table")), ("На проверке", "")],
    }
    return render(request, "indicators/review_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """The values of a territory and its organisations, to be accepted or returned: those ticked, or all that wait."""
    unit = _asked(request, units_reviewed(user=request.user))
    form = ReviewForm(_posted(request))
    problems: dict[int, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            handled = _done(request, unit, form)
        except REFUSED as refusal:
            form.add_error("remark" if isinstance(refusal, RemarkMissing) else None, str(refusal))
        else:
            _say(request, handled, "Принято" if form.cleaned_data["act"] == "accept" else "Возвращено")
            if not handled.refused:
                return redirect(request.get_full_path())
            problems = {row.pk: why for row, why in handled.refused}
    is_wrong = bool(problems) or bool(form.errors)
    return render(
        request, "indicators/review.html", _context(request, unit, form, problems), status=422 if is_wrong else 200
    )


def _done(request: HttpRequest, unit: Unit, form: ReviewForm) -> Handled:
    """Do what was asked with what was asked. :raises Http404: if a value is named that the person does not see"""
    given, told = form.cleaned_data, {"actor": request.user, "now": timezone.now()}
    if given["all"]:
        rows = values_under_review(user=request.user, unit=unit, year=request.programme_year)
        shown = read_mark(given["upto"])
        if shown is None:
            raise NothingChosen("Не видно, какие значения вам показаны. Откройте страницу заново.")
        # A draft that is sent meanwhile keeps its key, so that the moment is asked as well.
        rows = rows.filter(status=EntryStatus.SUBMITTED, pk__lte=shown[0])
        rows = list(rows.alias(sent_at=SENT_AT).filter(sent_at__lte=shown[1]))
    else:
        keys = chosen_entries(request.POST)
        seen = Observation.objects.told_to(request.user)
        seen = seen.filter(unit__in=units_reviewed(user=request.user).values("pk"))
        rows = list(seen.filter(pk__in=keys).select_related(*WITH))
        if not is_whole(keys, rows):
            raise Http404
    if given["act"] == "return":
        return return_observations(observations=rows, remark=given["remark"], **told)
    chosen = _signatory(request, unit).answer()
    return accept_observations(observations=rows, signatory=chosen, **told)


def _context(request: HttpRequest, unit: Unit, form: ReviewForm, problems: dict[int, str]) -> dict[str, object]:
    year, status = request.programme_year, shown_status(request.GET.get("status", ""))
    listing = Listing.read(request.GET, HEADINGS, default="", has_files=False)
    seen = values_under_review(user=request.user, unit=unit, year=year)
    rows = seen.filter(status=status)
    page = listing.page(rows)
    shown = {row.pk for row in page.rows}
    counts = review_counts(user=request.user, unit=unit, year=year)
    numbers = {"submitted": counts["waiting"], "returned": counts["returned"], "accepted": counts["accepted"]}
    queue = f"{reverse('indicators:review-list')}?year={year}"
    return {
        "unit": unit,
        "year": year,
        "status": status,
        "tabs": [(key.value, title, numbers[key.value]) for key, title in SHOWN.items()],
        "counts": counts,
        "upto": mark_of(**rows.order_by().aggregate(newest=Max("pk"), sent_at=Max(SENT_AT))),
        "listing": listing,
        "page": page,
        "lines": [Line(row, row.pk in problems, problems.get(row.pk, "")) for row in page.rows],
        "elsewhere": [why for key, why in problems.items() if key not in shown],
        "form": form,
        "accepting": _signatory(request, unit) if can(request.user, Permission.OBSERVATION_ACCEPT, at=unit) else None,
        "address": f"{reverse('indicators:review')}?unit={unit.pk}&year={year}",
        "crumbs": [("На проверке", queue), (unit.short_name, "")],
    }


def _signatory(request: HttpRequest, unit: Unit) -> SignatoryForm:
    """Offer those who may accept: of the step above the unit, or of the unit itself for its organisations."""
    above = authority_of(unit)
    at = above if can(request.user, Permission.OBSERVATION_ACCEPT, at=above) else unit
    given = {"permission": Permission.OBSERVATION_ACCEPT, "at": at, "user": request.user, "label": "Кто принял"}
    return SignatoryForm(_posted(request), **given)


def _asked(request: HttpRequest, units) -> Unit:
    """Return the unit of the address, else the highest of these. :raises Http404: if it is none of them"""
    asked = request.GET.get("unit", "")
    chosen = units.filter(pk=key_of(asked) or 0) if asked else units.order_by(Length("path"), "sort_key", "pk")
    found = chosen.select_related("parent").first()
    if found is None:
        raise Http404
    return found


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing."""
    return request.POST if request.method == "POST" else None


def _entry(unit: Unit, year: int) -> str:
    return f"{reverse('indicators:entry')}?unit={unit.pk}&year={year}"


def _say(request: HttpRequest, handled: Handled, done: str) -> None:
    if handled.done:
        messages.success(request, f"{done}: {counted(len(handled.done), 'значение', 'значения', 'значений')}.")
    if handled.refused:
        number = counted(len(handled.refused), "значения", "значений", "значений")
        messages.error(request, f"Не получилось у {number}: причина написана рядом с каждым.")
