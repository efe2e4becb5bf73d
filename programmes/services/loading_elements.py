"""What a catalogue asks for, into the database: the systems that keep it, the elements, what they must keep to."""

from datetime import datetime
from graphlib import TopologicalSorter

from accounts.models import User
from indicators.enums import AskedEvery, CollectionMethod, ElementType, YearValue
from indicators.models import DataElement, IndicatorEdition
from indicators.selectors.asked import elements_in
from indicators.services.agreement import KindDisagrees
from indicators.services.elements import Breakdown, Collecting, Rules, define_element, define_system
from indicators.services.recoding import carry_answers
from programmes.catalogue import ProgrammeRecord
from programmes.catalogue.records import ElementRecord
from programmes.services.load_report import QUIET, LoadReport, label_of, named, said
from programmes.services.located import Problems
from schools.enums import Kind
from schools.models import Unit

WHAT = "первичные показатели"
CARRIED = "записи под прежними кодами"


def load_elements(
    *, source: ProgrammeRecord, owner: Unit | None, actor: User, now: datetime, report: LoadReport
) -> None:
    """
    Load the systems and the elements of a catalogue; what an element is compared with comes before it.

    :raises CatalogueError: with everything that is refused, each with its place
    """
    systems = {
        record.code: define_system(code=record.code, name=record.name, actor=actor, now=now)
        for record in source.systems
    }
    records = {record.code: record for record in source.elements}
    wholes = {code: {record.not_above} & records.keys() for code, record in records.items()}
    done: dict[str, DataElement] = {}
    problems = Problems()
    for code in TopologicalSorter(wholes).static_order():
        record = records[code]
        if wholes[code] - done.keys():
            continue  # what it is compared with was refused
        collecting = Collecting(
            systems.get(record.system),
            CollectionMethod(record.collection),
            record.due,
            record.due_after,
            AskedEvery(record.every),
            record.waves,
            YearValue(record.year_value) if record.year_value else None,
        )
        whole = done.get(record.not_above)
        rules = Rules(record.least, record.most, record.is_whole, whole, record.change_limit)
        with problems.at(record.at):
            done[code] = _element(record, owner, rules, collecting, actor, now, report)
    problems.refuse()


def carry_over(*, source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport) -> None:
    """
    Take what was entered under former codes to the present ones, once no formula in force asks for those any more.

    Comes after the indicators: their new editions no longer ask for the former codes, the old ones did.
    """
    codes = {code: record.code for record in source.elements for code in record.was}
    former = list(DataElement.objects.filter(code__in=codes, observations__isnull=False).distinct().order_by("code"))
    if not former:
        return
    depends = IndicatorEdition.objects.filter(is_current=True).exclude(depends_on=None)
    asked = {code for facts in depends.values_list("depends_on", flat=True) for code in elements_in(facts)}
    for old in former:
        into = DataElement.objects.get(code=codes[old.code])
        if old.code in asked:
            report.decide(CARRIED, f"«{old.name}» ({old.code}): на этот код ссылается формула, записи остаются под ним")
            continue
        try:
            moved = carry_answers(old=old, into=into, actor=actor, now=now)
        except KindDisagrees as differs:
            report.decide(CARRIED, str(differs))
            continue
        if moved:
            report.note(CARRIED, f"{old.code} → {into.code}: {moved}", "changed")


def _element(
    record: ElementRecord,
    owner: Unit | None,
    rules: Rules,
    collecting: Collecting,
    actor: User,
    now: datetime,
    report: LoadReport,
) -> DataElement:
    before = DataElement.objects.filter(code=record.code).values().first()
    element = define_element(
        code=record.code,
        name=record.title,
        type=ElementType(record.type),
        level=Kind(record.level),
        unit_of_measure=record.unit,
        needs_evidence=record.needs_evidence,
        hint=record.hint,
        states={str(state): text for state, text in record.states},
        asked_under=None if record.is_shared else owner,
        rules=rules,
        collecting=collecting,
        breakdown=Breakdown(record.breakdown, record.categories),
        actor=actor,
        now=now,
    )
    after = DataElement.objects.filter(pk=element.pk).values().get()
    outcome = "added" if before is None else "left" if before == after else "changed"
    report.note(WHAT, record.code, outcome)
    if before is not None:
        _tell(element, before, after, report)
    return element


def _tell(element: DataElement, before: dict[str, object], after: dict[str, object], report: LoadReport) -> None:
    for column in DataElement._meta.concrete_fields:
        was, becomes = before[column.attname], after[column.attname]
        if was == becomes or column.name in QUIET:
            continue
        if column.is_relation:  # the rows themselves, not their keys
            rows = column.related_model._default_manager.in_bulk([key for key in (was, becomes) if key])
            was, becomes = (str(rows[key]) if key else None for key in (was, becomes))
        report.tell(WHAT, named(str(before["name"])), label_of(column), said(column, was), said(column, becomes))
