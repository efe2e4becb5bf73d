"""The tree of units with its past, what stands beside it, and whoever is appointed in it."""

from schools.models.appointments import Appointment
from schools.models.history import Succession, UnitOperation, UnitVersion
from schools.models.network import Membership, Partner, Project
from schools.models.units import Alias, Ancestry, Municipality, Placement, School, SchoolYear, Unit, chain

__all__ = [
    "Alias",
    "Ancestry",
    "Appointment",
    "Membership",
    "Municipality",
    "Partner",
    "Placement",
    "Project",
    "School",
    "SchoolYear",
    "Succession",
    "Unit",
    "UnitOperation",
    "UnitVersion",
    "chain",
]
