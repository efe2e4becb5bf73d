"""Shapes of jobs and uploads in the API."""

from typing import Any

from rest_framework import serializers

from jobs.models import Job, Upload


class JobSerializer(serializers.ModelSerializer):
    """A piece of long work, how far it is and what came of it. `percent` is null while that is not known."""

    percent = serializers.IntegerField(allow_null=True)
    result = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "title",
            "state",
            "percent",
            "progress_done",
            "progress_total",
            "progress_text",
            "result",
            "failure",
            "ordered_at",
            "started_at",
            "finished_at",
        ]

    def get_result(self, job: Job) -> dict[str, Any] | None:
        """
        Return what came of the work, without the plan of a file about schools.

        Of failed work that would fail again just so it says in `remedy` what to do instead. The plan shows figures of
        every school of the file, and a key may be for one school only.
        """
        return None if job.result is None else {name: said for name, said in job.result.items() if name != "plan"}


class UploadSerializer(serializers.ModelSerializer):
    """A file that you handed in."""

    class Meta:
        model = Upload
        fields = ["id", "name", "size", "sha256", "state", "uploaded_at"]
