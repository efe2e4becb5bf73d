"""Procedures, subjects and scales as `procedures.yaml` says: dated norms, not rules of the code."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from monitoring.enums import MeasureKind

_PROCEDURE_TERMS = ("aliases", "grades", "session", "not_held")
_SUBJECT_TERMS = ("aliases", "tokens", "codes", "within")


class ProcedureFileError(ValueError):
    """A catalogue of procedures that is not well formed; the message says where."""


@dataclass(frozen=True, slots=True)
class ProcedureRecord:
    """A procedure as it is written."""

    code: str
    name: str
    full_name: str
    measure: str
    terms: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    """A subject as it is written."""

    code: str
    name: str
    terms: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScaleRecord:
    """The norm of a procedure in one subject and grade from a year on; `figures` are fields of MarkScale."""

    procedure: str
    subject: str
    grade: int
    from_year: int
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProcedureCatalogue:
    """All that the file says."""

    procedures: tuple[ProcedureRecord, ...]
    subjects: tuple[SubjectRecord, ...]
    scales: tuple[ScaleRecord, ...]


def procedure_catalogue() -> ProcedureCatalogue:
    """Read the catalogue that comes with the portal. :raises ProcedureFileError: if it is not well formed."""
    text = files("monitoring.catalogue").joinpath("procedures.yaml").read_text(encoding="utf-8")
    return read_procedures("procedures.yaml", text)


def read_procedures(name: str, text: str) -> ProcedureCatalogue:
    """Read one file. :raises ProcedureFileError: if it is not well formed."""
    try:
        data = yaml.safe_load(text)
        levels = data.get("levels", [])
        catalogue = ProcedureCatalogue(
            tuple(_procedure(item, levels) for item in data["procedures"]),
            tuple(
                SubjectRecord(item["code"], item["name"], {key: item[key] for key in _SUBJECT_TERMS if key in item})
                for item in data["subjects"]
            ),
            tuple(scale for item in data["scales"] for scale in _scales(item)),
        )
    except yaml.YAMLError as broken:
        raise ProcedureFileError(f"{name}: файл не читается как YAML ({broken}).") from broken
    except (KeyError, TypeError, ValueError, AttributeError) as missing:
        raise ProcedureFileError(f"{name}: запись неполна или неверна: {missing}.") from missing
    _check(name, catalogue)
    return catalogue


def _procedure(item: dict[str, Any], levels: list[list[str]]) -> ProcedureRecord:
    measure = MeasureKind(item["measure"])
    terms = {key: item[key] for key in _PROCEDURE_TERMS if key in item}
    if measure == MeasureKind.LEVELS:
        terms["levels"] = item.get("levels", levels)
    return ProcedureRecord(item["code"], item["name"], item.get("full_name", ""), measure, terms)


def _scales(item: dict[str, Any]) -> list[ScaleRecord]:
    figures = {
        "to_year": item.get("to"),
        "measure": MeasureKind(item["measure"]) if "measure" in item else "",
        "max_score": item.get("max_score"),
        "passing_score": item.get("passing"),
        "mark_bounds": item.get("bounds"),
        "levels": item.get("levels"),
        "basic_level": item.get("basic_level"),
        "source": item.get("source", ""),
    }
    return [
        ScaleRecord(item["procedure"], subject, int(grade), int(item["from"]), figures)
        for subject in item["subjects"]
        for grade in item["grades"]
    ]


def _check(name: str, catalogue: ProcedureCatalogue) -> None:
    procedures = {item.code for item in catalogue.procedures}
    subjects = {item.name for item in catalogue.subjects}
    for scale in catalogue.scales:
        if scale.procedure not in procedures or scale.subject not in subjects:
            raise ProcedureFileError(f"{name}: шкала называет неизвестное: {scale.procedure}, {scale.subject}.")
