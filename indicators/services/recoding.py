"""A question that has got another code, or is asked once where it was asked twice: what was entered goes with it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from indicators.models import DataElement, Observation
from indicators.services.agreement import KindDisagrees
from indicators.services.definitions import region
from indicators.services.entry_rights import fact_of
from indicators.services.recalculation import request_recalculation
from schools.access import require

ALIKE = ("type", "level", "unit_of_measure", "asked_every", "categories")


@transaction.atomic
def carry_answers(*, old: DataElement, into: DataElement, actor: User, now: datetime) -> int:
    """
    Move the cells of a question, with their history, to another one; a cell that is filled there stays as it is.

    :raises KindDisagrees: if what is entered under the two is not the same thing
    """
    require(actor, Permission.INDICATOR_EDIT, at=region())
    if any(getattr(old, field) != getattr(into, field) for field in ALIKE):
        raise KindDisagrees(
            f"«{old.name}» и «{into.name}» вносят по-разному: записи под кодом {old.code} остаются под ним. "
            "Внесите их под новым кодом заново."
        )
    list(DataElement.objects.select_for_update().filter(pk__in=[old.pk, into.pk]).order_by("pk"))
    same = {name: OuterRef(name) for name in ("unit", "period", "category")}
    filled = Observation.objects.filter(element=into, replaced_at=None, **same)
    rows = Observation.objects.filter(~Exists(filled), element=old)
    cells = list(rows.values_list("pk", "unit_id", "period__code"))
    if not cells:
        return 0
    Observation.objects.filter(pk__in=[pk for pk, _, _ in cells]).update(element=into)
    record(
        actor=actor,
        action="element.carried_over",
        target=into,
        now=now,
        before={"code": old.code},
        after={"code": into.code, "rows": len(cells)},
    )
    request_recalculation(
        facts={fact_of(old), fact_of(into)},
        unit_ids={unit for _, unit, _ in cells},
        years={int(code[:4]) for _, _, code in cells},
        actor=actor,
        now=now,
        reason=f"записи перешли под код {into.code}: «{into.name}»",
    )
    return len(cells)
