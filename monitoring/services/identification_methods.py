"""Methods and their dated editions: loaded from files, changed in the browser by adding an edition, never in place."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.versions import ChangedMeanwhile
from documents.models import Document
from indicators.services.documents import Order, file_order
from indicators.services.recalculation import request_recalculation
from monitoring.catalogue.method_files import MethodFile
from monitoring.enums import MethodKind
from monitoring.facts import RESULT_FACTS
from monitoring.identification.method import FailedShare, Method, MethodError, read_method
from monitoring.models import Methodology, MethodologyEdition
from monitoring.selectors.identification_input import FIGURES
from schools.access import NotAllowed, require
from schools.enums import Kind
from schools.models import Unit
from schools.services.signing import Signature, signature_of


class EditionOvertaken(ChangedMeanwhile):
    """Another edition has come into force since the person looked."""


class EditionUnchanged(Exception):
    """The new edition says exactly what the current one says."""


class MethodExists(Exception):
    """Another method has this code."""


def check_parameters(parameters: dict[str, Any]) -> Method:
    """Read parameters and check that they name figures which passports have. :raises MethodError: with sentences."""
    method = read_method(parameters)
    mistakes = []
    if method.conditions:
        named = {method.conditions.base_figure}
        for variable in method.conditions.variables:
            named |= {variable.figure, *([variable.per] if variable.per else [])}
        mistakes = [
            f"В социальном паспорте нет показателя «{name}». Есть: {', '.join(FIGURES)}."
            for name in sorted(named - set(FIGURES))
        ]
    if mistakes:
        raise MethodError(mistakes)
    return method


@transaction.atomic
def add_edition(
    *,
    methodology: Methodology,
    parameters: dict[str, Any],
    valid_from: date,
    note: str,
    actor: User,
    now: datetime,
    paper: Order | None = None,
    seen: int | None = None,
    signatory: User | None = None,
) -> MethodologyEdition:
    """
    Put a new edition of a method in force; runs made by earlier ones keep theirs. `signatory` answers for it.

    `seen` is the number of the edition that the person changed.

    :raises EditionOvertaken: if a newer one has come into force since
    :raises MethodError: if the parameters cannot be used
    :raises EditionUnchanged: if nothing differs from the current edition
    :raises DocumentRefused: if the document has neither number nor link
    :raises SignatoryRefused: if the one who is named may not sign methods
    """
    _require_at_region(actor)
    signature = _signature(actor, signatory)
    method = check_parameters(parameters)
    locked = Methodology.objects.select_for_update().get(pk=methodology.pk)
    current = locked.editions.filter(is_current=True).first()
    if current is not None and seen is not None and current.number != seen:
        raise EditionOvertaken(
            f"Пока вы правили, {current.created_by} сохранил(а) редакцию {current.number}. Ваше не потеряно: сравните "
            "с ней и сохраните ещё раз — или отмените."
        )
    if current is not None and read_method(current.parameters) == method:
        raise EditionUnchanged(f"Редакция {current.number} уже задаёт эти параметры.")
    locked.editions.filter(is_current=True).update(is_current=False)
    number = (locked.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    edition = MethodologyEdition.objects.create(
        methodology=locked,
        number=number,
        valid_from=valid_from,
        parameters=parameters,
        document=_filed(paper, actor, now) if paper else None,
        note=note,
        is_current=True,
        created_by=actor,
        created_at=now,
        signatory=signature.user,
        signed_as=signature.words,
    )
    kind = kind_of(method)
    if locked.kind != kind:
        locked.kind = kind
        locked.save(update_fields=["kind"])
    before = current.parameters if current else None
    after = {**parameters, **signature.told}
    about = {"target": edition, "before": before, "after": after, "reason": note}
    record(actor=actor, action="method.edition_added", now=now, **about)
    if method.raised_limit != (read_method(current.parameters).raised_limit if current else None):
        request_recalculation(facts=RESULT_FACTS, actor=actor, now=now, reason=str(edition))
    return edition


@transaction.atomic
def add_method(
    *,
    code: str,
    name: str,
    parameters: dict[str, Any],
    valid_from: date,
    note: str,
    actor: User,
    now: datetime,
    paper: Order | None = None,
    signatory: User | None = None,
) -> Methodology:
    """
    Make a method of one's own, with its first edition.

    :raises MethodError: if the parameters cannot be used
    :raises MethodExists: if the code is taken
    """
    _require_at_region(actor)
    method = check_parameters(parameters)
    if Methodology.objects.filter(code=code).exists():
        raise MethodExists(f"Методика с кодом «{code}» уже есть: выберите другой код.")
    methodology = Methodology.objects.create(code=code, kind=kind_of(method), name=name)
    add_edition(
        methodology=methodology,
        parameters=parameters,
        valid_from=valid_from,
        note=note,
        actor=actor,
        now=now,
        paper=paper,
        signatory=signatory,
    )
    return methodology


@transaction.atomic
def load_methods(*, written: Iterable[MethodFile], actor: User, now: datetime) -> dict[str, int]:
    """
    Load the methods that come with the portal. Return how many editions were added to each.

    Editions that exist are left alone: what people have changed since is not undone by loading again.
    """
    added: dict[str, int] = {}
    for file in written:
        methodology, _ = Methodology.objects.get_or_create(
            code=file.code, defaults={"kind": file.kind, "name": file.name}
        )
        numbers = set(methodology.editions.values_list("number", flat=True))
        newer = [edition for edition in file.editions if edition.number > max(numbers, default=0)]
        for edition in newer:
            add_edition(
                methodology=methodology,
                parameters=edition.parameters,
                valid_from=edition.valid_from,
                note=edition.note,
                actor=actor,
                now=now,
            )
        added[file.code] = len(newer)
    return added


def _filed(paper: Order, actor: User, now: datetime) -> Document:
    region = Unit.objects.of_kind(Kind.REGION).get()
    return file_order(
        unit=region, title=paper.title, order=paper, permission=Permission.METHOD_EDIT, actor=actor, now=now
    )


def kind_of(method: Method) -> str:
    """Say which rule a method follows by its criterion of results."""
    return MethodKind.FEDERAL if isinstance(method.results, FailedShare) else MethodKind.INTEGRAL


def _signature(actor: User, chosen: User | None) -> Signature:
    """Who signs a method does so for the region; before there is one, the system itself."""
    region = Unit.objects.of_kind(Kind.REGION).first()
    if region is None:
        return Signature(actor, "", actor)
    return signature_of(permission=Permission.METHOD_SIGN, at=region, actor=actor, chosen=chosen)


def _require_at_region(actor: User) -> None:
    """A method concerns the whole region. Before there is one, only the system itself loads methods."""
    region = Unit.objects.of_kind(Kind.REGION).first()
    if region is not None:
        require(actor, Permission.METHOD_EDIT, at=region)
    elif not actor.is_system:
        raise NotAllowed("Край ещё не заведён: методики загружает команда load_methods.")
