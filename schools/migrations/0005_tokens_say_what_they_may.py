"""What a key's role gave is written into the key; its rows keep only the places."""

from collections import defaultdict

from django.db import migrations
from django.db.models import F

READING = ["unit_view", "result_view", "identification_view", "indicator_view", "programme_view", "report_order"]
# What the roles held on the day of this migration, less what a key is not given.
GAVE = {
    "ministry_analyst": [
        "unit_edit", "passport_edit", "observation_enter", "programme_edit", "execution_enter", "indicator_edit",
        "result_rows", "audit_view",
    ],
    "ministry_approver": ["list_approve", "programme_approve", "execution_accept", "audit_view"],
    "institute_methodist": [
        "observation_enter", "execution_enter", "execution_accept", "indicator_edit", "result_rows", "programme_edit",
    ],
    "centre_operator": [
        "result_load", "result_rows", "identification_run", "method_edit", "passport_edit", "unit_edit",
    ],
    "municipal_coordinator": [
        "observation_enter", "programme_edit", "programme_approve", "execution_enter", "passport_edit", "result_load",
        "result_rows", "recommendation_answer",
    ],
    "school_editor": ["result_rows", "observation_enter", "programme_edit", "passport_edit", "recommendation_answer"],
    "system": ["observation_enter"],
}  # fmt: skip


def write_into_tokens(apps, schema_editor):
    Appointment = apps.get_model("schools", "Appointment")
    ApiToken = apps.get_model("accounts", "ApiToken")
    Appointment.objects.filter(ends_on__lt=F("starts_on")).update(ends_on=F("starts_on"))
    scopes = Appointment.objects.exclude(token=None).exclude(role="")
    roles = defaultdict(set)
    for token, role in scopes.values_list("token_id", "role"):
        roles[token].add(role)
    for token, held in roles.items():
        permissions = sorted({*READING, *(one for role in held for one in GAVE.get(role, []))})
        ApiToken.objects.filter(pk=token).update(permissions=permissions)
    scopes.update(role="")


class Migration(migrations.Migration):
    dependencies = [("schools", "0004_substitutes_directions_and_scopes")]

    operations = [migrations.RunPython(write_into_tokens, migrations.RunPython.noop)]
