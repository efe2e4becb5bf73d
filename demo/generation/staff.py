"""Who works in the demonstration: a person of each role, where and by which order. Everybody is invented."""

from dataclasses import dataclass

from accounts.permissions import Role

REGION = "24"
ANALYST, APPROVER, INSTITUTE, CENTRE = "analyst", "approver", "institute", "centre"


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration: what the command says of the login, and where the person works by which order."""

    login: str
    full_name: str
    position: str
    what: str
    roles: tuple[Role, ...]
    units: tuple[str, ...]
    order: str


PEOPLE = (
    Person(
        ANALYST,
        "Соколова Анна Павловна",
        "консультант отдела общего образования министерства",
        "министерство, аналитик: весь край",
        (Role.MINISTRY_ANALYST,),
        (REGION,),
        "приказ министерства № 311-11-05 от 27.08.2018",
    ),
    Person(
        APPROVER,
        "Мельников Пётр Андреевич",
        "заместитель министра образования",
        "министерство, подписывает списки и программы",
        (Role.MINISTRY_APPROVER,),
        (REGION,),
        "приказ министерства № 311-11-05 от 27.08.2018",
    ),
    Person(
        INSTITUTE,
        "Орлова Ирина Львовна",
        "старший методист КК ИПК",
        "институт повышения квалификации: поддержка школ",
        (Role.INSTITUTE_METHODIST,),
        (REGION,),
        "приказ КК ИПК № 64-о от 29.08.2018",
    ),
    Person(
        "curator",
        "Лебедев Антон Юрьевич",
        "член проектной команды",
        "куратор Северного округа",
        (Role.DISTRICT_CURATOR,),
        ("severny",),
        "приказ министерства № 344-11-05 от 31.08.2018",
    ),
    Person(
        CENTRE,
        "Гусев Олег Викторович",
        "ведущий специалист ЦОКО",
        "центр оценки качества: загрузка результатов, идентификация",
        (Role.CENTRE_OPERATOR,),
        (REGION,),
        "приказ ЦОКО № 27-л/с от 30.08.2018",
    ),
    Person(
        "methodologist",
        "Белова Наталья Юрьевна",
        "начальник отдела методологии ЦОКО",
        "центр оценки качества: методики и показатели",
        (Role.CENTRE_METHODOLOGIST,),
        (REGION,),
        "приказ ЦОКО № 27-л/с от 30.08.2018",
    ),
    Person(
        "kezhma",
        "Фролова Мария Сергеевна",
        "главный специалист управления образования",
        "координатор, Кежемский район",
        (Role.MUNICIPAL_COORDINATOR,),
        ("131",),
        "приказ управления образования № 118-п от 29.08.2018",
    ),
    Person(
        "kezhma-head",
        "Зайцев Виктор Степанович",
        "начальник управления образования",
        "руководитель, Кежемский район: подписывает",
        (Role.MUNICIPAL_HEAD,),
        ("131",),
        "распоряжение администрации района № 402-р от 28.08.2018",
    ),
    Person(
        "kansk",
        "Ильина Вера Николаевна",
        "главный специалист управления образования",
        "координатор, город Канск",
        (Role.MUNICIPAL_COORDINATOR,),
        ("109",),
        "приказ управления образования № 203-од от 30.08.2018",
    ),
    Person(
        "tagara",
        "Тарасов Иван Ильич",
        "заместитель директора",
        "школа: Тагарская СОШ, Кежемский район",
        (Role.SCHOOL_EDITOR,),
        ("131001",),
        "приказ школы № 57 от 31.08.2018",
    ),
    Person(
        "tagara-director",
        "Пономарёва Галина Фёдоровна",
        "директор",
        "директор: Тагарская СОШ, подписывает",
        (Role.SCHOOL_DIRECTOR,),
        ("131001",),
        "приказ управления образования № 44-к от 14.08.2018",
    ),
    Person(
        "expert",
        "Кравцова Елена Михайловна",
        "доцент педагогического университета",
        "эксперт: две школы Кежемского района",
        (Role.EXPERT,),
        ("131001", "131002"),
        "приказ министерства № 344-11-05 от 31.08.2018",
    ),
    Person(
        "observer",
        "Щукин Роман Борисович",
        "член общественного совета при министерстве",
        "наблюдатель: весь край, только чтение",
        (Role.OBSERVER,),
        (REGION,),
        "письмо министерства № 75-9412 от 31.08.2018",
    ),
    Person(
        "accounts",
        "Быкова Юлия Олеговна",
        "инженер отдела информационных систем",
        "администратор учётных записей: люди и назначения, без данных",
        (Role.ACCOUNT_ADMINISTRATOR,),
        (REGION,),
        "приказ ЦОКО № 29-л/с от 31.08.2018",
    ),
    Person(
        "admin",
        "Денисов Денис Олегович",
        "администратор портала",
        "администратор: роли края сразу",
        (
            Role.MINISTRY_ANALYST,
            Role.MINISTRY_APPROVER,
            Role.INSTITUTE_METHODIST,
            Role.CENTRE_OPERATOR,
            Role.ACCOUNT_ADMINISTRATOR,
        ),
        (REGION,),
        "приказ ЦОКО № 29-л/с от 31.08.2018",
    ),
)

# What signs in by a key of the API and never by a password.
MACHINE = Person(
    "rcoi-exchange",
    "Обмен с РИС ГИА",
    "информационная система",
    "обмен данными: только API",
    (Role.SYSTEM,),
    (REGION,),
    "приказ ЦОКО № 31-л/с от 03.09.2018",
)
