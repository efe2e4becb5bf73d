"""Shapes of what people type about changes of the network; which fields there are depends on what is to be done."""

import re
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission
from common.widgets import day_field
from schools.enums import ORGANISATIONS, Kind, Locality, MunicipalityType, OperationKind, SchoolLevel, SchoolType
from schools.forms.network import ANY
from schools.models import Unit, UnitOperation
from schools.services.operations import Asked, Part
from schools.services.registry import MunicipalityDetails, NewUnit, SchoolDetails

LEFT = ("", "как есть")
KINDS_TO_OPEN = [(kind.value, kind.label) for kind in (Kind.SCHOOL, *ORGANISATIONS[1:], Kind.MUNICIPALITY)]
NEW = ("new_kind", "new_code", "new_name", "new_short_name", "new_parent", "new_level", "new_locality", "new_type")
FIELDS: dict[str, tuple[str, ...]] = {
    OperationKind.OPEN: NEW,
    OperationKind.CLOSE: ("units",),
    OperationKind.RENAME: ("units", "name", "short_name", "code"),
    OperationKind.MOVE: ("units", "parent"),
    OperationKind.JOIN: ("units", "into", *NEW),
    OperationKind.SPLIT: ("units", "members", "into", *NEW, "rest", "stays"),
    OperationKind.CHANGE: ("units", "kind", "level", "locality", "type", "municipality_type"),
}
NEEDED = {"units", "parent"}
NEEDED_TO_OPEN = {"new_kind", "new_code", "new_name", "new_parent"}


class CodesField(forms.CharField):
    """Codes of units that the person may look at, in any order, apart by spaces, commas or lines."""

    def __init__(self, *, one: bool = False, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off"}) if one else forms.Textarea(attrs={"rows": 3})
        super().__init__(widget=widget, max_length=20_000, **kwargs)
        self.one, self.user = one, None

    def clean(self, value: Any) -> Any:
        """Find the units. A code that is not there and one that is not to be seen answer alike."""
        codes = re.findall(r"[^\s,;]+", super().clean(value))
        seen = Unit.objects.visible_to(self.user, Permission.UNIT_VIEW).filter(code__in=codes).select_related("parent")
        known = {unit.code: unit for unit in seen}
        if missing := [code for code in codes if code not in known]:
            raise forms.ValidationError(f"В реестре нет кода {', '.join(missing[:5])}: проверьте.")
        if self.one and len(codes) > 1:
            raise forms.ValidationError("Нужен один код.")
        units = tuple(known[code] for code in dict.fromkeys(codes))
        return (units[0] if units else None) if self.one else units


class OperationFilter(forms.Form):
    """What the journal is narrowed by."""

    kind = forms.ChoiceField(label="Что сделано", choices=[ANY, *OperationKind.choices], required=False)
    code = forms.CharField(label="Код единицы", required=False, max_length=40)
    since = day_field("С", required=False)
    until = day_field("По", required=False)
    undone = forms.ChoiceField(
        label="Состояние", choices=[ANY, ("no", "действуют"), ("yes", "отменены")], required=False
    )

    def narrow(self, operations: QuerySet[UnitOperation]) -> QuerySet[UnitOperation]:
        """Keep what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("kind"):
            operations = operations.filter(kind=asked["kind"])
        if asked.get("code"):
            keys = list(Unit.objects.filter(code=asked["code"]).values_list("pk", flat=True))
            operations = operations.filter(place_ids__overlap=keys) if keys else operations.none()
        if asked.get("since"):
            operations = operations.filter(on__gte=asked["since"])
        if asked.get("until"):
            operations = operations.filter(on__lte=asked["until"])
        if asked.get("undone"):
            operations = operations.filter(undone_at__isnull=asked["undone"] == "no")
        return operations


class OperationForm(forms.Form):
    """One change of the network: the fields of its kind, the day and the order."""

    units = CodesField(label="С чем: коды", help_text="По одному в строке. Коды — в списке школ и на страницах.")
    name = forms.CharField(label="Новое полное наименование", max_length=400)
    short_name = forms.CharField(label="Новое краткое наименование", max_length=200)
    code = forms.CharField(label="Новый код", max_length=40)
    parent = CodesField(one=True, label="Куда: код вышестоящей единицы")
    members = CodesField(label="Кто отходит: коды организаций")
    into = CodesField(
        one=True, label="К чему присоединяется: код действующей единицы", help_text="Или опишите новую ниже."
    )
    kind = forms.ChoiceField(label="Новый вид", choices=[LEFT, *KINDS_TO_OPEN[:-1]])
    level = forms.ChoiceField(label="Новый уровень", choices=[LEFT, *SchoolLevel.choices])
    locality = forms.ChoiceField(label="Новая местность", choices=[LEFT, *Locality.choices])
    type = forms.ChoiceField(label="Новый тип школы", choices=[LEFT, *SchoolType.choices])
    municipality_type = forms.ChoiceField(label="Новый тип муниципалитета", choices=[LEFT, *MunicipalityType.choices])
    new_kind = forms.ChoiceField(label="Новая единица: вид", choices=[("", "не открывается"), *KINDS_TO_OPEN])
    new_code = forms.CharField(label="Новая единица: код", max_length=40)
    new_name = forms.CharField(label="Новая единица: полное наименование", max_length=400)
    new_short_name = forms.CharField(label="Новая единица: краткое наименование", max_length=200)
    new_parent = CodesField(one=True, label="Новая единица: код вышестоящей")
    new_level = forms.ChoiceField(label="Новая школа: уровень", choices=[("", "нет"), *SchoolLevel.choices])
    new_locality = forms.ChoiceField(label="Новая организация: местность", choices=Locality.choices)
    new_type = forms.ChoiceField(label="Новый муниципалитет: тип", choices=MunicipalityType.choices)
    rest = CodesField(one=True, label="К чему отходит остальное: код", help_text="Если единица не остаётся.")
    stays = forms.BooleanField(label="Сама единица остаётся, уходит только часть")
    on = day_field("С какого дня", help_text="Первый день, когда стало так. Закрытая единица работала по день до него.")
    order = forms.CharField(label="Приказ или закон", max_length=300)
    note = forms.CharField(label="Пояснение", max_length=600, required=False)

    def __init__(self, *args: Any, what: OperationKind, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what = what
        needed = NEEDED | (NEEDED_TO_OPEN if what == OperationKind.OPEN else set())
        needed |= {"name", "short_name"} if what == OperationKind.RENAME else set()
        for name in list(self.fields):
            if name in ("on", "order", "note"):
                continue
            if name not in FIELDS[what]:
                del self.fields[name]
                continue
            self.fields[name].required = name in needed
            if isinstance(self.fields[name], CodesField):
                self.fields[name].user = user
        self.order_fields([*FIELDS[what], "on", "order", "note"])

    def clean(self) -> dict[str, Any]:
        """A new unit is described whole or not at all."""
        said = super().clean()
        if said.get("new_kind") and self.what != OperationKind.OPEN:
            for name in NEEDED_TO_OPEN - {"new_kind"}:
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, "Впишите: без этого новую единицу не открыть.")
        return said

    def asked(self) -> Asked:
        """Return what was typed."""
        said = self.cleaned_data
        names = ("name", "short_name", "code", "kind", "level", "locality", "type", "municipality_type")
        return Asked(
            kind=self.what,
            on=said["on"],
            units=tuple(said.get("units") or ()),
            parent=said.get("parent"),
            into=said.get("into") if self.what == OperationKind.JOIN else None,
            new=self._new(said["on"]) if self.what != OperationKind.SPLIT else None,
            said={name: said[name] for name in names if said.get(name)},
            parts=self._parts() if self.what == OperationKind.SPLIT else (),
            stays=bool(said.get("stays")),
            order=said["order"],
            note=said["note"],
        )

    def _new(self, on: date) -> NewUnit | None:
        said = self.cleaned_data
        if not said.get("new_kind"):
            return None
        kind = Kind(said["new_kind"])
        municipality = school = None
        if kind == Kind.MUNICIPALITY:
            municipality = MunicipalityDetails(MunicipalityType(said["new_type"]), said["new_code"][:4], 900)
        else:
            level = SchoolLevel(said["new_level"]) if said.get("new_level") else ""
            school = SchoolDetails(level=level, locality=Locality(said.get("new_locality") or Locality.RURAL))
        return NewUnit(
            kind=kind,
            code=said["new_code"],
            name=said["new_name"],
            short_name=said.get("new_short_name") or "",
            parent=said["new_parent"],
            municipality=municipality,
            school=school,
            since=on,
        )

    def _parts(self) -> tuple[Part, ...]:
        """The part that leaves goes to a unit that stands, or to the new one; the rest to the other of the two."""
        said, new = self.cleaned_data, self._new(self.cleaned_data["on"])
        parts = [Part(into=said.get("into"), members=said.get("members") or ())] if said.get("into") else []
        if new is not None:
            is_rest = bool(parts) and not said.get("stays") and not said.get("rest")
            members = () if is_rest or parts else said.get("members") or ()
            parts.append(Part(new=new, members=members, takes_the_rest=is_rest))
        if said.get("rest") and not said.get("stays"):
            parts.append(Part(into=said["rest"], takes_the_rest=True))
        return tuple(parts)


class UndoForm(forms.Form):
    """Why an operation is undone."""

    reason = forms.CharField(label="Почему отменяется", max_length=300)
