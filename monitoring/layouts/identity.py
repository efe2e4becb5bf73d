"""
What a file is: its content says first, then its name, then the hints of whoever loads it.

Sources that contradict one another, or say too little, end in a refusal; nothing is guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from common.spreadsheets.gate import Refused
from common.years import format_academic_year
from monitoring.layouts.clues import Clues
from monitoring.layouts.norms import Norms, Procedure, Scale

_HINT = {
    "procedure": "укажите процедуру (--procedure или в форме загрузки)",
    "subject": "укажите предмет (--subject или в форме загрузки)",
    "grade": "укажите класс (--grade или в форме загрузки)",
    "year": "укажите учебный год, например 2021/22 (--year или в форме загрузки)",
}


@dataclass(frozen=True)
class Hints:
    """What the person says of the file."""

    procedure: str | None = None
    subject: str | None = None
    grade: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Identity:
    """One assessment that a file holds."""

    procedure: str
    subject: str
    grade: int
    academic_year: int
    held_on: date | None
    scale: Scale

    @property
    def title(self) -> str:
        """Name it for people."""
        return f"{self.procedure}, {self.subject}, {self.grade} класс, {format_academic_year(self.academic_year)}"


@dataclass
class Sources:
    """All that may tell what an assessment is."""

    content: Clues
    name: Clues
    hints: Hints
    norms: Norms
    today: date
    measure: str | None = None  # what the columns hold, where they tell
    guess: str | None = None  # the procedure that the columns and classes themselves imply
    subject_code: int | None = None  # of the exams' register
    warnings: list[str] | None = None

    def identity(self) -> Identity:
        """
        Decide what the assessment is.

        :raises Refused: if the sources contradict one another or say too little
        """
        procedure = self._procedure()
        subject = self._subject(procedure)
        year = self._year(procedure)
        grade = self._grade(procedure, subject, year)
        _check_held(procedure, subject, year)
        scale = self.norms.scale(procedure.name, subject, grade, year)
        return Identity(procedure.name, subject, grade, year, self.content.day, scale)

    def _procedure(self) -> Procedure:
        said = self.content.procedures or ([self.guess] if self.guess else [])
        name = _agreed(
            "процедуру", said, self.name.procedures, [self.hints.procedure] if self.hints.procedure else [], "procedure"
        )
        return self.norms.procedures[name]

    def _subject(self, procedure: Procedure) -> str:
        def narrow(subjects: Iterable[str]) -> list[str]:
            exact = (self.norms.subject_for(procedure.name, subject, self.measure) for subject in subjects)
            return list(dict.fromkeys(exact))

        said = narrow(self.content.subjects)
        if not said and self.subject_code is not None:
            coded = self.norms.subject_of_code(procedure.name, self.subject_code)
            said = [coded] if coded else []
        hinted = narrow([self.hints.subject]) if self.hints.subject else []
        named = narrow(self.name.subjects)
        if len(named) > 1 and (said or hinted):
            named = [subject for subject in named if subject in (said or hinted)] or named
        return _agreed("предмет", said, named, hinted, "subject")

    def _year(self, procedure: Procedure) -> int:
        said = self._years(procedure, self.content)
        named = self._years(procedure, self.name)
        hinted = [self.hints.year] if self.hints.year is not None else []
        if said and not self._name_contradicts(said[0]):
            named = []
        if not (said or named or hinted):
            self._refuse_half()
        year = int(_agreed("учебный год", said, named, hinted, "year"))
        first, last = self.norms.years
        if not first <= year <= last or date(year, 9, 1) > self.today or (self.content.day or self.today) > self.today:
            raise Refused(
                f"Учебный год {format_academic_year(year)} или дата в файле не могут быть верными: "
                f"результаты принимаются с {format_academic_year(first)} года по сегодняшний день."
            )
        return year

    def _refuse_half(self) -> None:
        """A calendar year alone is half of two academic years, where the procedure is held in autumn and in spring."""
        calendar = list(dict.fromkeys([*self.content.years, *self.name.years]))
        if len(calendar) == 1:
            earlier, later = format_academic_year(calendar[0] - 1), format_academic_year(calendar[0])
            raise Refused(
                f"Не понять учебный год: назван только {calendar[0]} год, а это может быть {earlier} или {later}; "
                f"{_HINT['year']}."
            )

    def _name_contradicts(self, year: int) -> bool:
        """A year in a name may be either half of the academic year, so both fit."""
        if self.name.academic_years and year not in self.name.academic_years:
            return True
        return bool(self.name.years) and not {year, year + 1} & set(self.name.years)

    def _years(self, procedure: Procedure, clues: Clues) -> list[int]:
        if procedure.session == "spring":
            sessions = list(dict.fromkeys([*([clues.day.year] if clues.day else []), *clues.years]))
            years = [session - 1 for session in sessions]
            # A paper written in autumn checks the programme of the year before, whatever year its head names.
            extra = [year for year in clues.academic_years if year not in sessions or not self._is_autumn(procedure)]
            return list(dict.fromkeys([*years, *extra]))
        years = list(clues.academic_years)
        if clues.day:
            by_day = clues.day.year if clues.day.month >= 9 else clues.day.year - 1
            years = list(dict.fromkeys([*years, by_day]))
        if years and clues.years and not any(year in (years[0], years[0] + 1) for year in clues.years):
            years.extend(clues.years)
        return years

    def _is_autumn(self, procedure: Procedure) -> bool:
        return procedure.code == "vpr" and self.content.day is not None and self.content.day.month >= 9

    def _grade(self, procedure: Procedure, subject: str, year: int) -> int:
        allowed = procedure.grades
        said = self.content.grades
        if self.content.programme_grade is not None:
            said = [self.content.programme_grade]
        elif self._is_autumn(procedure) and len(said) == 1:
            said = [self._programme_grade(procedure, subject, said[0], year)]
        named = [grade for grade in self.name.grades if not allowed or grade in allowed]
        if said and self._is_autumn(procedure):
            named = []
        elif not said and len(named) == 1 and _was_in_autumn(procedure, year):
            named = [self._programme_grade(procedure, subject, named[0], year)]
        hinted = [self.hints.grade] if self.hints.grade is not None else []
        if not (said or named or hinted) and len(allowed) == 1:
            return allowed[0]
        grade = int(_agreed("класс", said, named, hinted, "grade"))
        if allowed and grade not in allowed:
            raise Refused(f"{procedure.name} в {grade} классе не бывает: {_HINT['grade']} верно.")
        return grade

    def _programme_grade(self, procedure: Procedure, subject: str, grade: int, year: int) -> int:
        """Return the grade whose programme was checked in autumn: the pupils were one year ahead of it."""
        if self.hints.grade in (grade, grade - 1):
            return self.hints.grade or grade
        if grade - 1 not in procedure.grades:
            return grade
        fits = {
            candidate: self.norms.scale(procedure.name, subject, candidate, year).max_score
            for candidate in (grade, grade - 1)
        }
        if self.content.max_score is not None and fits[grade] != fits[grade - 1]:
            for candidate, maximum in fits.items():
                if maximum == self.content.max_score:
                    return candidate
        if self.warnings is not None:
            self.warnings.append(
                f"Работа писалась осенью: {grade} класс понят как программа {grade - 1} класса; "
                "если это не так, укажите класс сами."
            )
        return grade - 1


def _agreed(what: str, content: list, name: list, hint: list, hint_key: str):
    """Return the one value that all sources which speak agree on; of several in one source a hint chooses."""
    content, name = (hint if hint and len(values) > 1 and hint[0] in values else values for values in (content, name))
    for values, where in ((content, "в содержании"), (name, "в имени файла")):
        if len(values) > 1 and not (where == "в имени файла" and content):
            said = ", ".join(_said(what, value) for value in values)
            raise Refused(f"Не понять {what}: {where} названо несколько ({said}); {_HINT[hint_key]}.")
    spoken = [(values[0], where) for values, where in zip((content, name, hint), _WHERE, strict=True) if values]
    if not spoken:
        raise Refused(f"Не понять {what}: ни содержание файла, ни его имя этого не говорят; {_HINT[hint_key]}.")
    value, where = spoken[0]
    for other, elsewhere in spoken[1:]:
        if other != value:
            raise Refused(
                f"Не понять {what}: {where} — {_said(what, value)}, {elsewhere} — {_said(what, other)}. "
                "Исправьте имя файла или указание."
            )
    return value


_WHERE = ("в содержании", "в имени файла", "в указании")


def _said(what: str, value: object) -> str:
    return format_academic_year(int(str(value))) if what == "учебный год" else str(value)


def _was_in_autumn(procedure: Procedure, year: int) -> bool:
    """Say whether the spring session of a year was moved: then a file's name, «Mat5», gives the pupils' grade."""
    return any(item["year"] == year and item.get("session") == "spring" for item in procedure.not_held)


def _check_held(procedure: Procedure, subject: str, year: int) -> None:
    for item in procedure.not_held:
        if item["year"] != year or item.get("session"):
            continue
        kept = item.get("except", ())
        if (item.get("subjects") and subject not in item["subjects"]) or subject in kept:
            continue
        which = f"{procedure.name} ({subject})" if item.get("subjects") or kept else procedure.name
        raise Refused(f"{which} в {format_academic_year(year)} учебном году не проводилась: проверьте год в файле.")
