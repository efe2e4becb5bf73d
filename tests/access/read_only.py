"""Fields that a form does not have, sent all the same: nothing of the thing changes but what the form says."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Field, Model

from tests.access.asking import ask, undone
from tests.access.cases import Case
from tests.access.matrix import address_of, is_json, things_for
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row
from tests.access.things import Thing

MOMENTS = ("DateTimeField",)  # the moment of the write itself
CHOSEN = ("signatory",)  # asked for in every form that signs, of whoever only writes it down
AS_WHOM = 4  # of those who may write, as many are tried


def cases(world: Any) -> Iterator[Case]:
    """Every way to change a thing × some who may × every column that the form does not have."""
    for row in POLICY:
        if row.method != "POST" or not row.of or row.where == "body":
            continue
        tried = 0
        for who in world.people:
            thing = _allowed(world, row, who)
            if thing is None or not isinstance(thing.row, Model) or tried == AS_WHOM:
                continue
            tried += 1
            body = row.sends(world, who, thing) if row.sends else {}
            for column in thing.row._meta.concrete_fields:
                if column.name not in body and column.name not in CHOSEN:
                    yield _case(world, row, who, thing, column)


def _allowed(world: Any, row: Row, who: Who) -> Thing | None:
    found = (thing for _relation, thing in things_for(world, who, row.of))
    return next((one for one in found if row.expected(world, who, one)[0] == "allowed"), None)


def _case(world: Any, row: Row, who: Who, thing: Thing, column: Field) -> Case:
    return Case(f"{row.label} as {who} with {column.name}", lambda: _asked(world, row, who, thing, column))


def hostile(world: Any, thing: Thing, column: Field) -> Any:
    """Return a value that somebody would like to see in a column."""
    if column.is_relation:
        other = column.related_model._default_manager.order_by("-pk").first()
        return other.pk if other else 1
    if column.choices:
        return next(value for value, _words in reversed(column.flatchoices) if value != getattr(thing.row, column.name))
    return {"BooleanField": "on", "DateField": "2031-01-01", "DateTimeField": "2031-01-01T00:00"}.get(
        column.get_internal_type(), "77"
    )


def _asked(world: Any, row: Row, who: Who, thing: Thing, column: Field) -> str:
    control = world.once(("control", row.label, who.name), lambda: _after(world, row, who, thing, {}))
    names = {column.name: hostile(world, thing, column), column.attname: hostile(world, thing, column)}
    after = _after(world, row, who, thing, names)
    if after is None or control is None:
        return "" if after == control else "the thing is gone, or is there, only then"
    if after[column.attname] != control[column.attname]:
        return f"became {after[column.attname]!r} instead of {control[column.attname]!r}"
    return ""


def _after(world: Any, row: Row, who: Who, thing: Thing, more: dict[str, Any]) -> dict[str, Any] | None:
    """Return the columns of the thing after it was changed, without moments; None if it is gone."""
    body = (row.sends(world, who, thing) if row.sends else {}) | more
    with undone():
        ask(who, row.method, address_of(world, row, thing), body, as_json=is_json(row), kept=True)
        model = type(thing.row)
        columns = [one.attname for one in model._meta.concrete_fields if one.get_internal_type() not in MOMENTS]
        found = model._default_manager.filter(pk=thing.row.pk).values(*columns).first()
    if found is not None:
        found |= {one.attname: None for one in model._meta.concrete_fields if one.attname not in found}
        found |= {one.attname: "new" for one in model._meta.concrete_fields if _is_new(one, found[one.attname])}
    return found


def _is_new(column: Field, value: Any) -> bool:
    """Whether a key is of something that the question itself made, a document say: it has another key each time."""
    is_key = column.is_relation and value is not None
    return is_key and not column.related_model._default_manager.filter(pk=value).exists()
