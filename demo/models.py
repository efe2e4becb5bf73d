from django.db import models


class BuiltStep(models.Model):
    """A step of building the demonstration region that was carried to its end; it is not taken again."""

    code = models.CharField(max_length=60, unique=True)
    finished_at = models.DateTimeField()
    seconds = models.FloatField()

    def __str__(self) -> str:
        return self.code
