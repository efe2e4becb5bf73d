"""
The editor of a method: its parameters as fields, its procedures and variables as rows.

`MethodEditor` turns the parameters of an edition into forms and what was typed back into parameters; what they mean is
checked by the service, which names every mistake in a sentence.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from indicators.services.documents import Order
from monitoring.models import Procedure, Subject
from monitoring.selectors.methods import (
    COMBINATIONS,
    CRITERIA,
    MEASURES,
    REPEATS,
    SCALES,
    TRANSFORMS,
    figure_titles,
)
from schools.enums import SchoolType
from schools.forms.signatory import SignatoryForm

SPARE_ROWS = 3
MOST_ROWS = 60
LEFT_OUT = [(one.value, one.label) for one in SchoolType if one != SchoolType.ORDINARY]


def _number(label: str, *, low: int, high: int, help_text: str = "", required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=low, max_value=high, max_digits=7, decimal_places=3, help_text=help_text,
        required=required, localize=True, widget=forms.TextInput(attrs={"size": 6, "inputmode": "decimal"}),
    )  # fmt: skip


def _whole(label: str, *, low: int, high: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=low, max_value=high, help_text=help_text)


class ParametersForm(forms.Form):
    """What a method says once: the criterion of results, the index of conditions, resilience, who is left out."""

    criterion = forms.ChoiceField(label="Критерий результатов", choices=list(CRITERIA.items()))
    min_participants = _whole("Участников не меньше", low=0, high=1000)
    pool_years = _whole(
        "Малым школам складывать, лет", low=1, high=5, help_text="1 — не складывать; до стольких лет вместе с новейшим."
    )
    exclude_not_objective = forms.BooleanField(label="Не учитывать необъективные результаты", required=False)

    threshold_percent = _number(
        "Порог: доля не справившихся, %", low=1, high=100, help_text="Порог включается: ровно столько — уже низкий."
    )
    procedures_needed = _whole("Сколько низких процедур нужно", low=1, high=50)
    combination = forms.ChoiceField(label="Как соединяются признаки", choices=list(COMBINATIONS.items()))
    repeat = forms.ChoiceField(label="Что значит «два раза подряд»", choices=list(REPEATS.items()))
    look_back_years = _whole("Прошлую процедуру искать, лет назад", low=1, high=10)

    measure = forms.ChoiceField(label="Что сравнивается", choices=list(MEASURES.items()))
    percentile = _number("Нижняя доля школ, %", low=0, high=100)
    years = _whole("За сколько лет считается индекс", low=1, high=5)

    has_conditions = forms.BooleanField(label="Считать индекс социальных условий", required=False)
    conditions_percentile = _number("Тяжёлые условия: нижняя доля школ, %", low=0, high=100)
    scale = forms.ChoiceField(label="Шкала индекса", choices=list(SCALES.items()))
    base_figure = forms.ChoiceField(label="Показатель размера школы")
    min_pupils = _whole("Размер школы не меньше", low=0, high=1000)
    conditions_pool_years = _whole("Паспорта малых школ складывать, лет", low=1, high=5)
    max_missing = _whole("Скольких переменных может не быть", low=0, high=50)

    has_resilience = forms.BooleanField(label="Выделять резильентные школы", required=False)
    results_percentile = _number("Результаты не ниже доли школ, %", low=0, high=100, help_text="50 — середина края.")
    resilience_years = _whole("Сколько лет подряд", low=1, high=5)
    keeps_hard_conditions = forms.BooleanField(label="Резильентная школа остаётся в ШНСУ", required=False)

    exclude_schools = forms.MultipleChoiceField(
        label="Не рассматривать школы", choices=LEFT_OUT, required=False, widget=forms.CheckboxSelectMultiple
    )
    raised_percent = _number(
        "Результат необъективен, если отметка выше журнала у, %", low=1, high=100, required=False,
        help_text="Пусто — не проверяется.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base_figure"].choices = list(figure_titles().items())


class ProcedureRow(forms.Form):
    """One procedure: which, in which grade, which subjects make it up, how much it weighs."""

    procedure = forms.ChoiceField(label="Процедура")
    grade = _whole("Класс", low=1, high=12)
    subjects = forms.CharField(label="Предметы через точку с запятой", max_length=500)
    title = forms.CharField(label="Название, если предметов несколько", max_length=200, required=False)
    weight = _number("Вес", low=0, high=100)

    def __init__(self, *args: Any, procedures: list[str], subjects: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = subjects
        self.fields["procedure"].choices = [("", "—"), *((name, name) for name in procedures)]
        self.fields["weight"].initial = 1

    def clean_subjects(self) -> list[str]:
        """Take subjects apart and refuse those that nobody knows."""
        named = [part.strip() for part in self.cleaned_data["subjects"].split(";") if part.strip()]
        unknown = [name for name in named if name.lower() not in self.known]
        if unknown:
            raise forms.ValidationError(
                f"Предмета «{unknown[0]}» нет. Пишите как в результатах, например «Русский язык» или "
                "«Математика профильная»."
            )
        return [self.known[name.lower()] for name in named]


class VariableRow(forms.Form):
    """One variable of the index of conditions."""

    title = forms.CharField(label="Переменная", max_length=200)
    figure = forms.ChoiceField(label="Показатель паспорта")
    per = forms.ChoiceField(label="На 100", required=False)
    sign = forms.ChoiceField(label="Чем больше, тем", choices=[("-", "труднее"), ("+", "лучше")], initial="-")
    weight = _number("Вес", low=0, high=100)
    transform = forms.ChoiceField(label="Как берётся", choices=list(TRANSFORMS.items()), initial="none")
    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        figures = list(figure_titles().items())
        self.fields["figure"].choices = [("", "—"), *figures]
        self.fields["per"].choices = [("", "как есть"), *figures]
        self.fields["weight"].initial = 1


class EditionForm(SignatoryForm):
    """From when an edition is in force, why it is made and who answers for it."""

    field_order = ("valid_from", "title", "number", "dated_on", "url", "signatory", "note")

    valid_from = forms.DateField(label="Действует с", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    title = forms.CharField(label="Документ", max_length=300, required=False, help_text="Как называется приказ.")
    number = forms.CharField(label="Номер", max_length=100, required=False)
    dated_on = forms.DateField(
        label="Дата документа", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    url = forms.URLField(label="Ссылка на документ", required=False, max_length=1000, assume_scheme="https")
    note = forms.CharField(
        label="Основание: что меняется и почему", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the number of the edition that was changed

    def look_again(self, number: int) -> None:
        """Take the edition in force for seen, keeping everything that was typed."""
        self.data = self.data.copy()
        self.data["seen"] = str(number)

    def paper(self) -> Order | None:
        """Return the document as the service takes it, None where none is named."""
        typed = self.cleaned_data
        if not any(typed[name] for name in ("title", "number", "url")):
            return None
        return Order(**{name: typed[name] for name in ("number", "dated_on", "url", "title")})


class NewMethodForm(forms.Form):
    """How a new method is called."""

    code = forms.SlugField(
        label="Код", max_length=40, help_text="Латинские буквы, цифры, дефис: им метод называют в команде."
    )
    name = forms.CharField(label="Название", max_length=300)


class MethodEditor:
    """The forms of one method: parameters, procedures, variables."""

    def __init__(self, data: QueryDict | None, parameters: Mapping[str, Any]) -> None:
        rows = forms.formset_factory
        limits = {"extra": SPARE_ROWS, "can_delete": True, "max_num": MOST_ROWS, "absolute_max": MOST_ROWS}
        subjects = {name.lower(): name for name in Subject.objects.values_list("name", flat=True)}
        named = set(Procedure.objects.filter(owner=None).values_list("name", flat=True))
        items = parameters["results"]["procedures"]
        for item in items:
            named.add(item["procedure"])
            subjects |= {name.lower(): name for name in item["subjects"]}
        self.subjects = sorted(subjects.values())
        self.parameters = ParametersForm(data, initial=_fields_of(parameters))
        self.procedures = rows(ProcedureRow, **limits)(
            data,
            prefix="procedures",
            initial=[_procedure_fields(item) for item in items],
            form_kwargs={"procedures": sorted(named), "subjects": subjects},
        )
        variables = (parameters.get("conditions") or {}).get("variables", [])
        self.variables = rows(VariableRow, **limits)(
            data,
            prefix="variables",
            initial=[{"weight": 1, "transform": "none", "per": "", **one} for one in variables],
        )
        for form in [*self.procedures, *self.variables]:
            form.empty_permitted = form.empty_permitted or not form.initial

    def is_valid(self) -> bool:
        """Whether every field holds what it may hold; all are asked, so that all mistakes are shown at once."""
        return all([self.parameters.is_valid(), self.procedures.is_valid(), self.variables.is_valid()])

    def written(self) -> dict[str, Any]:
        """Return what was typed as the parameters of an edition."""
        typed = self.parameters.cleaned_data
        parameters: dict[str, Any] = {"exclude_schools": sorted(typed["exclude_schools"])}
        parameters["results"] = _results(typed) | {"procedures": [_procedure(row) for row in _kept(self.procedures)]}
        if typed["has_conditions"]:
            rows = _kept(self.variables)
            parameters["conditions"] = _conditions(typed) | {"variables": _variables(rows)}
        if typed["has_resilience"]:
            parameters["resilience"] = {
                "results_percentile": _plain(typed["results_percentile"]),
                "years": typed["resilience_years"],
                "keeps_hard_conditions": typed["keeps_hard_conditions"],
            }
        if typed["raised_percent"] is not None:
            parameters["not_objective_from_raised_percent"] = _plain(typed["raised_percent"])
        return parameters


def _fields_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the parameters of an edition out over the fields; what they leave out stands at its default."""
    results, conditions = parameters["results"], parameters.get("conditions") or {}
    resilience = parameters.get("resilience") or {}
    is_share = results["criterion"] == "failed_share"
    defaults = {
        "pool_years": 1 if is_share else 3, "exclude_not_objective": False, "threshold_percent": 30,
        "procedures_needed": 2, "combination": "A_or_B", "repeat": "held_sessions", "look_back_years": 3,
        "measure": "score_percent", "percentile": 25, "years": 1 if is_share else 2,
    }  # fmt: skip
    return {
        **defaults,
        **{name: value for name, value in results.items() if name != "procedures"},
        "has_conditions": bool(conditions),
        "conditions_percentile": conditions.get("percentile", 25),
        "scale": conditions.get("scale", "minmax"),
        "base_figure": conditions.get("base_figure", "pupils"),
        "min_pupils": conditions.get("min_pupils", 10),
        "conditions_pool_years": conditions.get("pool_years", 3),
        "max_missing": conditions.get("max_missing", 2),
        "has_resilience": bool(resilience),
        "results_percentile": resilience.get("results_percentile", 50),
        "resilience_years": resilience.get("years", 2),
        "keeps_hard_conditions": resilience.get("keeps_hard_conditions", False),
        "exclude_schools": list(parameters.get("exclude_schools", ())),
        "raised_percent": parameters.get("not_objective_from_raised_percent"),
    }


def _procedure_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "procedure": item["procedure"],
        "grade": item["grade"],
        "subjects": "; ".join(item["subjects"]),
        "title": item.get("title", ""),
        "weight": item.get("weight", 1),
    }


def _kept(rows: forms.BaseFormSet) -> list[dict[str, Any]]:
    return [row.cleaned_data for row in rows if row.cleaned_data and not row.cleaned_data.get("DELETE")]


def _results(typed: Mapping[str, Any]) -> dict[str, Any]:
    of_criterion = {
        "failed_share": ("threshold_percent", "procedures_needed", "combination", "repeat", "look_back_years"),
        "results_index": ("measure", "percentile", "years"),
    }[typed["criterion"]]
    names = ("criterion", "min_participants", "pool_years", "exclude_not_objective", *of_criterion)
    return {name: _plain(typed[name]) for name in names}


def _procedure(row: Mapping[str, Any]) -> dict[str, Any]:
    written = {"procedure": row["procedure"], "subjects": row["subjects"], "grade": row["grade"]}
    if row["title"]:
        written["title"] = row["title"]
    if row["weight"] != 1:
        written["weight"] = _plain(row["weight"])
    return written


def _conditions(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "percentile": _plain(typed["conditions_percentile"]),
        "scale": typed["scale"],
        "base_figure": typed["base_figure"],
        "min_pupils": typed["min_pupils"],
        "pool_years": typed["conditions_pool_years"],
        "max_missing": typed["max_missing"],
    }


def _variables(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    taken: set[str] = {row["code"] for row in rows if row["code"]}
    written = []
    for row in rows:
        code = row["code"] or _free_code(row["figure"], taken)
        taken.add(code)
        one = {"code": code, "title": row["title"], "figure": row["figure"], "sign": row["sign"]}
        if row["per"]:
            one["per"] = row["per"]
        one["weight"] = _plain(row["weight"])
        if row["transform"] != "none":
            one["transform"] = row["transform"]
        written.append(one)
    return written


def _free_code(figure: str, taken: set[str]) -> str:
    code, number = figure, 2
    while code in taken:
        code, number = f"{figure}_{number}", number + 1
    return code


def _plain(value: Any) -> Any:
    """Write a decimal as JSON has it: a whole number where it is one."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
