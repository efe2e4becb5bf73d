"""The journal of actions: who did what, when, through which door, what was before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from common.searching import having_words
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import granting

# What events are about, by the label of its model.
TARGETS = {
    "accounts.user": "пользователь",
    "accounts.apitoken": "ключ доступа",
    "documents.document": "документ",
    "file": "выгрузка",
    "indicators.dataelement": "первичный показатель",
    "indicators.indicator": "показатель",
    "indicators.observation": "значение",
    "indicators.period": "период",
    "indicators.periodbasis": "по каким данным считается год",
    "jobs.job": "задание",
    "jobs.upload": "файл",
    "monitoring.identificationrun": "идентификация",
    "monitoring.load": "загрузка результатов",
    "monitoring.methodology": "методика",
    "monitoring.procedure": "процедура",
    "monitoring.recommendation": "рекомендация",
    "monitoring.schoollist": "список школ",
    "programmes.programme": "программа",
    "reports.reportorder": "заказ отчёта",
    "roadmap.execution": "выполнение",
    "schools.appointment": "назначение",
    "schools.membership": "участие в проекте",
    "schools.partner": "партнёр",
    "schools.schoolyear": "паспорт школы",
    "schools.unit": "организация",
}
# Every action that the code records, in words; a test compares the two.
ACTIONS = {
    "sign_in.succeeded": "вход",
    "sign_in.ended": "выход",
    "sign_in.failed": "вход не удался",
    "sign_in.locked": "вход закрыт на время",
    "sign_in.refused": "во входе отказано",
    "sign_in.address_locked": "вход закрыт адресу на время",
    "sign_in.unlocked": "вход открыт администратором",
    "sign_in.address_unlocked": "вход открыт адресу",
    "second_factor.set_up": "включён второй фактор",
    "second_factor.removed": "снят второй фактор",
    "second_factor.failed": "код второго фактора не подошёл",
    "second_factor.locked": "коды второго фактора закрыты на время",
    "second_factor.recovery_used": "вход по коду с бумаги",
    "second_factor.codes_renewed": "созданы новые коды на бумаге",
    "session.ended": "завершён сеанс",
    "sessions.ended": "завершены сеансы",
    "identity.linked": "связана внешняя учётная запись",
    "identity.unlinked": "разорвана связь с внешней учётной записью",
    "access.denied": "отказано в действии",
    "user.created": "заведён пользователь",
    "user.password_changed": "изменён пароль",
    "user.password_cleared": "снят забытый пароль",
    "user.invited": "выдана ссылка-приглашение",
    "people.invited": "приглашены люди списком",
    "user.accepted_invitation": "приглашение принято",
    "user.changed": "изменены сведения о человеке",
    "user.closed": "закрыта учётная запись",
    "user.reopened": "учётная запись открыта снова",
    "token.created": "создан ключ доступа",
    "token.revoked": "отозван ключ доступа",
    "appointment.made": "назначение",
    "appointment.ended": "снятие с назначения",
    "appointment.substituted": "назначено замещение",
    "units.opened": "открыты единицы реестра",
    "unit.changed": "изменены сведения реестра",
    "unit.alias_added": "добавлено имя из файлов",
    "unit.moved": "перевод в другой состав",
    "network.opened": "изменение сети: открытие",
    "network.closed": "изменение сети: закрытие",
    "network.renamed": "изменение сети: переименование",
    "network.moved": "изменение сети: перевод",
    "network.joined": "изменение сети: объединение",
    "network.split": "изменение сети: разделение",
    "network.changed": "изменение сети: смена вида или признаков",
    "network.undone": "изменение сети отменено",
    "register.imported": "загружен реестр школ",
    "passports.imported": "загружены социальные паспорта",
    "passport.entered": "внесён паспорт школы",
    "school_file.dropped": "файл о школах не записан",
    "partner.added": "учтён партнёр",
    "partner.changed": "изменены сведения о партнёре",
    "project.loaded": "загружены проекты",
    "membership.begun": "включение в проект",
    "membership.ended": "выход из проекта",
    "membership.dropped": "снято ошибочное участие в проекте",
    "memberships.imported": "загружено участие в проектах",
    "document.filed": "учтён документ",
    "element.defined": "определён первичный показатель",
    "element.carried_over": "записи перешли под другой код",
    "indicator.defined": "определён показатель",
    "indicator.redefined": "новая редакция показателя",
    "indicator.renamed": "переименован показатель",
    "period.closed": "закрыт период",
    "period.reopened": "период открыт снова",
    "basis.set": "указано, по каким данным считается год",
    "basis.dropped": "снято исключение года",
    "observation.entered": "внесено значение",
    "observation.withdrawn": "отозвано значение",
    "observation.submitted": "отправлено значение",
    "observation.accepted": "принято значение",
    "observation.returned": "возвращено значение",
    "programme.loaded": "загружена программа",
    "programme.drafted": "начата программа",
    "programme.corrected": "исправлена программа",
    "programme.submitted": "программа отправлена на утверждение",
    "programme.returned": "программа возвращена",
    "programme.approved": "программа утверждена",
    "programme.amended": "программа изменена",
    "programme.target_set": "поставлена цель",
    "programme.target_withdrawn": "снята цель",
    "programme.target_changed": "изменена цель",
    "programme.target_settled": "определено сравнение цели",
    "programme.row_rules": "изменено, как складывается показатель",
    "programme.row_added": "поставлен показатель в программу",
    "programme.row_removed": "убран показатель из программы",
    "programme.row_chosen": "выбрана строка программы",
    "programme.row_left": "строка программы больше не выбрана",
    "programme.row_closed": "закрыта строка программы",
    "programme.row_reopened": "снова открыта строка программы",
    "programme.row_renamed": "переименована строка программы",
    "programme.bands": "изменён допуск целей",
    "system.defined": "определена информационная система",
    "execution.reported": "отмечено выполнение",
    "execution.accepted": "выполнение принято",
    "execution.returned": "выполнение возвращено",
    "procedures.loaded": "загружены процедуры",
    "procedure.added": "добавлена процедура",
    "procedure.codes_declared": "объявлены постоянные коды процедуры",
    "procedure.codes_withdrawn": "снято объявление постоянных кодов",
    "load.read": "прочитан файл результатов",
    "load.accepted": "приняты результаты",
    "load.cancelled": "файл результатов не принят",
    "load.undone": "отменена загрузка результатов",
    "method.edition_added": "новая редакция методики",
    "identification.run": "проведена идентификация",
    "school_list.drafted": "составлен список школ",
    "school_list.changed": "изменён список школ",
    "school_list.discarded": "список школ отброшен",
    "school_list.approved": "утверждён список школ",
    "recommendations.issued": "выданы рекомендации",
    "recommendation.answered": "ответ на рекомендацию",
    "report.ordered": "заказан отчёт",
    "export.downloaded": "выгружен файл",
    "export.read": "прочитан список по ключу доступа",
    "job.cancelled": "отменено задание",
    "job.ordered_again": "задание запущено ещё раз",
}
DOORS = {"page": "страница", "api": "API", "job": "задание", "command": "команда"}


@dataclass(frozen=True)
class Difference:
    """One thing of the target that the action changed."""

    name: str
    before: str
    after: str


def may_read_journal(*, user: User) -> bool:
    """Say whether somebody holds the right to the journal anywhere."""
    appointments = granting(user, Permission.AUDIT_VIEW)
    return appointments is not None and appointments.exists()


def journal(*, user: User) -> QuerySet[AuditEvent]:
    """Return the events that somebody may see: of every region all of them, elsewhere those of the own territory."""
    appointments = granting(user, Permission.AUDIT_VIEW)
    if appointments is None:
        return AuditEvent.objects.none()
    if appointments.covers_everything():
        return AuditEvent.objects.all()
    here = ExpressionWrapper(OuterRef("unit_path"), output_field=CharField())
    return AuditEvent.objects.filter(Exists(appointments.alias(here=here).filter(here__startswith=F("unit__path"))))


def places_of_journal(*, user: User) -> list[Unit]:
    """List the territories by which somebody may narrow the journal."""
    units = Unit.objects.visible_to(user, Permission.AUDIT_VIEW).of_kind(Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY)
    return list(units.in_order())


def searched(events: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
    """Keep events whose person, target or reason has every word."""
    return having_words(events, text, texts=("actor_name", "target_title", "reason"))


def differences(event: AuditEvent) -> list[Difference]:
    """Return what the event says of before and after, name by name."""
    before, after = event.before or {}, event.after or {}
    names = list(dict.fromkeys([*before, *after]))
    return [Difference(name, _written(before.get(name)), _written(after.get(name))) for name in names]


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        shown = ", ".join(str(each) for each in value[:20])
        return f"{shown} и ещё {len(value) - 20}" if len(value) > 20 else shown
    return str(value)
