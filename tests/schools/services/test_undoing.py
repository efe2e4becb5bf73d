"""Undoing a change of the network: who may, and that nothing written since is lost by it."""

from datetime import date

import pytest

from accounts.permissions import Role
from accounts.services.people import system_user
from schools.access import NotAllowed
from schools.enums import OperationKind
from schools.models import Appointment, Unit
from schools.services.registry import UnitChange, change_units, move_unit
from schools.services.undoing import CannotUndo, undo_operation
from tests.factories.schools import make_user
from tests.schools.services.test_operations import EVE, NOW, Land, do, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def land() -> Land:
    return Land()


def test_who_keeps_one_place_does_not_undo_what_touches_another(land):
    keeper = make_user("keeper", Role.CENTRE_OPERATOR, land.dzer)
    joined = do(OperationKind.JOIN, land.schools[2], into=land.schools[0])
    with pytest.raises(NotAllowed):
        undo_operation(operation=joined, reason="так", actor=keeper, now=NOW)
    assert Unit.objects.get(pk=land.schools[2].pk).closed_on == EVE

    Appointment.objects.create(user=keeper, unit=land.tasey, role=Role.CENTRE_OPERATOR, starts_on=date(2020, 1, 1))
    assert undo_operation(operation=joined, reason="так", actor=keeper, now=NOW).undone_by == keeper


def test_what_was_corrected_after_an_operation_is_not_written_over_by_undoing_it(land):
    school = land.schools[0]
    renamed = do(OperationKind.RENAME, school, said={"name": "Лицей № 1", "short_name": "Лицей № 1"})
    correction = UnitChange(school, short_name="Лицей № 1 им. А. П. Чехова")
    change_units(changes=[correction], actor=system_user(), now=NOW)
    moved = do(OperationKind.MOVE, land.schools[1], parent=land.tasey)
    move_unit(unit=land.schools[1], parent=land.kansk, on=NOW.date(), actor=system_user(), now=NOW)

    with pytest.raises(CannotUndo, match="исправлено: краткое наименование"):
        undo(renamed)
    with pytest.raises(CannotUndo, match="с тех пор переведена и входит в «город Канск"):
        undo(moved)

    assert Unit.objects.get(pk=school.pk).short_name == "Лицей № 1 им. А. П. Чехова"
