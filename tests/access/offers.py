"""Buttons and forms that pages show to those alone who may use them: all that a page hides for courtesy."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.permissions import Permission as P
from schools.enums import Kind
from tests.access.cases import Case
from tests.access.matrix import put, things_for
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row, Rule, at_region, has, may
from tests.access.things import Thing


@dataclass(frozen=True)
class Offer:
    """What a page says to those who may do something, and to nobody else; `label` is the page's row of the policy."""

    label: str
    text: Callable[[Thing | None], str]
    may: Rule


def _to(name: str, *key: Any) -> Callable[[Thing | None], str]:
    return lambda thing: f'href="{reverse(name, args=key)}"'


def _says(text: str) -> Callable[[Thing | None], str]:
    return lambda thing: text


def has_journal(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whoever reads the journal at a place where he is appointed; nobody else's profile speaks of it."""
    return who.has(P.AUDIT_VIEW)


def _may_put_rows(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whoever keeps the programme, but not while it waits for approval."""
    return thing.kind != "programme.submitted" and may(P.PROGRAMME_EDIT)(world, who, thing)


def _own_place(thing: Thing | None) -> str:
    page = "reports:school" if thing.unit.kind == Kind.SCHOOL else "reports:unit"
    return f'<a href="{reverse(page, args=[thing.unit.pk])}">{thing.unit.name}</a>'


OFFERS = [
    Offer("GET monitoring:home", _to("monitoring:load-upload"), has(P.RESULT_LOAD)),
    Offer("GET schools:school-list", _to("schools:import"), has(P.UNIT_EDIT, P.PASSPORT_EDIT)),
    Offer("GET schools:school-list as a file", _says("Обучающихся, 2021/22"), has(P.UNIT_VIEW)),
    Offer("GET programmes:programme", _own_place, may(P.PROGRAMME_VIEW)),
    Offer(
        "GET programmes:programme",
        lambda thing: f'href="{reverse("programmes:row-new", args=thing.key)}"',
        _may_put_rows,
    ),
    Offer(
        "GET programmes:target-list",
        lambda thing: f'href="{reverse("programmes:bands", args=thing.key)}"',
        may(P.PROGRAMME_EDIT),
    ),
    Offer("GET schools:partner-list", _to("schools:partner-new"), has(P.PROGRAMME_EDIT)),
    Offer("GET schools:partner", _says(">Сохранить</button>"), may(P.PROGRAMME_EDIT)),
    Offer("GET indicators:library", _to("indicators:new"), at_region(P.INDICATOR_EDIT)),
    Offer("GET indicators:library", _to("indicators:checks"), at_region(P.INDICATOR_EDIT)),
    Offer("GET indicators:library", _to("indicators:recalculation-list"), at_region(P.HISTORY_VIEW)),
    Offer("GET indicators:library", _says("есть замечания"), at_region(P.INDICATOR_EDIT)),
    Offer(
        "GET indicators:period",
        lambda thing: f'href="{reverse("indicators:period-reopen", args=thing.key)}"',
        at_region(P.PERIOD_CLOSE),
    ),
    Offer("GET indicators:new", _says(">Завести показатель</button>"), at_region(P.INDICATOR_EDIT)),
    Offer("POST indicators:check", lambda thing: f'hx-post="{reverse("indicators:try")}"', at_region(P.INDICATOR_EDIT)),
    Offer(
        "GET indicators:entry of a unit",
        lambda thing: f"{reverse('indicators:review')}?unit={thing.key[0]}&amp;",
        may(P.OBSERVATION_ACCEPT),
    ),
    Offer("GET indicators:review", _says('name="act" value="accept">Принять'), may(P.OBSERVATION_ACCEPT)),
    Offer("GET indicators:operation-list", _to("indicators:operation-new", "close"), has(P.UNIT_EDIT)),
    Offer("GET indicators:operation", _says("<h2>Отменить</h2>"), may(P.UNIT_EDIT)),
    Offer("GET accounts:profile", _says(">Журнал действий</a>"), has_journal),
    Offer("GET accounts:token-list", _says(">Создать ключ</button>"), has(P.TOKEN_MANAGE)),
    Offer(
        "GET monitoring:recommendation-list about one",
        lambda thing: f'action="{reverse("monitoring:recommendation-answer", args=thing.key)}"',
        may(P.RECOMMENDATION_ANSWER),
    ),
]


def cases(world: Any, labels: Iterable[str] | None = None) -> Iterator[Case]:
    """Every offer × everybody who opens the page × things of every relation that the page is shown about."""
    rows = {row.label: row for row in POLICY}
    for offer in OFFERS:
        row = rows[offer.label.removesuffix(" about one")]
        if labels is not None and row.label not in labels:
            continue
        kind = row.of or ("recommendation" if offer.label.endswith("about one") else "")
        for who in world.people:
            for relation, thing in things_for(world, who, kind) if kind else [("", None)]:
                about = thing if row.of else None
                if row.expected(world, who, about)[0] == "allowed" and not (thing and thing.is_missing):
                    words = f"{offer.label} as {who} about {thing} ({relation}): {offer.text(thing)}"
                    yield Case(words, lambda given=(offer, row, who, thing): _asked(world, *given))


def _asked(world: Any, offer: Offer, row: Row, who: Who, thing: Thing | None) -> str:
    answer = put(world, row, who, thing if row.of else None)
    is_shown, is_due = offer.text(thing) in answer.text, offer.may(world, who, thing)
    if is_shown == is_due:
        return ""
    return f"{answer.status}: is {'shown' if is_shown else 'not shown'}, and must {'not ' * (not is_due)}be"
