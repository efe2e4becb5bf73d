"""«Отчёты»: ordering a report, earlier orders, and their files."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from common.lists import Heading, Listing
from common.numbers import key_of
from indicators.selectors.bases import programme_years
from jobs.enums import JobState
from jobs.selectors import offered_instead
from reports.enums import ReportFormat
from reports.forms import OrderForm, first_values
from reports.models import ReportOrder
from reports.selectors.orders import orders_of, schools_found
from reports.services.orders import order_report
from schools.models import Unit

HEADINGS = [
    Heading("Отчёт", key="name", order=("name", "pk")),
    Heading("Территория или школа", key="unit", order=("unit__sort_key", "pk")),
    Heading("Год", key="year", order=("year", "pk"), is_number=True),
    Heading("Заказан", key="ordered", order=("ordered_at", "pk")),
    Heading("Файл"),
]
CONTENT_TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "HEAD", "POST"])
def order_list(request: HttpRequest) -> HttpResponse:
    """Show the form of an order and the person's earlier orders; take an order."""
    years = programme_years()
    if request.method == "POST":
        form = OrderForm(request.POST, user=request.user, years=years)
        if form.is_valid():
            return _ordered(request, form)
    else:
        form = OrderForm(initial=_asked(request), user=request.user, years=years)
    listing = Listing.read(request.GET, HEADINGS, default="-ordered", has_files=False)
    page = listing.page(listing.sort(orders_of(user=request.user)))
    context = {"form": form, "years": years, "listing": listing, "page": page}
    return render(request, "reports/orders/list.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> dict[str, object]:
    """Read what the address asks for: a link on a page fills the form."""
    key = key_of(request.GET.get("unit", ""))
    unit = Unit.objects.visible_to(request.user, Permission.REPORT_ORDER).filter(pk=key).first() if key else None
    return first_values(name=request.GET.get("name", ""), unit=unit, year=request.programme_year)


def _ordered(request: HttpRequest, form: OrderForm) -> HttpResponse:
    asked = form.cleaned_data
    order = order_report(
        name=asked["name"],
        unit=asked["chosen"],
        year=asked["year"],
        territories=asked["territories"],
        file_format=asked["format"],
        actor=request.user,
        now=timezone.now(),
    )
    return redirect("reports:order", order.pk)


@require_safe
def school_options(request: HttpRequest) -> HttpResponse:
    """Answer with the schools that a beginning of a word may mean, for the field of the form."""
    schools = schools_found(request.GET.get("school", ""), user=request.user)
    return render(request, "reports/orders/_schools.html", {"schools": schools})


@require_safe
def order_page(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one order: how far it is, its file."""
    return render(request, "reports/orders/order.html", _shown(_own(request, pk)))


@require_safe
def order_progress(request: HttpRequest, pk: str) -> HttpResponse:
    """Answer with the part that asks again until the file is made."""
    return render(request, "reports/orders/_order.html", _shown(_own(request, pk)))


@require_safe
def order_file(request: HttpRequest, pk: str) -> FileResponse:
    """Hand the file over, to be saved."""
    return file_of(_own(request, pk))


@require_POST
def order_again(request: HttpRequest, pk: str) -> HttpResponse:
    """Order the same report anew, as when its file is kept no longer."""
    former = _own(request, pk)
    order = order_report(
        name=former.name,
        unit=former.unit,
        year=former.year,
        territories=former.territories,
        file_format=former.format,
        actor=request.user,
        now=timezone.now(),
    )
    return redirect("reports:order", order.pk)


def file_of(order: ReportOrder) -> FileResponse:
    """Answer with the file of an order. :raises Http404: if it is not made yet, or is kept no longer"""
    if order.file_erased_at:
        raise Http404(f"Файл удалён {timezone.localdate(order.file_erased_at):%d.%m.%Y}: закажите отчёт ещё раз.")
    if not order.has_file or not order.path.is_file():
        raise Http404("Файла ещё нет.")
    response = FileResponse(
        order.path.open("rb"),
        as_attachment=True,
        filename=order.file_name,
        content_type=CONTENT_TYPES[ReportFormat(order.format)],
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _own(request: HttpRequest, pk: str) -> ReportOrder:
    return get_object_or_404(orders_of(user=request.user), pk=pk)


def _shown(order: ReportOrder) -> dict[str, object]:
    waits = order.job is not None and order.job.state in (JobState.QUEUED, JobState.RUNNING)
    crumbs = [("Отчёты", reverse("reports:order-list")), (str(order), "")]
    instead = offered_instead(order.job) if order.job else None
    return {
        "order": order,
        "job": order.job,
        "waits": waits,
        "instead": instead,
        "kept_days": settings.REPORT_FILES_KEPT_DAYS,
        "crumbs": crumbs,
    }
