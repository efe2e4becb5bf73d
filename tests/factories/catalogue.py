"""The regional programme of the catalogue, whole or only so much of it as a test needs."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from accounts.services.people import system_user
from programmes.catalogue import ProgrammeRecord, load_catalogue
from programmes.models import Programme
from programmes.services.load_report import LoadReport
from programmes.services.loading import load_text
from programmes.services.loading_indicators import load_indicators


@cache
def regional_programme() -> ProgrammeRecord:
    """Return РППКО 2020–2022 as its catalogue says it."""
    return load_catalogue("rppko-2020-2022")


def short_programme(*numbers: str) -> ProgrammeRecord:
    """Return it with these indicators only, what they ask for, and no other text."""
    whole = regional_programme()
    indicators = tuple(one for one in whole.indicators if one.number in numbers)
    asked = " ".join([*(one.formula for one in indicators), *(str(one.targets) for one in indicators)])
    elements = tuple(one for one in whole.elements if one.code in asked)
    nothing = {"passport": (), "goals": (), "chapters": (), "notes": (), "abbreviations": {}, "activities": ()}
    return replace(whole, indicators=indicators, elements=elements, **nothing)


def load_short(*numbers: str, now: datetime) -> Programme:
    """Load the programme with these indicators only."""
    actor, report, source = system_user(), LoadReport(), short_programme(*numbers)
    programme = load_text(source=source, actor=actor, now=now, report=report)
    load_indicators(programme=programme, source=source, actor=actor, now=now, report=report)
    return programme
