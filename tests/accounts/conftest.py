"""People who come in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from accounts.services.second_factor import new_secret, set_up_second_factor
from tests.accounts.telephone import code_at
from tests.factories.schools import make_region, make_user

PASSWORD = "переправа-1982"
SIGN_IN = "/accounts/sign-in/"
CODE = "/accounts/sign-in/code/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
HOME = "203.0.113.7"


@pytest.fixture
def region():
    return make_region()


@pytest.fixture
def anna(region) -> User:
    """Somebody who signs nothing."""
    return make_user("anna", Role.MINISTRY_ANALYST, region, password=PASSWORD)


@pytest.fixture
def pyotr(region) -> User:
    """Somebody who signs."""
    return make_user("pyotr", Role.MINISTRY_APPROVER, region, password=PASSWORD)


@dataclass
class Telephone:
    """What a person has set up, and the codes for paper."""

    user: User
    secret: str
    codes: list[str]

    def show(self, *, steps: int = 0) -> str:
        """Return the code of now, or of so many half-minutes away."""
        return code_at(self.secret, timezone.now() + timedelta(seconds=30 * steps))


@pytest.fixture
def telephone() -> Callable[[User], Telephone]:
    """Set a second factor up a while ago."""

    def give(user: User) -> Telephone:
        secret, then = new_secret(), timezone.now() - timedelta(minutes=10)
        return Telephone(
            user, secret, set_up_second_factor(user=user, secret=secret, code=code_at(secret, then), now=then)
        )

    return give


@pytest.fixture
def browser() -> Callable[..., Client]:
    """Open a browser of its own, as somebody who has just signed in by the form if a login is given."""

    def open_one(login: str = "", *, agent: str = FIREFOX, address: str = HOME) -> Client:
        client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
        if login:
            answer = client.post(SIGN_IN, {"login": login, "password": PASSWORD})
            assert answer.status_code == 302, answer.content.decode()
        return client

    return open_one
