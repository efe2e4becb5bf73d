"""
Filters of units in the API.

Keys are plain numbers and never looked up, so that a foreign key and one that does not exist answer alike.
"""

from datetime import date

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.numbers import whole
from common.russian import search_key
from common.searching import having_words
from schools.enums import ORGANISATIONS, Kind, Locality, PartnerKind, SchoolLevel
from schools.models import Membership, Partner, SchoolYear, Unit, UnitVersion


class UnitFilter(django_filters.FilterSet):
    """What a list of units can be narrowed by."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices, label="Вид единицы.")
    code = django_filters.CharFilter(method="coded", label="Код, нынешний или прежний.")
    on = django_filters.DateFilter(method="existing_on", label="День: те, что тогда были; с «within» — где стояли.")
    parent = django_filters.NumberFilter(field_name="parent_id", label="Ключ вышестоящей единицы.")
    search = django_filters.CharFilter(method="find", label="Часть наименования; ё и регистр не важны.")

    class Meta:
        model = Unit
        fields: list[str] = []

    def find(self, units: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        """Keep units whose name, of today or a former one, holds the words."""
        for word in search_key(value).split():
            before = UnitVersion.objects.filter(unit=OuterRef("pk"), search_key__contains=word)
            units = units.filter(Q(search_key__contains=word) | Exists(before))
        return units

    def coded(self, units: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        """Keep the unit that has a code now or had it before."""
        return units.filter(Q(code=value) | Exists(UnitVersion.objects.filter(unit=OuterRef("pk"), code=value)))

    def existing_on(self, units: QuerySet[Unit], name: str, value: date) -> QuerySet[Unit]:
        """Keep units that existed on a day."""
        return units.open_on(value)


class SchoolFilter(UnitFilter):
    """What a list of schools can be narrowed by; unless a kind is asked for it is schools."""

    kind = django_filters.ChoiceFilter(
        choices=[(kind.value, kind.label) for kind in ORGANISATIONS], label="Вид организации; без него — школы."
    )
    project = django_filters.CharFilter(method="of_project", label="Код проекта, в котором участвует сегодня.")
    level = django_filters.ChoiceFilter(field_name="school__level", choices=SchoolLevel.choices, label="Уровень.")
    locality = django_filters.ChoiceFilter(field_name="school__locality", choices=Locality.choices, label="Местность.")
    within = django_filters.NumberFilter(method="below", label="Ключ округа или муниципалитета.")

    def below(self, units: QuerySet[Unit], name: str, value: object) -> QuerySet[Unit]:
        """Keep units below another one."""
        key = whole(value)
        if key is None:
            return units.none()
        day = self.form.cleaned_data.get("on")
        return units.standing_under(key, day) if day else units.filter(path__contains=f"/{key}/")

    def of_project(self, units: QuerySet[Unit], name: str, value: str) -> QuerySet[Unit]:
        """Keep organisations that belong to a project today."""
        return units.in_project(value, timezone.localdate())


class PartnerFilter(django_filters.FilterSet):
    """What a list of partners can be narrowed by."""

    kind = django_filters.ChoiceFilter(choices=PartnerKind.choices, label="Вид партнёра.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ муниципалитета или края, где он находится.")
    inn = django_filters.CharFilter(label="ИНН.")
    search = django_filters.CharFilter(method="find", label="Часть наименования или ИНН.")

    class Meta:
        model = Partner
        fields: list[str] = []

    def find(self, partners: QuerySet[Partner], name: str, value: str) -> QuerySet[Partner]:
        """Keep partners that have the words."""
        return having_words(partners, value, keys=("search_key",))


class MembershipFilter(django_filters.FilterSet):
    """What a list of memberships in projects can be narrowed by."""

    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ организации.")
    project = django_filters.CharFilter(field_name="project__code", label="Код проекта.")
    on = django_filters.DateFilter(method="running_on", label="День, в который участие действует.")

    class Meta:
        model = Membership
        fields: list[str] = []

    def running_on(self, memberships: QuerySet[Membership], name: str, value: date) -> QuerySet[Membership]:
        """Keep memberships that run on a day."""
        return memberships.filter(Q(until=None) | Q(until__gte=value), since__lte=value)


class SchoolYearFilter(django_filters.FilterSet):
    """What a list of social passports can be narrowed by."""

    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ школы.")
    academic_year = django_filters.NumberFilter(label="Первый год учебного года.")

    class Meta:
        model = SchoolYear
        fields: list[str] = []
