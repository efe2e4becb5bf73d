"""The tree of units with its past, and whoever is appointed in it."""

from schools.models.units import Alias, Ancestry, Appointment, Municipality, Placement, School, SchoolYear, Unit

__all__ = ["Alias", "Ancestry", "Appointment", "Municipality", "Placement", "School", "SchoolYear", "Unit"]
