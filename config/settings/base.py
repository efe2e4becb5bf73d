"""
Settings for every environment; what differs comes from environment variables.

Read top to bottom: where the program is, what it runs, what it talks to, what it looks like. Without `DATABASE_URL`
the program is in local mode: it starts the database and the broker that it carries, under `DATA_DIR`. With
`DATABASE_URL` it is a server, and a variable that is missing is an error.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from common import embedded
from common.embedded.postgres import ROLES

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- Where it is -------------------------------------------------------------------------------------------------

SERVER_VARIABLES = [  # each is explained in .env.example
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_WORKER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "PUPIL_KEY",
    "SECOND_FACTOR_KEY",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DATA_DIR",
]
LOCAL = not env("DATABASE_URL", default="")
if not LOCAL and (missing := [name for name in SERVER_VARIABLES if not env(name, default="")]):
    raise ImproperlyConfigured(f"Задан DATABASE_URL, значит, это сервер; не хватает переменных: {', '.join(missing)}")
PROCESS = env("OPORA_PROCESS", default="worker")  # web, worker or owner: the database role of this process
DATA_DIR = embedded.data_dir()
DEMO = env.bool("DEMO", default=LOCAL)
DEBUG = env.bool("DEBUG", default=False) if LOCAL else False

SECRET_KEY = embedded.secret("secret_key") if LOCAL else env("SECRET_KEY")
# The key that hashes pupils' codes in procedures whose codes are stable over the years. Never in the database.
PUPIL_KEY = embedded.secret("pupil_key") if LOCAL else env("PUPIL_KEY")
# Encrypts the secrets that telephones share with the portal. Never in the database.
SECOND_FACTOR_KEY = embedded.secret("second_factor_key") if LOCAL else env("SECOND_FACTOR_KEY")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if LOCAL else env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What it runs ------------------------------------------------------------------------------------------------

# Our apps, top floor first, as in docs/architecture.md.
OUR_APPS = [
    "demo",
    "reports",
    "monitoring",
    "roadmap",
    "programmes",
    "indicators",
    "documents",
    "schools",
    "jobs",
    "accounts",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "config.health.health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.no_nul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.standing.session_lifetime",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.standing.FirstThingsFirst",
    "config.middleware.programme_year",
    "config.middleware.territories",
    "config.middleware.facts_of_request",
    "config.exports.exports_in_the_trail",
    "config.denials.DenialMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- What it talks to --------------------------------------------------------------------------------------------


def server_database(role: str) -> dict[str, object]:
    """Return the connection of one of the three roles on a server."""
    variable = {"web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL", "owner": "DATABASE_OWNER_URL"}[role]
    return {**env.db_url(variable), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": embedded.database_settings(PROCESS) if LOCAL else server_database(PROCESS)}
# What the three are called in the database; common/sql/grants.sql says what each may do.
DATABASE_ROLES = ROLES if LOCAL else {role: server_database(role)["USER"] for role in ROLES}
if len(set(DATABASE_ROLES.values())) < len(DATABASE_ROLES):
    raise ImproperlyConfigured(
        "DATABASE_URL, DATABASE_OWNER_URL и DATABASE_WORKER_URL должны называть трёх разных пользователей базы."
    )

EMBEDDED_BROKER = LOCAL and not env("REDIS_URL", default="")
CELERY_BROKER_URL = embedded.broker_url() if EMBEDDED_BROKER else env("REDIS_URL")
CELERY_TIMEZONE = "Asia/Krasnoyarsk"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "short"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# How long the work of a worker that died waits before it is given to another one.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
# How many days after it was made a report's file is erased; its order stays, and it can be made again.
REPORT_FILES_KEPT_DAYS = env.int("REPORT_FILES_KEPT_DAYS", default=180)
CELERY_BEAT_SCHEDULE = {
    # A message that nobody took before the next one comes is of no use.
    "look after jobs": {"task": "jobs.look_after", "schedule": 5.0, "options": {"queue": "short", "expires": 5}},
    "take up recalculations": {
        "task": "indicators.take_up_recalculations",
        "schedule": 30.0,
        "options": {"queue": "short", "expires": 30},
    },
    "sweep the spool": {"task": "jobs.sweep", "schedule": 600.0, "options": {"queue": "short", "expires": 600}},
    "sweep sign-ins": {"task": "accounts.sweep", "schedule": 3600.0, "options": {"queue": "short", "expires": 3600}},
    "sweep the staging": {
        "task": "monitoring.sweep_staging",
        "schedule": 600.0,
        "options": {"queue": "short", "expires": 600},
    },
    "erase old reports": {
        "task": "reports.erase_old_files",
        "schedule": 3600.0,
        "options": {"queue": "short", "expires": 3600},
    },
}

# --- Who may come in ---------------------------------------------------------------------------------------------

LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
SIGN_IN_ATTEMPTS = env.int("SIGN_IN_ATTEMPTS", default=5)  # in a row; then the login is closed for a while
SIGN_IN_ADDRESS_ATTEMPTS = env.int("SIGN_IN_ADDRESS_ATTEMPTS", default=50)  # of one address; an office may share it
SIGN_IN_LOCK_MINUTES = env.int("SIGN_IN_LOCK_MINUTES", default=15)
# How many servers of ours stand in front and write X-Forwarded-For.
PROXIES = env.int("PROXIES", default=0 if LOCAL else 1)
# Whoever signs or administers must set up a second factor before anything else works.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not LOCAL)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)  # a working day, however busy
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=120)
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
# The prefix makes a browser take the cookie from this very host only, over TLS only.
SESSION_COOKIE_NAME = "sessionid" if LOCAL else "__Host-sessionid"
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)  # so long a link serves for an invited person to come in
# No letters are sent unless a server is named: links are shown, and handed over in person.
EMAIL_URL = env("EMAIL_URL", default="")
HAS_MAIL = bool(EMAIL_URL)
if HAS_MAIL:
    vars().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="opora@localhost")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_NAME = "csrftoken" if LOCAL else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not LOCAL)
SECURE_PROXY_SSL_HEADER = None if LOCAL else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOCAL else env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
X_FRAME_OPTIONS = "DENY"
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", default=12)
PASSWORD_HISTORY = env.int("PASSWORD_HISTORY", default=5)  # how many former ones are not taken again
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", default=0)  # 0: a good password is good until it is known
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "full_name", "position", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.services.password_policy.NotTypedInTheOtherLayout"},
    {"NAME": "accounts.services.password_policy.NotUsedBefore"},
]
# A server of OpenID Connect through which people may sign in as well; docs/how-to/connect-openid.md.
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env("OIDC_NAME", default="внешнюю учётную запись")  # «Войти через …»
OIDC_SCOPE = env("OIDC_SCOPE", default="openid profile")
OIDC_LOGIN_CLAIM = env("OIDC_LOGIN_CLAIM", default="preferred_username")
OIDC_SECOND_FACTOR = env.bool("OIDC_SECOND_FACTOR", default=False)  # the server asks for one, so the portal need not
if not LOCAL and OIDC_SERVER_URL and not OIDC_SERVER_URL.startswith("https://"):
    raise ImproperlyConfigured("OIDC_SERVER_URL должен начинаться с https://: иначе ответ сервера можно подменить.")

# --- Files -------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL
# Nothing that is handed in lies on the disk readable: in memory while it is small, else encrypted in the spool.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "common.uploads.EncryptedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a grid of one municipality's answers

# --- What it looks like ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "ru"
TIME_ZONE = "Asia/Krasnoyarsk"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
# Which programme years the top bar offers; the newest is shown until a person chooses another.
PROGRAMME_YEARS = [int(year) for year in env.list("PROGRAMME_YEARS", default=["2020", "2021", "2022"])]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.portal",
            ],
            "builtins": ["common.templatetags.formats"],
        },
    }
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "EXCEPTION_HANDLER": "config.denials.answer_of_api",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "config.parsers.ShallowJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "config.paging.Pages",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Опора",
    "DESCRIPTION": "Школы, показатели, идентификация и задания портала. Видно только то, что видно вам на страницах.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "ENUM_NAME_OVERRIDES": {
        "UnitKind": "schools.enums.Kind",
        "IndicatorKind": "indicators.enums.IndicatorKind",
        "ValueStatus": "indicators.enums.ValueStatus",
        "EntryStatus": "indicators.enums.EntryStatus",
        "SchoolCategory": "monitoring.enums.Category",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
