"""One school in the register, kept by hand."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import Role
from indicators.models import RecalculationRequest
from schools.models import Alias, Ancestry, Placement, Unit, UnitOperation
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
TYPED = {
    "act": "change",
    "name": "МБОУ «Имбинская основная школа»",
    "short_name": "Имбинская ООШ",
    "code": "131002",
    "fisoko_login": "edu240622",
    "inn": "",
    "level": "basic",
    "locality": "rural",
    "type": "ordinary",
    "site": "",
    "alias": "Имбинская школа",
}
MOVED, CLOSED = {"move-order": "приказ № 7"}, {"close-order": "приказ № 9"}


@pytest.fixture
def school() -> Unit:
    kezhma = make_municipality(make_region(), "131", "Кежемский район")
    return make_school(kezhma, "131002", "edu240622", "Имбинская СОШ")


@pytest.fixture
def analyst(school, client):
    user = make_user("analyst", Role.MINISTRY_ANALYST, school.parent.parent)
    client.force_login(user)
    return user


def page(school: Unit) -> str:
    return reverse("indicators:school-register", args=[school.pk])


def test_details_are_changed_and_the_old_name_is_still_known(client, school, analyst):
    assert client.post(page(school), TYPED).status_code == 302

    school.refresh_from_db()
    assert (school.short_name, school.school.level) == ("Имбинская ООШ", "basic")
    assert {"имбинская сош", "имбинская школа"} <= set(Alias.objects.filter(unit=school).values_list("key", flat=True))
    assert RecalculationRequest.objects.get().unit_ids == [school.pk]
    assert AuditEvent.objects.get(action="unit.changed").after["level"] == "basic"


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"code": "109002"}, "code", "начинается с кода муниципалитета: 131"),
        ({"code": "13100"}, "code", "шесть цифр"),
        ({"fisoko_login": "imba"}, "fisoko_login", "edu и цифры"),
        ({"inn": "123"}, "inn", "десять цифр"),
        ({"name": ""}, "name", "Обязательное поле"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, school, analyst, wrong, field, reason):
    response = client.post(page(school), TYPED | wrong)

    assert response.status_code == 422
    assert reason in str(response.context["forms"]["change"][field].errors)
    assert Unit.objects.get(pk=school.pk).short_name == "Имбинская СОШ"


def test_a_code_of_another_school_is_refused(client, school, analyst):
    make_school(school.parent, "131003", name="Тагарская СОШ")

    response = client.post(page(school), TYPED | {"code": "131003"})

    assert "Код 131003 уже занят: Тагарская СОШ." in str(response.context["forms"]["change"].non_field_errors())
    assert not RecalculationRequest.objects.exists()


def test_a_school_is_moved_from_a_day_on(client, school, analyst):
    kansk = make_municipality(school.parent.parent, "109", "город Канск")

    client.post(page(school), {"act": "move", "move-municipality": kansk.pk, "move-on": "2021-09-01"} | MOVED)

    school.refresh_from_db()
    assert school.parent == kansk
    assert Placement.objects.get(unit=school, valid_to=None).valid_from == date(2021, 9, 1)
    assert Ancestry.objects.get(unit=school, ancestor__code="131").valid_to == date(2021, 8, 31)


def test_a_school_is_closed_with_its_last_day(client, school, analyst):
    client.post(page(school), {"act": "close", "close-last_day": "2021-08-31"} | CLOSED)

    school.refresh_from_db()
    assert school.closed_on == date(2021, 8, 31)
    assert "Закрыть школу" not in client.get(page(school)).content.decode()


def test_moving_and_closing_are_changes_of_the_network_and_are_undone_as_such(client, school, analyst):
    kansk = make_municipality(school.parent.parent, "109", "город Канск")
    client.post(page(school), {"act": "move", "move-municipality": kansk.pk, "move-on": "2021-09-01"} | MOVED)
    client.post(page(school), {"act": "close", "close-last_day": str(timezone.localdate())} | CLOSED)

    closed, moved = UnitOperation.objects.order_by("-pk")
    assert (moved.kind, moved.on, moved.order) == ("move", date(2021, 9, 1), "приказ № 7")
    assert (closed.kind, closed.on, closed.order) == ("close", timezone.localdate() + timedelta(days=1), "приказ № 9")
    for operation in (closed, moved):
        undone = client.post(reverse("indicators:operation", args=[operation.pk]), {"reason": "ошибка"})
        assert undone.status_code == 302
    school.refresh_from_db()
    assert (school.parent, school.closed_on) == (Unit.objects.get(code="131"), None)


def test_without_an_order_nothing_is_moved_or_closed(client, school, analyst):
    assert client.post(page(school), {"act": "close", "close-last_day": "2021-08-31"}).status_code == 422
    assert Unit.objects.get(pk=school.pk).closed_on is None


def test_a_day_that_cannot_be_is_refused(client, school, analyst):
    response = client.post(page(school), {"act": "close", "close-last_day": "2009-01-01"} | CLOSED)

    assert response.status_code == 422
    assert "укажите день позже" in str(response.context["forms"]["close"].non_field_errors())


def test_who_does_not_keep_the_register_only_reads_it(client, school):
    client.force_login(make_user("coordinator", Role.MUNICIPAL_COORDINATOR, school.parent))

    assert "Сохранить" not in client.get(page(school)).content.decode()
    assert client.post(page(school), TYPED).status_code == 403
    assert client.post(page(school), {"act": "close", "close-last_day": "2021-08-31"} | CLOSED).status_code == 403
    assert Unit.objects.get(pk=school.pk).closed_on is None


def test_a_neighbour_does_not_see_it(client, school):
    client.force_login(
        make_user("neighbour", Role.MUNICIPAL_COORDINATOR, make_municipality(school.parent.parent, "109"))
    )

    assert client.get(page(school)).status_code == 404
    assert client.post(page(school), TYPED).status_code == 404
