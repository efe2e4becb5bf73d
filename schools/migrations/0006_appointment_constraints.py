from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0005_tokens_say_what_they_may")]

    operations = [
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("token__isnull", True), ("user__isnull", False), models.Q(("role", ""), _negated=True)),
                    models.Q(("role", ""), ("token__isnull", False), ("user__isnull", True)),
                    _connector="OR",
                ),
                name="appointment_is_of_a_person_or_a_token",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="appointment_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("substitutes", None),
                    models.Q(("ends_on__isnull", False), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="appointment_of_a_substitute_has_an_end",
            ),
        ),
    ]
