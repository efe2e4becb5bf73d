"""The form of a school's social passport."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.models import RecalculationRequest
from schools.models import SchoolYear, Unit
from schools.services.passports import enter_passport
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Unit:
    return make_school(make_municipality(make_region(), "131", "Кежемский район"), "131001", name="Имбинская СОШ")


@pytest.fixture
def editor(school):
    return make_user("editor", Role.SCHOOL_EDITOR, school)


def page(school: Unit, year: int = 2021) -> str:
    return reverse("indicators:passport", args=[school.pk, year])


def entered(school: Unit, year: int, **values: int) -> SchoolYear:
    return enter_passport(
        unit=school, academic_year=year, values=values, seen_at=None, actor=system_user(), now=timezone.now()
    )


def test_figures_stand_beside_last_years_and_are_written(client, school, editor):
    entered(school, 2020, pupils=66, low_income=36)
    client.force_login(editor)

    lines = {field.name: before for field, before in client.get(page(school)).context["form"].lines()}
    assert (lines["pupils"], lines["low_income"], lines["teachers"]) == (66, 36, None)

    response = client.post(page(school), {"seen_at": "", "pupils": "60", "low_income": "30", "teachers": ""})
    assert response.status_code == 302
    passport = SchoolYear.objects.get(academic_year=2021)
    assert (passport.pupils, passport.low_income, passport.teachers) == (60, 30, None)
    assert (passport.entered_by, passport.source) == (editor, "форма портала")
    assert AuditEvent.objects.filter(action="passport.entered").latest("pk").after["pupils"] == 60
    assert RecalculationRequest.objects.latest("pk").unit_ids == [school.pk]


@pytest.mark.parametrize(
    ("typed", "field", "reason"),
    [
        ({"pupils": "10", "low_income": "11"}, "low_income", "Больше, чем обучающихся всего (10)"),
        ({"pupils": "-1"}, "pupils", "больше либо равно 0"),
        ({"pupils": "много"}, "pupils", "Введите целое число"),
    ],
)
def test_what_cannot_be_is_said_beside_its_cell_and_nothing_typed_is_lost(client, school, editor, typed, field, reason):
    client.force_login(editor)
    response = client.post(page(school), {"seen_at": "", **typed})

    assert response.status_code == 422
    assert reason in str(response.context["form"][field].errors)
    assert response.context["form"][field].value() == typed[field]
    assert not SchoolYear.objects.exists()


def test_the_second_to_save_sees_both_values(client, school, editor):
    client.force_login(editor)
    before = client.get(page(school)).context["form"]["seen_at"].value()
    entered(school, 2021, pupils=70)

    response = client.post(page(school), {"seen_at": before, "pupils": "60"})
    assert response.status_code == 422
    assert "паспорт сохранил другой человек: Система" in str(response.context["form"].non_field_errors())
    assert "Сейчас записано: 70." in str(response.context["form"]["pupils"].errors)
    assert SchoolYear.objects.get().pupils == 70

    seen = response.context["form"]["seen_at"].value()
    assert client.post(page(school), {"seen_at": seen, "pupils": "60"}).status_code == 302
    assert SchoolYear.objects.get().pupils == 60


def test_a_form_opened_after_saving_is_saved_again(client, school, editor):
    entered(school, 2021, pupils=70)
    client.force_login(editor)
    seen = client.get(page(school)).context["form"]["seen_at"].value()

    assert client.post(page(school), {"seen_at": seen, "pupils": "71"}).status_code == 302


def test_a_neighbour_does_not_see_the_school_and_an_approver_does_not_write(client, school):
    neighbour = make_municipality(school.parent.parent, "109", "город Канск")
    client.force_login(make_user("neighbour", Role.MUNICIPAL_COORDINATOR, neighbour))
    assert client.get(page(school)).status_code == 404
    assert client.post(page(school), {"pupils": "1"}).status_code == 404

    client.force_login(make_user("approver", Role.MINISTRY_APPROVER, school.parent.parent))
    assert "Сохранить" not in client.get(page(school)).content.decode()
    assert client.post(page(school), {"seen_at": "", "pupils": "1"}).status_code == 403
    assert not SchoolYear.objects.exists()


@pytest.mark.parametrize("year", [2001, 2090])
def test_years_that_cannot_be_are_not_found(client, school, editor, year):
    client.force_login(editor)

    assert client.get(page(school, year)).status_code == 404
