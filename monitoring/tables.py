"""Tables of identification as files, and the words for categories that pages and files share."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from common.tables import Column, Kind, Table
from common.years import format_academic_year
from monitoring.enums import LISTED, Category
from monitoring.models import ListEntry, SchoolList

LABELS = {code: str(label) for code, label in Category.choices}
ANNEX = [
    Column("№ п/п", Kind.INTEGER, 7),
    Column("Муниципалитет", width=28),
    Column("Наименование организации", width=60),
    Column("Код ОО", width=10),
    Column("Низкие результаты (ШНРО)", width=14),
    Column("Неблагоприятные условия (ШНСУ)", width=18),
    Column("Резильентная", width=14),
]
About = list[tuple[str, str]]


def in_words(categories: Sequence[str], excluded_as: str = "") -> str:
    """Write the categories of a school: «ШНРО, ШНСУ»; a school that a method leaves out is said to be so."""
    if excluded_as:
        return "не рассматривается"
    return ", ".join(LABELS[one] for one in categories)


def annex(school_list: SchoolList, entries: Iterable[ListEntry]) -> tuple[Table, About]:
    """Write the annex to the order that approves a list, and what it was made of."""
    table = Table(
        "Приложение",
        ANNEX,
        (
            (
                number,
                entry.place_full_name,
                entry.unit.name,
                entry.unit.code,
                *("да" if one in entry.categories else "" for one in LISTED),
            )
            for number, entry in enumerate(entries, start=1)
        ),
        caption=_caption(school_list),
    )
    run = school_list.run
    about = [
        ("Состояние списка", school_list.get_state_display()),
        ("Приказ", str(school_list.order) if school_list.order else "ещё не утверждён"),
        ("Расчёт", f"№ {run.pk} от {timezone.localtime(run.run_at):%d.%m.%Y}"),
        ("Методика", str(run.edition)),
        ("Новейший учебный год результатов", format_academic_year(run.academic_year)),
        ("Отпечаток исходных данных", run.input_hash),
    ]
    return table, about


def _caption(school_list: SchoolList) -> str:
    named = f"Перечень школ, выявленных осенью {school_list.cohort_year} года"
    return f"{named}. Приложение к документу: {school_list.order}" if school_list.order else f"{named} (проект)"
