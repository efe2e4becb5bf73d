"""A small region in the database, drawn with the same tables as the spec of identification."""

from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import User
from accounts.permissions import Role
from common.russian import search_key, sort_key
from jobs.models import Upload
from monitoring.enums import LoadState, MeasureKind, Source
from monitoring.models import Assessment, Load, Procedure, SchoolResult, Subject
from schools.enums import Kind, Locality, SchoolLevel, SchoolType
from schools.models import Ancestry, Appointment, Placement, School, SchoolYear, Unit
from tests.spec.identification.drawing import school as drawn

SINCE = date(2010, 1, 1)
PROCEDURES = {"ВПР": ("vpr", MeasureKind.MARKS), "ОГЭ": ("oge", MeasureKind.MARKS), "ЕГЭ": ("ege", MeasureKind.SCORE),
              "КДР": ("kdr", MeasureKind.LEVELS)}  # fmt: skip
SUBJECTS = {"русский": "Русский язык", "математика": "Математика", "профиль": "Математика профильная",
            "база": "Математика базовая", "чтение": "Читательская грамотность"}  # fmt: skip


def make_unit(kind: str, code: str, name: str, parent: Unit | None = None) -> Unit:
    unit = Unit.objects.create(
        kind=kind, code=code, name=name, short_name=name, parent=parent, path="", sort_key=sort_key(name),
        search_key=search_key(name),
    )  # fmt: skip
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    Placement.objects.create(unit=unit, parent=parent, path=unit.path, valid_from=SINCE)
    above = unit.line
    Ancestry.objects.bulk_create(Ancestry(unit=unit, ancestor_id=key, valid_from=SINCE) for key in above)
    return unit


def make_user(login: str, role: str | None = None, at: Unit | None = None, *, is_system: bool = False) -> User:
    user = User.objects.create(login=login, full_name=f"Иванова {login}", is_system=is_system)
    if role and at:
        Appointment.objects.create(user=user, unit=at, role=role, starts_on=SINCE)
    return user


@dataclass
class DrawnRegion:
    """A region of two municipalities, with the people who work in it and whatever schools a test draws."""

    now: datetime
    loads: dict[int, Load] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.region = make_unit(Kind.REGION, "24", "Красноярский край")
        self.north = make_unit(Kind.DISTRICT, "severny", "Северный округ", self.region)
        self.south = make_unit(Kind.DISTRICT, "yuzhny", "Южный округ", self.region)
        self.kezhma = make_unit(Kind.MUNICIPALITY, "131", "Кежемский район", self.north)
        self.minusinsk = make_unit(Kind.MUNICIPALITY, "147", "город Минусинск", self.south)
        self.centre = make_user("centre", Role.CENTRE_OPERATOR, self.region)
        self.ministry = make_user("ministry", Role.MINISTRY_APPROVER, self.region)
        self.coordinator = make_user("kezhma", Role.MUNICIPAL_COORDINATOR, self.kezhma)
        self.neighbour = make_user("minusinsk", Role.MUNICIPAL_COORDINATOR, self.minusinsk)
        upload = Upload.objects.create(
            name="итоги.csv", size=1, sha256="0" * 64, uploaded_by=self.centre, uploaded_at=self.now
        )
        self.load = Load.objects.create(
            upload=upload, unit=self.region, layout="drawn", state=LoadState.IN_FORCE, loaded_by=self.centre,
            created_at=self.now, accepted_at=self.now,
        )  # fmt: skip

    def school(
        self, code: str, name: str, table: str = "", *, at: Unit | None = None, type_: str = SchoolType.ORDINARY,
        passports: dict[int, dict[str, int]] | None = None,
    ) -> Unit:  # fmt: skip
        unit = make_unit(Kind.SCHOOL, code, name, at or self.kezhma)
        School.objects.create(unit=unit, level=SchoolLevel.SECONDARY, locality=Locality.RURAL, type=type_)
        for result in drawn(table, code).results:
            self.result(
                unit,
                result.procedure,
                result.subject,
                result.grade,
                result.academic_year,
                result.n,
                result.failed,
                int(result.score_percent * result.n) if result.score_percent else None,
            )
        for year, figures in (passports or {}).items():
            SchoolYear.objects.create(
                unit=unit, academic_year=year, entered_by=self.centre, entered_at=self.now, **figures
            )
        return unit

    def result(
        self, unit: Unit, procedure: str, subject: str, grade: int, year: int, n: int, failed: int | None,
        score_sum: int | None = None, levels: list[int] | None = None,
    ) -> SchoolResult:  # fmt: skip
        return SchoolResult.objects.create(
            assessment=self.assessment(procedure, subject, grade, year), unit=unit, load=self.load,
            source=Source.ROWS, is_current=True, n=n, failed=failed, score_sum=score_sum,
            max_score=100 if score_sum is not None else None, levels=levels,
        )  # fmt: skip

    def assessment(self, procedure: str, subject: str, grade: int, year: int) -> Assessment:
        code, measure = PROCEDURES[procedure]
        name = SUBJECTS.get(subject, subject)
        held, _ = Procedure.objects.get_or_create(code=code, defaults={"name": procedure, "measure": measure})
        about, _ = Subject.objects.get_or_create(name=name, defaults={"code": name.lower().replace(" ", "_")})
        return Assessment.objects.get_or_create(procedure=held, subject=about, grade=grade, academic_year=year)[0]
