from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.permissions import Role
from indicators.models import RecalculationRequest
from indicators.services.documents import Order
from programmes.enums import ProgrammeStatus
from programmes.models import Programme
from programmes.services.approval import (
    NoOrder,
    NotSubmitted,
    OwnProgramme,
    approve_programme,
    return_programme,
    submit_programme,
)
from programmes.services.drafting import ProgrammeRefused
from schools.access import NotAllowed
from schools.services.signing import SignatoryRefused
from tests.factories.programmes import make_person, make_programme

DRAFT, SUBMITTED = ProgrammeStatus.DRAFT, ProgrammeStatus.SUBMITTED


def test_programme_is_submitted_and_approved_by_its_order(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=DRAFT)

    submit_programme(programme=programme, actor=land.coordinator, now=now)
    approved = approve_programme(programme=programme, actor=land.approver, now=now)

    assert (approved.status, approved.approved_on, approved.approved_by) == (
        ProgrammeStatus.APPROVED,
        date(2021, 8, 20),
        land.approver,
    )
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == [
        "programme.submitted",
        "programme.approved",
    ]


def test_approval_leaves_a_note_to_recalculate(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=SUBMITTED)
    approve_programme(programme=programme, actor=land.approver, now=now)

    (note,) = RecalculationRequest.objects.all()
    assert (note.facts, note.unit_ids, note.years) == (
        ["мппко_реализуется", "мппко_утверждена"],
        [land.kezhma.pk],
        [2021, 2022],
    )


def test_approver_may_give_the_order(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=SUBMITTED)
    order = Order("14-ос", date(2021, 9, 10), "https://kezhma.example.ru/14.pdf")
    approved = approve_programme(programme=programme, actor=land.approver, now=now, order=order)
    assert (approved.document.number, approved.approved_on) == ("14-ос", date(2021, 9, 10))


def test_school_programme_is_approved_a_step_above(land, now):
    """A coordinator approves the programmes of the schools, and never that of the own municipality."""
    of_school = make_programme(land.imba, land.editor, now, status=SUBMITTED)
    own = make_programme(land.kezhma, land.analyst, now, status=SUBMITTED)

    approve_programme(programme=of_school, actor=land.coordinator, signatory=land.head, now=now)
    with pytest.raises(NotAllowed):
        approve_programme(programme=own, actor=land.coordinator, now=now)
    with pytest.raises(NotAllowed):
        approve_programme(programme=own, actor=land.neighbour, now=now)


def test_nobody_approves_what_they_submitted(land, now):
    programme = make_programme(land.kezhma, land.approver, now, status=SUBMITTED)
    with pytest.raises(OwnProgramme):
        approve_programme(programme=programme, actor=land.approver, now=now)


def test_draft_is_not_approved(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=DRAFT)
    with pytest.raises(NotSubmitted):
        approve_programme(programme=programme, actor=land.approver, now=now)


def test_programme_without_an_order_is_not_submitted(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=DRAFT)
    Programme.objects.update(document=None)
    with pytest.raises(NoOrder):
        submit_programme(programme=programme, actor=land.coordinator, now=now)


def test_programme_is_not_approved_by_a_link_alone(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=SUBMITTED)
    programme.document.number = ""
    programme.document.save()
    with pytest.raises(NoOrder, match="нет приказа с номером и датой"):
        approve_programme(programme=programme, actor=land.approver, now=now)


def test_returned_programme_goes_round_again(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=SUBMITTED)
    returned = return_programme(programme=programme, reason="Нет показателей.", actor=land.approver, now=now)
    assert (returned.status, returned.return_comment) == (ProgrammeStatus.RETURNED, "Нет показателей.")

    again = submit_programme(programme=programme, actor=land.coordinator, now=now)
    assert (again.status, again.return_comment) == (SUBMITTED, "")


def test_reason_of_a_return_is_asked_for(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now, status=SUBMITTED)
    with pytest.raises(ProgrammeRefused, match="Не сказано, почему"):
        return_programme(programme=programme, reason=" ", actor=land.approver, now=now)


def test_database_refuses_approval_without_its_day(land, now):
    programme = make_programme(land.kezhma, land.coordinator, now)
    with pytest.raises(IntegrityError, match="programme_approved_on_goes_with_approved"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(approved_on=None)


def test_two_facts_are_kept_who_wrote_and_who_signed(land, now):
    of_school = make_programme(land.imba, land.editor, now, status=ProgrammeStatus.DRAFT)
    submitted = submit_programme(programme=of_school, actor=land.editor, now=now)
    assert (submitted.submitted_by, submitted.submitted_signatory) == (land.editor, None)  # no director is appointed

    with pytest.raises(SignatoryRefused, match="Иванова Анна head"):
        approve_programme(programme=submitted, actor=land.coordinator, now=now)
    with pytest.raises(SignatoryRefused, match="не вправе подписывать программы"):
        approve_programme(programme=submitted, actor=land.coordinator, now=now, signatory=land.neighbour)
    approved = approve_programme(programme=submitted, actor=land.coordinator, now=now, signatory=land.head)

    assert (approved.approved_by, approved.approved_signatory) == (land.coordinator, land.head)
    assert approved.approved_signed_as == "руководитель муниципального органа, Кежемский район"
    event = AuditEvent.objects.get(action="programme.approved")
    assert event.after["signatory"] == f"{land.head}, {approved.approved_signed_as}"


def test_an_expert_returns_what_he_was_given_and_approves_nothing(land, now):
    expert = make_person("expert", Role.EXPERT, land.imba)
    mine, other = (make_programme(unit, land.editor, now, status=SUBMITTED) for unit in (land.imba, land.taga))

    with pytest.raises(NotAllowed):
        approve_programme(programme=mine, actor=expert, now=now)
    with pytest.raises(NotAllowed):
        return_programme(programme=other, reason="Нет сроков", actor=expert, now=now)
    assert return_programme(programme=mine, reason="Нет сроков", actor=expert, now=now).return_comment == "Нет сроков"
