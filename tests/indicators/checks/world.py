"""A small world in which every check of this app is content, and how one looks."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from documents.enums import DocumentKind
from documents.models import Document
from indicators.checks.registry import Found, find_check
from indicators.checks.scene import Scene
from indicators.enums import ElementType, IndicatorKind
from indicators.models import DataElement, IndicatorEdition, Observation, Period
from indicators.services.agreement import disagreement
from indicators.services.computing import dependencies
from indicators.services.definitions import (
    Definition,
    create_indicator,
    set_basis,
)
from indicators.services.elements import Collecting, define_element
from indicators.services.recalculation import fulfil_requests
from schools.enums import Kind
from tests.indicators.territory import Territory


@dataclass
class CleanWorld:
    """Everything in it is as it should be."""

    place: Territory
    system: User
    now: datetime
    document: Document
    order: DataElement  # answered «yes» with proof by municipalities
    diplomas: DataElement  # entered by schools
    share: IndicatorEdition
    total: IndicatorEdition
    ratio: IndicatorEdition

    def look(self, code: str) -> list[Found]:
        """What a check finds now."""
        scene = Scene(now=self.now, today=self.now.date(), depends=dependencies, disagrees=disagreement)
        check = find_check(code)
        assert check is not None
        return list(check.look(scene))

    def change(self, edition: IndicatorEdition, **fields: object) -> None:
        """Write into an edition past the services, as no person can."""
        IndicatorEdition.objects.filter(pk=edition.pk).update(**fields)

    def define(self, code: str, **said: object) -> IndicatorEdition:
        """One more indicator as it should be."""
        careful = {
            "purpose": "Решить, кого поддержать",
            "document_id": self.document.pk,
            "source": "раздел 4",
            "page": "12",
            "methodologist_named": "КК ИПК",
            "next_review_on": date(2030, 1, 1),
        }
        name = str(said.pop("name", f"Показатель {code}"))
        return create_indicator(
            code=code, name=name, definition=Definition(**{**careful, **said}), valid_from=date(2021, 1, 1),
            actor=self.system, now=self.now,
        )  # fmt: skip

    def enter(self, element: DataElement, unit: str, value: int, **fields: object) -> Observation:
        """An answer, past the services."""
        period = Period.objects.get(code="2021")
        return Observation.objects.create(
            element=element, unit=self.place[unit], period=period, value=value, entered_by=self.system,
            entered_at=self.now, **fields,
        )  # fmt: skip

    def compute(self) -> None:
        """Compute all that waits."""
        fulfil_requests(clock=lambda: self.now)


def make_clean_world(place: Territory, system: User, now: datetime) -> CleanWorld:
    """Draw it: three questions with their answers, three indicators with their values, one year with its rule."""
    set_basis(year=2021, academic_year=2020, cohort_year=2021, actor=system, now=now)
    document = Document.objects.create(
        unit=place["24"], kind=DocumentKind.PROGRAMME, title="Программа", filed_by=system, filed_at=now
    )
    given = {"actor": system, "now": now}
    order = define_element(
        code="приказ", name="Приказ о рабочей группе", type=ElementType.YES_NO, level=Kind.MUNICIPALITY,
        needs_evidence=True, collecting=Collecting(due_after=30), **given,
    )  # fmt: skip
    diplomas = define_element(
        code="дипломы", name="Дипломов", type=ElementType.COUNT, level=Kind.SCHOOL, unit_of_measure="дипломов",
        hint="На 1 сентября", collecting=Collecting(due=(12, 31)), **given,
    )  # fmt: skip
    world = CleanWorld(place, system, now, document, order, diplomas, None, None, None)  # type: ignore[arg-type]
    for code in ("131", "147", "109"):
        world.enter(order, code, 1, document=document)
    for code in ("131001", "131002", "147001", "147002", "109001", "109002"):
        world.enter(diplomas, code, 2)
    world.share = world.define(
        "share", kind=IndicatorKind.SHARE, formula="доля(муниципалитеты, где есть(«приказ»))", level=Kind.MUNICIPALITY
    )
    world.total = world.define(
        "total", kind=IndicatorKind.COUNT, formula="сумма(значение(«дипломы»))", unit_of_measure="дипломов", precision=0
    )
    world.ratio = world.define(
        "ratio", kind=IndicatorKind.RATIO, formula="на(1000, сумма(значение(«дипломы»)), количество(школы))",
        unit_of_measure="на 1000",
    )  # fmt: skip
    world.compute()
    return world
