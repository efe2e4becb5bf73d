"""A programme as it is registered, corrected, approved, amended and looked for, as forms."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet

from common.two_editors import TwoEditors
from common.widgets import LongSelect, day_field
from indicators.services.documents import Order
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from programmes.selectors.register import searched
from schools.enums import Kind
from schools.forms.signatory import SignatoryForm
from schools.models import Unit
from schools.selectors.placed import standing_in


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
