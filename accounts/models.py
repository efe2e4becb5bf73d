from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from accounts.enums import Counted, Operation, Way
from common.browsers import browser_words


class CurrentTransaction(models.Func):
    """The number of the transaction that writes the row."""

    function = "pg_current_xact_id"
    template = "%(function)s()::text::bigint"
    output_field = models.BigIntegerField()


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
    password_changed_at = models.DateTimeField(db_default=Now())

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
    """
    A key by which another system, or a person's script, uses the API. Only its hash is kept.

    It may do what `permissions` says, where its appointments say, and only as long as its person may do so too.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    title = models.CharField("для чего", max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    permissions = models.JSONField("что может", default=list)  # codes of accounts.permissions.Permission
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.title} ({self.prefix}…)"


class Invitation(models.Model):
    """A link by which a person comes in for the first time. Only its hash is kept; it serves once and for some days."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)  # a newer link was made, or the account was closed

    def __str__(self) -> str:
        return f"Приглашение: {self.user}"


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
    request = models.CharField(max_length=40, blank=True, default="", db_default="")
    # By it the changed rows of what was done are found; None in events older than the trail of rows.
    transaction_id = models.BigIntegerField(null=True, db_default=CurrentTransaction())

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id"], name="audit_target"),
            models.Index(fields=["transaction_id"], name="audit_transaction"),
            models.Index(fields=["-happened_at"], name="audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%d.%m.%Y %H:%M} {self.action} {self.target_title}"


class RowChange(models.Model):
    """
    A row of a table that was added, changed or deleted, as the database itself wrote it down.

    Triggers alone add to it (`common.journalling`), whichever way a row is written; nobody changes or deletes it. Of a
    changed row only what differs is kept, of a deleted one all of it. No foreign keys: the trail outlives everything.
    """

    happened_at = models.DateTimeField()
    transaction_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63, db_collation="C")
    row_key = models.CharField(max_length=64, db_collation="C")
    operation = models.CharField(max_length=6, choices=Operation)
    unit_id = models.BigIntegerField(null=True)  # whose the row is, where the row says so
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_id = models.BigIntegerField(null=True)  # None: written past the program, or by nobody it knows
    signatory_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=20, blank=True, default="")
    request = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    database_role = models.CharField(max_length=63)

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "row_key"], name="row_change_of_row"),
            models.Index(fields=["transaction_id"], name="row_change_transaction"),
            models.Index(fields=["table_name"], condition=models.Q(operation="delete"), name="row_change_deleted"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_key}: {self.get_operation_display()}"


class FormerPassword(models.Model):
    """A hash of a password that a person had, so that it is not taken again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}: до {self.replaced_at:%d.%m.%Y}"


class SignInLimit(models.Model):
    """
    How many attempts failed for one login, one address or one person's codes, and until when no more are heard.

    A login that nobody has is counted as one that somebody has, so the two cannot be told apart. What was typed is kept
    only as a keyed hash: people type passwords into the wrong box.
    """

    kind = models.CharField(max_length=10, choices=Counted)
    digest = models.CharField(max_length=64)
    failures = models.PositiveIntegerField()
    since = models.DateTimeField()  # of the first attempt that counts
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="sign_in_limit_is_one")]
        indexes = [models.Index(fields=["since"], name="sign_in_limit_oldest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.failures}"


class SecondFactor(models.Model):
    """The secret that a person's telephone shares with the portal, encrypted."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="second_factor")
    secret = models.TextField()
    last_step = models.BigIntegerField()  # the half-minute of the newest code used: it and older ones are refused
    set_up_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}: с {self.set_up_at:%d.%m.%Y}"


class RecoveryCode(models.Model):
    """A code on paper for a day without the telephone, good once. Only a keyed hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user}: {'использован' if self.used_at else 'не использован'}"


class OpenSession(models.Model):
    """A browser in which somebody has signed in; it ends with the session of Django that it names."""

    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=300, blank=True, default="")
    way = models.CharField(max_length=10, choices=Way, default=Way.PASSWORD)

    def __str__(self) -> str:
        return f"{self.user}: с {self.started_at:%d.%m.%Y %H:%M}"

    @property
    def browser_words(self) -> str:
        """The browser and the system, as people call them."""
        return browser_words(self.browser)


class ExternalIdentity(models.Model):
    """Who a person is to an OpenID Connect server: its name of the person never changes, the login may."""

    user = models.ForeignKey(User, models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="external_identity_is_one_person"),
            models.UniqueConstraint(fields=["user", "issuer"], name="external_identity_is_one_of_a_server"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.issuer}"
