"""Shapes of what people type to come in."""

from typing import Any

from django import forms
from django.conf import settings


class SignInForm(forms.Form):
    """A login and a password."""

    login = forms.CharField(
        label="Логин",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Пароль",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """The password of today and, twice, the one of tomorrow."""

    current = forms.CharField(
        label="Нынешний пароль",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="Новый пароль",
        strip=False,
        help_text=(
            f"Не короче {settings.PASSWORD_MIN_LENGTH} знаков, не только цифры, не похож на логин и фамилию, "
            "не один из прежних. Удобно взять несколько слов подряд."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Новый пароль ещё раз",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Notice a slip of the hand."""
        if self.cleaned_data["again"] != self.cleaned_data.get("new"):
            raise forms.ValidationError("Пароли не совпали. Введите новый пароль дважды одинаково.")
        return self.cleaned_data["again"]


class CodeForm(forms.Form):
    """A code of the telephone, or one of the paper."""

    code = forms.CharField(
        label="Код",
        max_length=40,
        help_text="Шесть цифр из приложения на телефоне. Нет телефона под рукой — один из сохранённых кодов.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class _WithPassword(forms.Form):
    """A form that asks for the password first, where it must."""

    password = forms.CharField(
        label="Ваш пароль",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, ask_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_password:
            del self.fields["password"]


class SetUpForm(_WithPassword):
    """What the telephone shows after it was given the secret."""

    code = forms.CharField(
        label="Код из приложения",
        max_length=20,
        help_text="Шесть цифр, которые приложение показывает сейчас.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class ProofForm(_WithPassword):
    """Both proofs once more, before something that must not be done in one's absence."""

    code = forms.CharField(
        label="Код",
        max_length=40,
        help_text="Шесть цифр из приложения или один из сохранённых кодов.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
