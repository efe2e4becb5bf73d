"""A target that is taken back while another person changes it."""

from decimal import Decimal

from django.urls import reverse

from programmes.services.promising import set_target
from programmes.services.targets import Wanted, change_target
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

    assert (shown.context["asks"], told.context["asks"]) == ("не менее 30", "не менее 31")
    assert (told.status_code, done.status_code) == (422, 302)
    assert "Если и такая не нужна, снимите её." in told.content.decode()
