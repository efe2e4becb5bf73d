"""Who is accountable and who clicked: two facts, wherever something is submitted or approved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ApiToken, AuditEvent, RowChange, User
from accounts.permissions import Permission, Role
from accounts.services.people import system_user
from schools.forms.signatory import SignatoryForm
from schools.models import Appointment, Unit
from schools.selectors.signatories import approval_in_words, signatories
from schools.services.appointments import substitute
from schools.services.signing import SignatoryRefused, signature_of, signed
from tests.factories.schools import make_municipality, make_region, make_school, make_user

pytestmark = pytest.mark.django_db
P = Permission
TODAY = timezone.localdate()


@pytest.fixture
def kezhma() -> Unit:
    return make_municipality(make_region(), "131", "Кежемский район")


@pytest.fixture
def head(kezhma) -> User:
    return make_user("head", Role.MUNICIPAL_HEAD, kezhma, full_name="Зайцев Виктор Степанович")


@pytest.fixture
def approver(kezhma) -> User:
    return make_user("approver", Role.MINISTRY_APPROVER, kezhma.parent, full_name="Мельников Пётр Андреевич")


@pytest.fixture
def coordinator(kezhma) -> User:
    return make_user("coordinator", Role.MUNICIPAL_COORDINATOR, kezhma)


def asked(actor, unit, **more):
    return signature_of(permission=P.PROGRAMME_SIGN, at=unit, actor=actor, **more)


def test_those_who_may_sign_stand_the_nearest_first(kezhma, head, approver, coordinator):
    school = make_school(kezhma)
    make_user("gone", Role.MUNICIPAL_HEAD, kezhma, ends_on=TODAY - timedelta(days=1))
    make_user("stranger", Role.MUNICIPAL_HEAD, make_municipality(kezhma.parent, "109"))
    director = make_user("director", Role.SCHOOL_DIRECTOR, school)

    found = signatories(P.PROGRAMME_SIGN, at=school)

    assert [(one.user, one.distance) for one in found] == [(director, 0), (head, 1), (approver, 2)]
    assert found[1].label == "Зайцев Виктор Степанович — руководитель муниципального органа, Кежемский район"


def test_whoever_may_sign_answers_for_the_own_click(kezhma, head, approver):
    mine = asked(head, kezhma, is_required=True)

    assert (mine.user, mine.words) == (head, "руководитель муниципального органа, Кежемский район")
    assert asked(approver, kezhma).user == approver  # though the head is nearer


def test_an_approval_names_who_has_signed_it(kezhma, head, approver, coordinator):
    with pytest.raises(SignatoryRefused, match="Не сказано, кто отвечает.*Зайцев Виктор Степанович"):
        asked(coordinator, kezhma, is_required=True)

    named = asked(coordinator, kezhma, chosen=head, is_required=True)
    assert (named.user, named.actor) == (head, coordinator)
    assert named.told == {"signatory": "Зайцев Виктор Степанович, руководитель муниципального органа, Кежемский район"}


def test_whoever_may_not_sign_there_is_not_named(kezhma, head, coordinator):
    stranger = make_user("stranger", Role.MUNICIPAL_HEAD, make_municipality(kezhma.parent, "109"))
    for wrong in (coordinator, stranger):
        with pytest.raises(SignatoryRefused, match="не вправе подписывать программы: Кежемский район"):
            asked(coordinator, kezhma, chosen=wrong)


def test_where_nobody_may_sign_an_approval_is_refused_and_a_report_taken(kezhma, coordinator):
    with pytest.raises(SignatoryRefused, match="Некому подписывать программы"):
        asked(coordinator, kezhma, is_required=True)
    assert asked(coordinator, kezhma).user is None


def test_a_report_falls_to_the_only_one_of_the_place(kezhma, head, approver, coordinator):
    assert asked(coordinator, kezhma).user == head
    make_user("second", Role.MUNICIPAL_HEAD, kezhma)
    assert asked(coordinator, kezhma).user is None


def test_a_substitute_signs_and_is_named_so(kezhma, head, coordinator, now):
    substitute(
        appointment=head.appointments.get(), user=coordinator, starts_on=TODAY, ends_on=TODAY, order="№ 12-к",
        actor=system_user(), now=now,
    )  # fmt: skip

    mine = asked(User.objects.get(pk=coordinator.pk), kezhma, is_required=True)

    assert mine.words == "руководитель муниципального органа, Кежемский район, замещает: Зайцев В. С."


def test_a_key_does_not_sign_for_its_person(kezhma, head, now):
    head.acting_token = ApiToken(user=head, permissions=[P.PROGRAMME_APPROVE])
    with pytest.raises(SignatoryRefused):
        asked(head, kezhma, is_required=True)


def test_the_system_answers_for_itself(kezhma, head):
    assert asked(system_user(), kezhma, is_required=True).user == system_user()
    assert asked(system_user(), kezhma, chosen=head).user == head


def test_the_trail_of_rows_knows_who_is_accountable(kezhma, head, coordinator):
    with signed(asked(coordinator, kezhma, chosen=head)):
        User.objects.filter(pk=coordinator.pk).update(position="специалист")
    User.objects.filter(pk=coordinator.pk).update(position="главный специалист")

    rows = RowChange.objects.filter(table_name="accounts_user", row_key=str(coordinator.pk)).order_by("-pk")
    assert [row.signatory_id for row in rows[:2]] == [None, head.pk]


def test_a_form_offers_oneself_or_the_only_one(kezhma, head, approver, coordinator):
    def form(user, data=None, **more):
        return SignatoryForm(data, permission=P.PROGRAMME_SIGN, at=kezhma, user=user, **more)

    assert form(approver).fields["signatory"].initial == approver.pk
    assert form(coordinator).fields["signatory"].initial == head.pk
    chosen = form(coordinator, {"signatory": str(head.pk)})
    assert (chosen.is_valid(), chosen.chosen) == (True, head)
    assert not form(coordinator, {"signatory": str(coordinator.pk)}).is_valid()
    empty = form(coordinator, {"signatory": ""})
    assert (empty.is_valid(), empty.chosen) == (True, None)


def test_an_appointment_to_one_direction_signs_nothing(kezhma, coordinator):
    limited = make_user("limited")
    Appointment.objects.create(user=limited, unit=kezhma, role=Role.MUNICIPAL_HEAD, starts_on=TODAY, direction=2)

    assert signatories(P.PROGRAMME_SIGN, at=kezhma) == []
    assert AuditEvent.objects.filter(action="access.denied").count() == 0


def test_a_paper_says_who_approved_and_who_wrote_it_down(head, coordinator):
    as_head = "руководитель муниципального органа, Кежемский район"
    given = {"signatory": head, "signed_as": as_head}

    assert approval_in_words(**given, clicker=head) == f"утвердил: Зайцев Виктор Степанович, {as_head}"
    assert approval_in_words(**given, clicker=coordinator).endswith(f"{as_head}; внёс: Иванова Анна Coordinator")
    assert approval_in_words(signatory=None, signed_as="", clicker=coordinator) == "внёс: Иванова Анна Coordinator"
    assert approval_in_words(signatory=None, signed_as="", clicker=None) == ""
