"""Codes and logins that pass from one unit to another in one change."""

from collections.abc import Collection

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from schools.models import School, Unit


def let_go_of_what_passes(units: Collection[Unit]) -> None:
    """
    Let the units of a change go of the codes and logins that others of them take over.

    The database checks each row as it is written and not the change as a whole, so that two schools could never
    exchange theirs. Whoever lets go gets its new code or login in the statements that follow, in the same transaction.
    """
    codes = {unit.code: unit.pk for unit in units}
    held = Unit.objects.filter(pk__in=codes.values(), code__in=codes).values_list("pk", "code")
    if passing := [pk for pk, code in held if codes[code] != pk]:
        Unit.objects.filter(pk__in=passing).update(code=Concat(Value("~"), Cast(F("pk"), CharField())))
    schools = [unit.school for unit in units if getattr(unit, "school", None)]
    logins = {school.fisoko_login: school.pk for school in schools if school.fisoko_login}
    known = School.objects.filter(pk__in=[school.pk for school in schools], fisoko_login__in=logins)
    if passing := [pk for pk, login in known.values_list("pk", "fisoko_login") if logins[login] != pk]:
        School.objects.filter(pk__in=passing).update(fisoko_login=None)
