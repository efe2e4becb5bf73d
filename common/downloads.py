"""A table of a page as a file: exactly what is filtered there."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from common.tables import Table, csv_bytes, xlsx_bytes

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_response(table: Table, *, name: str, file_format: str, about: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """Answer with a table as CSV or XLSX, to be saved under `name`."""
    content = csv_bytes(table) if file_format == "csv" else xlsx_bytes([table], about=about)
    return file_response(content, name=f"{name}.{file_format}", content_type=FORMATS[file_format])


def file_response(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Answer with a file that is saved, never opened in the page's own origin."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
