"""
Every page that can be looked at, as ministry and as coordinator, over the demonstration region.

The pages are taken from the addresses of the portal, so that a new one is measured without being named here; only
what its address needs is. Promised: 12 queries and 150 ms of server time, the median of five.
"""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from benchmarks.figures import Figure
from documents.models import Document
from indicators.models import DataElement, Indicator, IndicatorValue, Observation, PeriodBasis
from jobs.models import Job, Upload
from monitoring.models import (
    Finding,
    IdentificationRun,
    Load,
    Methodology,
    Recommendation,
    SchoolList,
    SchoolResult,
)
from programmes.models import Programme
from reports.models import ReportOrder
from roadmap.models import Activity, Execution, ExpectedResult
from schools.models import Unit

MOST_QUERIES, MOST_SECONDS, TIMES = 12, 0.150, 5
PEOPLE = {"ministry": "analyst", "coordinator": "kezhma"}
APPS = {
    "accounts",
    "documents",
    "indicators",
    "jobs",
    "monitoring",
    "programmes",
    "reports",
    "roadmap",
    "schools",
}
# Lists and tables that take a year or a unit from the query, beside their bare address.
WITH_QUERY = {
    "programmes:indicator-table": ["?year=2021", "?year=2022&unit=101"],
    "schools:school-list": ["?page=3", "?q=таг"],
    "reports:search": ["?q=код", "?q=школа"],
    "indicators:entry": ["?unit=131&year=2022", "?unit=24&year=2021"],
    "indicators:submit": ["?unit=131&year=2022"],
    "indicators:review": ["?unit=131&year=2022", "?unit=24&year=2021"],
    "reports:overview": ["?year=2021"],
    "roadmap:grid": ["?year=2021"],
}
Samples = Callable[[], list[dict[str, Any]]]


@dataclass(frozen=True)
class Page:
    """One address to be asked for."""

    name: str
    address: str


@dataclass(frozen=True)
class Look:
    """What asking for a page came to. The processor's time is the page's own, whoever else works on the machine."""

    page: Page
    status: int
    queries: int = 0
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def note(self) -> str:
        """How the seconds came about."""
        return f"{self.queries} queries, processor {1000 * self.processor:.0f} ms, {self.page.address}"


def measure() -> Iterator[Figure]:
    """Walk every page as each person."""
    _build()
    logging.disable(logging.ERROR)  # refusals are what half of the addresses answer
    for who, login in PEOPLE.items():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(login=login))
        yield from _walk(client, who)


def _build() -> None:
    """
    Build of the demonstration region what is not built yet, in tables that may not be there either.

    As the worker that builds it and not as the web server: the command skips what it finds finished.
    """
    environment = {**os.environ, "OPORA_PROCESS": "worker"}
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "manage.py", "demo", "--build-only"]
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)


def _walk(client: Client, who: str) -> Iterator[Figure]:
    walked: list[Look] = []
    for page in pages():
        found = look(client, page)
        if found.status != 200:
            if found.status >= 500:
                yield Figure(f"{who}: {page.name} answers {found.status}", 1, "", 0, note=page.address)
            continue
        walked.append(found)
        if found.seconds > MOST_SECONDS or found.queries > MOST_QUERIES:
            yield Figure(f"{who}: {page.name}", 1000 * found.seconds, "ms", 150, note=found.note)
            if found.queries > MOST_QUERIES:
                yield Figure(f"{who}: {page.name}", found.queries, "queries", MOST_QUERIES, note=page.address)
    yield Figure(f"{who}: pages walked", len(walked), "pages", note="of those the person may see")
    if walked:
        slowest, most = max(walked, key=lambda one: one.seconds), max(walked, key=lambda one: one.queries)
        dearest = max(walked, key=lambda one: one.processor)
        yield Figure(f"{who}: half of all pages", 1000 * median(one.seconds for one in walked), "ms", 150)
        yield Figure(f"{who}: slowest page", 1000 * slowest.seconds, "ms", 150, note=slowest.note)
        yield Figure(f"{who}: most of the processor", 1000 * dearest.processor, "ms", note=dearest.page.address)
        yield Figure(f"{who}: most queries", most.queries, "queries", MOST_QUERIES, note=most.page.address)


def look(client: Client, page: Page) -> Look:
    """Ask for a page several times."""
    with suppress(Exception):  # the first time the year of the address is kept in the session; it is not counted
        client.get(page.address)
    with CaptureQueriesContext(connection) as captured:
        try:
            status = client.get(page.address).status_code
        except Exception as broken:  # a page that falls is a finding, the others are still to be walked
            print(f"{page.address}: {type(broken).__name__}: {broken}", file=sys.stderr)
            return Look(page, 500)
        queries = len(captured)  # the next request forgets them
    if status != 200:
        return Look(page, status, queries)
    spent, busy = [], []
    for _ in range(TIMES):
        started, at_work = perf_counter(), process_time()
        response = client.get(page.address)
        if response.streaming:
            for _piece in response:
                pass
        spent.append(perf_counter() - started)
        busy.append(process_time() - at_work)
    return Look(page, status, queries, median(spent), median(busy))


def pages() -> Iterator[Page]:
    """Yield every page with the samples that its address needs; those that need something unknown are named aloud."""
    for name, keys in sorted(_named(get_resolver())):
        samples = _samples(name, keys)
        if samples is None:
            print(f"no sample for {name} {sorted(keys)}", file=sys.stderr)
            continue
        for sample in samples:
            try:
                address = reverse(name, kwargs=sample)
            except NoReverseMatch:
                print(f"a sample of another kind for {name}: {sample}", file=sys.stderr)
                continue
            for query in ["", *WITH_QUERY.get(name, [])]:
                yield Page(name, address + query)


def _named(resolver: URLResolver, app: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _named(pattern, pattern.namespace or app)
        elif isinstance(pattern, URLPattern) and pattern.name and app in APPS:
            yield f"{app}:{pattern.name}", frozenset(pattern.pattern.regex.groupindex)


def _units(*codes: str) -> Samples:
    return lambda: [
        {"pk": pk} for pk in Unit.objects.filter(code__in=codes).order_by("pk").values_list("pk", flat=True)
    ]


def _last(model: type[Model], **only: Any) -> Samples:
    return lambda: [{"pk": pk} for pk in model.objects.filter(**only).order_by("-pk").values_list("pk", flat=True)[:2]]


def _findings() -> list[dict[str, Any]]:
    found = Finding.objects.filter(unit__code__in=["131001", "131006"]).order_by("-run_id", "unit_id")[:2]
    return [{"pk": one.run_id, "run": one.run_id, "unit": one.unit_id} for one in found]


def _values() -> list[dict[str, Any]]:
    known = IndicatorValue.objects.filter(unit__code__in=["24", "131"], status="known")
    return [{"pk": pk} for pk in known.order_by("pk").values_list("pk", flat=True)[:6]]


def _results() -> list[dict[str, Any]]:
    found = SchoolResult.objects.filter(unit__code__in=["131001", "109003"], source="rows", is_current=True)
    return [{"pk": pk} for pk in found.order_by("pk").values_list("pk", flat=True)[:4]]


def _entries() -> list[dict[str, Any]]:
    drafts = SchoolList.objects.order_by("-pk").values_list("pk", flat=True)[:1]
    return [{"pk": pk, "unit": unit["pk"]} for pk in drafts for unit in _units("131006")()]


SAMPLES: dict[str, Samples] = {
    "reports:unit": _units("24", "severny", "101", "131"),
    "reports:school": _units("131001", "101001"),
    "reports:unit-indicators": _units("24", "131"),
    "reports:school-marks": _units("131001"),
    "reports:indicator-chart": _last(Indicator),
    "indicators:passport": lambda: [{**unit, "year": 2021} for unit in _units("131001")()],
    "indicators:school-register": _units("131001"),
    "indicators:redefine": _last(Indicator),
    "indicators:change-basis": _last(PeriodBasis),
    "indicators:drop-exception": _last(PeriodBasis),
    "indicators:history": _last(Observation),
    "monitoring:finding": _findings,
    "monitoring:value": _values,
    "monitoring:result": _results,
    "monitoring:list-entry": _entries,
    "roadmap:report": _last(ExpectedResult),
}
MODELS: dict[str, type[Model]] = {
    "documents": Document,
    "jobs": Job,
    "indicators:indicator": Indicator,
    "indicators:element": DataElement,
    "monitoring:load": Load,
    "monitoring:run": IdentificationRun,
    "monitoring:list": SchoolList,
    "monitoring:method": Methodology,
    "monitoring:recommendation": Recommendation,
    "programmes": Programme,
    "reports:order": ReportOrder,
    "reports:file": ReportOrder,
    "roadmap:activity": Activity,
    "roadmap:result": ExpectedResult,
    "roadmap:execution": Execution,
    "schools:import": Upload,
}


def _samples(name: str, keys: frozenset[str]) -> list[dict[str, Any]] | None:
    if not keys:
        return [{}]
    if name in SAMPLES:
        return [{key: value for key, value in sample.items() if key in keys} for sample in SAMPLES[name]()]
    if keys != {"pk"}:
        return None
    model = next(
        (model for start, model in MODELS.items() if name == start or name.startswith((f"{start}-", f"{start}:"))), None
    )
    return None if model is None else _last(model)()
