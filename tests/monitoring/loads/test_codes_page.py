"""The page on which lasting codes of a procedure are declared and taken back."""

import pytest
from django.urls import reverse

from monitoring.models import Procedure
from monitoring.services.procedures import OwnProcedure, add_procedure
from tests.monitoring.loads.codes import declare

SAID = {"keeper": "Центр оценки качества", "kind": "order", "title": "О кодах участников", "number": "77-п"}


@pytest.fixture
def address(centre):
    return reverse("monitoring:procedure-codes", args=[Procedure.objects.get(code="kdr").pk])


def test_codes_are_declared_and_taken_back_on_a_page(client, centre, address):
    client.force_login(centre.operator)
    refused = client.post(address, SAID)
    assert refused.status_code == 422
    assert "У документа № 77-п нет даты" in refused.content.decode()
    assert 'value="О кодах участников"' in refused.content.decode()

    assert client.post(address, {**SAID, "dated_on": "2018-09-03"}).status_code == 302
    kdr = Procedure.objects.get(code="kdr")
    assert (kdr.codes_keeper, str(kdr.codes_document)) == (
        "Центр оценки качества", "О кодах участников № 77-п от 03.09.2018",
    )  # fmt: skip
    page = client.get(reverse("monitoring:procedure-list") + "?procedure=kdr").content.decode()
    assert "Ведёт Центр оценки качества." in page

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "коды выданы заново"}).status_code == 302
    assert not Procedure.objects.get(code="kdr").has_lasting_codes


def test_whoever_may_not_declare_reads_whose_business_it_is(client, centre, address):
    client.force_login(centre.coordinator)
    page = client.get(address).content.decode()
    assert "Постоянны ли коды участников: КДР?" in page
    assert "<textarea" not in page and 'name="keeper"' not in page
    assert client.post(address, {**SAID, "dated_on": "2018-09-03"}).status_code == 403


def test_an_own_procedure_is_declared_at_home_and_is_nowhere_else(client, centre):
    own = OwnProcedure("МКР", "marks", (5,))
    study = add_procedure(described=own, owner=centre.kezhma, actor=centre.coordinator, now=centre.now)
    address = reverse("monitoring:procedure-codes", args=[study.pk])
    client.force_login(centre.neighbour)
    foreign, missing = client.get(address), client.get(reverse("monitoring:procedure-codes", args=[10**9]))
    assert (foreign.status_code, missing.status_code) == (404, 404)

    declare(centre, "kdr")
    client.force_login(centre.coordinator)
    given = {**SAID, "dated_on": "2018-09-03", "codes_of": Procedure.objects.get(code="kdr").pk}
    assert client.post(address, given).status_code == 302
    assert Procedure.objects.get(pk=study.pk).codes_holder.code == "kdr"
    assert "и процедуры «КДР»" in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_of_one_procedure_as_of_three(
    client, centre, address, count, django_assert_max_num_queries
):
    for code in ("vpr", "oge", "ege")[:count]:
        declare(centre, code)
    client.force_login(centre.operator)
    with django_assert_max_num_queries(12):
        page = client.get(address)
    assert len(page.context["form"].fields["codes_of"].queryset) == count
