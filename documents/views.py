"""The register of documents, and a document with what it stands behind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from documents import selectors
from documents.forms import DocumentFilter
from documents.registry import usages_of
from schools.selectors.geography import geography_of
from schools.selectors.placed import have_borders_moved, told_in

HEADINGS = [
    Heading("Документ", key="title", order=("title", "pk")),
    Heading("Вид", key="kind", order=("kind", "pk")),
    Heading("Чей", key="unit", order=("unit__sort_key", "pk")),
    Heading("Номер", key="number", order=("number", "pk")),
    Heading("Дата", key="dated", order=("dated_on", "pk")),
    Heading("Где прочитать"),
]
COLUMNS = [
    Column("Документ", width=60),
    Column("Вид", width=20),
    Column("Чей", width=32),
    Column("Муниципалитет", width=24),
    Column("Номер", width=16),
    Column("Дата", Kind.DAY),
    Column("Ссылка", width=48),
    Column("Место в документе", width=24),
]


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """The register, narrowed and sorted as the address asks; the same rows as CSV or XLSX."""
    is_today = request.is_today
    form = DocumentFilter(request.GET, municipalities=selectors.municipalities(user=request.user, is_today=is_today))
    listing = Listing.read(request.GET, HEADINGS, default="-dated")
    found = selectors.documents_placed(selectors.document_register(user=request.user), is_today=is_today)
    documents = listing.sort(form.narrow(found))
    geography = geography_of(request.programme_year, is_today=is_today)
    if listing.file_format:
        rows = (
            (
                document.title,
                document.get_kind_display(),
                document.unit_name,
                document.place_name,
                document.number,
                document.dated_on,
                document.url,
                document.page_reference,
            )
            for document in documents.iterator(500)
        )
        table, about = Table("Документы", COLUMNS, rows), told_in(geography)
        return table_response(table, name="Документы", file_format=listing.file_format, about=about)
    context = {
        "form": form,
        "listing": listing,
        "page": listing.page(documents),
        "geography": geography,
        "has_changed": have_borders_moved(),
        "crumbs": [("Документы", "")],
    }
    return render(request, "documents/register.html", context)


@require_safe
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A document's requisites, and what it stands behind."""
    document = get_object_or_404(selectors.document_register(user=request.user), pk=pk)
    crumbs = [("Документы", reverse("documents:register")), (document.title[:60], "")]
    context = {"document": document, "usages": usages_of(document, user=request.user), "crumbs": crumbs}
    return render(request, "documents/document.html", context)
