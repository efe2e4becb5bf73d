"""Data migrations of this app."""

from importlib import import_module

from django.apps import apps

from indicators.models import IndicatorEdition

say = import_module("indicators.migrations.0007_say_how_values_add_up").say_how_values_add_up


def test_editions_of_before_are_told_how_their_values_add_up(rural, group_order):
    step = IndicatorEdition.objects.get(pk=group_order[1].pk)
    IndicatorEdition.objects.filter(pk=step.pk).update(roll_up="")
    IndicatorEdition.objects.filter(pk=rural.pk).update(roll_up="", formula=" Минимум_по(округ, количество(школы))")

    say(apps, None)
    say(apps, None)

    assert dict(IndicatorEdition.objects.values_list("indicator__code", "roll_up")) == {
        "rural": "least",
        "rppko_1_2": "share",
    }
