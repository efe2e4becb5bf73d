"""Checks of what monitoring brings to the programme years, for `indicators.checks`."""

from __future__ import annotations

from collections.abc import Iterator

from common.years import format_academic_year
from indicators.checks.registry import Found, check
from indicators.checks.scene import Scene
from indicators.enums import Severity
from indicators.facts import find_fact
from monitoring.enums import ListState
from monitoring.facts.cohort import LIST
from monitoring.facts.parameters import called_levels
from monitoring.facts.results import RESULTS
from monitoring.models import Assessment, SchoolList
from monitoring.selectors.comparison import assessments_with_levels


@check(
    "list_not_approved",
    title="Год считается по списку школ, которого нет",
    severity=Severity.WARNING,
    why="Показатели по выявленным школам этого года пусты: считать некого.",
    mend="Утвердите список осени или исправьте осень на странице «По каким данным считается год».",
)
def list_not_approved(scene: Scene) -> Iterator[Found]:
    if not _asks(scene, LIST):
        return
    approved = set(SchoolList.objects.filter(state=ListState.APPROVED).values_list("cohort_year", flat=True))
    for basis in scene.bases:
        if basis.indicator_id is None and basis.cohort_year not in approved:
            said = f"список осени {basis.cohort_year} года не утверждён"
            yield Found(f"{basis.period.code} год", said, ("indicators:bases",))


@check(
    "results_not_loaded",
    title="Год считается по результатам, которых нет",
    severity=Severity.WARNING,
    why="Показатели по результатам этого года пусты.",
    mend="Загрузите результаты учебного года или исправьте его на странице «По каким данным считается год».",
)
def results_not_loaded(scene: Scene) -> Iterator[Found]:
    if not _asks(scene, RESULTS):
        return
    loaded = set(
        Assessment.objects.filter(school_results__isnull=False).values_list("academic_year", flat=True).distinct()
    )
    for basis in scene.bases:
        if basis.indicator_id is None and basis.academic_year not in loaded:
            said = f"результатов {format_academic_year(basis.academic_year)} учебного года нет"
            yield Found(f"{basis.period.code} год", said, ("indicators:bases",))


@check(
    "levels_beyond_scale",
    title="В результатах больше уровней, чем называет шкала",
    severity=Severity.ERROR,
    why="Работы на уровне без имени не входят ни в одну часть распределения и ни в одну долю уровней.",
    mend="Впишите недостающий уровень в шкалу или в процедуру каталога и загрузите его: load_procedures.",
)
def levels_beyond_scale(scene: Scene) -> Iterator[Found]:
    if not _asks(scene, RESULTS):
        return
    for one, most in assessments_with_levels():
        names = called_levels(one.scale and one.scale["levels"], one.procedure.terms)
        if most > len(names):
            said = f"в результатах {most}, а названо {len(names)}: {', '.join(names)}"
            year = format_academic_year(one.academic_year)
            yield Found(f"{one.procedure.name}, {one.subject.name}, {one.grade} класс, {year}", said)


def _asks(scene: Scene, source: str) -> bool:
    """Whether some formula in force asks for facts of a source."""
    return any((fact := find_fact(name)) is not None and fact.source == source for name, _ in scene.facts)
