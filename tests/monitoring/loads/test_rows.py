"""Who opens the rows behind a result: asked by the database itself, so that no page can forget to."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken
from accounts.permissions import Permission, Role, roles_with
from accounts.services.people import system_user
from monitoring.models import SchoolResult
from monitoring.selectors.results import SMALL_GROUP, may_open_rows, opened_rows, place_in_file
from schools.models import Appointment
from tests.factories.schools import make_user
from tests.monitoring.loads.files import fisoko, kdr, pupil
from tests.roles import ROLES, become


@pytest.fixture
def results(centre):
    """A big class, a small one, and a neighbour's; the pages' role asks."""
    pupils = [pupil(mark=2 + place % 4, journal="") for place in range(12)] + [pupil("edu240622", mark=3)]
    centre.take("mat5.xlsx", fisoko([*pupils, *[pupil("edu240181", mark=5)] * 11]))
    # Read before the pages' role asks: to it nobody's results are shown but those that its reader reaches.
    found = {one.unit.code: one for one in SchoolResult.objects.select_related("unit", "load", "assessment__procedure")}
    become(ROLES["web"])
    yield found
    become(ROLES["owner"])


def opened(user, results) -> dict[str, int]:
    """How many rows of which school somebody opens; the courtesy and the database must say the same."""
    found = {code: len(opened_rows(user, result)) for code, result in results.items()}
    assert {code for code, count in found.items() if count} == {
        code for code, result in results.items() if may_open_rows(user, result)
    }
    return found


NOBODYS = {"131001": 0, "131002": 0, "109001": 0}


def test_rows_open_by_role_and_place(centre, results):
    other = make_user("other", Role.SCHOOL_EDITOR, centre.schools["131002"])
    local = make_user("local", Role.CENTRE_OPERATOR, centre.kezhma)

    assert list(results) == ["131001", "131002", "109001"] or set(results) == set(NOBODYS)
    assert opened(centre.operator, results) == {"131001": 12, "131002": 1, "109001": 11}
    assert opened(system_user(), results) == {"131001": 12, "131002": 1, "109001": 11}
    assert opened(centre.school_editor, results) == {**NOBODYS, "131001": 12}
    assert opened(other, results) == {**NOBODYS, "131002": 1}
    assert opened(local, results) == {**NOBODYS, "131001": 12}  # the small class opens to the centre of the region only
    assert opened(centre.coordinator, results) == {**NOBODYS, "131001": 12}
    assert opened(centre.neighbour, results) == NOBODYS


def test_the_ministry_opens_rows_of_groups_that_are_not_small(centre, results):
    ministry = make_user("ministry", Role.MINISTRY_ANALYST, centre.region)
    signs = make_user("signs", Role.MINISTRY_APPROVER, centre.region)

    assert opened(ministry, results) == {"131001": 12, "131002": 0, "109001": 11}
    assert opened(signs, results) == NOBODYS


def test_whoever_left_opens_nothing(centre, results):
    centre.school_editor.is_active = False
    centre.school_editor.save()
    gone = make_user("gone", Role.CENTRE_OPERATOR, centre.region, ends_on=date(2021, 1, 1))

    assert opened(centre.school_editor, results) == NOBODYS
    assert opened(gone, results) == NOBODYS


def make_token(user, unit, now, *permissions) -> ApiToken:
    token = ApiToken.objects.create(
        user=user,
        title="a",
        digest="d",
        prefix="p",
        permissions=permissions,
        created_at=now,
        expires_at=timezone.now() + timedelta(days=1),
    )
    Appointment.objects.create(token=token, unit=unit, starts_on=date(2020, 1, 1))
    return token


def test_a_token_opens_what_it_was_given_and_not_what_its_person_may(centre, results, now):
    token = make_token(centre.operator, centre.schools["131001"], now, "result_view", "result_rows")
    centre.operator.acting_token = token

    assert opened(centre.operator, results) == {**NOBODYS, "131001": 12}
    token.revoked_at = now
    token.save()
    assert [len(opened_rows(centre.operator, one)) for one in results.values()] == [0, 0, 0]


def test_a_token_of_reading_opens_no_rows(centre, results, now):
    centre.operator.acting_token = make_token(centre.operator, centre.region, now, "result_view")

    assert opened(centre.operator, results) == NOBODYS


def test_a_token_opens_no_more_than_its_person_still_may(centre, results, now):
    """A coordinator's key at the school itself opens the big class only, and nothing once the coordinator has left."""
    for code in ("131001", "131002"):
        ApiToken.objects.all().delete()
        token = make_token(centre.coordinator, centre.schools[code], now, "result_rows")
        centre.coordinator.acting_token = token
        assert opened(centre.coordinator, results) == {**NOBODYS, **({"131001": 12} if code == "131001" else {})}
    centre.coordinator.appointments.update(ends_on=date(2021, 1, 1))
    assert opened(centre.coordinator, results) == NOBODYS


def test_whoever_is_appointed_to_one_direction_opens_no_rows(centre, results):
    limited = make_user("limited", Role.CENTRE_OPERATOR, centre.region)
    limited.appointments.update(direction=2)

    assert opened(limited, results) == NOBODYS


def test_a_row_says_where_it_stands(centre, results):
    first = opened_rows(centre.operator, results["131001"])[0]

    assert (first.sheet, first.line, first.class_name, first.mark) == ("Индивидуальные результаты", 7, "5А", 2)
    assert list(first.tasks) == [2, 1]
    sheets = [{"name": "а", "offset": 0, "rows": 5}, {"name": "б", "offset": 5, "rows": 9}]
    assert [place_in_file(line, sheets) for line in (1, 5, 6)] == [("а", 1), ("а", 5), ("б", 1)]


def test_roles_of_the_function_are_those_of_the_table(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'opora_result_rows'")
        source = cursor.fetchone()[0]

    named = {role for role in Role.values if f"'{role}'" in source}
    assert named == set(roles_with(Permission.RESULT_ROWS))
    assert f"sums.n >= {SMALL_GROUP}" in source


def test_rows_of_levels_open_with_them_and_are_summed_alike(client, centre):
    names = ["недостаточный", "пониженный", "базовый", "повышенный"]
    pupils = [["131001", number, "6А", 1, number, names[number % 4 if number < 9 else 2]] for number in range(12)]
    load = centre.take("КДР6.xlsx", kdr(pupils))

    result = SchoolResult.objects.get(load=load)
    assert (result.n, result.failed, result.levels, result.score_sum) == (12, 3, [3, 2, 5, 2], 66)
    assert result.levels == load.summary["assessments"][0]["units"][str(result.unit_id)]["levels"]
    assert [one.level for one in opened_rows(centre.operator, result)] == [row[-1] for row in pupils]
    client.force_login(centre.operator)
    page = client.get(reverse("monitoring:result", args=[result.pk])).content.decode()
    assert "Уровень" in page
    assert "<td>пониженный</td>" in page
    answer = client.get(reverse("monitoring:result", args=[result.pk]) + "?file=csv").content.decode("utf-8-sig")
    assert answer.splitlines()[0].endswith("По журналу;Уровень")
