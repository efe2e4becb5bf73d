"""The confined child's work: bytes in, anonymous results out."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from common.spreadsheets import confined
from common.spreadsheets.gate import Refused, judge
from common.spreadsheets.reading import open_book
from monitoring.layouts.clues import of_name
from monitoring.layouts.context import Context
from monitoring.layouts.directory import Directory
from monitoring.layouts.findings import Findings
from monitoring.layouts.identity import Hints
from monitoring.layouts.lines import Lines
from monitoring.layouts.norms import Norms
from monitoring.layouts.outputs import Outputs
from monitoring.layouts.recognition import read_sheet


def parse(options: dict[str, Any], data: bytes, pupil_key: bytes | None) -> dict[str, Any]:
    """
    Read a file and return the summary; the rows are in the staging folder.

    :raises Refused: if it is not a file of results, or does not say of what
    """
    name = options["name"]
    book = open_book(data, judge(data, name))
    context = _context(options, pupil_key)
    sheets: list[dict[str, Any]] = []
    layouts: list[str] = []
    offset = 0
    for sheet in book.sheets:
        lines = Lines(sheet, offset, confined.progress)
        met = read_sheet(context, sheet, lines, name)
        if not met and lines.last > 0:
            context.findings.warn(f"Лист «{sheet.name}» не узнан и не прочитан.")
        layouts += met
        sheets.append({"name": sheet.name, "offset": offset, "rows": lines.last})
        offset += max(lines.last, sheet.height)
    return _summary(context, layouts, sheets, book.hidden)


def _context(options: dict[str, Any], pupil_key: bytes | None) -> Context:
    norms = Norms(options["norms"])
    return Context(
        norms=norms,
        directory=Directory(options["schools"]),
        hints=Hints(**options.get("hints", {})),
        name=of_name(options["name"], norms),
        today=date.fromisoformat(options["today"]),
        findings=Findings(),
        outputs=Outputs(Path(options["staging"])),
        pupil_key=pupil_key,
        coded=frozenset(options.get("coded", ())),
        lasting=frozenset(options.get("lasting", ())),
    )


def _summary(context: Context, layouts: list[str], sheets: list[dict[str, Any]], hidden: list[str]) -> dict[str, Any]:
    findings = context.findings
    assessments = context.outputs.finish()
    if not layouts:
        raise Refused(
            "Таблица не узнана: нет заголовков ни одного из известных видов (ФИС ОКО, РЦОИ, по школам, КДР, протокол). "
            "Проверьте, что заголовки столбцов на месте."
        )
    if not assessments and not findings.total:
        raise Refused("Заголовки узнаны, но строк с результатами под ними нет: файл пуст или обрезан.")
    if hidden:
        findings.warn(f"Скрытые листы не читаются: {', '.join(hidden)}.")
    if context.directory.by_name:
        findings.warn(
            f"Школ, узнанных по названию внутри муниципалитета, а не по коду: {len(context.directory.by_name)}. "
            "Проверьте их."
        )
    for title in context.outputs.passed_over:
        findings.warn(f"Более грубые данные пропущены, есть точнее: {title}.")
    unmarked = [part for part in assessments if part["source"] == "rows" and part["measure"] == "marks"]
    for part in unmarked:
        counted = sum(sum(sums.get("marks") or [0]) for sums in part["units"].values())
        if 0 < counted < part["rows"]:
            findings.warn(f"Без отметки: {part['rows'] - counted} ({part['subject']}); в число участников не вошли.")
    for part in assessments:
        counted = sum(sums["n"] for sums in part["units"].values())
        if part["source"] == "rows" and part["levels"] and counted < part["rows"]:
            findings.warn(f"Без уровня: {part['rows'] - counted} ({part['subject']}); в число участников не вошли.")
    for part in assessments:
        _tell_codes(findings, part, is_lasting=part["procedure"] in context.lasting)
    return {
        "layout": "+".join(dict.fromkeys(layouts)),
        "assessments": assessments,
        "sheets": sheets,
        **findings.as_dict(),
    }


def _tell_codes(findings: Findings, part: dict[str, Any], *, is_lasting: bool) -> None:
    """Say what of a work will not be compared with earlier ones, where the procedure's codes last."""
    if not is_lasting or part["source"] != "rows" or not part["coded"]:
        return
    about = f"{part['subject']}, {part['grade']} класс"
    if part["coded"] < part["rows"]:
        findings.warn(
            f"Без кода участника: {part['rows'] - part['coded']} ({about}); с прежними работами не сравнятся."
        )
    if part["doubled"]:
        findings.warn(
            f"Кодов, которые стоят больше чем у одного участника: {part['doubled']} ({about}). "
            "Чьи они, неизвестно: с прежними работами не сравнятся."
        )


if __name__ == "__main__":
    confined.answer(lambda options: parse(options, sys.stdin.buffer.read(), confined.secret("pupil")))
