"""Give editions written before they said it how the value of a higher unit is made: it follows from the formula."""

from django.db import migrations

# In the order of their strength: an extreme anywhere outside is the rule of the whole, a bare step adds up to nothing.
RULES = (
    ("least", r"^\s*(минимум_по|minimum_by)\s*\("),
    ("greatest", r"^\s*(максимум_по|maximum_by)\s*\("),
    ("none", r"^\s*(состояние|state)\s*\("),
)


def say_how_values_add_up(apps, schema_editor):
    editions = apps.get_model("indicators", "IndicatorEdition").objects.filter(roll_up="")
    for rule, shape in RULES:
        editions.filter(formula__iregex=shape).update(roll_up=rule)
    editions.filter(kind="count").update(roll_up="sum")
    editions.update(roll_up="share")


class Migration(migrations.Migration):
    dependencies = [("indicators", "0006_who_keeps_a_definition_and_why_it_changed")]
    operations = [migrations.RunPython(say_how_values_add_up, migrations.RunPython.noop)]
