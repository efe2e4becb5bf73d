"""A whole programme from its catalogue in one step: text, indicators with targets, roadmap."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services.audit import record
from programmes.catalogue import ProgrammeRecord
from programmes.models import Programme
from programmes.services.load_report import LoadReport
from programmes.services.loading import SameVersion, load_text, other_content
from programmes.services.loading_indicators import load_indicators
from roadmap.services.planning import load_activities


@transaction.atomic
def load_programme(
    *, source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport, only_look: bool = False
) -> Programme:
    """
    Load everything that a catalogue says, or, to look first, say in the report what would be done and undo it.

    Doing it twice changes nothing.

    :raises UnitMissing: if the territory has not been loaded yet
    :raises CatalogueError: with every formula that makes no sense and all else that is refused, each with its place
    :raises SameVersion: if the portal has the same version of a package with another content
    """
    differing = other_content(source)
    programme = load_text(source=source, actor=actor, now=now, report=report)
    load_indicators(programme=programme, source=source, actor=actor, now=now, report=report)
    load_activities(programme=programme, source=source, actor=actor, report=report)
    if differing and not report.is_empty:
        if not (only_look or source.is_shipped):
            raise SameVersion(differing)
        report.remarks.append(differing)
    if not report.is_empty:
        after = {"code": source.code}
        said = report.in_words()
        record(actor=actor, action="programme.loaded", target=programme, now=now, after=after, reason=said)
    if only_look:
        transaction.set_rollback(True)
    return programme
