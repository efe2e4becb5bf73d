"""A target that is taken back: while another person changes it, and what stays of it."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from accounts.permissions import Role
from documents.models import Document
from documents.registry import usages_of
from indicators.services.documents import Order
from programmes.enums import ProgrammeStatus
from programmes.forms.promising import MEANWHILE
from programmes.selectors.targets import targets_withdrawn
from programmes.services.promising import set_target, withdraw_target
from programmes.services.targets import Wanted, change_target
from tests.factories.schools import make_user
from tests.programmes.test_own_targets import THIRTY, given, row  # noqa: F401 - a fixture
from tests.programmes.test_running_year import running  # noqa: F401 - a fixture


def test_who_takes_back_a_target_that_has_changed_sees_what_it_is_now_and_may_go_on(client, running, given):  # noqa: F811 - fixtures of other modules
    own = set_target(place=row(), code="2021-H1", wanted=THIRTY, **given)
    form = reverse("programmes:target-withdraw", args=[own.pk])
    client.force_login(running.analyst)
    shown = client.get(form)
    change_target(target=own, wanted=Wanted("at_least", Decimal(31)), cause="order", **given)

    told = client.post(form, {"reason": "Лишняя", "seen": shown.context["form"]["seen"].value()})
    done = client.post(form, {"reason": "Лишняя", "seen": told.context["form"]["seen"].value()})

    assert (shown.context["asks"], told.context["asks"]) == (["не менее 30"], ["не менее 31"])
    assert (told.status_code, done.status_code) == (422, 302)
    assert told.context["form"].non_field_errors() == [MEANWHILE]


def test_how_a_target_was_changed_and_by_which_document_stays_when_it_is_taken_back(client, running, given):  # noqa: F811 - fixtures of other modules
    own = set_target(place=row(), code="2021", unit=running.kezhma, wanted=THIRTY, **given)
    order = Order("17-п", date(2021, 3, 1), "https://krasnoyarsk.example.ru/17-p.pdf")
    change_target(target=own, wanted=Wanted("at_least", Decimal(31)), cause="order", order=order, **given)
    (document,) = Document.objects.filter(number="17-п")
    withdraw_target(target=own, **given)

    (withdrawn,) = targets_withdrawn(running.programme)
    assert withdrawn.said == "7.4, 2021 год, Кежемский район: не менее 31"
    assert [(one.said, one.change.document) for one in withdrawn.changes] == [
        ("было ≥\xa030\xa0%, стало ≥\xa031\xa0%", document)
    ]
    client.force_login(running.analyst)
    page = client.get(reverse("programmes:target-list", args=[running.programme.pk])).content.decode()
    assert page.count(document.url) == 1
    used = [(usage.what, usage.address) for usage in usages_of(document, user=running.analyst)]
    assert used == [("Изменение цели", reverse("programmes:target-list", args=[running.programme.pk]))]
    neighbour = make_user("сосед", Role.MUNICIPAL_COORDINATOR, running.kansk)
    assert len(list(usages_of(document, user=neighbour))) == 1
    type(running.programme).objects.update(status=ProgrammeStatus.SUBMITTED, approved_on=None)
    assert list(usages_of(document, user=neighbour)) == []
    type(running.programme).objects.update(status=ProgrammeStatus.APPROVED, approved_on=date(2020, 11, 1))
    trail = client.get(reverse("reports:history", args=["programme", running.programme.pk])).context["acts"]
    said = [change.said for act in trail for line in act.lines for change in line.changes]
    assert "какая цель снята: было пусто, стало 7.4, 2021 год, Кежемский район: не менее 31" in said
    approved = client.get(reverse("reports:as-approved", args=["programme", running.programme.pk])).context["tables"]
    assert len({table.title for table in approved}) == len(approved)
