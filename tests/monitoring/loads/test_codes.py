"""Who declares that codes of pupils last, and what is refused."""

from dataclasses import replace

import pytest

from accounts.models import AuditEvent
from documents.services.filing import DocumentRefused
from monitoring.models import Procedure
from monitoring.services.codes import CodesRefused, withdraw_lasting_codes
from monitoring.services.procedures import OwnProcedure, add_procedure
from schools.access import NotAllowed
from tests.monitoring.loads.codes import ORDER, declare


@pytest.mark.parametrize(
    ("more", "refusal", "words"),
    [
        ({"keeper": " "}, CodesRefused, "Впишите, кто ведёт коды"),
        ({"document": replace(ORDER, number="", url="")}, DocumentRefused, "Нет ни номера, ни ссылки"),
        ({"codes_of": "vpr"}, CodesRefused, "и так пользуется своими кодами"),
        ({"codes_of": "oge"}, CodesRefused, "У процедуры «ОГЭ» постоянных кодов нет"),
        ({"codes_of": "own"}, CodesRefused, "своя у другого места"),
    ],
)
def test_what_cannot_be_declared_is_refused(centre, more, refusal, words):
    own = OwnProcedure("МКР", "marks", (5,))
    study = add_procedure(described=own, owner=centre.kezhma, actor=centre.coordinator, now=centre.now)
    declare(centre, study.code, actor=centre.coordinator)
    codes = {"own": study.code}
    if "codes_of" in more:
        more = {"codes_of": Procedure.objects.get(code=codes.get(more["codes_of"], more["codes_of"]))}
    with pytest.raises(refusal, match=words):
        declare(centre, "vpr", **more)
    assert not Procedure.objects.get(code="vpr").has_lasting_codes


def test_codes_are_declared_by_whose_procedure_it_is_and_once(centre):
    with pytest.raises(NotAllowed):
        declare(centre, "vpr", actor=centre.coordinator)
    own = OwnProcedure("МКР", "marks", (5,))
    study = add_procedure(described=own, owner=centre.kezhma, actor=centre.coordinator, now=centre.now)
    with pytest.raises(NotAllowed):
        declare(centre, study.code, actor=centre.neighbour)
    declare(centre, "vpr")
    with pytest.raises(CodesRefused, match="уже объявлены"):
        declare(centre, "vpr")
    with pytest.raises(CodesRefused, match="не объявлены: отзывать нечего"):
        withdraw_lasting_codes(procedure=study, reason="проба", actor=centre.coordinator, now=centre.now)
    with pytest.raises(CodesRefused, match="почему объявление отзывается"):
        withdraw_lasting_codes(
            procedure=Procedure.objects.get(code="vpr"), reason=" ", actor=centre.operator, now=centre.now
        )
    event = AuditEvent.objects.get(action="procedure.codes_declared")
    assert event.after == {
        "keeper": "Центр оценки качества",
        "document": "О порядке ведения кодов участников № 77-п от 03.09.2018",
        "shared_with": "",
    }
