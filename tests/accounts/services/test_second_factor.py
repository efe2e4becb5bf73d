"""The second factor: codes of a telephone and of paper, each good once."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import DatabaseError

from accounts.enums import Counted
from accounts.models import AuditEvent, RecoveryCode, SecondFactor, SignInLimit
from accounts.services.people import system_user
from accounts.services.second_factor import (
    AlreadySetUp,
    CodeRefused,
    address_for_telephone,
    check_code,
    new_secret,
    remove_second_factor,
    renew_recovery_codes,
    set_up_second_factor,
)
from accounts.services.secrecy import decrypted
from tests.accounts.telephone import code_at
from tests.accounts.trail import no_trail
from tests.factories.schools import make_user

pytestmark = pytest.mark.django_db
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def anna():
    return make_user("anna", password="переправа-1982")


@pytest.fixture
def secret(anna, now):
    made = new_secret()
    set_up_second_factor(user=anna, secret=made, code=code_at(made, now), now=now)
    return made


def refused(user, code, now) -> str:
    with pytest.raises(CodeRefused) as refusal:
        check_code(user=user, code=code, now=now)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(anna, second, code):
    """The examples of RFC 6238, appendix B, of which six digits are shown."""
    secret, moment = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", datetime.fromtimestamp(second, UTC)

    assert code_at(secret, moment) == code
    assert len(set_up_second_factor(user=anna, secret=secret, code=code, now=moment)) == 10


def test_the_picture_says_who_and_where(anna):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    said = urlsplit(address_for_telephone(user=anna, secret=secret))

    assert (said.scheme, said.netloc, unquote(said.path)) == ("otpauth", "totp", "/Опора:anna")
    assert parse_qs(said.query) == {
        "secret": [secret],
        "issuer": ["Опора"],
        "digits": ["6"],
        "algorithm": ["SHA1"],
        "period": ["30"],
    }


def test_it_is_set_up_by_the_code_that_the_telephone_shows(anna, now):
    secret = new_secret()
    with pytest.raises(CodeRefused):
        set_up_second_factor(user=anna, secret=secret, code=code_at(new_secret(), now), now=now)
    assert not SecondFactor.objects.exists()

    codes = set_up_second_factor(user=anna, secret=secret, code=code_at(secret, now), now=now)

    assert (len(codes), len(set(codes)), {len(code) for code in codes}) == (10, 10, {11})
    assert AuditEvent.objects.get().action == "second_factor.set_up"


def test_it_is_set_up_once(anna, secret, now):
    other = new_secret()

    with pytest.raises(AlreadySetUp, match="уже включён"):
        set_up_second_factor(user=anna, secret=other, code=code_at(other, now), now=now)


def test_a_copy_of_the_database_gives_no_codes(anna, secret, now):
    kept = SecondFactor.objects.get()

    assert secret not in kept.secret
    assert decrypted(kept.secret) == secret
    codes = renew_recovery_codes(user=anna, now=now)
    assert [code for code in codes if code.replace("-", "") in str(list(RecoveryCode.objects.values_list()))] == []


def test_another_key_opens_no_secret(anna, secret, now, settings):
    codes = renew_recovery_codes(user=anna, now=now)
    settings.SECOND_FACTOR_KEY = "другой ключ"

    assert refused(anna, codes[0], now).startswith("Код не подошёл")


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(anna, secret, now, late):
    moment = now + 10 * HALF_A_MINUTE

    assert check_code(user=anna, code=code_at(secret, moment + late * HALF_A_MINUTE), now=moment) == "totp"


@pytest.mark.parametrize("late", [-3, -2, 2, 3])
def test_a_clock_may_not_be_a_minute_off(anna, secret, now, late):
    moment = now + 10 * HALF_A_MINUTE

    refused(anna, code_at(secret, moment + late * HALF_A_MINUTE), moment)


def test_a_code_is_written_with_spaces_or_without(anna, secret, now):
    code = code_at(secret, now + HALF_A_MINUTE)

    assert check_code(user=anna, code=f" {code[:3]} {code[3:]} ", now=now + HALF_A_MINUTE) == "totp"


def test_a_used_code_is_refused_though_it_is_still_shown(anna, secret, now):
    refused(anna, code_at(secret, now), now)  # it was used to set up
    moment = now + HALF_A_MINUTE
    check_code(user=anna, code=code_at(secret, moment), now=moment)

    refused(anna, code_at(secret, moment), moment)
    refused(anna, code_at(secret, moment), moment + HALF_A_MINUTE)


def test_a_code_older_than_the_newest_used_is_refused(anna, secret, now):
    moment = now + 10 * HALF_A_MINUTE
    check_code(user=anna, code=code_at(secret, moment), now=moment)

    refused(anna, code_at(secret, moment - HALF_A_MINUTE), moment)


def test_a_code_of_paper_is_good_once(anna, secret, now):
    code = renew_recovery_codes(user=anna, now=now)[3]

    assert check_code(user=anna, code=code.upper().replace("-", " "), now=now) == "recovery"
    refused(anna, code, now)
    assert AuditEvent.objects.get(action="second_factor.recovery_used").after == {"left": 9}


def test_new_codes_of_paper_end_the_former(anna, secret, now):
    former = renew_recovery_codes(user=anna, now=now)
    new = renew_recovery_codes(user=anna, now=now)

    refused(anna, former[0], now)
    assert check_code(user=anna, code=new[0], now=now) == "recovery"


def test_codes_of_another_person_open_nothing(anna, secret, now):
    boris, other = make_user("boris"), new_secret()
    codes = set_up_second_factor(user=boris, secret=other, code=code_at(other, now), now=now)

    refused(anna, codes[0], now)
    refused(anna, code_at(other, now + HALF_A_MINUTE), now + HALF_A_MINUTE)


def test_five_wrong_codes_close_the_second_step_even_for_the_right_one(anna, secret, now):
    moment = now + 10 * HALF_A_MINUTE
    said = [refused(anna, "000000", moment) for _ in range(5)]

    assert said[4].startswith("Слишком много неудачных попыток")
    assert refused(anna, code_at(secret, moment), moment) == said[4]
    later = moment + timedelta(minutes=16)
    assert check_code(user=anna, code=code_at(secret, later), now=later) == "totp"
    assert AuditEvent.objects.filter(action="second_factor.locked").count() == 1


def test_a_code_of_paper_is_not_used_up_where_its_use_cannot_be_written_down(anna, secret, now):
    code = renew_recovery_codes(user=anna, now=now)[3]

    with no_trail(), pytest.raises(DatabaseError):
        check_code(user=anna, code=code, now=now)

    assert RecoveryCode.objects.filter(used_at=None).count() == 10


def test_the_second_step_is_not_closed_where_that_cannot_be_written_down(anna, secret, now):
    for _ in range(4):
        refused(anna, "000000", now)

    with no_trail(), pytest.raises(DatabaseError):
        check_code(user=anna, code="000000", now=now)

    limit = SignInLimit.objects.get(kind=Counted.CODE)
    assert (limit.failures, limit.locked_until) == (5, None)


def test_taken_off_it_opens_nothing_and_says_why(anna, secret, now):
    codes = renew_recovery_codes(user=anna, now=now)

    assert remove_second_factor(user=anna, actor=system_user(), now=now, reason="телефон утерян")

    refused(anna, codes[0], now)
    removed = AuditEvent.objects.get(action="second_factor.removed")
    assert (removed.reason, removed.actor_name, removed.target_id) == ("телефон утерян", "Система", str(anna.pk))
    assert not remove_second_factor(user=anna, actor=system_user(), now=now)
