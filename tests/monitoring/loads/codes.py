"""Lasting codes declared, as a methodologist or a municipality would."""

from datetime import date
from typing import Any

from accounts.models import User
from documents.enums import DocumentKind
from documents.services.filing import Paper
from monitoring.models import Procedure
from monitoring.services.codes import declare_lasting_codes

ORDER = Paper(DocumentKind.ORDER, "О порядке ведения кодов участников", "77-п", date(2018, 9, 3))


def declare(
    centre: Any, code: str, *, actor: User | None = None, codes_of: Procedure | None = None, **more: Any
) -> Procedure:
    """Declare the codes of a procedure."""
    given = {"keeper": "Центр оценки качества", "document": ORDER, "actor": actor or centre.operator, **more}
    procedure = Procedure.objects.get(code=code)
    return declare_lasting_codes(procedure=procedure, codes_of=codes_of, now=centre.now, **given)
