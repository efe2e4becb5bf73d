"""
Filters of units in the API.

Keys are plain numbers and never looked up, so that a foreign key and one that does not exist answer alike.
"""

import django_filters
from django.db.models import QuerySet

from common.numbers import whole
from common.russian import search_key
from schools.enums import Kind, Locality, SchoolLevel
from schools.models import SchoolYear, Unit


class UnitFilter(django_filters.FilterSet):
    """What a list of units can be narrowed by."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices, label="Вид единицы.")
    code = django_filters.CharFilter(label="Код.")
    parent = django_filters.NumberFilter(field_name="parent_id", label="Ключ вышестоящей единицы.")
    search = django_filters.CharFilter(method="find", label="Часть наименования; ё и регистр не важны.")

    class Meta:
        model = Unit
        fields: list[str] = []

    def find(self, units: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        """Keep units whose name holds the words."""
        for word in search_key(value).split():
            units = units.filter(search_key__contains=word)
        return units


class SchoolFilter(UnitFilter):
    """What a list of schools can be narrowed by."""

    kind = None
    level = django_filters.ChoiceFilter(field_name="school__level", choices=SchoolLevel.choices, label="Уровень.")
    locality = django_filters.ChoiceFilter(field_name="school__locality", choices=Locality.choices, label="Местность.")
    within = django_filters.NumberFilter(method="below", label="Ключ округа или муниципалитета.")

    def below(self, units: QuerySet[Unit], name: str, value: object) -> QuerySet[Unit]:
        """Keep units below another one."""
        key = whole(value)
        return units.none() if key is None else units.filter(path__contains=f"/{key}/")


class SchoolYearFilter(django_filters.FilterSet):
    """What a list of social passports can be narrowed by."""

    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ школы.")
    academic_year = django_filters.NumberFilter(label="Первый год учебного года.")

    class Meta:
        model = SchoolYear
        fields: list[str] = []
