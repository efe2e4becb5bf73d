"""The form by which a file of results is handed in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.spreadsheets.gate import MAX_BYTES
from common.years import format_academic_year
from monitoring.models import FIRST_YEAR, Subject
from monitoring.selectors.hints import hints_from
from monitoring.selectors.parsing import procedures_for
from schools.models import Unit

_GRADES = [(str(grade), f"{grade} класс") for grade in range(1, 12)]


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several at once, each judged by itself."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files. An empty or enormous one is an error that names it."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError("Выберите файл или перетащите его сюда.")
        for file in given:
            if not file.size:
                raise forms.ValidationError(f"Файл «{file.name}» пуст: в нём нет ни одного байта.")
            if file.size > MAX_BYTES:
                raise forms.ValidationError(
                    f"Файл «{file.name}» больше 100 МБ: разделите его на части, например по муниципалитетам."
                )
        return list(given)


class LoadForm(forms.Form):
    """Files, for which place, and what to say of them where they do not say it themselves."""

    files = FilesField(label="Файлы результатов", help_text="xlsx, xls, ods, csv или txt, до 100 МБ.")
    unit = forms.ModelChoiceField(queryset=None, label="За какую территорию", empty_label=None)
    procedure = forms.ChoiceField(label="Процедура", required=False)
    subject = forms.ChoiceField(label="Предмет", required=False)
    grade = forms.ChoiceField(label="Класс", required=False, choices=[("", "как в файле"), *_GRADES])
    year = forms.ChoiceField(label="Учебный год", required=False)

    def __init__(self, *args: Any, places: list[Unit], this_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[place.pk for place in places]).in_order()
        self.fields["unit"].initial = places[0]
        known = {one.name: one for place in places for one in procedures_for(place)}
        self.fields["procedure"].choices = [("", "как в файле"), *((name, name) for name in known)]
        subjects = Subject.objects.order_by("name").values_list("name", flat=True)
        self.fields["subject"].choices = [("", "как в файле"), *((name, name) for name in subjects)]
        years = [format_academic_year(year) for year in range(this_year, FIRST_YEAR - 1, -1)]
        self.fields["year"].choices = [("", "как в файле"), *((year, year) for year in years)]
        if len(places) == 1:
            self.fields["unit"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Read the hints as one."""
        cleaned = super().clean() or {}
        if cleaned.get("unit") and not self.errors:
            said = {name: cleaned[name] for name in ("procedure", "subject", "grade", "year")}
            try:
                cleaned["hints"] = hints_from(unit=cleaned["unit"], **said)
            except ValueError as wrong:
                raise forms.ValidationError(str(wrong)) from wrong
        return cleaned
