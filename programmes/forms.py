"""Shapes of what is typed about programmes; the rules themselves are in the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from common.two_editors import TwoEditors
from common.versions import version_of
from common.widgets import LongSelect
from indicators.services.documents import Order
from programmes.enums import CAUSES, Cumulation, ProgrammeKind, ProgrammeStatus, TargetOperator
from programmes.models import END_OPERATORS, Programme, ProgrammeIndicator
from programmes.selectors.register import searched
from programmes.services.targets import Wanted
from schools.enums import Kind
from schools.forms.signatory import SignatoryForm
from schools.models import Unit
from schools.selectors.placed import standing_in


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day, which the browser shows as a calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    missing = {
        "required": f"Не выбран день: {label.lower()}.",
        "invalid": "Такого дня нет. Запишите его как 31.12.2021.",
    }
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text, error_messages=missing)


class RegisterFilter(forms.Form):
    """Narrows the register; what is not understood is as if it were not there."""

    q = forms.CharField(label="Найти", required=False)
    kind = forms.ChoiceField(label="Вид", choices=[("", "все"), *ProgrammeKind.choices], required=False)
    status = forms.ChoiceField(label="Состояние", choices=[("", "все"), *ProgrammeStatus.choices], required=False)
    within = forms.TypedChoiceField(label="Муниципалитет", coerce=int, empty_value=None, required=False)

    def __init__(self, *args, municipalities: Iterable[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].choices = [("", "все"), *municipalities]

    def narrow(self, programmes: QuerySet[Programme]) -> QuerySet[Programme]:
        """Keep of programmes placed what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            programmes = searched(programmes, asked["q"])
        for field in ("kind", "status"):
            if asked.get(field):
                programmes = programmes.filter(**{field: asked[field]})
        if asked.get("within"):
            programmes = standing_in(programmes, asked["within"])
        return programmes


class OrderForm(forms.Form):
    """An order by its requisites: number, day, and where it can be read."""

    order_number = forms.CharField(label="Номер приказа", max_length=60, required=False)
    order_date = day_field("Дата приказа", required=False)
    order_url = forms.CharField(
        label="Ссылка на приказ или программу",
        max_length=600,
        required=False,
        widget=forms.URLInput(),
        help_text="Адрес страницы, где документ можно прочитать.",
    )

    def clean(self) -> dict[str, object]:
        """Ask for the day wherever there is a number or a link."""
        given = super().clean()
        if (given.get("order_number") or given.get("order_url")) and not given.get("order_date"):
            if "order_date" not in self.errors:
                self.add_error("order_date", "У приказа нет даты. Впишите день, которым он подписан.")
        elif given.get("order_date") and not given.get("order_number"):
            self.add_error("order_number", "У приказа нет номера. Впишите его так, как на документе.")
        return given

    @property
    def order(self) -> Order | None:
        """The order, if one was written down."""
        given = self.cleaned_data
        if not given.get("order_date"):
            return None
        return Order(given.get("order_number", ""), given["order_date"], given.get("order_url", ""))


class ApproveForm(SignatoryForm, OrderForm):
    """The order that approves a programme, and who has signed it."""


class DraftForm(TwoEditors, OrderForm):
    """A programme that is registered or corrected."""

    title = forms.CharField(
        label="Название",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Так, как оно стоит в приказе.",
        error_messages={"required": "У программы нет названия. Впишите его так, как в приказе."},
    )
    starts_on = day_field("Действует с")
    ends_on = day_field("Действует по", help_text="Последний день включительно.")
    field_order = ["unit", "kind", "title", "starts_on", "ends_on", "order_number", "order_date", "order_url"]


class UnitField(forms.ModelChoiceField):
    """A choice of a municipality or a school; a school is named with its municipality, for many are called alike."""

    def label_from_instance(self, unit: Unit) -> str:
        """Name a unit so that it cannot be taken for another."""
        return f"{unit.short_name}, {unit.parent.short_name}" if unit.kind == Kind.SCHOOL else unit.short_name


class NewProgrammeForm(DraftForm):
    """A programme that is registered: whose it is and which kind."""

    unit = UnitField(
        Unit.objects.none(),
        widget=LongSelect,
        label="Чья программа",
        empty_label="выберите",
        error_messages={
            "required": "Не выбрано, чья это программа.",
            "invalid_choice": "За эту организацию вы программ не ведёте. Выберите из списка.",
        },
    )
    kind = forms.ChoiceField(
        label="Вид",
        choices=[
            (kind.value, kind.label)
            for kind in (ProgrammeKind.MUNICIPAL, ProgrammeKind.MUNICIPAL_MEASURES, ProgrammeKind.SCHOOL)
        ],
    )

    def __init__(self, *args, units: QuerySet[Unit], **kwargs) -> None:
        super().__init__(*args, shown={}, **kwargs)
        self.fields["unit"].queryset = units


class AmendForm(SignatoryForm, DraftForm):
    """A change of an approved programme by an order."""

    reason = forms.CharField(
        label="Почему меняется",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Не сказано, почему программа меняется. Напишите причину одним предложением."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("order_number", "Номер приказа об изменении"),
            ("order_date", "Дата приказа об изменении"),
        ):
            self.fields[name].required = True
            self.fields[name].label = label
        self.fields["order_number"].error_messages["required"] = "Нет номера приказа об изменении. Впишите его."
        self.fields["order_date"].error_messages["required"] = "Нет даты приказа об изменении. Впишите её."


class ReturnForm(forms.Form):
    """Why a programme is returned."""

    reason = forms.CharField(
        label="Что исправить",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Не сказано, почему программа возвращается. Напишите, что исправить."},
    )


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


WHY = "Программа утверждена: цель меняют с причиной. Выберите причину и напишите её словами."


def ask_why(*asked: forms.Field) -> None:
    """Make the reason compulsory, as it is in an approved programme."""
    for field in asked:
        field.required = True
        field.error_messages["required"] = WHY


class TargetForm(TwoEditors, SignatoryForm, OrderForm):
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
    reason = forms.CharField(label="Почему", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    field_order = [
        "operator", "value", "upper", "base_year", "band", "cause", "reason", "order_number", "order_date",
        "order_url", "signatory",
    ]  # fmt: skip

    def __init__(self, *args, is_settling: bool, is_approved: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
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
            "wanted": Wanted(given["operator"], **figures),
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


class NewTargetForm(forms.Form):
    """A target of a named unit, or of a half-year or a wave."""

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
    reason = forms.CharField(label="Почему", widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(self, *args, periods: Iterable[tuple[str, str]], units: QuerySet[Unit], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = list(periods)
        self.fields["unit"].queryset = units

    def clean(self) -> dict[str, object]:
        """Ask for a unit, or for a stretch shorter than a year: the programme's own target of a year stands already."""
        given = super().clean()
        if given.get("unit") is None and "-" not in given.get("period", "-"):
            self.add_error("unit", "Цель программы на год уже есть. Выберите, чья это своя цель, или срок короче года.")
        return given

    @property
    def wanted(self) -> Wanted:
        """What is to be asked."""
        return Wanted(
            self.cleaned_data["operator"], *(self.cleaned_data[one] for one in ("value", "upper", "base_year"))
        )


class RowRulesForm(TwoEditors):
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
    reason = forms.CharField(label="Почему", widget=forms.Textarea(attrs={"rows": 2}), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "is_of_parent" not in self.shown:  # it is a part of nothing
            del self.fields["is_of_parent"]


class WithdrawForm(forms.Form):
    """Why a target is taken back. `seen` is the mark of what the person was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="Почему", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    data: Any  # a QueryDict, or a plain mapping in a script

    def show_both(self, shown: Mapping[str, object]) -> None:
        """Say that the target has become another, which the page shows, and let the next press be of that one."""
        self.data = self.data.copy()
        self.data["seen"] = version_of(shown)
        self.add_error(None, "Пока вы смотрели, эту цель изменил другой человек. Если и такая не нужна, снимите её.")


class BandsForm(TwoEditors):
    """By how much values of a running year may be short of targets without a band of their own."""

    band_points = forms.DecimalField(
        label="Для долей, процентных пунктов", min_value=0, max_value=100, decimal_places=2, localize=True
    )
    band_units = forms.DecimalField(label="Для количеств", min_value=0, max_digits=10, decimal_places=2, localize=True)
    reason = forms.CharField(label="Почему", widget=forms.Textarea(attrs={"rows": 2}), required=False)
