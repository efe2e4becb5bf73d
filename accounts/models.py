from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, login: str) -> "User":
        return self.get(login=login)


class User(AbstractBaseUser):
    """A person who signs in, or the system itself when a command acts."""

    login = models.CharField("логин", max_length=100, unique=True)
    full_name = models.CharField("фамилия, имя, отчество", max_length=200)
    position = models.CharField("должность", max_length=200, blank=True, default="")
    email = models.EmailField("электронная почта", blank=True, default="")
    is_active = models.BooleanField("действует", default=True)
    is_system = models.BooleanField("служебная запись", default=False)
    joined_at = models.DateTimeField(db_default=Now())
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.full_name or self.login

    def get_short_name(self) -> str:
        """Return the surname with initials, as it stands in the top bar."""
        parts = self.full_name.split()
        return " ".join([*parts[:1], *(f"{part[0]}." for part in parts[1:3])]) or self.login


class ApiToken(models.Model):
    """A key by which another system, or a person's script, uses the API. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    title = models.CharField("для чего", max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.title} ({self.prefix}…)"


class AuditEvent(models.Model):
    """Something that was done: who, for whom, from where, what was before and after. Never changed, never deleted."""

    happened_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # no foreign key: the trail outlives the people
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    target_kind = models.CharField(max_length=80)
    target_id = models.CharField(max_length=64)
    target_title = models.CharField(max_length=300)
    unit_path = models.CharField(max_length=200, blank=True, default="")
    via = models.CharField(max_length=20, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id"], name="audit_target"),
            models.Index(fields=["-happened_at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%d.%m.%Y %H:%M} {self.action} {self.target_title}"
