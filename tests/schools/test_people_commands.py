"""Commands about people: the same services, in the name of the system or of somebody."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.permissions import Role
from schools.models import Appointment
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def kezhma():
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def person(kezhma):
    return make_user("frolova", full_name="Фролова Мария Сергеевна")


def run(*words: object, **options: object) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out, **options)
    return out.getvalue()


def test_a_person_is_appointed_substituted_and_taken_off(kezhma, person):
    schools = [make_school(kezhma, code).code for code in ("131001", "131002")]
    make_user("deputy", full_name="Ильина Вера")

    said = run("appoint", "frolova", "expert", *schools, "--order", "№ 5", "--direction", "3")
    assert said.splitlines()[0] == f"Фролова Мария Сергеевна: эксперт, Школа 131001, направление 3, с {TODAY:%d.%m.%Y}."
    assert Appointment.objects.filter(user=person, order="№ 5", direction=3).count() == 2

    until = TODAY + timedelta(days=3)
    days = ["--since", TODAY, "--until", until, "--order", "№ 6"]
    said = run("substitute", "frolova", "deputy", "expert", "131001", *days)
    assert "замещает: Фролова М. С." in said

    run("end_appointment", "frolova", "expert", "131001", "--reason", "по просьбе")
    ended = Appointment.objects.filter(unit__code="131001").values_list("user__login", "ends_on")
    assert dict(ended) == {"frolova": TODAY, "deputy": TODAY}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["appoint", "nobody", "expert", "131"], "Пользователя «nobody» нет"),
        (["appoint", "frolova", "expert", "131", "777"], "Мест с кодами 777 нет"),
        (["appoint", "frolova", "school_editor", "131"], "место другого вида"),
        (["appoint", "frolova", "expert", "131", "--as", "frolova"], "Себе роль не дают"),
        (["appoint", "frolova", "expert", "131", "--as", "head"], ""),
        (["end_appointment", "frolova", "expert", "131"], "нет назначения"),
    ],
)
def test_refusals_are_sentences(kezhma, person, words, reason):
    make_user("head", Role.MUNICIPAL_HEAD, kezhma)
    order = ["--order", "№ 1"] if words[0] == "appoint" else []

    if reason:
        with pytest.raises(CommandError, match=reason):
            run(*words, *order)
    else:
        assert "эксперт, Кежемский район" in run(*words, *order)
