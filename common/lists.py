"""
The state of a list page lives in its address: sort, filters, page, rows a page, file. One class reads it, writes links.

    HEADINGS = [
        Heading("Школа", key="name", order=("sort_key", "pk")),
        Heading("Обучающихся", key="pupils", order=("pupils", "pk"), is_number=True),
        Heading("Состояние"),
    ]

    def school_list(request):
        listing = Listing.read(request.GET, HEADINGS, default="name")
        rows = listing.sort(selectors.schools(user=request.user, district=request.GET.get("district")))
        if listing.file_format:
            return table_response(school_table(rows), name="Школы", file_format=listing.file_format)
        return render(request, "…", {"listing": listing, "page": listing.page(rows)})

In the template: `components/_table_head.html` writes the headings (needs `listing`), the body goes over `page.rows`,
`components/_pager.html` stands below (needs `listing` and `page`), `components/_kept.html` in the form of filters.
The address: `?sort=-pupils&page=2&page_size=50&file=csv`; every other name in it is a filter and is kept by each link.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import QueryDict

PAGE_SIZE = 25
PAGE_SIZES = (25, 50, 100, 200)
FILE_FORMATS = ("csv", "xlsx")
_OWN = ("sort", "page", "page_size", "file")


@dataclass(frozen=True)
class Heading:
    """
    One column as a reader sees it.

    `key` is its word in the address; a heading without one does not sort. `order` are fields of the queryset, or
    attributes of plain rows, in ascending order; the last one should tell rows apart.
    """

    title: str
    key: str = ""
    order: tuple[str, ...] = ()
    is_number: bool = False
    hint: str = ""
    link: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Size:
    """A number of rows a page that can be chosen."""

    number: int
    link: str
    is_current: bool


@dataclass(frozen=True)
class Page:
    """A part of a list: its rows and where it stands among the others."""

    rows: Sequence[Any]
    number: int
    pages: int
    count: int
    first: int
    last: int
    previous_link: str
    next_link: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class Listing:
    """What the address asks of a list. Anything not understood there is as if it were not there."""

    def __init__(
        self, query: QueryDict, headings: Sequence[Heading], *, sort: str, page_size: int, has_files: bool
    ) -> None:
        self.query, self.sort_by, self.page_size, self.has_files = query, sort, page_size, has_files
        self.headings = [self._linked(heading) for heading in headings]

    @classmethod
    def read(cls, query: QueryDict, headings: Sequence[Heading], *, default: str, has_files: bool = True) -> Self:
        """Read the state of a list; `default` is the key it is sorted by unless asked, «-key» for the other way."""
        asked = query.get("sort", default)
        keys = {heading.key for heading in headings if heading.key}
        sort = asked if asked.removeprefix("-") in keys else default
        return cls(query, headings, sort=sort, page_size=_page_size(query.get("page_size", "")), has_files=has_files)

    @property
    def file_format(self) -> str:
        """Which file is asked for instead of a page: csv, xlsx or an empty string."""
        asked = self.query.get("file", "")
        return asked if asked in FILE_FORMATS and self.has_files else ""

    @property
    def is_descending(self) -> bool:
        """Whether the rows go from the greatest to the least."""
        return self.sort_by.startswith("-")

    @property
    def order(self) -> tuple[str, ...]:
        """Fields that the rows are sorted by, ascending."""
        key = self.sort_by.removeprefix("-")
        return next((heading.order or (key,) for heading in self.headings if heading.key == key), (key,))

    def sort(self, rows: QuerySet | Iterable[Any]) -> Any:
        """Sort a queryset by fields, or plain rows by attributes. The unknown stands last whichever the way."""
        first, *rest = self.order
        if isinstance(rows, QuerySet):
            leading = F(first).desc(nulls_last=True) if self.is_descending else F(first).asc(nulls_last=True)
            return rows.order_by(leading, *rest)
        known: list[Any] = []
        unknown: list[Any] = []
        for row in sorted(rows, key=lambda row: [_comparable(_value(row, name)) for name in rest]):
            (unknown if _value(row, first) is None else known).append(row)
        return sorted(known, key=lambda row: _value(row, first), reverse=self.is_descending) + unknown

    def page(self, rows: QuerySet | Sequence[Any]) -> Page:
        """Cut out the page that the address asks for; a number beyond the last page is the last page."""
        paginator = Paginator(rows, self.page_size)
        part = paginator.get_page(self.query.get("page", "1"))
        return Page(
            rows=list(part.object_list),
            number=part.number,
            pages=paginator.num_pages,
            count=paginator.count,
            first=part.start_index(),
            last=part.end_index(),
            previous_link=self.link(page=part.number - 1) if part.has_previous() else "",
            next_link=self.link(page=part.number + 1) if part.has_next() else "",
        )

    def link(self, **changes: object) -> str:
        """Write the address of the same list with something changed; None takes a name away."""
        query = self.query.copy()
        query.pop("file", None)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = str(value)
        return f"?{query.urlencode()}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form of filters passes on hidden: the sort and the size of a page."""
        return [(name, self.query[name]) for name in ("sort", "page_size") if name in self.query]

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is filled in; programme year and territories are of every page and do not count."""
        return any(value for name, value in self.query.items() if name not in (*_OWN, "year", "territories"))

    @property
    def unfiltered_link(self) -> str:
        """The address of the whole list, sorted as now."""
        kept = QueryDict(mutable=True)
        kept.update(dict(self.kept))
        return f"?{kept.urlencode()}"

    @property
    def sizes(self) -> list[Size]:
        """Numbers of rows a page, each with its link."""
        return [Size(size, self.link(page_size=size, page=None), size == self.page_size) for size in PAGE_SIZES]

    @property
    def csv_link(self) -> str:
        """The address of the same rows as CSV, all pages of them."""
        return self.link(file="csv", page=None)

    @property
    def xlsx_link(self) -> str:
        """The address of the same rows as XLSX, all pages of them."""
        return self.link(file="xlsx", page=None)

    def _linked(self, heading: Heading) -> Heading:
        if not heading.key:
            return heading
        is_current = heading.key == self.sort_by.removeprefix("-")
        turned = f"-{heading.key}" if is_current and not self.is_descending else heading.key
        direction = ("descending" if self.is_descending else "ascending") if is_current else ""
        return replace(heading, link=self.link(sort=turned, page=None), direction=direction)


def _page_size(asked: str) -> int:
    return (
        min(max(int(asked), 1), PAGE_SIZES[-1])
        if asked.isdecimal() and asked.isascii() and len(asked) < 6
        else PAGE_SIZE
    )


def _value(row: Any, name: str) -> Any:
    """Return an attribute of a row, or a key of it, by a name such as `unit__sort_key`."""
    for part in name.split("__"):
        row = row.get(part) if isinstance(row, dict) else getattr(row, part)
    return row


def _comparable(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
