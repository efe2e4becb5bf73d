"""«Что в беспорядке»: every kind of disorder is found, with a way to mend it, within one's own reach only."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, SecondFactor, User
from accounts.permissions import Role
from schools.models import Appointment, Unit
from schools.selectors.hygiene import CHECKS, disorders
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LONG_AGO = timezone.now() - timedelta(days=400)


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def administrator(kezhma) -> User:
    return seen(make_user("accounts", Role.ACCOUNT_ADMINISTRATOR, kezhma.parent))


def seen(user: User, **change) -> User:
    """Somebody who came in today with a second factor, unless said otherwise."""
    SecondFactor.objects.create(user=user, secret="x", last_step=0, set_up_at=timezone.now())
    User.objects.filter(pk=user.pk).update(**{"last_login": timezone.now(), "joined_at": LONG_AGO} | change)
    return user


def found(user) -> dict[str, list[str]]:
    return {one.code: [line.title for line in one.findings] for one in disorders(user=user) if one.count}


def test_all_is_well_where_it_is(administrator, kezhma, client):
    seen(make_user("head", Role.MUNICIPAL_HEAD, kezhma))

    assert found(administrator) == {}
    client.force_login(administrator)
    assert "Всё в порядке" in client.get(reverse("people:hygiene")).text


def test_every_disorder_is_found_and_leads_to_where_it_is_mended(administrator, kezhma, client):
    school = make_school(kezhma)
    never = seen(make_user("never", Role.OBSERVER, kezhma), last_login=None)
    ended = seen(make_user("ended", Role.OBSERVER, kezhma, ends_on=TODAY - timedelta(days=1)))
    seen(make_user("nowhere"))
    SecondFactor.objects.filter(
        user=seen(make_user("director", Role.SCHOOL_DIRECTOR, make_school(kezhma, "131009")))
    ).delete()
    seen(make_user("absent", Role.OBSERVER, kezhma), last_login=LONG_AGO)
    seen(make_user("late", Role.SCHOOL_EDITOR, school))
    Unit.objects.filter(pk=school.pk).update(closed_on=TODAY - timedelta(days=1))
    for number in range(3):
        seen(make_user(f"admin{number}", Role.ACCOUNT_ADMINISTRATOR, kezhma.parent))
    for title, created, used, expires in (
        ("не в ходу", LONG_AGO, LONG_AGO, timezone.now() + timedelta(days=90)),
        ("кончается", timezone.now(), timezone.now(), timezone.now() + timedelta(days=3)),
        ("в порядке", timezone.now(), timezone.now(), timezone.now() + timedelta(days=90)),
    ):
        ApiToken.objects.create(
            user=administrator, title=title, digest=title, prefix="o", created_at=created, last_used_at=used,
            expires_at=expires,
        )  # fmt: skip

    told = found(administrator)

    assert {code: len(lines) for code, lines in told.items()} == {
        "administrators": 4, "second-factor": 1, "closed": 1, "ended": 1, "nowhere": 1, "never": 1, "absent": 1,
        "signatory": 1, "tokens": 2,
    }  # fmt: skip
    assert set(told) == {check(administrator).code for check in CHECKS}
    assert told["never"] == [f"{never.full_name} (never)"]
    client.force_login(administrator)
    page = client.get(reverse("people:hygiene")).text
    assert f'href="/people/{ended.pk}/"' in page
    assert "Снимите с роли или назначьте туда, куда вошло место." in page


def test_a_head_sees_the_disorder_of_the_own_territory(administrator, kezhma):
    kansk = make_municipality(kezhma.parent, "109", "город Канск")
    head = seen(make_user("head", Role.MUNICIPAL_HEAD, kezhma))
    for login, unit in (("mine", kezhma), ("foreign", kansk)):
        seen(make_user(login, Role.OBSERVER, unit), last_login=None)

    assert found(head) == {"never": ["Иванова Анна Mine (mine)"]}


def test_how_many_keep_accounts_is_told_to_those_alone(administrator, kezhma):
    head = seen(make_user("head", Role.MUNICIPAL_HEAD, kezhma))
    for number in range(3):
        seen(make_user(f"accounts{number}", Role.ACCOUNT_ADMINISTRATOR, kezhma.parent))

    assert len(found(administrator)["administrators"]) == 4
    assert found(head) == {}


def test_somebody_appointed_from_a_later_day_on_is_in_order(administrator, kezhma):
    seen(make_user("head", Role.MUNICIPAL_HEAD, kezhma))
    soon = seen(make_user("soon", Role.OBSERVER, kezhma, ends_on=date(2020, 1, 1), starts_on=date(2019, 1, 1)))
    Appointment.objects.create(user=soon, unit=kezhma, role=Role.EXPERT, starts_on=TODAY + timedelta(days=5))

    assert found(administrator) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_constant_queries(client, administrator, kezhma, count, django_assert_num_queries):
    for number in range(count):
        seen(make_user(f"a{number}", Role.OBSERVER, kezhma), last_login=None)
    client.force_login(administrator)

    with django_assert_num_queries(12):  # session, person, appointments of who looks, and one for each kind
        client.get(reverse("people:hygiene"))
