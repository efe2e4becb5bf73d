"""Shapes of jobs and uploads in the API."""

from rest_framework import serializers

from jobs.models import Job, Upload


class JobSerializer(serializers.ModelSerializer):
    """A piece of long work, how far it is and what came of it. `percent` is null while that is not known."""

    percent = serializers.IntegerField(allow_null=True)

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


class UploadSerializer(serializers.ModelSerializer):
    """A file that you handed in."""

    class Meta:
        model = Upload
        fields = ["id", "name", "size", "sha256", "state", "uploaded_at"]
