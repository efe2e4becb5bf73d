"""Somebody may stand in for another; an appointment may be to one direction; a key's row says only where."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_token_expiry_is_compulsory"),
        ("schools", "0003_roles_of_the_programme"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_is_of_a_person_or_a_token",
        ),
        migrations.AddField(
            model_name="appointment",
            name="direction",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="только по направлению"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="substitutes",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="substitutions",
                to="schools.appointment",
                verbose_name="замещает",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ministry_analyst", "аналитик министерства"),
                    ("ministry_approver", "утверждающий в министерстве"),
                    ("institute_methodist", "методист института"),
                    ("district_curator", "куратор округа"),
                    ("centre_operator", "оператор центра оценки качества"),
                    ("centre_methodologist", "методолог центра оценки качества"),
                    ("municipal_coordinator", "муниципальный координатор"),
                    ("municipal_head", "руководитель муниципального органа"),
                    ("school_editor", "ответственный в школе"),
                    ("school_director", "директор школы"),
                    ("expert", "эксперт"),
                    ("observer", "наблюдатель"),
                    ("system", "информационная система"),
                    ("account_administrator", "администратор учётных записей"),
                ],
                default="",
                max_length=30,
                verbose_name="роль",
            ),
        ),
    ]
