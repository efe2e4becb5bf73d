"""The trail of rows in words: what a row of each table is called, what its columns are called, how a value is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db.models import DateField, DateTimeField, DecimalField, Field, ForeignKey, Model
from django.utils import timezone

from common.journalling import our_models
from common.numbers import format_number

RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
LONGEST = 300

# What a row is called, by the name of its model.
ROWS = {
    "Activity": "мероприятие",
    "Alias": "другое имя",
    "ApiToken": "ключ доступа",
    "Appointment": "назначение",
    "Assessment": "оценочная процедура года",
    "AssessmentLoad": "часть загрузки",
    "DataElement": "первичный показатель",
    "Direction": "направление",
    "Document": "документ",
    "Execution": "выполнение",
    "ExpectedResult": "ожидаемый результат",
    "ExternalIdentity": "внешняя учётная запись",
    "FormerPassword": "прежний пароль",
    "Goal": "цель или задача",
    "IdentificationRun": "расчёт идентификации",
    "Indicator": "показатель",
    "IndicatorEdition": "редакция показателя",
    "Invitation": "приглашение",
    "ListEntry": "школа списка",
    "Load": "загрузка результатов",
    "MarkScale": "шкала",
    "Membership": "участие в проекте",
    "Methodology": "методика",
    "MethodologyEdition": "редакция методики",
    "Municipality": "сведения о муниципалитете",
    "Observation": "значение",
    "Partner": "партнёр",
    "PassportSection": "раздел текста",
    "Period": "период",
    "PeriodBasis": "по каким данным считается год",
    "PeriodClosing": "закрытие периода",
    "Placement": "место в составе",
    "Procedure": "процедура",
    "Programme": "программа",
    "ProgrammeIndicator": "показатель программы",
    "Project": "проект",
    "Recommendation": "рекомендация",
    "RecoveryCode": "запасной код",
    "ReportOrder": "заказ отчёта",
    "ResultWindow": "срок результата",
    "School": "сведения о школе",
    "SchoolList": "список школ",
    "SchoolYear": "социальный паспорт",
    "SecondFactor": "второй фактор",
    "SourceSystem": "информационная система",
    "SystemKey": "ключ информационной системы",
    "Subject": "предмет",
    "Succession": "преемство",
    "Target": "цель показателя",
    "TargetChange": "изменение цели",
    "Unit": "организация",
    "UnitOperation": "операция реестра",
    "UnitVersion": "сведения на день",
    "Upload": "файл",
    "User": "пользователь",
}

# Columns whose model has no Russian name for them: of every table, or of one («Target.also»).
FIELDS = {
    "Goal.parent": "цель, к которой относится",
    "Target.also": "вторая половина цели",
    "academic_year": "учебный год",
    "accepted_at": "принято (когда)",
    "accepted_by": "кто принял",
    "accepted_signatory": "кто отвечает за приёмку",
    "accepted_signed_as": "в каком качестве принял",
    "activity": "мероприятие",
    "answered_at": "отвечено",
    "answered_by": "кто ответил",
    "approved_at": "утверждено (когда)",
    "approved_by": "кто утвердил",
    "approved_signatory": "кто отвечает за утверждение",
    "approved_signed_as": "в каком качестве утвердил",
    "assessment": "процедура",
    "basic_level": "базовый уровень",
    "categories": "категории",
    "code": "код",
    "coded": "строк с кодом ученика",
    "codes_document": "документ о постоянных кодах",
    "codes_mark": "метка ключа кодов",
    "codes_of": "общие коды с процедурой",
    "computed": "посчитано",
    "counted": "что считается",
    "created_at": "создано",
    "created_by": "кто создал",
    "direction": "направление",
    "document": "документ",
    "edition": "редакция",
    "element": "первичный показатель",
    "ends_on": "по",
    "entered_at": "внесено (когда)",
    "entered_by": "кто внёс",
    "expires_at": "действует до",
    "file_name": "файл",
    "file_size": "размер файла",
    "filed_at": "учтено",
    "filed_by": "кто учёл",
    "fingerprint": "отпечаток каталога",
    "format": "вид файла",
    "former": "предшественник",
    "grade": "класс",
    "group_title": "таблица",
    "indicator": "показатель",
    "is_current": "действует",
    "issued_at": "выдано",
    "issuer": "кто ручается",
    "items": "текст",
    "job": "задание",
    "joined_at": "заведён",
    "kind": "вид",
    "layout": "вид файла",
    "level": "уровень",
    "levels": "уровни",
    "linked_at": "связана",
    "load": "загрузка",
    "loaded_by": "кто загрузил",
    "locality": "местность",
    "made_at": "проведено",
    "made_by": "кто провёл",
    "management": "управление",
    "mark_bounds": "границы отметок",
    "max_score": "наибольший балл",
    "measure": "мера",
    "methodology": "методика",
    "municipality_type": "тип муниципалитета",
    "name": "имя",
    "number": "номер",
    "on": "с какого дня",
    "operation": "операция",
    "order": "приказ",
    "ordered_at": "заказано",
    "ordered_by": "кто заказал",
    "owner": "чья",
    "parameters": "параметры",
    "parent": "в составе",
    "part": "часть текста",
    "password": "пароль",
    "password_changed_at": "пароль изменён",
    "period": "период",
    "permissions": "что может",
    "procedure": "процедура",
    "programme": "программа",
    "programme_indicator": "показатель программы",
    "project": "проект",
    "recurrence": "повторность",
    "replaced_at": "заменено",
    "reported_at": "отмечено (когда)",
    "reported_by": "кто отметил",
    "reported_signatory": "кто отвечает за сведения",
    "reported_signed_as": "в каком качестве отвечает",
    "reviewed_at": "рассмотрено (когда)",
    "reviewed_by": "кто рассмотрел",
    "reviewed_signatory": "кто отвечает за приёмку",
    "reviewed_signed_as": "в каком качестве принял",
    "result": "результат",
    "revoked_at": "отозван",
    "role": "роль",
    "rows": "строк",
    "rule": "правило",
    "run": "расчёт",
    "run_at": "проведён",
    "run_by": "кто провёл",
    "school_list": "список",
    "schools": "школ",
    "secret": "секрет",
    "set_up_at": "включён",
    "share": "доля",
    "sheet": "лист",
    "short_name": "краткое наименование",
    "short_title": "кратко",
    "signatory": "кто отвечает",
    "reopened_by": "кто открыл снова",
    "reopened_signatory": "кто подписал открытие",
    "reopened_signed_as": "в каком качестве подписал открытие",
    "PeriodClosing.closes": "закрывает",
    "IndicatorEdition.parts": "части распределения",
    "signed_as": "в каком качестве",
    "sort_order": "порядок",
    "source": "источник",
    "starts_on": "с",
    "state": "состояние",
    "states": "ступени",
    "subject": "предмет",
    "submitted_at": "подано (когда)",
    "submitted_by": "кто подал",
    "submitted_signatory": "кто отвечает за поданное",
    "submitted_signed_as": "в каком качестве подал",
    "substitutes": "замещает",
    "successor": "преемник",
    "text": "текст",
    "threshold": "порог",
    "threshold_count": "порог, число",
    "threshold_percent": "порог, %",
    "tile_order": "порядок плитки",
    "title": "название",
    "token": "ключ доступа",
    "type": "тип",
    "undone_at": "отменено",
    "undone_by": "кто отменил",
    "unit": "организация",
    "until": "до дня",
    "upload": "файл",
    "uploaded_at": "получен",
    "uploaded_by": "кто прислал",
    "uploaded_with": "каким ключом",
    "used_at": "использован",
    "user": "пользователь",
    "valid_from": "с",
    "valid_to": "по",
}

# Columns that only the program reads, or once did: rows of the trail are older than the columns are gone ("told").
TECHNICAL = {
    "depends_on", "digest", "facts", "failed_sign_ins", "file_sha256", "id", "input_hash", "key", "keys", "last_step",
    "last_used_at", "locked_until", "path", "prefix", "reach", "search_key", "sha256", "sort_key", "source_row",
    "spool_key", "spool_name", "staging", "steps", "summary", "tasks", "told", "unit_ids", "place_ids", "terms",
    "upload_id",
}  # fmt: skip


@cache
def models_by_table() -> dict[str, type[Model]]:
    """Return the model of each table."""
    return {model._meta.db_table: model for model in our_models()}


@cache
def fields_by_column(model: type[Model]) -> dict[str, Field]:
    """Return the field of each column of a model."""
    return {field.column: field for field in model._meta.concrete_fields}


def row_word(model: type[Model]) -> str:
    """What a row of a model is called."""
    said = str(model._meta.verbose_name)
    return ROWS.get(model.__name__, said if RUSSIAN.search(said) else "запись")


def field_word(model: type[Model], field: Field) -> str:
    """What a column is called; nothing for one that only the program reads."""
    if field.name in TECHNICAL:
        return ""
    own = FIELDS.get(f"{model.__name__}.{field.name}")
    if own:
        return own
    said = str(field.verbose_name)
    return said if RUSSIAN.search(said) else FIELDS.get(field.name, "")


def keys_in(model: type[Model], row: Mapping[str, Any] | None) -> set[tuple[str, str]]:
    """Return the tables and keys that a row points to."""
    fields = fields_by_column(model)
    found = set()
    for column, value in (row or {}).items():
        field = fields.get(column)
        if isinstance(field, ForeignKey) and value is not None:
            found.add((field.related_model._meta.db_table, str(value)))
    return found


def value_word(field: Field, value: Any, names: Mapping[tuple[str, str], str]) -> str:
    """Write a value as a person reads it."""
    if value is None or value == "" or value == [] or value == {}:
        return "пусто"
    if isinstance(field, ForeignKey):
        return names.get((field.related_model._meta.db_table, str(value)), f"№ {value}")
    if value == "•••":
        return "скрыто"
    if isinstance(value, bool):
        return "да" if value else "нет"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%d.%m.%Y %H:%M}"
    if isinstance(field, DateField):
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    if isinstance(field, DecimalField):
        return _number(value)
    return _shortened(_plain(field, value))


def _plain(field: Field, value: Any) -> str:
    if isinstance(value, list):
        base = getattr(field, "base_field", None)
        labels = dict(base.flatchoices) if base is not None and base.choices else {}
        return "; ".join(str(labels.get(one, one)) if not isinstance(one, dict | list) else "…" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return str(value)


def _number(value: Any) -> str:
    try:
        return format_number(Decimal(str(value)).normalize())
    except InvalidOperation:
        return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
