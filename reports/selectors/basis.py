"""What feeds the year that a report is asked for, and the refusal where there is nothing to tell of it."""

from indicators.facts import Basis
from indicators.models import Period
from indicators.selectors.bases import basis_of


class NothingToReport(Exception):
    """There is nothing of which the report could be made; the message says what to do first."""


def basis_for(year: int) -> Basis:
    """Return what feeds a programme year. :raises NothingToReport: if the year is not known."""
    try:
        return basis_of(year)
    except Period.DoesNotExist as unknown:
        raise NothingToReport(f"Года программы {year} нет: сначала загрузите программу на этот год.") from unknown
