"""Who may be accountable at a place: those who hold a permission of signing there, the nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.permissions import Permission
from schools.models import Appointment, Unit


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who may sign at a place, as whom, and how near to it the appointment is: 0 is the place itself."""

    user: User
    words: str
    distance: int

    @property
    def label(self) -> str:
        """The person with role and place, as a form offers them."""
        return f"{self.user.full_name} — {self.words}"


def signatories(permission: Permission, *, at: Unit, direction: int | None = None) -> list[Signatory]:
    """Return who holds a permission at a place today, each once, the nearest first; the own before a substitution."""
    line = at.line
    found = Appointment.objects.granting(permission, direction).filter(
        unit__in=line, user__is_active=True, user__is_system=False
    )
    rows = sorted(
        found.select_related("user", "unit", "substitutes__user"),
        key=lambda one: (-line.index(one.unit_id), one.substitutes_id is not None, one.user.full_name, one.pk),
    )
    nearest: dict[int, Signatory] = {}
    for one in rows:
        distance = len(line) - 1 - line.index(one.unit_id)
        nearest.setdefault(one.user_id, Signatory(one.user, one.in_words, distance))
    return list(nearest.values())


def offered_first(among: Sequence[Signatory], *, to: User) -> User | None:
    """Return whom a form offers: the person who fills it in, else the only one appointed at the place itself."""
    if any(one.user.pk == to.pk for one in among):
        return to
    near = [one.user for one in among if one.distance == 0]
    return near[0] if len(near) == 1 else None


def approval_in_words(*, signatory: User | None, signed_as: str, clicker: User | None) -> str:
    """Write who has approved something and, where that is another person, who wrote it down; for printed papers."""
    if signatory is None:
        return f"внёс: {clicker}" if clicker else ""
    said = "утвердил: " + ", ".join(filter(None, [str(signatory), signed_as]))
    return said if clicker is None or clicker.pk == signatory.pk else f"{said}; внёс: {clicker}"
