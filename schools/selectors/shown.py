"""What forms of the register show of a thing, by which a second editor is noticed."""

from schools.models import School, Unit


def school_shown(unit: Unit) -> dict[str, object]:
    """Return what the form of the register shows of a school, by the names of its fields."""
    shown: dict[str, object] = {name: getattr(unit, name) for name in ("name", "short_name", "code")}
    details = [field.name for field in School._meta.fields if field.name != "unit"]
    return shown | {name: getattr(unit.school, name) for name in details}
