"""The table of roles: what no role may be given, and what follows from it."""

import pytest

from accounts.permissions import (
    APPOINTS,
    READING,
    ROLE_PERMISSIONS,
    SECOND_FACTOR_ROLES,
    SIGNING,
    Permission,
    Role,
    roles_with,
)
from demo.generation.staff import MACHINE, PEOPLE

SIGNS = {Role.MINISTRY_APPROVER, Role.MUNICIPAL_HEAD, Role.SCHOOL_DIRECTOR, Role.CENTRE_METHODOLOGIST}


def test_the_roles_are_those_of_the_programme():
    assert [role.value for role in Role] == [
        "ministry_analyst",
        "ministry_approver",
        "institute_methodist",
        "district_curator",
        "centre_operator",
        "centre_methodologist",
        "municipal_coordinator",
        "municipal_head",
        "school_editor",
        "school_director",
        "expert",
        "observer",
        "system",
        "account_administrator",
    ]


def test_whoever_signs_or_administers_has_a_second_factor():
    assert {role for role, held in ROLE_PERMISSIONS.items() if held & SIGNING} == SIGNS
    assert SIGNS | {Role.ACCOUNT_ADMINISTRATOR} == SECOND_FACTOR_ROLES


def test_the_administrator_of_accounts_sees_no_data():
    assert ROLE_PERMISSIONS[Role.ACCOUNT_ADMINISTRATOR] == {Permission.PEOPLE_MANAGE}


def test_an_observer_only_reads():
    assert ROLE_PERMISSIONS[Role.OBSERVER] == READING


def test_lists_and_methods_are_signed_in_the_ministry_only():
    assert roles_with(Permission.LIST_SIGN) == roles_with(Permission.METHOD_SIGN) == ["ministry_approver"]


def test_a_district_is_no_authority():
    forbidden = SIGNING | {Permission.PROGRAMME_APPROVE, Permission.LIST_APPROVE, Permission.EXECUTION_ACCEPT}

    assert ROLE_PERMISSIONS[Role.DISTRICT_CURATOR] & forbidden == frozenset()


@pytest.mark.parametrize("role", APPOINTS)
def test_nobody_appoints_a_role_above_the_own(role):
    """The administrator has no data and gives any role; the others give what is not more than what they hold."""
    assert Permission.PEOPLE_MANAGE in ROLE_PERMISSIONS[role]
    assert Role.SYSTEM not in APPOINTS[role]
    if role != Role.ACCOUNT_ADMINISTRATOR:
        assert role not in APPOINTS[role]
        assert Role.ACCOUNT_ADMINISTRATOR not in APPOINTS[role]


def test_whoever_manages_people_has_somebody_to_appoint():
    assert set(roles_with(Permission.PEOPLE_MANAGE)) == {role.value for role in APPOINTS}


def test_the_demonstration_has_somebody_in_every_role():
    assert {role for person in (*PEOPLE, MACHINE) for role in person.roles} == set(Role)
    assert [person.login for person in (*PEOPLE, MACHINE) if "№" not in person.order and "от" not in person.order] == []
