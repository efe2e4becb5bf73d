"""Filters of programmes, directions and targets in the API. Keys are plain numbers and never looked up."""

from datetime import MAXYEAR, MINYEAR

import django_filters
from django.db.models import QuerySet

from common.numbers import whole
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Direction, Programme, Target
from programmes.selectors.register import programmes_placed, searched
from schools.enums import Territories
from schools.selectors.geography import geography_of
from schools.selectors.placed import standing_in


class ProgrammeFilter(django_filters.FilterSet):
    """What a list of programmes can be narrowed by."""

    code = django_filters.CharFilter(label="Код программы.")
    kind = django_filters.ChoiceFilter(choices=ProgrammeKind.choices, label="Вид.")
    status = django_filters.ChoiceFilter(choices=ProgrammeStatus.choices, label="Состояние.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ того, чья программа.")
    within = django_filters.NumberFilter(method="below", label="Ключ округа или муниципалитета.")
    territories = django_filters.ChoiceFilter(
        method="told_in",
        choices=Territories.choices,
        label="В чьих границах within: today (если не сказано) — в сегодняшних; own — на последний день срока, "
        "а с year — этого года.",
    )
    year = django_filters.NumberFilter(method="touching", label="Год, который захватывает срок программы.")
    search = django_filters.CharFilter(method="find", label="Слова названия; ё и регистр не важны.")

    class Meta:
        model = Programme
        fields: list[str] = []

    def below(self, programmes: QuerySet[Programme], name: str, value: object) -> QuerySet[Programme]:
        """Keep programmes of units at or below another one, in the borders that `territories` says."""
        key, asked = whole(value), self.form.cleaned_data
        if key is None:
            return programmes.none()
        year = whole(asked.get("year")) or MAXYEAR
        is_today = asked.get("territories") != Territories.OWN
        geography = geography_of(min(max(year, MINYEAR), MAXYEAR), is_today=is_today)
        return standing_in(programmes_placed(programmes, geography), key)

    def told_in(self, programmes: QuerySet[Programme], name: str, value: str) -> QuerySet[Programme]:
        """Keep everything: `below` is what goes by it."""
        return programmes

    def touching(self, programmes: QuerySet[Programme], name: str, value: object) -> QuerySet[Programme]:
        """Keep programmes whose term has a day in a year."""
        year = whole(value)
        if year is None or not MINYEAR <= year <= MAXYEAR:
            return programmes.none()
        return programmes.filter(starts_on__year__lte=year, ends_on__year__gte=year)

    def find(self, programmes: QuerySet[Programme], name: str, value: str) -> QuerySet[Programme]:
        """Keep programmes whose title or unit holds the words."""
        return searched(programmes, value)


class DirectionFilter(django_filters.FilterSet):
    """What a list of directions can be narrowed by."""

    programme = django_filters.NumberFilter(field_name="programme_id", label="Ключ программы.")

    class Meta:
        model = Direction
        fields: list[str] = []


class TargetFilter(django_filters.FilterSet):
    """What a list of targets can be narrowed by."""

    programme = django_filters.NumberFilter(field_name="programme_indicator__programme_id", label="Ключ программы.")
    direction = django_filters.NumberFilter(
        field_name="programme_indicator__direction__number", label="Номер направления."
    )
    indicator = django_filters.CharFilter(field_name="programme_indicator__indicator__code", label="Код показателя.")
    period = django_filters.CharFilter(field_name="period__code", label="Код периода, например 2021.")

    class Meta:
        model = Target
        fields: list[str] = []
