"""Shapes of what those who manage people type: filters, appointments, invitations."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Role
from common.searching import having_words
from common.two_editors import TwoEditors
from schools.models import Appointment, Unit
from schools.selectors.reach import units_named, units_within_reach
from schools.selectors.staff import STATES, narrowed
from schools.services.staff import Invited

ANY = ("", "все")
DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
NO_COMPLETION = {"autocomplete": "off"}


class PersonFilter(forms.Form):
    """What the list of people is narrowed by; what is not understood is as if it were not there."""

    q = forms.CharField(
        label="Найти",
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "имя, логин или должность"}),
    )
    role = forms.ChoiceField(label="Роль", choices=[ANY, *Role.choices], required=False)
    within = forms.CharField(
        label="Где", required=False, widget=forms.TextInput(attrs={"placeholder": "код или название", "size": 18})
    )
    state = forms.ChoiceField(label="Состояние", choices=[ANY, *STATES.items()], required=False)

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today

    def narrow(self, people: QuerySet[User]) -> QuerySet[User]:
        """Keep what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            people = having_words(people, asked["q"], texts=("full_name", "login", "position"))
        within = None
        if asked.get("within"):
            units, _problems = units_named(self.user, asked["within"])
            if not units:
                return people.none()
            within = units[0]
        return narrowed(
            people,
            user=self.user,
            today=self.today,
            role=asked.get("role", ""),
            within=within,
            state=asked.get("state", ""),
        )


class PlacesField(forms.CharField):
    """Places by their codes or names; within somebody's reach, and no others."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Где",
            help_text="Код или название места; несколько — через точку с запятой. Например: 131001; 131002.",
            widget=forms.TextInput(attrs=NO_COMPLETION),
            **kwargs,
        )
        self.user: User | None = None

    def clean(self, value: Any) -> list[Unit]:
        """Return the places. What is not found is named."""
        text = super().clean(value)
        units, problems = units_named(self.user, text)
        if problems:
            raise forms.ValidationError(problems)
        return units


class AppointForm(forms.Form):
    """A role at places, by an order, from a day to a day."""

    role = forms.TypedChoiceField(label="Роль", coerce=Role)
    units = PlacesField()
    order = forms.CharField(
        label="Приказ",
        max_length=200,
        help_text="Номер и дата: № 118-п от 29.08.2026.",
        widget=forms.TextInput(attrs=NO_COMPLETION),
    )
    starts_on = forms.DateField(label="С какого дня", **DAY)
    ends_on = forms.DateField(label="По какой день", required=False, help_text="Пусто — без срока.", **DAY)
    direction = forms.IntegerField(
        label="Только по направлению",
        required=False,
        min_value=1,
        max_value=99,
        help_text="Номер направления программы: человек читает всё, а вносит и принимает только по нему.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, roles: Collection[Role], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "выберите"), *((one.value, one.label) for one in Role if one in roles)]
        self.fields["units"].user = user
        self.fields["starts_on"].initial = today
        only = list(units_within_reach(user)[:2])
        if len(only) == 1:
            self.fields["units"].initial = only[0].code


class InviteForm(AppointForm):
    """A new person, and what the person is appointed to."""

    full_name = forms.CharField(
        label="Фамилия, имя, отчество", max_length=200, widget=forms.TextInput(attrs=NO_COMPLETION)
    )
    position = forms.CharField(label="Должность", max_length=200, required=False)
    email = forms.EmailField(label="Электронная почта", required=False)
    login = forms.RegexField(
        r"[a-z0-9][a-z0-9._-]{1,98}",
        label="Логин",
        required=False,
        help_text="Пусто — из фамилии и инициалов. Строчные латинские буквы, цифры, точка, дефис.",
        error_messages={"invalid": "Логин — строчные латинские буквы, цифры, точка и дефис."},
    )
    field_order = (
        "full_name",
        "position",
        "email",
        "login",
        "role",
        "units",
        "order",
        "starts_on",
        "ends_on",
        "direction",
    )

    def invited(self) -> Invited:
        """Return what was typed."""
        return Invited(**self.cleaned_data)


class EndForm(forms.Form):
    """The last day of an appointment, and why."""

    on = forms.DateField(label="Последний день", **DAY)
    reason = forms.CharField(label="Основание", max_length=300, required=False, help_text="Приказ или причина.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class SubstituteForm(forms.Form):
    """Who stands in for an absent person, from a day to a day, by which order."""

    user = forms.ModelChoiceField(
        User.objects.none(), label="Кто замещает", empty_label="выберите", to_field_name="login"
    )
    order = forms.CharField(label="Приказ", max_length=200, help_text="Номер и дата: № 12-к от 01.11.2026.")
    starts_on = forms.DateField(label="С какого дня", **DAY)
    ends_on = forms.DateField(label="По какой день", **DAY)

    def __init__(self, *args: Any, people: QuerySet[User], absent: Appointment, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people.filter(is_active=True).exclude(pk=absent.user_id)
        self.fields["user"].label_from_instance = lambda one: f"{one.full_name} ({one.login})"
        self.fields["starts_on"].initial, self.fields["ends_on"].initial = today, today + timedelta(days=13)


class CloseAccountForm(forms.Form):
    """Why an account is closed."""

    reason = forms.CharField(label="Почему закрывается", max_length=300)


class ComingInForm(forms.Form):
    """What is done about somebody's coming in, and why."""

    act = forms.ChoiceField(
        label="Что сделать",
        choices=[
            ("sessions", "завершить все открытые сеансы"),
            ("lock", "открыть вход, закрытый после неудачных попыток"),
            ("password", "снять забытый пароль: потом выдайте ссылку, по которой человек задаст новый"),
            ("second_factor", "сбросить второй фактор и завершить сеансы: телефон и коды утеряны"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Почему",
        max_length=300,
        help_text="Для пароля и второго фактора — и как удостоверились, что просит сам человек. Записывается в журнал.",
    )


class PersonForm(TwoEditors):
    """What somebody is called, and by office."""

    full_name = forms.CharField(label="Фамилия, имя, отчество", max_length=200)
    position = forms.CharField(label="Должность", max_length=200, required=False)
    email = forms.EmailField(label="Электронная почта", required=False)
