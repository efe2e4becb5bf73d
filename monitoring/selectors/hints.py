"""What a person says of a file beside the file itself, as typed in a command, a form or a request."""

from common.years import parse_academic_year
from monitoring.layouts.identity import Hints
from monitoring.models import Subject
from monitoring.selectors.parsing import procedures_for
from schools.models import Unit


class HintError(ValueError):
    """A hint that names nothing known; the message is for the person."""


def hints_from(
    *,
    unit: Unit,
    procedure: str | None = None,
    subject: str | None = None,
    grade: str | int | None = None,
    year: str | None = None,
) -> Hints:
    """
    Read hints; what is empty says nothing.

    :raises HintError: if a procedure, subject or grade is not known
    :raises YearError: if a year cannot be read
    """
    return Hints(
        procedure=_procedure(procedure, unit) if procedure else None,
        subject=_subject(subject) if subject else None,
        grade=_grade(grade) if grade not in (None, "") else None,
        year=parse_academic_year(year) if year else None,
    )


def _procedure(said: str, unit: Unit) -> str:
    known = list(procedures_for(unit))
    wanted = said.strip().lower()
    for one in known:
        names = [one.code, one.name, one.full_name, *one.terms.get("aliases", [])]
        if wanted in (name.lower() for name in names):
            return one.name
    raise HintError(f"Процедуры «{said}» нет. Есть: {', '.join(one.name for one in known)}.")


def _subject(said: str) -> str:
    wanted = said.strip().lower().replace("ё", "е")
    for one in Subject.objects.order_by("pk"):
        names = [one.code, one.name, *one.terms.get("aliases", [])]
        if wanted in (name.lower().replace("ё", "е") for name in names):
            return one.name
    raise HintError(f"Предмета «{said}» нет в справочнике: назовите его полностью, например «Русский язык».")


def _grade(said: str | int) -> int:
    text = str(said).strip()
    if not text.isdecimal() or not 1 <= int(text) <= 12:
        raise HintError(f"Класс «{text}» не бывает: укажите число от 1 до 11.")
    return int(text)
