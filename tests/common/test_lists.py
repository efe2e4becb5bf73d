"""The state of a list page in its address."""

from types import SimpleNamespace

import pytest
from django.http import QueryDict

from common.lists import Heading, Listing

HEADINGS = [
    Heading("Школа", key="name", order=("name",)),
    Heading("Обучающихся", key="pupils", order=("pupils", "name"), is_number=True),
    Heading("Состояние"),
]
ROWS = [SimpleNamespace(name=name, pupils=pupils) for name, pupils in [("в", 3), ("а", None), ("б", 3), ("г", 12)]]


def listing(query: str = "", **options) -> Listing:
    return Listing.read(QueryDict(query), HEADINGS, default="name", **options)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "абвг"),
        ("sort=-name", "гвба"),
        ("sort=pupils", "бвга"),
        ("sort=-pupils", "гбва"),  # the unknown stands last whichever the way
        ("sort=password", "абвг"),  # not in the list of what may be sorted by
        ("sort=--name", "абвг"),
    ],
)
def test_rows_are_sorted_by_what_is_allowed(query, names):
    assert "".join(row.name for row in listing(query).sort(ROWS)) == names


@pytest.mark.parametrize(
    ("asked", "size"),
    [("", 25), ("50", 50), ("200", 200), ("5000", 200), ("0", 1), ("-3", 25), ("²", 25), ("9" * 9, 25)],
)
def test_a_page_holds_25_rows_and_never_more_than_200(asked, size):
    assert listing(f"page_size={asked}").page_size == size


def test_links_keep_the_rest_of_the_address():
    page = listing("district=1&district=2&q=имб&page=2&page_size=2&file=").page(["а", "б", "в", "г", "д"])

    assert page.rows == ["в", "г"]
    assert (page.first, page.last, page.count, page.pages) == (3, 4, 5, 3)
    assert QueryDict(page.next_link[1:]).dict() == {"district": "2", "q": "имб", "page": "3", "page_size": "2"}
    assert QueryDict(page.next_link[1:]).getlist("district") == ["1", "2"]
    assert QueryDict(page.previous_link[1:])["page"] == "1"


@pytest.mark.parametrize(("asked", "number"), [("0", 2), ("99", 2), ("нет", 1)])
def test_a_page_that_is_not_there_is_the_nearest(asked, number):
    assert listing(f"page_size=2&page={asked}").page(["а", "б", "в"]).number == number


def test_a_heading_turns_the_sort_and_goes_back_to_the_first_page():
    by_pupils = listing("sort=pupils&page=3&year=2021")

    assert [heading.direction for heading in by_pupils.headings] == ["", "ascending", ""]
    assert QueryDict(by_pupils.headings[1].link[1:]).dict() == {"sort": "-pupils", "year": "2021"}
    assert QueryDict(by_pupils.headings[0].link[1:]).dict() == {"sort": "name", "year": "2021"}
    assert by_pupils.headings[2].link == ""


def test_files_hold_all_pages_of_what_is_filtered():
    shown = listing("q=имб&page=3")

    assert QueryDict(shown.csv_link[1:]).dict() == {"q": "имб", "file": "csv"}
    assert listing("file=xlsx").file_format == "xlsx"
    assert listing("file=exe").file_format == ""
    assert listing("file=csv", has_files=False).file_format == ""


def test_filters_are_told_from_the_state_of_the_list():
    assert listing("sort=name&page=2&year=2021").is_filtered is False
    assert listing("q=&district=").is_filtered is False
    assert listing("q=имб").is_filtered is True
    assert listing("q=имб&sort=-name&page_size=50&page=2").kept == [("sort", "-name"), ("page_size", "50")]
    assert QueryDict(listing("q=имб&sort=-name").unfiltered_link[1:]).dict() == {"sort": "-name"}
