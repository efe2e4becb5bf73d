"""docs/catalogues.md: every row of every document, and the indicator that answers it, or why none can."""

from collections import Counter
from itertools import groupby

from programmes.catalogue import CATALOGUES, ProgrammeRecord, load_catalogue
from programmes.catalogue.records import IndicatorRecord, NotMeasuredRecord, TargetRecord
from programmes.enums import RowChoice, TargetOperator, TargetScope
from programmes.selectors.saying import said_counted
from schools.enums import Kind

HEAD = """# Catalogues

Written by `make docs` from `programmes/catalogue`; do not edit. Every row of every document with what is counted, who
answers, what is promised and how the portal knows it: «считается» is a formula over facts of the portal, «вносится»
asks for numbers or an answer and says why they cannot be counted yet, «по документам» reads a standing document of the
register where nobody has answered. How to add a document: [how-to/add-a-programme.md](how-to/add-a-programme.md).
"""
COLUMNS = """| № | строка документа | уровень | что считается | цели | показатель | откуда значение |
|---|---|---|---|---|---|---|"""
ENTERED = ("есть(", "состояние(", "значение(")
HAS_DOCUMENT = "есть_документ("
NOTHING = "—"


def catalogues_page() -> str:
    """Write the page."""
    sources = [load_catalogue(path.parent.name) for path in sorted(CATALOGUES.glob("*/programme.yaml"))]
    parts = [
        HEAD,
        "| документ | код | показателей | целей | не установлено | элементов | мероприятий | без показателя |\n"
        "|---|---|---|---|---|---|---|---|",
    ]
    parts[-1] += "".join(f"\n{_summary(source)}" for source in sources) + "\n"
    return "\n".join([*parts, _operators(sources), *(_document(source) for source in sources)])


def _summary(source: ProgrammeRecord) -> str:
    targets = [target for row in source.indicators for target in row.targets]
    unset = [target for target in targets if target.operator == TargetOperator.NOT_APPLICABLE]
    counts = (source.indicators, source.elements, source.activities, source.not_measured)
    indicators, *others = (len(each) for each in counts)
    cells = [indicators, len(targets) - len(unset), len(unset), *others]
    return f"| {source.short_title} | `{source.code}` | " + " | ".join(map(str, cells)) + " |"


def _operators(sources: list[ProgrammeRecord]) -> str:
    """How each comparison of the portal is met in the documents: nothing that is promised there is lost on the way."""
    found = {
        source.code: Counter(each.operator for row in source.indicators for each in row.targets) for source in sources
    }
    head = "| сравнение | " + " | ".join(source.short_title for source in sources) + " |"
    rule = "|---" * (len(sources) + 1) + "|"
    rows = [
        f"| {operator.label} | " + " | ".join(str(found[source.code][operator] or NOTHING) for source in sources) + " |"
        for operator in TargetOperator
    ]
    return "\n".join(["## Цели документов и сравнения\n", head, rule, *rows, ""])


def _document(source: ProgrammeRecord) -> str:
    parts = [f"## {source.short_title}\n", f"{_flat(source.title).rstrip('.')}.\n"]
    rows: list[IndicatorRecord | NotMeasuredRecord] = [*source.indicators, *source.not_measured]
    titles = {each.number: f"{each.label or each.number}. {each.title}" for each in source.directions}
    for direction, found in groupby(sorted(rows, key=lambda row: row.direction or 0), key=lambda row: row.direction):
        parts.append(f"### {titles.get(direction or 0, 'Вне направлений')}\n")
        parts.append(COLUMNS + "".join(f"\n{_row(row)}" for row in found) + "\n")
    return "\n".join(parts)


def _row(row: IndicatorRecord | NotMeasuredRecord) -> str:
    if isinstance(row, NotMeasuredRecord):
        cells = [row.number, _flat(row.text), *([NOTHING] * 4), f"показателя нет: {_flat(row.why)}"]
    else:
        name = f"{_flat(row.group)}: {_flat(row.name)}" if row.group_number else _flat(row.name)
        marks = [] if row.choice == RowChoice.COMPULSORY else [str(RowChoice(row.choice).label)]
        marks += [f"часть показателя {row.part_of}"] if row.part_of else []
        name += f" ({'; '.join(marks)})" if marks else ""
        cells = [
            row.number,
            name,
            Kind(row.level).label,
            _flat(said_counted(row.counted)),
            _targets(row),
            f"`{row.code}`",
            _origin(row),
        ]
    return f"| {' | '.join(cells)} |"


def _targets(row: IndicatorRecord) -> str:
    said = [f"{target.year}: {_target(target)}" for target in row.targets if target.operator != "not_applicable"]
    return "; ".join(said) or NOTHING


def _target(target: TargetRecord) -> str:
    scope = "" if target.scope == TargetScope.WHOLE else f", {TargetScope(target.scope).label}"
    label = str(TargetOperator(target.operator).label)
    figures = [f"{figure:g}" for figure in (target.value, target.upper) if figure is not None]
    if target.base_year:
        figures.append(str(target.base_year))
    return " ".join([label, *figures]) + scope


def _origin(row: IndicatorRecord) -> str:
    formula = f"`{_flat(row.formula)}`"
    if any(word in row.formula for word in ENTERED):
        how = "по документам или вносится" if HAS_DOCUMENT in row.formula else "вносится"
        return f"{how}: {formula}" + (f" — {_flat(row.why_asked)}" if row.why_asked else "")
    return f"считается: {formula}"


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
