"""Shapes of indicators and their values in the API."""

from rest_framework import serializers

from documents.models import Document
from indicators.enums import EntryStatus
from indicators.models import DataElement, Indicator, IndicatorEdition, IndicatorValue, Observation


class CategorySerializer(serializers.Serializer):
    """A part of a number that is entered by categories."""

    code = serializers.CharField()
    name = serializers.CharField()


class DataElementSerializer(serializers.ModelSerializer):
    """
    Something that is asked for, once, at one level of the tree.

    `system` keeps its values, where one does; `least`, `most`, `is_whole`, `not_above` and `change_limit` (per cent
    against the period before, beyond which a comment is asked for) are what a value must keep to. It is due on a day
    of the year (`due_month`, `due_day`) or so many days after it (`due_after`). It is asked for once a year, for each
    half-year or in the months of `waves` (`asked_every`); `year_value` says what the year's value is then. With a
    `breakdown` it is entered by each of `categories` and never whole: the total is their sum.
    """

    system = serializers.CharField(source="system.code", default="", help_text="Код системы, которая ведёт показатель.")
    not_above = serializers.CharField(
        source="not_above.code", default="", help_text="Код показателя, больше которого значение быть не может."
    )

    categories = CategorySerializer(source="listed_categories", many=True)

    class Meta:
        model = DataElement
        fields = [
            "id",
            "code",
            "name",
            "type",
            "unit_of_measure",
            "level",
            "needs_evidence",
            "hint",
            "states",
            "system",
            "collection",
            "due_month",
            "due_day",
            "due_after",
            "asked_every",
            "waves",
            "year_value",
            "breakdown",
            "categories",
            "least",
            "most",
            "is_whole",
            "not_above",
            "change_limit",
        ]


class ObservationSerializer(serializers.ModelSerializer):
    """
    What was entered into a data element for a unit and a period, with its proof.

    Of an element with a breakdown each entry is of one `category`; of any other it is empty. An entry is never changed:
    a newer one replaces it, and `replaced_at` says when. Indicators are computed of those whose `status` is `submitted`
    or `accepted`: neither of a draft nor of what was returned with a `remark`. Drafts are told to whoever enters the
    values of the unit, what was returned and why to them and to whoever reviews them.
    """

    element = serializers.CharField(source="element.code")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    period = serializers.CharField(source="period.code")
    url = serializers.CharField(source="document.url", default="", help_text="Ссылка на подтверждающий документ.")
    number = serializers.CharField(source="document.number", default="", help_text="Номер документа.")
    dated_on = serializers.DateField(source="document.dated_on", default=None, help_text="Дата документа.")

    system = serializers.CharField(source="system.code", default="", help_text="Код передавшей системы.")
    signatory = serializers.CharField(allow_null=True, help_text="Кто отвечает за значение, внесённое по приказу.")
    remark = serializers.CharField(
        source="remark_told", help_text="Чего не хватало; пусто для тех, кто значение не вносит и не рассматривает."
    )

    class Meta:
        model = Observation
        fields = [
            "id",
            "element",
            "unit",
            "unit_code",
            "period",
            "category",
            "value",
            "url",
            "number",
            "dated_on",
            "comment",
            "via",
            "system",
            "is_over_system",
            "signatory",
            "signed_as",
            "status",
            "submitted_at",
            "reviewed_at",
            "remark",
            "entered_at",
            "replaced_at",
        ]


LONGEST = {name: Document._meta.get_field(name).max_length for name in ("url", "number")}


class NewObservationSerializer(serializers.Serializer):
    """A value that is sent, with its proof: a link, or the number and the day of an order."""

    default_error_messages = {
        "invalid": "Значение передают объектом с полями: element, unit, period, value.",
        "null": "Вместо значения пусто. Уберите эту строку или заполните её.",
    }

    element = serializers.CharField(max_length=60, help_text="Код первичного показателя.")
    unit = serializers.CharField(max_length=40, help_text="Код края, муниципалитета или школы.")
    period = serializers.CharField(
        max_length=20,
        help_text="Год программы, например 2021; где показатель спрашивают чаще — полугодие 2021-H1 или волна 2021-IX.",
    )
    category = serializers.CharField(
        max_length=60,
        default="",
        allow_blank=True,
        help_text="Код категории, если показатель вносят по категориям (`categories` показателя); итог не передают.",
    )
    value = serializers.DecimalField(
        max_digits=18, decimal_places=4, help_text="Число; «да» — 1, «нет» — 0, ступень шкалы — 0, 1 или 2."
    )
    url = serializers.CharField(
        max_length=LONGEST["url"], default="", allow_blank=True, help_text="Ссылка на документ."
    )
    number = serializers.CharField(
        max_length=LONGEST["number"], default="", allow_blank=True, help_text="Номер приказа."
    )
    dated_on = serializers.DateField(default=None, allow_null=True, help_text="Дата приказа.")
    comment = serializers.CharField(max_length=2000, default="", allow_blank=True, help_text="Пояснение.")
    replaces = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="Ключ записи, которую вы видели на этом месте (null — было пусто): если её уже сменили, ответ — 409. "
        "Не указан — записывается поверх любой.",
    )


MOST_ROWS = 1000
NO_LIST = {"not_a_list": "Нужен список в квадратных скобках.", "empty": "Список пуст: передайте хотя бы одну строку."}
TOO_MANY = f"Больше {MOST_ROWS} строк за раз не принимают. Разделите список на несколько запросов."
LIST = {**NO_LIST, "max_length": TOO_MANY}


class NewBlockSerializer(serializers.Serializer):
    """Many values that are entered together or not at all."""

    rows = NewObservationSerializer(many=True, max_length=MOST_ROWS, allow_empty=False, error_messages=LIST)


class EnteredRowSerializer(serializers.Serializer):
    """A row of a block and the entry that stands for it."""

    row = serializers.IntegerField(help_text="Номер строки, с единицы.")
    id = serializers.IntegerField(help_text="Ключ записи.")


class BlockAnswerSerializer(serializers.Serializer):
    """What came of a block."""

    entered = serializers.IntegerField(help_text="Сколько строк записано.")
    rows = EnteredRowSerializer(many=True)


class AcceptanceSerializer(serializers.Serializer):
    """Entries that are accepted, by their keys."""

    entries = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST_ROWS,
        error_messages=LIST,
        help_text="Ключи записей, как их даёт список.",
    )


class ReturnSerializer(AcceptanceSerializer):
    """Entries that are returned, and what was missing."""

    remark = serializers.CharField(max_length=2000, help_text="Чего не хватает.")


class DoneEntrySerializer(serializers.Serializer):
    """An entry with which it was done, now or before."""

    id = serializers.IntegerField(help_text="Ключ записи.")
    status = serializers.ChoiceField(choices=EntryStatus.choices, help_text="Её состояние.")


class RefusedEntrySerializer(serializers.Serializer):
    """An entry with which it could not be done."""

    id = serializers.IntegerField(help_text="Ключ записи.")
    why = serializers.CharField(help_text="Почему, одним предложением.")


class ReviewAnswerSerializer(serializers.Serializer):
    """What came of accepting or returning."""

    done = DoneEntrySerializer(many=True)
    refused = RefusedEntrySerializer(many=True)


class EditionSerializer(serializers.ModelSerializer):
    """How an indicator is computed from a day on."""

    class Meta:
        model = IndicatorEdition
        fields = [
            "number",
            "valid_from",
            "kind",
            "better",
            "unit_of_measure",
            "precision",
            "level",
            "formula",
            "in_words",
            "parts",
            "source",
            "is_current",
        ]


class IndicatorSerializer(serializers.ModelSerializer):
    """What is measured, with every edition of how."""

    editions = EditionSerializer(many=True)

    class Meta:
        model = Indicator
        fields = ["id", "code", "name", "editions"]


class IndicatorValueSerializer(serializers.ModelSerializer):
    """
    A value as a pair. A share is `n / d`; a count has no `d`. A change of a share is `n / d` too, in products that
    serve to divide exactly. Of a distribution `n` is the whole and `cells` say how many are in each part, in the order
    of the edition's `parts`; of anything else `cells` are null.

    `status` says whether there is a value, and if not, why; `left_out` counts members whose data are unknown.
    """

    id = serializers.IntegerField(allow_null=True, help_text="Ключ; null у суммы по сегодняшней территории.")
    indicator = serializers.CharField(source="edition.indicator.code")
    edition = serializers.IntegerField(source="edition.number")
    period = serializers.CharField(source="period.code")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    computed_at = serializers.DateTimeField(source="run.finished_at", allow_null=True)
    cells = serializers.ListField(
        child=serializers.DecimalField(max_digits=20, decimal_places=4),
        allow_null=True,
        help_text="Части распределения в порядке `parts` редакции; null у остальных показателей.",
    )

    class Meta:
        model = IndicatorValue
        fields = [
            "id",
            "indicator",
            "edition",
            "period",
            "unit",
            "unit_code",
            "n",
            "d",
            "cells",
            "left_out",
            "status",
            "computed_at",
        ]
