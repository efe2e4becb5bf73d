"""Buttons that are hidden from who may not press them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from accounts.permissions import Role
from tests.factories.schools import make_user
from tests.monitoring.drawn_region import DrawnRegion

BUTTON = '{% if_can "passport_edit" at=unit %}можно{% else %}нельзя{% endif_can %}'


def shown(text: str, user, **context) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return Template("{% load access %}" + text).render(Context({"request": request, **context}))


@pytest.fixture
def region(db, now):
    return DrawnRegion(now)


def test_what_may_be_done_is_shown_where_it_may_be_done(region):
    assert shown(BUTTON, region.coordinator, unit=region.kezhma) == "можно"
    assert shown(BUTTON, region.coordinator, unit=region.minusinsk) == "нельзя"
    assert shown(BUTTON, region.ministry, unit=region.kezhma) == "нельзя"
    assert shown('{% if_can "passport_edit" at=unit %}можно{% endif_can %}', region.ministry, unit=region.kezhma) == ""


def test_appointments_are_read_once_a_person(region, django_assert_num_queries):
    other = '{% if_can "list_approve" at=unit %}да{% else %}нет{% endif_can %}'
    with django_assert_num_queries(1):
        assert shown(BUTTON * 2 + other, region.coordinator, unit=region.kezhma) == "можноможнонет"
        assert shown(BUTTON, region.coordinator, unit=region.minusinsk) == "нельзя"


def test_a_place_that_is_missing_hides(region):
    assert shown(BUTTON, region.coordinator) == "нельзя"


def test_without_a_place_it_is_asked_of_any_place(region):
    button = '{% if_can "result_load" %}можно{% else %}нельзя{% endif_can %}'

    people = (region.coordinator, region.centre, region.ministry, AnonymousUser())

    assert [shown(button, person) for person in people] == ["можно", "можно", "нельзя", "нельзя"]


@pytest.mark.parametrize("wrong", ["{% if_can %}{% endif_can %}", '{% if_can "x" unit %}{% endif_can %}'])
def test_a_slip_in_the_tag_is_told(region, wrong):
    with pytest.raises(TemplateSyntaxError):
        shown(wrong, region.coordinator)


def test_a_permission_that_does_not_exist_is_told(region):
    with pytest.raises(ValueError):
        shown('{% if_can "fly" at=unit %}{% endif_can %}', region.coordinator, unit=region.kezhma)


FORM = '{% only_for "list_approve" at=unit %}форма{% endonly_for %}'


def test_a_form_is_shown_to_whom_it_is_for_and_others_read_whose_it_is(region):
    approver = make_user("approver", Role.MINISTRY_APPROVER, region.region)

    assert shown(FORM, approver, unit=region.region) == "форма"
    told = shown(FORM, region.coordinator, unit=region.region)
    assert "Право «утверждать список школ» вам здесь не дано. Оно есть у ролей: утверждающий в министерстве." in told
    assert "форма" not in told


@pytest.mark.parametrize("wrong", ["{% only_for %}{% endonly_for %}", '{% only_for "x" unit %}{% endonly_for %}'])
def test_a_slip_in_the_tag_of_a_form_is_told(region, wrong):
    with pytest.raises(TemplateSyntaxError):
        shown(wrong, region.coordinator)
