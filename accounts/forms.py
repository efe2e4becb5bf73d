"""Shapes of what people type to come in."""

from django import forms


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
        help_text="Не короче восьми знаков, не только цифры и не похож на логин.",
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
