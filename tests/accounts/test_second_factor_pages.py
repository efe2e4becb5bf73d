"""The pages of the second factor: set up, asked for at sign-in, codes for paper, taken off, made compulsory."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEvent, OpenSession, SecondFactor
from accounts.services.sessions import STARTED
from tests.accounts.conftest import CODE, PASSWORD, SIGN_IN
from tests.accounts.telephone import code_at

pytestmark = pytest.mark.django_db
HERE = "/accounts/second-factor/"
SET_UP = f"{HERE}set-up/"
CODES = f"{HERE}codes/"


def shown_secret(page) -> str:
    return re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode())[1].replace(" ", "")


def set_up(client, **more):
    secret = shown_secret(client.get(SET_UP))
    return client.post(SET_UP, {"code": code_at(secret, timezone.now()), **more})


def test_it_is_set_up_with_a_picture_or_by_hand(anna, browser):
    here, there = browser("anna"), browser("anna")
    page = here.get(SET_UP)

    assert 'src="data:image/svg+xml' in page.content.decode()
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    assert "no-store" in page.headers["Cache-Control"]
    assert shown_secret(here.get(SET_UP)) == shown_secret(page)

    assert set_up(here).headers["Location"] == CODES
    assert SecondFactor.objects.get().user == anna
    assert here.get("/accounts/profile/").status_code == 200
    assert there.get("/accounts/profile/").status_code == 302


def test_a_slip_in_the_code_loses_nothing(anna, browser):
    here = browser("anna")
    secret = shown_secret(here.get(SET_UP))

    page = here.post(SET_UP, {"code": "000000"})

    assert (page.status_code, shown_secret(page)) == (422, secret)
    assert "Код не подошёл" in page.content.decode()


def test_the_secret_waits_in_the_session_encrypted(anna, browser):
    here = browser("anna")
    secret = shown_secret(here.get(SET_UP))

    assert secret not in str(dict(here.session))


def test_codes_for_paper_are_shown_until_they_are_said_to_be_saved(anna, browser):
    here = browser("anna")
    set_up(here)
    codes = here.get(CODES).context["codes"]
    file = here.get(f"{CODES}file/")

    assert len(codes) == 10
    assert file.headers["Content-Disposition"] == 'attachment; filename="opora-codes.txt"'
    assert [line for line in file.content.decode().split("\r\n") if line in codes] == codes
    assert not any(code in str(dict(here.session)) for code in codes)

    assert here.post(CODES).headers["Location"] == HERE
    assert [here.get(address).status_code for address in (CODES, f"{CODES}file/")] == [302, 302]


def test_after_a_while_the_password_is_asked_before_it_is_set_up(anna, browser):
    """Who finds a browser open must not lock its person out with a telephone of his own."""
    here = browser("anna")
    session = here.session
    session[STARTED] -= timedelta(minutes=20).total_seconds()
    session.save()

    assert set_up(here).status_code == 422
    assert "Пароль не подошёл" in set_up(here, password="не тот").content.decode()
    assert set_up(here, password=PASSWORD).headers["Location"] == CODES


def test_after_a_while_who_has_no_password_comes_in_again_before_it_is_set_up(anna, client):
    anna.set_unusable_password()
    anna.save()
    client.force_login(anna)
    assert client.get(SET_UP).status_code == 200
    session = client.session
    session[STARTED] -= timedelta(minutes=20).total_seconds()
    session.save()

    assert client.get(SET_UP).headers["Location"] == SIGN_IN
    assert "второй фактор включается сразу после входа" in client.get(SIGN_IN).content.decode()


def test_sign_in_asks_for_the_code_after_the_password(anna, browser, telephone):
    phone, here = telephone(anna), browser()

    answer = here.post(SIGN_IN, {"login": "anna", "password": PASSWORD, "next": "/jobs/"})
    assert answer.headers["Location"] == CODE
    assert here.get("/accounts/profile/").status_code == 302
    assert here.get(CODE).status_code == 200

    assert here.post(CODE, {"code": phone.show()}).headers["Location"] == "/jobs/"
    assert here.get("/accounts/profile/").status_code == 200
    signed = AuditEvent.objects.get(action="sign_in.succeeded")
    assert signed.after == {"way": "password", "second_factor": "totp", "address": "203.0.113.7"}


def test_a_code_of_paper_lets_in_as_well(anna, browser, telephone):
    phone, here = telephone(anna), browser("anna")

    assert here.post(CODE, {"code": phone.codes[0]}).headers["Location"] == "/"
    assert "осталось: 9" in here.get(HERE).content.decode()


def test_the_second_step_without_the_first_leads_to_the_first(anna, browser, telephone):
    telephone(anna)

    assert browser().get(CODE).headers["Location"] == SIGN_IN


def test_new_codes_need_both_proofs(anna, browser, telephone):
    phone, here = telephone(anna), browser("anna")
    here.post(CODE, {"code": phone.codes[0]})
    renew = f"{CODES}renew/"

    assert here.post(renew, {"password": "не тот", "code": phone.show()}).status_code == 422
    assert here.post(renew, {"password": PASSWORD, "code": "000000"}).status_code == 422
    assert here.post(renew, {"password": PASSWORD, "code": phone.show()}).headers["Location"] == CODES
    assert set(here.get(CODES).context["codes"]).isdisjoint(phone.codes)


def test_taking_off_needs_both_proofs(anna, browser, telephone):
    phone, here = telephone(anna), browser("anna")
    here.post(CODE, {"code": phone.codes[0]})
    remove = f"{HERE}remove/"

    wrong = [{"code": phone.show()}, {"password": "не тот", "code": phone.show()}, {"password": PASSWORD, "code": "1"}]
    for form in wrong:
        assert here.post(remove, form).status_code == 422
    assert here.post(remove, {"password": PASSWORD, "code": phone.show()}).headers["Location"] == HERE
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("page", [f"{HERE}remove/", f"{CODES}renew/", CODES])
def test_pages_of_what_is_not_there_lead_to_the_beginning(anna, browser, page):
    assert browser("anna").get(page).headers["Location"] == HERE


def test_who_signs_sets_it_up_before_anything_else_works(pyotr, browser, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    here = browser("pyotr")

    for page in ("/", "/schools/", "/accounts/profile/", "/accounts/sessions/", HERE):
        assert (page, here.get(page).headers.get("Location")) == (page, SET_UP)
    answer = here.get("/api/v1/schools/")
    assert (answer.status_code, answer.json()["detail"][:11]) == (403, "Ваша роль п")
    part = here.get("/jobs/", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, SET_UP)
    assert here.get("/accounts/password/").status_code == 200

    set_up(here)

    assert here.get(CODES).status_code == 200
    assert here.get("/accounts/profile/").status_code == 200


def test_who_signs_and_has_shown_the_code_goes_on(pyotr, browser, telephone, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    phone, here = telephone(pyotr), browser("pyotr")
    here.post(CODE, {"code": phone.show()})

    assert here.get("/accounts/profile/").status_code == 200


def test_a_session_that_never_showed_the_code_has_to_show_it(pyotr, browser, telephone, settings):
    here = browser("pyotr")
    telephone(pyotr)
    settings.SECOND_FACTOR_REQUIRED = True

    assert here.get("/accounts/profile/").headers["Location"] == SIGN_IN
    assert not OpenSession.objects.exists()
    assert here.get("/accounts/profile/").headers["Location"] == f"{SIGN_IN}?next=/accounts/profile/"


def test_who_signs_nothing_needs_none(anna, browser, settings):
    settings.SECOND_FACTOR_REQUIRED = True

    assert browser("anna").get("/accounts/profile/").status_code == 200


def test_the_page_says_whether_the_portal_insists(anna, browser, settings):
    here = browser("anna")

    assert "так работает учебный режим" in here.get(HERE).content.decode()
    settings.SECOND_FACTOR_REQUIRED = True
    assert "второй фактор обязателен: без него" in here.get(HERE).content.decode()


def test_an_administrator_resets_it_with_a_reason(anna, browser, telephone, capsys):
    phone, here = telephone(anna), browser("anna")
    here.post(CODE, {"code": phone.show()})

    call_command("reset_second_factor", "anna", reason="телефон утерян, пришла лично")

    assert capsys.readouterr().out == "Второй фактор сброшен.\nЗавершено сеансов: 1.\n"
    assert here.get("/accounts/profile/").status_code == 302
    assert browser("anna").get("/accounts/profile/").status_code == 200
    assert AuditEvent.objects.get(action="second_factor.removed").reason == "телефон утерян, пришла лично"


@pytest.mark.parametrize("command", ["reset_second_factor", "end_sessions", "unlock_sign_in"])
def test_commands_about_nobody_refuse_in_one_sentence(command):
    with pytest.raises(CommandError, match="Пользователя «nobody» нет. Проверьте логин."):
        call_command(command, "nobody", reason="проверка")


def test_an_old_password_is_changed_before_anything_else_works(anna, browser, settings):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    anna.password_changed_at = timezone.now() - timedelta(days=91)
    anna.save()
    here = browser("anna")

    assert here.get("/").headers["Location"] == "/accounts/password/"
    here.post("/accounts/password/", {"current": PASSWORD, "new": "берег-енисея-5", "again": "берег-енисея-5"})
    assert here.get("/accounts/profile/").status_code == 200
