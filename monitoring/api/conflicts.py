"""A change that the state of things does not allow, in the API."""

from rest_framework import serializers, status
from rest_framework.exceptions import APIException


class Conflict(APIException):
    """The state of things does not allow it; the detail says why, in a sentence."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class ConflictSerializer(serializers.Serializer):
    """Why not."""

    detail = serializers.CharField()
