"""The form that orders a report: which, of what, for which year, in which format."""

from typing import Any

from django import forms

from accounts.models import User
from reports.enums import ReportFormat, ReportName
from reports.selectors.orders import ambiguous, own_school, schools_found, territories
from schools.enums import Kind, Territories
from schools.models import Unit


class OrderForm(forms.Form):
    """What a person asks for. A school is named by its code or a part of its name, a territory is chosen."""

    name = forms.ChoiceField(label="Отчёт", choices=ReportName.choices)
    unit = forms.ChoiceField(label="Территория — для справки и мониторинга")
    school = forms.CharField(
        label="Школа — только для паспорта",
        required=False,
        max_length=200,
        help_text="Код РЦОИ или часть названия.",
        widget=forms.TextInput(attrs={"list": "schools-found", "autocomplete": "off"}),
    )
    year = forms.TypedChoiceField(label="Год программы", coerce=int)
    territories = forms.ChoiceField(label="Территории", choices=Territories.choices, required=False)
    format = forms.ChoiceField(label="Формат", choices=ReportFormat.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.units = {str(unit.pk): unit for unit in territories(user=user)}
        self.fields["unit"].choices = [(key, unit.short_name) for key, unit in self.units.items()]
        self.fields["year"].choices = [(year, str(year)) for year in years]
        if not self.units:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        """Find the unit that is meant."""
        cleaned = super().clean()
        cleaned["territories"] = cleaned.get("territories") or Territories.OWN
        if cleaned.get("name") == ReportName.SCHOOL_PASSPORT:
            cleaned["chosen"] = self._school(cleaned.get("school", "").strip())
        elif "name" in cleaned:
            cleaned["chosen"] = self.units.get(cleaned.get("unit", ""))
            if cleaned["chosen"] is None:
                self.add_error(
                    "unit" if "unit" in self.fields else "name",
                    "Этот отчёт составляется по краю, округу или муниципалитету: ваших территорий среди них нет."
                    if not self.units
                    else "Выберите край, округ или муниципалитет.",
                )
        return cleaned

    def _school(self, text: str) -> Unit | None:
        if not text:
            own = own_school(user=self.user)
            if own is None:
                self.add_error("school", "Впишите код школы или часть её названия.")
            return own
        found = list(schools_found(text, user=self.user))
        if len(found) == 1 or (found and found[0].code == text):
            return found[0]
        self.add_error("school", ambiguous(text, found))
        return None


def first_values(*, name: str, unit: Unit | None, year: int) -> dict[str, Any]:
    """Fill the form with what the address asks for."""
    values: dict[str, Any] = {"year": year, "format": ReportFormat.PDF}
    if name in ReportName.values:
        values["name"] = name
    if unit is not None and unit.kind == Kind.SCHOOL:
        values |= {"name": ReportName.SCHOOL_PASSPORT, "school": unit.code}
    elif unit is not None:
        values["unit"] = str(unit.pk)
    return values
