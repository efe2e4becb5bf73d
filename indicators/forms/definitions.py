"""Shapes of definitions: how an indicator is measured and in whose care it is, and what feeds a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from common.two_editors import TwoEditors
from common.widgets import LongSelect
from indicators.enums import Better, IndicatorKind
from indicators.selectors.defining import CareChoices, Choice
from indicators.services.definitions import Definition
from schools.enums import Kind

LEVELS = [
    (kind, kind.label)
    for kind in (Kind.SCHOOL, Kind.PRESCHOOL, Kind.EXTRACURRICULAR, Kind.MUNICIPALITY, Kind.DISTRICT, Kind.REGION)
]


class LibraryFilter(forms.Form):
    """Narrows the library."""

    q = forms.CharField(label="Найти", required=False)
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *IndicatorKind.choices], required=False)
    level = forms.ChoiceField(label="О ком", choices=[("", "обо всех"), *LEVELS], required=False)
    document = forms.ChoiceField(label="Документ", required=False)
    programme = forms.ChoiceField(label="Программа", required=False)
    keeper = forms.ChoiceField(label="Кто ведёт", required=False)
    state = forms.ChoiceField(label="Состояние", required=False)

    def __init__(
        self,
        data: Any,
        *,
        documents: list[Choice],
        programmes: list[Choice],
        keepers: list[Choice],
        states: list[Choice],
    ) -> None:
        super().__init__(data)
        for name, choices, every in (
            ("document", documents, "любой"),
            ("programme", programmes, "любая"),
            ("keeper", keepers, "кто угодно"),
            ("state", states, "любое"),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", every), *choices]

    def asked(self) -> dict[str, str]:
        """What is filled in and understood."""
        self.is_valid()
        given = self.cleaned_data
        named = {"q": "text"}
        return {named.get(name, name): given.get(name, "") for name in self.fields}


def _key(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """A choice of a row of the portal, or of none."""
    return forms.TypedChoiceField(
        label=label, required=False, coerce=int, empty_value=None, widget=LongSelect, help_text=help_text
    )


class EditionForm(TwoEditors):
    """A new edition of an indicator: everything that says how it is measured and who answers for it."""

    name = forms.CharField(label="Наименование", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    purpose = forms.CharField(
        label="Зачем", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text="Какое решение принимают по этому показателю.",
    )  # fmt: skip
    kind = forms.ChoiceField(label="Вид", choices=IndicatorKind.choices)
    level = forms.ChoiceField(label="О ком собирается", choices=LEVELS)
    formula = forms.CharField(
        label="Формула",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text="Например: доля(школы, где шппко_утверждена, среди выявленных)",
    )
    in_words = forms.CharField(
        label="Формула словами", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    unit_of_measure = forms.CharField(label="Единица", max_length=40)
    precision = forms.IntegerField(label="Знаков после запятой", min_value=0, max_value=4)
    better = forms.ChoiceField(label="Что лучше", choices=Better.choices)
    document_id = _key("Документ")
    source = forms.CharField(
        label="Раздел документа", max_length=300, required=False, help_text="Например: раздел 4, показатель 2.3"
    )
    page = forms.CharField(label="Страница", max_length=40, required=False)
    methodologist_id = _key("Кто ведёт определение: человек портала")
    methodologist_named = forms.CharField(
        label="Кто ведёт: роль или учреждение", max_length=300, required=False,
        help_text="Остаётся, когда человек сменится.",
    )  # fmt: skip
    reviewer_id = _key("Кто проверяет: человек портала")
    reviewer_named = forms.CharField(label="Кто проверяет: роль или учреждение", max_length=300, required=False)
    next_review_on = forms.DateField(
        label="Пересмотреть до", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_from = forms.DateField(label="Действует с", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(
        label="Почему новая редакция", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text="Приказ, ошибка, уточнение. Обязательно, если по показателю уже есть значения.",
    )  # fmt: skip

    SECTIONS: Sequence[tuple[str, Sequence[str]]] = (
        ("Что и зачем", ("code", "name", "purpose", "owner_id")),
        ("Как считается", ("kind", "level", "formula", "in_words", "unit_of_measure", "precision", "better")),
        ("Откуда показатель", ("document_id", "source", "page")),
        (
            "Кто отвечает",
            ("methodologist_id", "methodologist_named", "reviewer_id", "reviewer_named", "next_review_on"),
        ),
        ("Редакция", ("valid_from", "reason")),
    )

    def __init__(self, data: Any = None, *, shown: Mapping[str, Any], choices: CareChoices, **kwargs: Any) -> None:
        super().__init__(data, shown=shown, **kwargs)
        offered = {
            "document_id": choices.documents,
            "methodologist_id": choices.people,
            "reviewer_id": choices.people,
            "owner_id": choices.owners,
        }
        for name, rows in offered.items():
            field = self.fields.get(name)
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", "—"), *rows]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the order in which one thinks of them."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.SECTIONS]

    def definition(self) -> Definition:
        """What the form says, for the service."""
        given = self.cleaned_data
        said = {name: given[name].strip() if isinstance(given[name], str) else given[name] for name in SAID}
        return Definition(
            kind=IndicatorKind(given["kind"]), better=Better(given["better"]), level=Kind(given["level"]), **said
        )


SAID = (
    "formula",
    "unit_of_measure",
    "precision",
    "in_words",
    "purpose",
    "document_id",
    "source",
    "page",
    "methodologist_id",
    "methodologist_named",
    "reviewer_id",
    "reviewer_named",
    "next_review_on",
)


class NewIndicatorForm(EditionForm):
    """A new indicator, from scratch or as a copy of another."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{2,59}$",
        label="Код",
        help_text="Латинские буквы, цифры и подчёркивание, от 3 знаков. Код не меняется.",
        error_messages={
            "invalid": "Код пишется латинскими буквами, цифрами и подчёркиванием и начинается с буквы: rppko_2_3."
        },
    )
    owner_id = _key("Чей показатель", "Если показатель нужен одному муниципалитету, он считается только для него.")
    reason = None  # type: ignore[assignment]  # there is nothing yet that could have changed


class BasisForm(TwoEditors):
    """What feeds a year: whose results, which autumn's list, which wave."""

    academic_year = forms.IntegerField(
        label="Результаты учебного года, который начался в", min_value=2010, max_value=2035
    )
    cohort_year = forms.IntegerField(label="Список школ осени года", min_value=2010, max_value=2035)
    wave = forms.CharField(label="Волна мониторинга", max_length=100, required=False)


class CompareForm(forms.Form):
    """Which two editions are compared."""

    left = forms.ChoiceField(label="Что", widget=LongSelect)
    right = forms.ChoiceField(label="С чем", widget=LongSelect)

    def __init__(self, data: Any, *, editions: Sequence[Choice]) -> None:
        super().__init__(data)
        for name in ("left", "right"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", "—"), *editions]
