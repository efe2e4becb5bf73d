"""Keys made when an end was not compulsory end a year after they were made."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F


def give_an_end(apps, schema_editor):
    ApiToken = apps.get_model("accounts", "ApiToken")
    ApiToken.objects.filter(expires_at=None).update(expires_at=F("created_at") + timedelta(days=366))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_invitations_and_scopes_of_tokens")]

    operations = [migrations.RunPython(give_an_end, migrations.RunPython.noop)]
