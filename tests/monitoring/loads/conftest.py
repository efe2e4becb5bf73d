"""The municipalities and schools of the samples, with procedures, people and a data folder of the test's own."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import system_user
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.layouts.identity import Hints
from monitoring.models import Load
from monitoring.services.accepting import accept_load
from monitoring.services.importing import ResultFile, import_file, preview_file
from monitoring.services.procedures import load_procedures
from schools.models import Unit
from tests.factories.schools import make_district, make_municipality, make_region, make_school, make_user

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def now() -> datetime:
    """A moment after the newest sample."""
    return datetime(2022, 11, 15, 10, 30, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path) -> Path:
    """A data folder of the test's own, so that whatever is left there is seen."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


def left_on_disk(folder: Path) -> list[str]:
    """Return the files that lie under a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@dataclass
class Centre:
    """Three municipalities and who works there, ready to take files."""

    region: Unit
    kezhma: Unit
    taseevo: Unit
    schools: dict[str, Unit]
    operator: User
    coordinator: User
    neighbour: User
    school_editor: User
    now: datetime

    def take(self, name: str, data: bytes, hints: Hints | None = None, actor: User | None = None) -> Load:
        """Read a file and accept it."""
        unit = self.kezhma if actor == self.coordinator else self.taseevo if actor == self.neighbour else self.region
        file = ResultFile(name, data)
        return import_file(file=file, unit=unit, hints=hints or Hints(), actor=actor or self.operator, now=self.now)

    def accept(self, load: Load, actor: User | None = None) -> Load:
        """Accept a load that was read."""
        return accept_load(load=load, actor=actor or self.operator, now=self.now)


@pytest.fixture
def procedures(db, now) -> None:
    """The procedures that come with the portal."""
    load_procedures(written=procedure_catalogue(), actor=system_user(), now=now)


@pytest.fixture
def centre(procedures, now) -> Centre:
    """The places of the samples with two schools each."""
    return draw_centre(now, lambda code: code[-3:] in ("001", "002"))


@pytest.fixture
def read(centre):
    """Read a file and return its summary with schools by code."""
    codes = {str(unit.pk): code for code, unit in centre.schools.items()}

    def preview(name, data, **hints):
        summary = preview_file(
            file=ResultFile(name, data), unit=centre.region, hints=Hints(**hints), actor=centre.operator, now=centre.now
        )
        for part in summary["assessments"]:
            part["units"] = {codes[unit]: sums for unit, sums in part["units"].items()}
        return summary

    return preview


@pytest.fixture
def whole_centre(procedures, now) -> Centre:
    """The places of the samples with all their schools."""
    return draw_centre(now, lambda code: True)


def draw_centre(now: datetime, wanted: Callable[[str], bool]) -> Centre:
    """Make the places and people, and the schools whose codes are wanted."""
    region = make_region()
    district = make_district(region)
    text = (SAMPLES / "schools.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    places = {row["Код МСУ"]: row["Муниципалитет"] for row in rows}
    units = {code: make_municipality(district, code, name) for code, name in places.items()}
    schools = {
        row["Код ОО (РЦОИ)"]: make_school(
            units[row["Код МСУ"]], row["Код ОО (РЦОИ)"], row["Логин ФИС ОКО"], row["Краткое наименование"]
        )
        for row in rows
        if wanted(row["Код ОО (РЦОИ)"])
    }
    return Centre(
        region=region,
        kezhma=units["131"],
        taseevo=units["147"],
        schools=schools,
        operator=make_user("centre", Role.CENTRE_OPERATOR, region),
        coordinator=make_user("kezhma", Role.MUNICIPAL_COORDINATOR, units["131"]),
        neighbour=make_user("taseevo", Role.MUNICIPAL_COORDINATOR, units["147"]),
        school_editor=make_user("school", Role.SCHOOL_EDITOR, schools["131001"]),
        now=now,
    )
