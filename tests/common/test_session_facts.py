"""Facts of who writes: known for a block, told to the session, taken back whatever happens."""

import pytest
from django.db import DatabaseError, connection, transaction

from common.session_facts import NOTHING, acting, facts, learn


def session(name: str = "actor") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(current_setting('opora.{name}', true), '')")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_block_tells_the_session_and_takes_it_back():
    with acting(actor=1, door="page"):
        with acting(actor=2, reason="Приказ"):
            assert (session(), session("door"), session("reason")) == ("2", "page", "Приказ")
        assert (session(), session("reason")) == ("1", "")
        learn(actor=3)
        assert (facts().actor, session()) == (3, "3")

    assert facts() == NOTHING
    assert (session(), session("door")) == ("", "")


@pytest.mark.django_db
def test_a_request_of_somebody_unknown_tells_the_session_nothing(django_assert_num_queries):
    with django_assert_num_queries(0), acting(tell=False, actor=1, door="page"):
        assert facts().actor == 1
    with acting(tell=False, actor=1):
        assert session() == ""
        with acting(door="job"):  # a job that is done within it
            assert session() == "1"
        assert session() == ""
        learn(actor=2)  # he has shown his key
        assert (facts().actor, session()) == (2, "2")
    assert (facts(), session()) == (NOTHING, "")


@pytest.mark.django_db
def test_telling_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0), acting(actor=1):
        learn(actor=2)


@pytest.mark.django_db
def test_a_rolled_back_transaction_takes_nothing_away():
    with acting(actor=1):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            learn(reason="того, чего не стало")
            raise ZeroDivisionError
        assert session() == "1"
    assert session() == ""


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_after_an_error_in_the_database():
    with pytest.raises(DatabaseError), acting(actor=1), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")

    assert (session(), facts()) == ("", NOTHING)


@pytest.mark.django_db(transaction=True)
def test_a_connection_opened_within_a_block_is_told():
    with acting(actor=5, door="job"):
        connection.close()
        assert (session(), session("door")) == ("5", "job")
    assert session() == ""


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_within_a_block_does_no_harm():
    with acting(actor=5):
        pid = session_pid()
        connection.close()
        assert session_pid() != pid
        connection.connection.close()  # the driver knows that it is gone; Django does not yet
    connection.close()

    assert session() == ""


def session_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
