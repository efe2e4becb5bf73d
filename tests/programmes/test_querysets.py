"""Who reads which programme: the own territory in any state, the units above it once they have approved."""

import pytest

from indicators.models import Indicator
from programmes.enums import ProgrammeStatus
from programmes.models import Programme, ProgrammeIndicator
from tests.factories.programmes import make_programme


@pytest.fixture
def programmes(land, now):
    approved, draft = ProgrammeStatus.APPROVED, ProgrammeStatus.DRAFT
    return {
        "regional": make_programme(land.region, land.analyst, now, status=approved),
        "regional draft": make_programme(land.region, land.analyst, now, status=draft),
        "kezhma": make_programme(land.kezhma, land.analyst, now, status=approved),
        "kezhma draft": make_programme(land.kezhma, land.analyst, now, status=draft),
        "imba draft": make_programme(land.imba, land.analyst, now, status=draft),
        "taga": make_programme(land.taga, land.analyst, now, status=approved),
        "kansk": make_programme(land.kansk, land.analyst, now, status=approved),
        "kansk school": make_programme(land.kansk_school, land.analyst, now, status=approved),
    }


@pytest.mark.parametrize(
    ("reader", "read"),
    [
        ("editor", {"regional", "kezhma", "imba draft"}),
        ("coordinator", {"regional", "kezhma", "kezhma draft", "imba draft", "taga"}),
        ("neighbour", {"regional", "kansk", "kansk school"}),
        (
            "analyst",
            {
                "regional",
                "regional draft",
                "kezhma",
                "kezhma draft",
                "imba draft",
                "taga",
                "kansk",
                "kansk school",
            },
        ),
    ],
)
def test_own_territory_and_what_is_approved_above(land, programmes, reader, read):
    names = {programme.pk: name for name, programme in programmes.items()}
    seen = {names[each.pk] for each in Programme.objects.readable_by(getattr(land, reader))}
    assert seen == read


def test_who_left_reads_nothing(land, programmes, now):
    land.editor.appointments.update(ends_on="2020-01-01")
    assert list(Programme.objects.readable_by(land.editor)) == []


@pytest.mark.parametrize(("year", "numbers"), [(2021, ["1", "2"]), (2022, ["1"]), (2023, ["1"])])
def test_a_row_is_in_force_until_the_year_from_which_it_is_closed(land, now, year, numbers):
    programme = make_programme(land.region, land.analyst, now)
    for number, closed_from in (("1", None), ("2", 2022)):
        indicator = Indicator.objects.create(code=f"row_{number}", name=f"Показатель {number}")
        ProgrammeIndicator.objects.create(
            programme=programme, indicator=indicator, number=number, sort_order=int(number), closed_from=closed_from
        )

    found = ProgrammeIndicator.objects.in_force(year).values_list("number", flat=True)

    assert list(found) == numbers
