from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from documents.enums import DocumentKind
from documents.services.filing import Paper
from indicators.models import RecalculationRequest
from roadmap.enums import ExecutionState
from roadmap.models import Execution
from roadmap.services.execution import (
    ExecutionRefused,
    accept_execution,
    report_execution,
    return_execution,
)
from schools.access import NotAllowed
from schools.enums import Kind
from schools.services.signing import SignatoryRefused
from tests.factories.programmes import make_person
from tests.factories.roadmap import make_result

PROOF = Paper(DocumentKind.ANALYSIS, "Аналитическая справка", "12", date(2021, 10, 20), "https://coko24.ru/spravka.pdf")
DONE_ON = date(2021, 10, 25)


@pytest.fixture
def result(land, now):
    return make_result(land, now)


def report(result, land, now, **changes):
    given = {
        "result": result,
        "unit": land.region,
        "actor": land.analyst,
        "now": now,
        "done_on": DONE_ON,
        "proof": PROOF,
        **changes,
    }
    return report_execution(**given)


def test_execution_is_reported_and_accepted_by_another(result, land, now):
    execution = report(result, land, now)
    assert (execution.state, execution.document.number) == (ExecutionState.REPORTED, "12")

    accepted = accept_execution(execution=execution, actor=land.approver, now=now)
    assert (accepted.state, accepted.accepted_by) == (ExecutionState.ACCEPTED, land.approver)
    actions = AuditEvent.objects.filter(target_kind="roadmap.execution").order_by("pk")
    assert [event.action for event in actions] == ["execution.reported", "execution.accepted"]
    assert RecalculationRequest.objects.first().years == [2021]


def test_reported_again_it_is_one_execution(result, land, now):
    report(result, land, now)
    report(result, land, now, done_on=date(2021, 10, 26), proof=None)
    (execution,) = Execution.objects.all()
    assert (execution.done_on, execution.document.number) == (date(2021, 10, 26), "12")


def test_without_a_day_it_is_under_way(result, land, now):
    execution = report(result, land, now, done_on=None, proof=None, comment="Собираем данные")
    assert (execution.state, execution.comment) == (ExecutionState.IN_PROGRESS, "Собираем данные")


def test_nobody_accepts_what_they_reported(result, land, now):
    execution = report(result, land, now, actor=land.methodist)
    with pytest.raises(ExecutionRefused, match="Принимает не тот, кто отметил"):
        accept_execution(execution=execution, actor=land.methodist, now=now)


def test_done_without_proof_is_refused(result, land, now):
    with pytest.raises(ExecutionRefused, match="Нет документа, закрепляющего результат"):
        report(result, land, now, proof=None)


def test_day_ahead_is_refused(result, land, now):
    with pytest.raises(ExecutionRefused, match="01.12.2021 ещё не наступил"):
        report(result, land, now, done_on=date(2021, 12, 1))


def test_accepted_one_is_changed_only_after_a_return(result, land, now):
    execution = accept_execution(execution=report(result, land, now), actor=land.approver, now=now)
    with pytest.raises(ExecutionRefused, match="уже принято"):
        report(result, land, now)

    return_execution(execution=execution, reason="Ссылка не открывается.", actor=land.approver, now=now)
    assert report(result, land, now).return_comment == ""


def test_return_needs_a_reason(result, land, now):
    with pytest.raises(ExecutionRefused, match="Не сказано, почему"):
        return_execution(execution=report(result, land, now), reason="", actor=land.approver, now=now)


def test_municipality_does_not_answer_for_a_result_of_the_region(result, land, now):
    with pytest.raises(ExecutionRefused, match="отвечает ЦОКО, а не «Кежемский район»"):
        report(result, land, now, unit=land.kezhma, actor=land.coordinator)


def test_municipality_answers_for_its_own(land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    assert report(result, land, now, unit=land.kezhma, actor=land.coordinator).unit == land.kezhma
    with pytest.raises(NotAllowed):
        report(result, land, now, unit=land.kezhma, actor=land.neighbour)


def test_recurrent_result_is_executed_each_time(land, now):
    result = make_result(
        land, now, windows=[(date(2021, 1, 1), date(2021, 6, 30)), (date(2021, 7, 1), date(2021, 12, 31))]
    )
    report(result, land, now, window_number=1)
    report(result, land, now, window_number=2)
    assert Execution.objects.count() == 2
    with pytest.raises(ExecutionRefused, match="нет срока № 3"):
        report(result, land, now, window_number=3)


def test_database_refuses_acceptance_without_its_moment(result, land, now):
    execution = report(result, land, now)
    with pytest.raises(IntegrityError, match="execution_accepted_at_goes_with_accepted"), transaction.atomic():
        Execution.objects.filter(pk=execution.pk).update(state=ExecutionState.ACCEPTED)


def limited(land, role, unit, direction) -> User:
    """Somebody appointed to one direction of the programme."""
    user = make_person(f"limited-{direction}", role, unit)
    user.appointments.update(direction=direction)
    return user


def test_whoever_is_appointed_to_a_direction_writes_of_it_only(result, land, now):
    """The result stands under direction 2."""
    other = limited(land, Role.INSTITUTE_METHODIST, land.region, 3)
    with pytest.raises(NotAllowed, match="по другому направлению"):
        report(result, land, now, actor=other)

    execution = report(result, land, now, actor=limited(land, Role.INSTITUTE_METHODIST, land.region, 2))

    with pytest.raises(NotAllowed):
        accept_execution(execution=execution, actor=other, now=now)
    assert execution.document is not None


def test_two_facts_are_kept_who_wrote_and_who_is_accountable(land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    execution = report(result, land, now, unit=land.kezhma, actor=land.coordinator)
    as_head = "руководитель муниципального органа, Кежемский район"

    assert (execution.reported_by, execution.reported_signatory) == (land.coordinator, land.head)
    assert execution.reported_signed_as == as_head
    assert AuditEvent.objects.get(action="execution.reported").after["signatory"] == f"{land.head}, {as_head}"

    accepted = accept_execution(execution=execution, actor=land.methodist, now=now)
    assert (accepted.accepted_by, accepted.accepted_signatory) == (land.methodist, land.methodist)
    returned = return_execution(execution=accepted, reason="Нет подписи", actor=land.approver, now=now)
    assert (returned.accepted_signatory, returned.accepted_signed_as) == (None, "")


def test_another_is_accountable_only_if_he_may(land, now):
    result = make_result(land, now, level=Kind.MUNICIPALITY)
    with pytest.raises(SignatoryRefused):
        report(result, land, now, unit=land.kezhma, actor=land.coordinator, signatory=land.neighbour)
    named = report(result, land, now, unit=land.kezhma, actor=land.coordinator, signatory=land.approver)
    assert named.reported_signatory == land.approver
    accepted = accept_execution(execution=named, actor=land.methodist, now=now, signatory=land.approver)
    assert (accepted.accepted_by, accepted.accepted_signatory) == (land.methodist, land.approver)


def test_an_expert_returns_what_waits_and_accepts_nothing(result, land, now):
    expert = make_person("expert", Role.EXPERT, land.region)
    execution = report(result, land, now)
    with pytest.raises(NotAllowed):
        accept_execution(execution=execution, actor=expert, now=now)

    returned = return_execution(execution=execution, reason="Приложите список", actor=expert, now=now)
    assert (returned.state, returned.return_comment) == (ExecutionState.RETURNED, "Приложите список")
    accepted = accept_execution(execution=report(result, land, now), actor=land.approver, now=now)
    with pytest.raises(NotAllowed):
        return_execution(execution=accepted, reason="Поздно", actor=expert, now=now)
