"""Every page of the portal, whoever made it: one heading, labelled controls, tables in frames, no two ids alike."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from programmes.models import Target
from tests.reports.conftest import place, place_once  # noqa: F401 - fixtures

VOID = {"input", "br", "hr", "img", "link", "meta", "source", "wbr", "col"}
CONTROLS = {"input", "select", "textarea"}
UNSEEN = {"hidden", "submit", "button"}


class Page(HTMLParser):
    """What must hold of a page, gathered as it is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.headings = 0
        self.ids: Counter[str] = Counter()
        self.labels: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.bare_tables = 0
        self.lang = ""
        self.described: set[str] = set()
        self.places = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.ids.update([given["id"]] if given.get("id") else [])
        self.headings += tag == "h1"
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        if tag == "label" and given.get("for"):
            self.labels.add(given["for"])
        if tag in CONTROLS and given.get("type") not in UNSEEN:
            given["_in_label"] = "yes" if any(name == "label" for name, _ in self.open) else ""
            self.controls.append(given)
        if tag == "table" and not any("frame" in each.get("class", "").split() for _, each in self.open):
            self.bare_tables += 1
        self.places += tag == "a" and any(each.get("class") == "nav" for _, each in self.open)
        self.described.update(given.get("aria-describedby", "").split())
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            continue

    @property
    def unlabelled(self) -> list[str]:
        """Names of controls that a screen reader cannot name."""
        return [
            control.get("name", "?")
            for control in self.controls
            if not (control["_in_label"] or control.get("aria-label") or control.get("aria-labelledby"))
            and control.get("id") not in self.labels
        ]


def faults(text: str) -> dict[str, object]:
    """What is wrong with a page; nothing if all is well."""
    page = Page(text)
    found = {
        "headings": f"{page.headings} h1" if page.headings != 1 else "",
        "no menu": not page.places,
        "lang": page.lang if page.lang != "ru" else "",
        "unlabelled": page.unlabelled,
        "bare tables": page.bare_tables,
        "ids twice": [key for key, count in page.ids.items() if count > 1],
        "described by nothing": sorted(page.described - set(page.ids)),
    }
    return {name: fault for name, fault in found.items() if fault}


def names(patterns: list, space: str = "") -> list[str]:
    """Every name of a page in the addresses, the API's apart."""
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace != "api":
            found += names(pattern.url_patterns, pattern.namespace or space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(f"{space}:{pattern.name}" if space else pattern.name)
    return found


def addresses_without_keys() -> list[str]:
    found = []
    for name in names(get_resolver().url_patterns):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


def addresses_with_keys(place) -> list[str]:  # noqa: F811 - the fixture of another module
    school, run = place.schools[0], place.drafted.run
    activity = place.programme.activities.first()
    pages = [
        ("reports:unit", place.region), ("reports:unit", place.kezhma), ("reports:school", school),
        ("reports:unit-indicators", school), ("programmes:programme", place.programme),
        ("programmes:programme", place.kezhma_programme), ("roadmap:activity", activity),
        ("programmes:target-list", place.programme), ("programmes:rows", place.programme),
        ("programmes:bands", place.programme),
        ("programmes:row-rules", place.programme.programme_indicators.first()),
        ("programmes:target-new", place.programme.programme_indicators.first()),
        ("programmes:target-withdraw", Target.objects.filter(programme_indicator__programme=place.programme).first()),
        ("programmes:target", Target.objects.filter(programme_indicator__programme=place.programme).first()),
        ("monitoring:run", run), ("monitoring:list", place.drafted), ("monitoring:method", run.edition.methodology),
        ("documents:document", place.kezhma_programme.document),
    ]  # fmt: skip
    found = [reverse(name, args=[about.pk]) for name, about in pages if about is not None]
    told = [("programme", place.programme), ("unit", place.kezhma), ("list", place.drafted), ("person", place.editor)]
    found += [reverse("reports:history", args=[kind, about.pk]) for kind, about in told]
    found += [reverse("reports:as-approved", args=[kind, about.pk]) for kind, about in told if kind != "person"]
    return [*found, reverse("monitoring:finding", args=[run.pk, school.pk])]


@pytest.mark.parametrize("login", ["ministry", "centre", "coordinator", "editor"])
def test_every_page_is_well_made(client, place, login):  # noqa: F811 - the fixture of another module
    client.force_login(getattr(place, login))
    wrong, seen = {}, 0

    for address in [*addresses_without_keys(), *addresses_with_keys(place)]:
        answer = client.get(address)
        assert (address, answer.status_code) in {(address, code) for code in (200, 302, 403, 404, 405)}
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            seen += "<html" in text  # anything else is a part, swapped into a page
            if "<html" in text and (fault := faults(text)):
                wrong[address] = fault

    assert wrong == {}
    assert seen > 20


def test_a_badly_made_page_is_noticed():
    text = (
        '<html lang="en"><h1 id="a">Раз</h1><h1 id="a">Два</h1><table></table><input name="q" aria-describedby="b">'
        '<label for="c">Имя</label><input id="c" name="n"><div class="frame"><table></table></div></html>'
    )

    assert faults(text) == {
        "headings": "2 h1",
        "no menu": True,
        "lang": "en",
        "unlabelled": ["q"],
        "bare tables": 1,
        "ids twice": ["a"],
        "described by nothing": ["b"],
    }
