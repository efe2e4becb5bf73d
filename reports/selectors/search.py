"""One search over everything that somebody may see: places, schools, programmes, indicators, activities, documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from accounts.models import User
from accounts.permissions import Permission
from common.russian import search_key
from common.searching import having_words
from documents.models import Document
from documents.selectors import document_register
from indicators.models import Indicator
from programmes.models import Programme
from programmes.selectors.register import programme_register
from roadmap.models import Activity
from schools.enums import Kind
from schools.models import Alias, Partner, Unit, UnitVersion
from schools.querysets import granting
from schools.selectors.partners import partners_called
from schools.selectors.school_list import day_in_words

SHORTEST = 2
SHOWN = 10
TERRITORY = (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY)


@dataclass(frozen=True)
class Hit:
    """One thing that was found: what it is called, what tells it from its namesakes, the page of it."""

    title: str
    note: str
    page: str
    key: int | None
    query: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one sort, and the list in which the rest of it is."""

    title: str
    hits: list[Hit]
    has_more: bool
    list_page: str = ""


def found(*, user: User, text: str) -> list[Group]:
    """Return what somebody may see and what has every word of a text, group by group; empty groups are left out."""
    if len(search_key(text)) < SHORTEST:
        return []
    territories, organisations = _units(user, text)
    partners = partners_called(user=user, text=text)
    groups = (
        _group("Территории", territories, _unit),
        _group("Школы и другие организации", organisations, _unit, "schools:school-list"),
        _group("Программы", _programmes(user, text), _programme, "programmes:register"),
        _group("Показатели", _indicators(user, text), _indicator, "indicators:library"),
        _group("Мероприятия дорожных карт", _activities(user, text), _activity),
        _group("Партнёры", partners.order_by("sort_key", "pk"), _partner, "schools:partner-list"),
        _group("Документы", _documents(user, text), _document, "documents:register"),
    )
    return [group for group in groups if group.hits]


def _group(title: str, rows: QuerySet | list, written, list_page: str = "") -> Group:
    several = list(rows[: SHOWN + 1]) if isinstance(rows, QuerySet) else rows
    return Group(title, [written(row) for row in several[:SHOWN]], len(several) > SHOWN, list_page)


def _units(user: User, text: str) -> tuple[list[Unit], list[Unit]]:
    """
    Territories and organisations found by name, code, login or a name by which they were called before.

    The exact code stands first; both are read at once.
    """
    named = having_words(Alias.objects.filter(unit=OuterRef("pk")), text, keys=("key",))
    visible = Unit.objects.visible_to(user, Permission.UNIT_VIEW)
    versions = having_words(UnitVersion.objects.filter(unit=OuterRef("pk")), text, keys=("search_key",))
    was = JSONObject(name=F("short_name"), code=F("code"), until=day_in_words("valid_to"))
    by_name = having_words(Unit.objects.all(), text, keys=("search_key",)).values("pk")
    rank = Case(
        When(code=text.strip(), then=Value(0)),
        When(search_key__startswith=search_key(text), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    units = (
        visible.filter(Q(pk__in=by_name) | Exists(named) | Exists(versions))
        .annotate(
            former=Subquery(named.order_by("pk").values("name")[:1]),
            was=Subquery(versions.order_by("-valid_to").values(said=was)[:1]),
            rank=rank,
        )
        .select_related("parent")
        .order_by("rank", F("closed_on").asc(nulls_first=True), "sort_key", "pk")
    )
    territories, others = units.of_kind(*TERRITORY)[: SHOWN + 1], units.exclude(kind__in=TERRITORY)[: SHOWN + 1]
    read = sorted(
        territories.union(others, all=True),
        key=lambda unit: (unit.rank, unit.closed_on or date.min, unit.sort_key, unit.pk),
    )
    return [unit for unit in read if unit.kind in TERRITORY], [unit for unit in read if unit.kind not in TERRITORY]


def _programmes(user: User, text: str) -> QuerySet[Programme]:
    return having_words(programme_register(user=user), text, keys=("search_key", "unit__search_key")).order_by(
        "-starts_on", "unit__sort_key", "pk"
    )


def _indicators(user: User, text: str) -> QuerySet[Indicator]:
    appointments = granting(user, Permission.INDICATOR_VIEW)
    if appointments is None:
        return Indicator.objects.none()
    allowed = Indicator.objects.filter(Exists(appointments))
    return having_words(allowed, text, keys=("search_key",)).order_by("sort_key", "pk")


def _activities(user: User, text: str) -> QuerySet[Activity]:
    readable = Activity.objects.filter(programme__in=Programme.objects.readable_by(user)).select_related("programme")
    return having_words(readable, text, texts=("title",)).order_by("programme", "number")


def _documents(user: User, text: str) -> QuerySet[Document]:
    return having_words(document_register(user=user), text, keys=("unit__search_key",), texts=("title", "number"))


def _unit(unit: Unit) -> Hit:
    parts = [unit.get_kind_display()] if unit.kind in TERRITORY else []
    parts += [unit.parent.short_name] if unit.parent and unit.parent.kind != Kind.REGION else []
    parts += [f"код {unit.code}"] if unit.code.isdigit() else []
    if unit.was and unit.was["code"] != unit.code:
        parts.append(f"прежний код {unit.was['code']}, до {unit.was['until']}")
    if unit.was and unit.was["name"] != unit.short_name:
        parts.append(f"прежнее наименование «{unit.was['name']}», до {unit.was['until']}")
    elif unit.former and search_key(unit.former) not in unit.search_key:
        parts.append(f"известна и как «{unit.former}»")
    if unit.closed_on:
        parts.append(f"закрыта {unit.closed_on:%d.%m.%Y}")
    page = "reports:unit" if unit.kind in TERRITORY else "reports:school"
    return Hit(unit.short_name, ", ".join(parts), page, unit.pk)


def _programme(programme: Programme) -> Hit:
    years = f"{programme.starts_on.year}–{programme.ends_on.year}"
    note = f"{programme.get_kind_display()}, {programme.unit.short_name}, {years}, {programme.get_status_display()}"
    return Hit(programme.title, note, "programmes:programme", programme.pk)


def _indicator(indicator: Indicator) -> Hit:
    return Hit(indicator.name, "", "indicators:indicator", indicator.pk)


def _activity(activity: Activity) -> Hit:
    note = f"мероприятие {activity.number}, {activity.programme}"
    return Hit(activity.title, note, "roadmap:activity", activity.pk)


def _partner(partner: Partner) -> Hit:
    return Hit(partner.short_name, f"{partner.get_kind_display()}, {partner.unit}", "schools:partner", partner.pk)


def _document(document: Document) -> Hit:
    note = f"{document.get_kind_display()}, {document.unit.short_name}"
    return Hit(str(document), note, "documents:register", None, urlencode({"q": document.title}))
