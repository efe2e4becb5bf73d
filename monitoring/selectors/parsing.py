"""What the confined parser is told: norms and the schools that a load may be about. Nothing more goes in."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from monitoring.enums import MeasureKind
from monitoring.layouts.words import key
from monitoring.models import FIRST_YEAR, LAST_YEAR, MarkScale, Procedure, Subject
from schools.enums import Kind
from schools.models import Alias, School, Unit, UnitVersion, chain
from schools.selectors.network import heirs_of

_AMBIGUOUS = -1  # as `layouts.directory` knows it


def procedures_for(unit: Unit) -> QuerySet[Procedure]:
    """Return the centre's procedures and those that the unit, or a unit above it, holds for itself."""
    return Procedure.objects.filter(Q(owner=None) | Q(owner__in=unit.line)).order_by("owner", "pk")


def norms_for(unit: Unit) -> dict[str, Any]:
    """Return procedures, subjects, scales and names of levels in the shape that `layouts.norms` reads."""
    procedures = list(procedures_for(unit))
    scales = MarkScale.objects.filter(procedure__in=procedures).select_related("procedure", "subject")
    return {
        "years": [FIRST_YEAR, LAST_YEAR],
        "procedures": [
            {
                "code": one.code,
                "name": one.name,
                "full_name": one.full_name,
                "measure": one.measure,
                **{name: one.terms[name] for name in ("aliases", "grades", "session", "not_held") if name in one.terms},
            }
            for one in procedures
        ],
        "subjects": [{"name": one.name, **one.terms} for one in Subject.objects.order_by("pk")],
        "scales": [_scale(one) for one in scales.order_by("-from_year", "pk")],
        "levels": _levels(procedures),
    }


def directory_for(unit: Unit) -> dict[str, Any]:
    """Return the schools within a unit by code, login and alias in the shape that `layouts.directory` reads."""
    codes = _municipality_codes()
    schools = list(
        School.objects.filter(unit__path__startswith=unit.path, unit__kind=Kind.SCHOOL).values_list(
            "unit_id", "unit__code", "fisoko_login", "unit__name", "unit__short_name", "unit__path"
        )
    )
    given: dict[str, Any] = {
        "by_code": {},
        "by_login": {},
        "by_alias": {},
        "municipalities": _municipality_names(codes),
    }
    names: list[tuple[str, int, str]] = []
    places: dict[int, str] = {}
    for pk, code, login, name, short_name, path in schools:
        given["by_code"][code] = pk
        if login:
            given["by_login"][login] = pk
        places[pk] = next((codes[above] for above in reversed(chain(path)) if above in codes), "")
        names += [(places[pk], pk, name), (places[pk], pk, short_name)]
    aliases = Alias.objects.filter(unit__path__startswith=unit.path, unit__kind=Kind.SCHOOL)
    names += [(places[pk], pk, name) for pk, name in aliases.values_list("unit_id", "name") if pk in places]
    for place, pk, name in names:
        known = given["by_alias"].setdefault(place, {})
        known[key(name)] = pk if known.get(key(name), pk) == pk else _AMBIGUOUS
    _add_former(given, codes, places)
    if unit.parent_id is not None:
        given["scope"] = sorted(code for above, code in codes.items() if above in _covered(unit, codes))
    return given


def _add_former(given: dict[str, Any], codes: dict[int, str], places: dict[int, str]) -> None:
    """Let files of past years name schools by their codes of then, and look for them under municipalities of then."""
    former: dict[str, set[int]] = {}
    for pk, code in UnitVersion.objects.filter(unit__in=places).values_list("unit", "code"):
        former.setdefault(code, set()).add(pk)
    for code, keys in former.items():
        if len(keys) == 1:
            given["by_code"].setdefault(code, next(iter(keys)))
    gone = Unit.objects.of_kind(Kind.MUNICIPALITY).exclude(closed_on=None)
    for pk, heirs in heirs_of(gone).items():
        named = [given["by_alias"].get(codes[heir], {}) for heir in heirs if heir in codes]
        for name, school in ((name, school) for known in named for name, school in known.items()):
            here = given["by_alias"].setdefault(codes[pk], {})
            here[name] = school if here.get(name, school) == school else _AMBIGUOUS


def lasting_procedures(unit: Unit) -> list[Procedure]:
    """Return the procedures a load may be of whose codes of pupils last from work to work."""
    return [one for one in procedures_for(unit).select_related("codes_of") if one.has_lasting_codes]


def procedures_of_codes(lasting: Sequence[Procedure], named: str | None, file_name: str) -> list[Procedure]:
    """
    Return the procedures with lasting codes that a file may be of, as named or as its name says, if they share a key.

    None where it may be of several keepers' works, since the parser is given one key at most.
    """
    words = key(file_name)
    told = [one for one in lasting if any(key(word) in words for word in [one.name, *one.terms.get("aliases", [])])]
    asked = [one for one in lasting if one.name == named] if named is not None else told or lasting
    holders = {one.codes_holder for one in asked}
    return [one for one in lasting if one.codes_holder in holders] if len(holders) == 1 else []


def _scale(one: MarkScale) -> dict[str, Any]:
    return {
        "procedure": one.procedure.code,
        "subjects": [one.subject.name],
        "grades": [one.grade],
        "from": one.from_year,
        "to": one.to_year,
        "measure": one.measure or one.procedure.measure,
        "max_score": one.max_score,
        "passing": one.passing_score,
        "levels": one.levels or [],
    }


def _levels(procedures: Iterable[Procedure]) -> list[list[str]]:
    """Join the names that procedures give their levels, lowest first; the first one stays the one shown."""
    joined: list[list[str]] = []
    for procedure in procedures:
        if procedure.measure != MeasureKind.LEVELS:
            continue
        for place, names in enumerate(procedure.terms.get("levels", [])):
            if place == len(joined):
                joined.append([])
            joined[place] += [name for name in names if name not in joined[place]]
    return joined


def _municipality_codes() -> dict[int, str]:
    return dict(Unit.objects.of_kind(Kind.MUNICIPALITY).values_list("pk", "code"))


def _municipality_names(codes: dict[int, str]) -> dict[str, str]:
    """Return codes by names; a name of two municipalities names none, unless one of them is no more."""
    units = Unit.objects.of_kind(Kind.MUNICIPALITY).values_list("pk", "name", "short_name", "closed_on")
    rows = list(units)
    said = [(pk, name) for pk, *names, _ in rows for name in names]
    said += list(Alias.objects.filter(unit__kind=Kind.MUNICIPALITY).values_list("unit_id", "name"))
    gone = {pk for pk, *_, closed_on in rows if closed_on is not None}
    found: dict[str, set[int]] = {}
    for pk, name in said:
        found.setdefault(key(name), set()).add(pk)
    borne = {name: keys - gone or keys for name, keys in found.items()}
    return {name: codes[next(iter(keys))] for name, keys in borne.items() if len(keys) == 1 and name}


def _covered(unit: Unit, codes: dict[int, str]) -> set[int]:
    below = Unit.objects.of_kind(Kind.MUNICIPALITY).within(unit).values_list("pk", flat=True)
    return set(below) | {pk for pk in unit.line if pk in codes}
