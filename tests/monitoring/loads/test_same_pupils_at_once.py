"""Two works of the same pupils taken at the same moment: the second waits, and sees the first."""

from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from monitoring.models import SamePupils
from tests.monitoring.loads.codes import declare
from tests.monitoring.loads.test_same_pupil_facts import FORMER, LATER, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_neither_of_two_works_loaded_at_once_is_missed(centre):
    declare(centre, "kdr")
    former, later = work(4, "2019/20", FORMER), work(6, "2021/22", LATER)
    taken = Event()

    def take_first() -> None:
        try:
            with transaction.atomic():
                centre.take("кдр4.xlsx", former)
                taken.set()
                sleep(3)  # longer than reading the other file takes: it is ready while this one is not committed
        finally:
            connection.close()

    first = Thread(target=take_first)
    first.start()
    assert taken.wait(60)
    centre.take("кдр6.xlsx", later)
    first.join()

    assert list(SamePupils.objects.order_by("unit__code").values_list("wrote_both", flat=True)) == [3, 3]
