"""What a programme promises: targets, rows, how they add up, bands, as forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from common.two_editors import TwoEditors
from common.versions import version_of
from common.widgets import LongSelect
from programmes.catalogue.target_rules import HALVES
from programmes.enums import CAUSES, Cumulation, TargetOperator, TargetScope
from programmes.forms.programme import OrderForm, UnitField
from programmes.models import END_OPERATORS, ProgrammeIndicator
from programmes.selectors.rows import RowChoices
from programmes.services.targets import Wanted
from schools.forms.signatory import SignatoryForm
from schools.models import Unit


def figure_field(label: str, *, help_text: str = "", places: int = 4) -> forms.DecimalField:
    """Return a field for a number, written with a comma as people do."""
    wrong = {"invalid": "Это не число. Впишите его цифрами, например 20 или 12,5."}
    return forms.DecimalField(
        label=label,
        required=False,
        localize=True,
        max_digits=14,
        decimal_places=places,
        help_text=help_text,
        error_messages=wrong,
    )


def reason_field() -> forms.CharField:
    """Return a field for why something is promised otherwise: a paragraph, which the history repeats whole."""
    return forms.CharField(label="Почему", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), required=False)


WHY = "Программа утверждена: цель меняют с причиной. Выберите причину и напишите её словами."


def ask_why(*asked: forms.Field) -> None:
    """Make the reason compulsory, as it is in an approved programme."""
    for field in asked:
        field.required = True
        field.error_messages["required"] = WHY


class Explained(forms.Form):
    """A form whose reason has to be written where the programme is approved; `asked` says a reason of what."""

    def __init__(self, *args, is_approved: bool = False, asked: str = "почему это меняется", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if is_approved:
            why = f"Программа утверждена: напишите одним предложением, {asked}."
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = why


class OtherHalf(forms.Form):
    """The other half of a compound target: «не менее 1, из 4 регионов». Left empty, there is none."""

    also_element = forms.ChoiceField(
        label="И ещё: какое число",
        required=False,
        widget=LongSelect,
        help_text="Вторая половина цели: число, которое вносит владелец программы.",
    )
    also_operator = forms.ChoiceField(
        label="Сравнение второй половины",
        choices=[("", "второй половины нет"), *((one.value, one.label) for one in HALVES)],
        required=False,
    )
    also_value = figure_field("Число второй половины")

    def offer_halves(self, halves: Iterable[tuple[str, str]]) -> None:
        """Say which numbers may be the other half; without any the fields are not shown."""
        offered = list(halves)
        if not offered:
            for name in HALF_FIELDS:
                del self.fields[name]
            return
        self.fields["also_element"].choices = [("", "второй половины нет"), *offered]

    def clean(self) -> dict[str, object]:
        """Ask for all three or for none."""
        given = super().clean() or self.cleaned_data
        filled = [name for name in HALF_FIELDS if given.get(name) not in (None, "")]
        if filled and len(filled) < len(HALF_FIELDS) and not self.errors:
            missing = next(name for name in HALF_FIELDS if name not in filled)
            self.add_error(
                missing, "Вторая половина цели — это число, его сравнение и величина. Заполните всё или ничего."
            )
        return given

    @property
    def other_half(self) -> dict[str, str] | None:
        """What the target keeps of it."""
        given = self.cleaned_data
        if not given.get("also_element"):
            return None
        return {"element": given["also_element"], "operator": given["also_operator"], "value": str(given["also_value"])}


HALF_FIELDS = ("also_element", "also_operator", "also_value")


class TargetForm(OtherHalf, TwoEditors, SignatoryForm, OrderForm):
    """A target that is changed, or whose sign is settled by a decision."""

    operator = forms.ChoiceField(label="Сравнение", choices=TargetOperator.choices)
    value = figure_field("Число", help_text="Для «да», роста и положительной динамики не нужно.")
    upper = figure_field("До", help_text="Только для сравнения «от и до».")
    base_year = forms.IntegerField(label="Базовый год", required=False, help_text="Только для роста.")
    band = figure_field(
        "Допуск", places=2, help_text="На сколько значение может не дотягивать, пока год идёт; пусто — как у программы."
    )
    cause = forms.ChoiceField(
        label="Причина", choices=[("", "выберите"), *((one.value, one.label) for one in CAUSES)], required=False
    )
    reason = reason_field()
    field_order = [
        "operator", "value", "upper", "base_year", "band", *HALF_FIELDS, "cause", "reason",
        "order_number", "order_date", "order_url", "signatory",
    ]  # fmt: skip

    def __init__(
        self, *args, is_settling: bool, is_approved: bool = False, halves: Iterable[tuple[str, str]] = (), **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_halves(halves)
        if is_approved:
            ask_why(self.fields["cause"], self.fields["reason"])
        self.fields["order_url"].label = "Ссылка на документ"
        for name, label in (("order_number", "Номер документа"), ("order_date", "Дата документа")):
            self.fields[name].label = label
        if is_settling:
            del self.fields["cause"]
            self.fields["reason"].label = "Что решено"
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Не сказано, что решено. Напишите одним предложением."

    def answer_of(self) -> dict[str, object]:
        """What the service is given."""
        given = self.cleaned_data
        figures = {name: given.get(name) for name in ("value", "upper", "base_year", "band")}
        return {
            "wanted": Wanted(given["operator"], **figures, also=self.other_half),
            "cause": given.get("cause", ""),
            "reason": given["reason"],
            "order": self.order,
            "signatory": self.chosen,
            "seen": given["seen"],
        }


class RowsForm(TwoEditors):
    """Which optional rows of a programme are taken."""

    chosen = forms.MultipleChoiceField(label="Выбраны", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, rows: Iterable[ProgrammeIndicator], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(str(row.pk), f"{row.number}. {row.indicator.name}") for row in rows]


class NewTargetForm(Explained, OtherHalf):
    """A target of a named unit, of a half-year or a wave, of a year of which nothing is promised yet."""

    period = forms.ChoiceField(label="На какой срок")
    unit = UnitField(
        Unit.objects.none(),
        widget=LongSelect,
        label="Чья своя цель",
        required=False,
        empty_label="всей программы",
        help_text="Своя цель стоит вместо цели программы.",
    )
    operator = forms.ChoiceField(
        label="Сравнение",
        choices=[(one.value, one.label) for one in TargetOperator if one != TargetOperator.UNSPECIFIED],
    )
    value = figure_field("Число", help_text="Для «да», роста и положительной динамики не нужно.")
    upper = figure_field("До", help_text="Только для сравнения «от и до».")
    base_year = forms.IntegerField(label="Базовый год", required=False, help_text="Только для роста.")
    scope = forms.ChoiceField(
        label="С кого спрашивается", choices=TargetScope.choices, required=False, help_text="У цели программы."
    )
    reason = reason_field()
    field_order = ["period", "unit", "operator", "value", "upper", "base_year", *HALF_FIELDS, "scope", "reason"]

    def __init__(
        self,
        *args,
        periods: Iterable[tuple[str, str]],
        units: QuerySet[Unit],
        halves: Iterable[tuple[str, str]] = (),
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer_halves(halves)
        self.fields["period"].choices = list(periods)
        self.fields["unit"].queryset = units

    @property
    def wanted(self) -> Wanted:
        """What is to be asked."""
        figures = {name: self.cleaned_data[name] for name in ("value", "upper", "base_year")}
        return Wanted(self.cleaned_data["operator"], **figures, also=self.other_half)


class NewRowForm(forms.Form):
    """An indicator that is put into a programme, with what is counted."""

    indicator = forms.ChoiceField(
        label="Показатель",
        widget=LongSelect,
        help_text="Из библиотеки показателей. Нужного в ней нет — его сначала описывает методолог.",
        error_messages={"required": "Показатель не выбран. Выберите его из списка."},
    )
    number = forms.CharField(
        label="Номер строки",
        max_length=20,
        help_text="Как в приказе, например 5.4.2.",
        error_messages={"required": "У строки нет номера. Впишите его как в приказе, например 5.4.2."},
    )
    direction = forms.ChoiceField(label="Направление", required=False)
    part_of = forms.ChoiceField(label="Часть показателя", required=False)
    what = forms.CharField(
        label="Что считается",
        max_length=300,
        help_text="Ученик, работа, педагог, школа.",
        error_messages={"required": "Не сказано, что считается: ученик, работа, школа. Впишите."},
    )
    subjects = forms.CharField(label="Предметы", max_length=300, required=False)
    grades = forms.CharField(label="Классы", max_length=100, required=False)
    out = forms.CharField(
        label="Кто не входит в знаменатель",
        max_length=300,
        help_text="Если знаменателя нет, так и напишите: «знаменателя нет: это количество».",
        error_messages={"required": "Не сказано, кто не входит в знаменатель. Впишите; если никто — «никто»."},
    )
    is_optional = forms.BooleanField(label="Строка по выбору", required=False)
    reason = reason_field()

    def __init__(self, *args, offered: RowChoices, is_approved: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if is_approved:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Программа утверждена: напишите, зачем нужен показатель."
        self.fields["indicator"].choices = [("", "выберите"), *offered.indicators]
        self.fields["direction"].choices = [("", "вне направлений"), *offered.directions]
        self.fields["part_of"].choices = [("", "ничьей частью не является"), *offered.rows]
        if not offered.directions:
            del self.fields["direction"]
        if not offered.rows:
            del self.fields["part_of"]


class RowRulesForm(Explained, TwoEditors):
    """How a row's yearly values are read, and what is promised by the programme's end."""

    cumulation = forms.ChoiceField(
        label="Как складывается годовое значение",
        choices=[("", "как обычно: количество за год, остальное — последнее значение"), *Cumulation.choices],
        required=False,
    )
    end_operator = forms.ChoiceField(
        label="К концу программы",
        choices=[("", "цели нет"), *((one.value, one.label) for one in map(TargetOperator, END_OPERATORS))],
        required=False,
    )
    end_value = figure_field("Число к концу программы", help_text="Своя цель, а не сумма годовых.")
    is_of_parent = forms.BooleanField(label="Целое — числитель показателя, часть которого считается", required=False)
    reason = reason_field()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "is_of_parent" not in self.shown:  # it is a part of nothing
            del self.fields["is_of_parent"]


MEANWHILE = (
    "Пока вы смотрели, это изменил другой человек: теперь так, как показано здесь. Если и такое не нужно, нажмите "
    "ещё раз."
)


class WithdrawForm(Explained):
    """Why a target or a row is taken back. `seen` is the mark of what the person was shown."""

    reason = reason_field()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    data: Any  # a QueryDict, or a plain mapping in a script

    def show_both(self, shown: Mapping[str, object]) -> None:
        """Say that it has become another, which the page shows, and let the next press be of that one."""
        self.data = self.data.copy()
        self.data["seen"] = version_of(shown)
        self.add_error(None, MEANWHILE)


class BandsForm(Explained, TwoEditors):
    """By how much values of a running year may be short of targets without a band of their own."""

    band_points = forms.DecimalField(
        label="Для долей, процентных пунктов", min_value=0, max_value=100, decimal_places=2, localize=True
    )
    band_units = forms.DecimalField(label="Для количеств", min_value=0, max_digits=10, decimal_places=2, localize=True)
    reason = reason_field()
