"""Files of results: made as the centre would send them, and taken as its operator takes them, on the day they came."""

from demo.generation.sendings import Sending, sendings
from demo.generation.staff import CENTRE
from demo.services.building import Builder, moment
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.layouts.identity import Hints
from monitoring.models import Load
from monitoring.services.importing import ResultFile, import_file
from monitoring.services.procedures import load_procedures


def load_norms(builder: Builder) -> None:
    """Load procedures, subjects and scales."""
    load_procedures(written=procedure_catalogue(), actor=builder.actor, now=builder.now)


def load_results(builder: Builder, academic_year: int) -> None:
    """Take every file of an academic year; one that is in force already is left."""
    files = [one for one in sendings(builder.schools) if one.academic_year == academic_year]
    for sending in builder.each(files, f"Результаты {academic_year}/{(academic_year + 1) % 100}: файлы центра"):
        _take(builder, sending)


def _take(builder: Builder, sending: Sending) -> None:
    data = sending.make()
    file = ResultFile(sending.name, data)
    if Load.objects.filter(upload__sha256=file.sha256, accepted_at__isnull=False).exists():
        return
    builder.file(f"results/{sending.academic_year}/{sending.name}", data)
    now = moment(sending.sent_on)
    import_file(file=file, unit=builder.region, hints=Hints(), actor=builder.person(CENTRE), now=now)
