"""What became of the same pupils: sums a school and pair of works, and who answers for codes that last."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("monitoring", "0013_levels_of_pupils"),
        ("schools", "0009_units_that_stood_within"),
    ]

    operations = [
        migrations.CreateModel(
            name="SamePupils",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("n", models.PositiveIntegerField(verbose_name="участников")),
                ("wrote_both", models.PositiveIntegerField(verbose_name="писали обе работы")),
                ("only_now", models.PositiveIntegerField(verbose_name="прежней не писали")),
                ("doubled", models.PositiveIntegerField(verbose_name="код стоит дважды")),
                ("uncoded", models.PositiveIntegerField(verbose_name="без кода")),
                ("risen", models.PositiveIntegerField(verbose_name="поднялись")),
                ("kept", models.PositiveIntegerField(verbose_name="сохранили")),
                ("fallen", models.PositiveIntegerField(verbose_name="опустились")),
            ],
        ),
        migrations.RemoveField(
            model_name="procedure",
            name="stable_codes",
        ),
        migrations.AddField(
            model_name="assessmentload",
            name="coded",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="assessmentload",
            name="codes_mark",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="procedure",
            name="codes_document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="procedure",
            name="codes_keeper",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="кто ведёт постоянные коды"),
        ),
        migrations.AddField(
            model_name="procedure",
            name="codes_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sharing_codes",
                to="monitoring.procedure",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("codes_document", None), ("codes_keeper", ""), ("codes_of", None)),
                    models.Q(("codes_document__isnull", False), models.Q(("codes_keeper", ""), _negated=True)),
                    _connector="OR",
                ),
                name="procedure_with_lasting_codes_has_keeper_and_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("codes_of", None), models.Q(("codes_of", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="procedure_shares_codes_with_another",
            ),
        ),
        migrations.AddField(
            model_name="samepupils",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="same_pupils", to="monitoring.assessment"
            ),
        ),
        migrations.AddField(
            model_name="samepupils",
            name="before",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="same_pupils_later",
                to="monitoring.assessment",
            ),
        ),
        migrations.AddField(
            model_name="samepupils",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="same_pupils", to="schools.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="samepupils",
            index=models.Index(fields=["unit", "assessment"], name="same_pupils_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="samepupils",
            constraint=models.UniqueConstraint(fields=("assessment", "before", "unit"), name="same_pupils_once"),
        ),
        migrations.AddConstraint(
            model_name="samepupils",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "n",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("wrote_both"), "+", models.F("only_now")
                                ),
                                "+",
                                models.F("doubled"),
                            ),
                            "+",
                            models.F("uncoded"),
                        ),
                    )
                ),
                name="same_pupils_are_all_who_wrote",
            ),
        ),
        migrations.AddConstraint(
            model_name="samepupils",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "wrote_both",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(models.F("risen"), "+", models.F("kept")),
                            "+",
                            models.F("fallen"),
                        ),
                    )
                ),
                name="same_pupils_rose_kept_or_fell",
            ),
        ),
    ]
