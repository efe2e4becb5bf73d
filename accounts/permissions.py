"""
What each role may do. Where it may do so is said by `schools.Appointment`.

There is no role for teachers: the law forbids asking reports of them (273-ФЗ, article 47, part 6.1).

To enter that something is approved and to be accountable for it are two permissions: whoever clicks needs not be the
one who signs. `SIGNING` are those of the accountable person.
"""

from django.db.models import TextChoices


class Permission(TextChoices):
    """One thing that a person may do at a place."""

    UNIT_VIEW = "unit_view", "видеть организации и их паспорта"
    UNIT_EDIT = "unit_edit", "вести реестр организаций"
    PASSPORT_EDIT = "passport_edit", "вносить паспорта школ"
    RESULT_VIEW = "result_view", "видеть результаты оценочных процедур"
    RESULT_ROWS = "result_rows", "открывать строки результатов"
    RESULT_LOAD = "result_load", "загружать результаты"
    IDENTIFICATION_VIEW = "identification_view", "видеть идентификацию"
    IDENTIFICATION_RUN = "identification_run", "проводить идентификацию"
    METHOD_EDIT = "method_edit", "менять методику"
    METHOD_SIGN = "method_sign", "подписывать методику"
    LIST_APPROVE = "list_approve", "утверждать список школ"
    LIST_SIGN = "list_sign", "подписывать список школ"
    RECOMMENDATION_ANSWER = "recommendation_answer", "отвечать на адресные рекомендации"
    INDICATOR_VIEW = "indicator_view", "видеть показатели"
    INDICATOR_EDIT = "indicator_edit", "менять определения показателей"
    PERIOD_CLOSE = "period_close", "закрывать периоды"
    PERIOD_SIGN = "period_sign", "подписывать закрытие периодов"
    OBSERVATION_ENTER = "observation_enter", "вносить значения"
    OBSERVATION_ACCEPT = "observation_accept", "принимать внесённые значения"
    DATA_SIGN = "data_sign", "отвечать за внесённые сведения"
    PROGRAMME_VIEW = "programme_view", "видеть программы"
    PROGRAMME_EDIT = "programme_edit", "вести программы"
    PROGRAMME_APPROVE = "programme_approve", "утверждать программы"
    PROGRAMME_SIGN = "programme_sign", "подписывать программы"
    EXECUTION_ENTER = "execution_enter", "отмечать выполнение дорожной карты"
    EXECUTION_ACCEPT = "execution_accept", "принимать выполнение"
    REVIEW = "review", "рассматривать порученное и возвращать с замечаниями"
    REPORT_ORDER = "report_order", "заказывать отчёты"
    TOKEN_MANAGE = "token_manage", "создавать ключи доступа"
    HISTORY_VIEW = "history_view", "видеть историю изменений"
    AUDIT_VIEW = "audit_view", "видеть журнал действий"
    PEOPLE_MANAGE = "people_manage", "назначать людей и вести учётные записи"


class Role(TextChoices):
    """Who somebody is to the programme at a place."""

    MINISTRY_ANALYST = "ministry_analyst", "аналитик министерства"
    MINISTRY_APPROVER = "ministry_approver", "утверждающий в министерстве"
    INSTITUTE_METHODIST = "institute_methodist", "методист института"
    DISTRICT_CURATOR = "district_curator", "куратор округа"
    CENTRE_OPERATOR = "centre_operator", "оператор центра оценки качества"
    CENTRE_METHODOLOGIST = "centre_methodologist", "методолог центра оценки качества"
    MUNICIPAL_COORDINATOR = "municipal_coordinator", "муниципальный координатор"
    MUNICIPAL_HEAD = "municipal_head", "руководитель муниципального органа"
    SCHOOL_EDITOR = "school_editor", "ответственный в школе"
    SCHOOL_DIRECTOR = "school_director", "директор школы"
    EXPERT = "expert", "эксперт"
    OBSERVER = "observer", "наблюдатель"
    SYSTEM = "system", "информационная система"
    ACCOUNT_ADMINISTRATOR = "account_administrator", "администратор учётных записей"


P = Permission
READING = frozenset(
    {
        P.UNIT_VIEW,
        P.RESULT_VIEW,
        P.IDENTIFICATION_VIEW,
        P.INDICATOR_VIEW,
        P.PROGRAMME_VIEW,
        P.REPORT_ORDER,
        P.HISTORY_VIEW,
    }
)
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MINISTRY_ANALYST: READING
    | {
        P.UNIT_EDIT,
        P.PASSPORT_EDIT,
        P.OBSERVATION_ENTER,
        P.PROGRAMME_EDIT,
        P.EXECUTION_ENTER,
        P.INDICATOR_EDIT,
        P.PERIOD_CLOSE,  # writes the order in; the approver signs it
        P.RESULT_ROWS,
        P.AUDIT_VIEW,
        P.TOKEN_MANAGE,
    },
    Role.MINISTRY_APPROVER: READING
    | {
        P.LIST_APPROVE,
        P.LIST_SIGN,
        P.METHOD_SIGN,
        P.DATA_SIGN,
        P.PERIOD_CLOSE,
        P.PERIOD_SIGN,
        P.PROGRAMME_APPROVE,
        P.PROGRAMME_SIGN,
        P.EXECUTION_ACCEPT,
        P.OBSERVATION_ACCEPT,
        P.AUDIT_VIEW,
    },
    Role.INSTITUTE_METHODIST: READING
    | {
        P.OBSERVATION_ENTER,
        P.EXECUTION_ENTER,
        P.EXECUTION_ACCEPT,
        P.OBSERVATION_ACCEPT,
        P.INDICATOR_EDIT,
        P.RESULT_ROWS,
        P.PROGRAMME_EDIT,
        P.TOKEN_MANAGE,
    },
    # A district is a level for targets and curators and no authority: whoever looks after it approves nothing.
    Role.DISTRICT_CURATOR: READING | {P.OBSERVATION_ENTER, P.EXECUTION_ENTER, P.REVIEW},
    Role.CENTRE_OPERATOR: READING
    | {
        P.RESULT_LOAD,
        P.RESULT_ROWS,
        P.IDENTIFICATION_RUN,
        P.METHOD_EDIT,
        P.PASSPORT_EDIT,
        P.UNIT_EDIT,
        P.TOKEN_MANAGE,
    },
    Role.CENTRE_METHODOLOGIST: READING
    | {P.RESULT_ROWS, P.IDENTIFICATION_RUN, P.METHOD_EDIT, P.INDICATOR_EDIT, P.DATA_SIGN},
    Role.MUNICIPAL_COORDINATOR: READING
    | {
        P.OBSERVATION_ENTER,
        P.OBSERVATION_ACCEPT,  # of schools only: values are accepted a step above the unit whose they are
        P.PROGRAMME_EDIT,
        P.PROGRAMME_APPROVE,  # of schools only: a programme is approved a step above its owner, and the head signs
        P.EXECUTION_ENTER,
        P.PASSPORT_EDIT,
        P.RESULT_LOAD,
        P.RESULT_ROWS,  # of groups of ten and more; fewer open to the school itself and to the centre
        P.RECOMMENDATION_ANSWER,
        P.TOKEN_MANAGE,
    },
    Role.MUNICIPAL_HEAD: READING
    | {
        P.OBSERVATION_ACCEPT,
        P.PROGRAMME_EDIT,
        P.PROGRAMME_APPROVE,
        P.PROGRAMME_SIGN,
        P.DATA_SIGN,
        P.RESULT_ROWS,
        P.RECOMMENDATION_ANSWER,
        P.AUDIT_VIEW,
        P.PEOPLE_MANAGE,
    },
    Role.SCHOOL_EDITOR: READING
    | {P.RESULT_ROWS, P.OBSERVATION_ENTER, P.PROGRAMME_EDIT, P.PASSPORT_EDIT, P.RECOMMENDATION_ANSWER},
    Role.SCHOOL_DIRECTOR: READING
    | {
        P.RESULT_ROWS,
        P.OBSERVATION_ENTER,
        P.PROGRAMME_EDIT,
        P.PROGRAMME_SIGN,
        P.DATA_SIGN,
        P.PASSPORT_EDIT,
        P.RECOMMENDATION_ANSWER,
        P.PEOPLE_MANAGE,
    },
    Role.EXPERT: READING | {P.OBSERVATION_ENTER, P.REVIEW},
    Role.OBSERVER: READING,
    Role.SYSTEM: READING | {P.OBSERVATION_ENTER},
    Role.ACCOUNT_ADMINISTRATOR: frozenset({P.PEOPLE_MANAGE}),
}

# What may be limited to one direction of the programme. Whoever is appointed to a direction reads everything at the
# place, does these of that direction only, and nothing else.
DIRECTED = frozenset({P.OBSERVATION_ENTER, P.EXECUTION_ENTER, P.EXECUTION_ACCEPT, P.REVIEW, P.PROGRAMME_EDIT})

# By these a person answers for what was submitted or approved, whoever clicked.
SIGNING = frozenset({P.LIST_SIGN, P.METHOD_SIGN, P.DATA_SIGN, P.PERIOD_SIGN, P.PROGRAMME_SIGN})

# Whoever signs or administers proves twice who they are when they come in.
SECOND_FACTOR_ROLES = frozenset(role for role, held in ROLE_PERMISSIONS.items() if held & (SIGNING | {P.PEOPLE_MANAGE}))

# A key of the API neither signs, nor appoints, nor makes other keys.
TOKEN_PERMISSIONS = frozenset(Permission) - SIGNING - {P.PEOPLE_MANAGE, P.TOKEN_MANAGE}

# Whom a role appoints within its own place. Nobody appoints themselves.
APPOINTS: dict[Role, frozenset[Role]] = {
    Role.ACCOUNT_ADMINISTRATOR: frozenset(Role) - {Role.SYSTEM},
    Role.MUNICIPAL_HEAD: frozenset(
        {Role.MUNICIPAL_COORDINATOR, Role.SCHOOL_DIRECTOR, Role.SCHOOL_EDITOR, Role.EXPERT, Role.OBSERVER}
    ),
    Role.SCHOOL_DIRECTOR: frozenset({Role.SCHOOL_EDITOR, Role.OBSERVER}),
}


def roles_with(permission: Permission) -> list[str]:
    """Return the codes of the roles that hold a permission."""
    return [role.value for role, held in ROLE_PERMISSIONS.items() if permission in held]


def permissions_of(role: Role, *, limited_to: int | None = None, direction: int | None = None) -> frozenset[Permission]:
    """Return what a role may do, about things of a direction (None: of none), where it is limited to one or to none."""
    held = ROLE_PERMISSIONS[role]
    if limited_to is None:
        return held
    return held & (READING | DIRECTED if limited_to == direction else READING)
