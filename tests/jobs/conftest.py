"""Kinds of work that only tests know, and somebody who orders them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from jobs import registry
from jobs.enums import Queue
from jobs.models import Job
from jobs.services.orders import order_job


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create(login="ivanova", full_name="Иванова Анна Петровна")


@pytest.fixture
def work() -> Iterator[list[Any]]:
    """Register `tests.work`, whose handler appends its payload to the list that is returned."""
    done: list[Any] = []

    def handler(job: Job, progress: registry.Progress) -> dict[str, Any]:
        progress(1, 2, "половина")
        done.append(job.payload)
        return {"text": "готово"}

    registry.register("tests.work", title="Проверка", queue=Queue.SHORT, handler=handler)
    yield done
    registry.forget("tests.work")


@pytest.fixture
def order(person: User, now: datetime, work: list[Any]) -> Callable[..., Job]:
    def make(**payload: Any) -> Job:
        return order_job(kind="tests.work", payload=payload, actor=person, now=now)

    return make
