"""
Headers by their text: which column plays which role, wherever it stands and however it is spelled.

A head may take two lines («Текущие → Первичный балл; Балл»), have empty columns between, and columns nobody knows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from monitoring.layouts.norms import Norms
from monitoring.layouts.words import key, number, plain

_SCHOOL = r"(?:оо|оу|школ[аы]?|организаци[яи]|образовательн\w+ (?:организаци\w+|учреждени\w+)|учреждени[ея])"
_ROLES: tuple[tuple[str, str], ...] = (
    ("index", r"№|n|№ ?п/п|п/п|№ строки"),
    ("municipality_code", r"код (?:мсу|мо|мсо|муниципалитета|ате|района)|governmentcode|areacode|мсу код"),
    ("code", rf"код {_SCHOOL}(?: \(?рцои\)?| по рцои| в рцои)?|schoolcode|кодоо|рцои код|код рцои"),
    ("login", r"логин.*|пользователь|user|login|vprcode"),
    (
        "name",
        rf"(?:полное |краткое |сокращенное )?(?:название|наименование) {_SCHOOL}|schoolname|"
        r"(?:полное|краткое|сокращенное) (?:название|наименование)",
    ),
    ("school", _SCHOOL),
    (
        "municipality",
        r"муниципалитет\w*|мсу|мсо|мо|ате|район|территория|"
        r"(?:название|наименование) (?:мсу|мсо|мо|ате|муниципалитета|района)|"
        r"муниципальн\w+ (?:образование|округ|район)|город/район|район/город",
    ),
    ("groups", r"групп[аы] участников"),
    ("schools_count", rf"(?:кол-во|количество|число) {_SCHOOL}"),
    (
        "participants",
        r"(?:кол-во|количество|число|всего) (?:участников|учащихся|обучающихся|учеников|"
        r"писавших|выполнявших|сдававших).*|"
        r"участников|всего участников.*|участников,? чел|писали(?: работу)?|выполняли работу|n|кол-во|количество",
    ),
    (
        "pupil",
        r"код(?: участника| обучающегося| ученика)?|code|номер (?:обучающегося|участника|ученика)|"
        r"participantcode|№ участника",
    ),
    (
        "personal",
        r"фамили\w*|имя|отчество|ф\.? ?и\.? ?о|фио.*|серия.*|номер|№ документа|паспорт.*|документ.*|"
        r"снилс|дата рождения",
    ),
    (
        "personal",
        r"surname\w*|name\w*|firstname\w*|secondname\w*|patronymic\w*|document\w*|passport\w*|birth\w*|телефон.*|адрес.*|e-?mail",
    ),
    ("personal", r"фамилия,? имя,? отчество.*|участник|ученик|обучающийся|гражданство|учитель.*|фио учителя"),
    ("gender", r"пол|gender|sex"),
    ("room", r"код ппэ|ппэ|аудитория|stationcode\w*|auditorium\w*|номер аудитории|место"),
    ("class", r"класс|classcode|klass|class|наименование класса|название класса|литера|класс \(.*\)"),
    ("grade", r"параллель|grade"),
    ("variant", r"вариант.*|variant|var-?\d?"),
    ("textbook", r"учебник.*|умк"),
    ("short", r"задания с кратким ответом|краткий ответ|testresultb\w*"),
    ("long", r"задания с развернутым ответом|развернутый ответ|testresultc\w*"),
    ("journal", r"(?:отметка|оценка) (?:по журналу|в журнале|за предыдущ.*|за прошл.*)|журнал|журнальная отметка|otc"),
    (
        "score",
        r"первичн\w* балл\w*|балл первичн\w*|primarymark|sum|всего баллов|сумма баллов|"
        r"общий балл|итоговый первичный балл",
    ),
    ("test_score", r"(?:тестовый |итоговый )?балл|балл \(?по 100.*|testmark|mark100|балл \(?100\)?|тестовый балл.*"),
    ("mark", r"(?:итоговая )?(?:отметка|оценка)(?: за работу| за впр| \(5\))?|mark5|mark|итоговая оценка"),
    ("reached", r"(?:показанный |достигнутый )?уровень(?: достижени\w+.*| выполнения.*| (?:\w+ )?грамотности)?"),
    ("year", r"год|учебный год|год проведения"),
    ("subject", r"предмет|учебный предмет|(?:название|наименование) предмета|subject\w*"),
    ("day", r"дата(?: проведения| экзамена)?|examdate"),
    ("average", r"средн\w+.*|сред\.? .*|качество.*|успеваемость.*|соу|обученность.*"),
    ("difference", r"разница|.*до изменения.*|было"),
    ("percent", r"%|доля|процент.*|доля,? %|% участников"),
)
_PATTERNS = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
_TASK = re.compile(
    r"(?:задание |зад\.? ?|№ ?|балл за (?:задание )?(?:№ ?)?)?"
    r"(\d{1,2}(?:[.,]\d{1,2})?(?: ?[кkабвгa-d]\d{0,2})?)\s?\(\s?(\d{1,2})\s?б\w*\s?\)"
)
_PROTOCOL_TASK = re.compile(
    r"(?:балл за (?:задание )?(?:№ ?)?|a-)(\d{1,2}(?:[.,_]\d{1,2})?(?:[кk]\d)?)(?:-grade)?(?: ?\((\d{1,2})\D*\))?"
)
_BARE_TASK = re.compile(r"(?:задание ?|№ ?)?(\d{1,2}(?:[.,]\d{1,2})?(?: ?[кk]\d{0,2})?)")
_MARK_COLUMN = re.compile(
    r"(?:(?:получили|отметка|оценка|кол-во|количество|число|доля|на|%)[\s,]*)*(?:отметок |оценок )?([2-5])"
    r"(?:\s?[,(/]?\s?(?:%|чел\w*|кол-во|количество|доля|в %)\)?)?"
)
_LEVEL_TAIL = re.compile(
    r"(?:\s?уров\w*)?[\s,(/-]*(?:кол-во|количество|чел\w*|%|доля\w*|в %|участников|обучающихся)?[\s,)]*$"
)
_LEVEL_HEAD = re.compile(r"^(?:уровень|кол-во|количество|доля|%)[\s:,-]*")
_PERCENT = re.compile(r"%|доля|процент")


@dataclass
class Column:
    """One column: where it stands, its role, its title; for tasks, marks and levels also which one."""

    place: int
    role: str
    title: str
    which: str = ""
    maximum: int | None = None
    percent: bool = False


@dataclass
class Header:
    """A recognised head of a table."""

    columns: list[Column]
    titles: list[str]
    lines: int = 1
    plan: list[Any] = field(default_factory=list)

    def place(self, *roles: str) -> int | None:
        """Return where the first column of the first of these roles stands."""
        for role in roles:
            for column in self.columns:
                if column.role == role:
                    return column.place
        return None

    def has(self, *roles: str) -> bool:
        """Say whether each role has a column."""
        return all(self.place(role) is not None for role in roles)

    def all(self, role: str) -> list[Column]:
        """Return the columns of a role, in order."""
        return [column for column in self.columns if column.role == role]

    @property
    def known_titles(self) -> list[str]:
        """Return the titles of columns that are known, the others empty: what nobody knows may be a person's name."""
        known = {column.place for column in self.columns}
        return [title if place in known else "" for place, title in enumerate(self.titles)]

    @property
    def named(self) -> int:
        """Return how many columns are told by words; numbers alone make no head."""
        return sum(
            column.role not in ("score_count", "unknown") and number(column.title) is None for column in self.columns
        )

    @property
    def school_places(self) -> dict[str, int]:
        """Return where the columns stand that say which school it is."""
        names = ("code", "login", "school", "name", "municipality", "municipality_code", "groups")
        return {name: place for name in names if (place := self.place(name)) is not None}


def read_header(upper: Sequence[Any] | None, row: Sequence[Any], norms: Norms) -> Header | None:
    """Read one line, or two lines as one head; None if it is not the head of a table."""
    titles = [plain(cell) for cell in row]
    groups = [""] * len(titles)
    if upper is not None:
        groups = _filled([plain(cell) for cell in upper], titles)
        above = [plain(cell) for cell in upper]
        titles = [title or (above[place] if place < len(above) else "") for place, title in enumerate(titles)]
    columns = []
    for place, title in enumerate(titles):
        column = _column(place, title, groups[place], norms) if title else None
        if column is not None:
            columns.append(column)
    columns = _tasks_not_marks(columns)
    known = _scores_not_marks([column for column in columns if column.role != "unknown"])
    header = Header(_without_former(known, groups), titles, 1 if upper is None else 2)
    return header if header.named >= 2 else None


def _tasks_not_marks(columns: list[Column]) -> list[Column]:
    """Where lines are pupils', bare columns 1, 2, 3, 4.1, 6К1 are tasks; 2 to 5 among them are no marks."""
    bare = {"score_count", "mark_count", "unknown"}
    numbers = {column.title for column in columns if column.role in bare}
    per_pupil = any(column.role in {"pupil", "variant", "personal"} for column in columns)
    if per_pupil and {"1", "2"} <= numbers and "0" not in numbers:
        for column in columns:
            if column.role in bare and (match := _BARE_TASK.fullmatch(key(column.title))):
                column.role, column.which = "task", match[1].upper().replace(",", ".")
    return columns


def _scores_not_marks(columns: list[Column]) -> list[Column]:
    """Where columns 0, 1 and 6 stand beside 2 to 5, all of them are scores and none is a mark."""
    scores = {column.which for column in columns if column.role == "score_count"}
    if {"0", "1", "6"} <= scores:
        for column in columns:
            if column.role == "mark_count" and column.title == column.which:
                column.role = "score_count"
    return columns


def _filled(upper: list[str], titles: list[str]) -> list[str]:
    """Stretch each title of the upper line over the empty cells that follow it, as merged cells do."""
    upper = upper + [""] * (len(titles) - len(upper))
    last, filled = "", []
    for place, _ in enumerate(titles):
        last = upper[place] or (last if titles[place] else "")
        filled.append(last)
    return filled


def _without_former(columns: list[Column], groups: list[str]) -> list[Column]:
    """Drop columns of what was before an appeal, and keep the first of those that stand twice."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for column in columns:
        group = key(groups[column.place])
        if re.search(r"до изменени|было|предыдущ\w+ (?:результат|балл)", group) and key(column.title) != group:
            continue
        mark = (column.role, column.which)
        if column.role in ("score", "test_score", "mark", "journal", "code", "login") and mark in seen:
            continue
        seen.add(mark)
        kept.append(column)
    return kept


def _column(place: int, title: str, group: str, norms: Norms) -> Column | None:
    words = key(title)
    percent = bool(_PERCENT.search(words) or _PERCENT.search(key(group)))
    if match := _TASK.fullmatch(words):
        return Column(place, "task", title, match[1].upper().replace(",", "."), int(match[2]))
    if match := _PROTOCOL_TASK.fullmatch(words):
        maximum = int(match[2]) if match[2] else None
        return Column(place, "task", title, match[1].upper().replace("_", "."), maximum)
    if match := _MARK_COLUMN.fullmatch(words):
        return Column(place, "mark_count", title, match[1], percent=percent)
    for role, pattern in _PATTERNS:
        if pattern.fullmatch(words):
            return Column(place, role, title)
    bare = _LEVEL_HEAD.sub("", _LEVEL_TAIL.sub("", words)).strip()
    if bare in norms.levels:
        return Column(place, "level", title, str(norms.levels[bare]), percent=percent)
    if (found := number(title)) is not None and found == int(found) and 0 <= found <= 100:
        return Column(place, "score_count", title, str(int(found)))
    return Column(place, "unknown", title)
