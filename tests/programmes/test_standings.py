"""How an indicator stands to its targets, told to whoever is about to change its definition."""

from dataclasses import replace

from indicators.services.definitions import definition_of
from indicators.services.trying import preview_definition
from programmes.enums import ProgrammeStatus
from programmes.models import Programme
from programmes.selectors.standings import standings_of_indicator
from tests.programmes.test_checks import planned  # noqa: F401 - a fixture


def test_a_dry_run_names_the_targets_that_would_stand_otherwise(planned, land, now):  # noqa: F811 - the fixture
    planned.aim(value=60, verbatim="60 %")
    other = replace(definition_of(planned.edition), formula="доля(школы, где пусто(обучающиеся))")

    preview = preview_definition(indicator=planned.edition.indicator, definition=other, actor=land.analyst, now=now)

    title = f"{planned.programme}, 1.1, 2020 год: 60 %"
    assert [(one.title, one.was, one.is_now) for one in preview.targets] == [(title, "не достигнуто", "достигнуто")]
    assert dict(standings_of_indicator(planned.edition.indicator_id, land.analyst, now.date()).values())[title] == (
        "не достигнуто"
    )


def test_targets_of_a_programme_that_one_may_not_read_are_not_told(planned, land, now):  # noqa: F811 - the fixture
    Programme.objects.update(status=ProgrammeStatus.DRAFT, approved_on=None)

    assert standings_of_indicator(planned.edition.indicator_id, land.coordinator, now.date()) == {}
