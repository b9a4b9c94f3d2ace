"""All settings, each from the environment with a default that is safe on a bare machine."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from config import admin_theme, caches, postgres
from config.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("THROUGHLINE_VAR", BASE_DIR / "var"))


def flag(name: str, *, default: bool) -> bool:
    """A yes/no of the environment."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list of the environment."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# --- The installation -----------------------------------------------------------------------------

DEBUG = flag("DEBUG", default=False)
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(VAR)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
SECURE_COOKIES = flag("SECURE_COOKIES", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY", default=False) else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "config.apps.ThroughlineConfig",
    "accounts",
    "buying_groups",
    "actions",
    "journeys",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of the apps: what is said otherwise than the admin theme does.
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["config.auth.Backend"]
# Why a user may not come in by a request, for the API's tokens too: called with the name and the request.
LOGIN_RULE = "config.auth.refusal"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Another language is a line here and a catalogue in the folder (docs/operations.md, Languages).
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns without it; `collectstatic` is not needed
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- The database: DATABASE_URL, else one that the project starts for itself ----------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": postgres.database(BASE_DIR, os.environ)}
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)

# --- Workers: the broker only wakes them ----------------------------------------------------------

CELERY_BROKER_URL = os.environ.get("BROKER_URL", "filesystem://localhost")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_TASK_DEFAULT_QUEUE = "throughline"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A message that no worker took in time is dropped when one does: the next one says the same.
CELERY_BEAT_SCHEDULE = {
    "advance": {"task": "journeys.tasks.advance", "schedule": 1.0, "options": {"expires": 2.0}},
    "admit": {"task": "journeys.tasks.admit", "schedule": 10.0, "options": {"expires": 30.0}},
    "imports": {"task": "accounts.tasks.run_imports", "schedule": 2.0, "options": {"expires": 6.0}},
    "groups": {"task": "journeys.tasks.keep_buying_groups", "schedule": 10.0, "options": {"expires": 30.0}},
    "tidy": {"task": "journeys.tasks.tidy", "schedule": 60.0, "options": {"expires": 120.0}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker-control"),
        "polling_interval": 0.05,
    }
    if CELERY_BROKER_URL.startswith("filesystem")
    else {"visibility_timeout": 600, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
)

CACHES = caches.of(CELERY_BROKER_URL)

# --- The admin ------------------------------------------------------------------------------------

UNFOLD = admin_theme.UNFOLD

# Exports that a web process sends at once; each holds one of its threads.
EXPORTS_AT_ONCE = max(1, int(os.environ.get("WEB_THREADS", "4")) // 2)

# --- The API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.Permitted"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttle.PerToken"],
    # Requests of one token, "1200/minute"; empty: no limit.
    "DEFAULT_THROTTLE_RATES": {"token": os.environ.get("API_RATE", "1200/minute")},
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.Schema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "accounts.api.handler.Handler",
    "EXCEPTION_FORMATTER_CLASS": "accounts.api.handler.Formatter",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"
# Our token takes the place of theirs; their migrations would make a table that nobody uses.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {
    "TOKEN_MODEL": "accounts.ApiToken",
    "TOKEN_PREFIX": "tl_",
    "TOKEN_TTL": timedelta(days=int(os.environ.get("TOKEN_DAYS", "365"))),
    "TOKEN_LIMIT_PER_USER": None,
}
# Scopes of tokens are read, write, or one of these followed by :read or :write.
API_AREAS = ["accounts", "buying_groups", "journeys", "tokens"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline",
    "DESCRIPTION": "Account journeys for business-to-business marketing.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # No other host is asked whether the schema is valid.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}

# --- What the layers offer one another (docs/architecture.md) -------------------------------------

# Fields that conditions may name; each entry is a list of accounts.conditions.Field.
CONDITION_FIELDS = ["accounts.conditions.catalogue.FIELDS", "buying_groups.conditions.FIELDS"]
# Who saves conditions; each entry gives (what the owner is called, condition): what these name is not deleted.
CONDITION_OWNERS = ["accounts.conditions.users.of_accounts", "buying_groups.saved_conditions.of_all"]
# Who else asks for fields in conditions: these stay, too; given in the same way.
FIELD_USERS = ["journeys.document.saved_conditions.of_journeys"]
# Whose drafts name lists, audiences and the like: these can go all the same; each gives names for (resource, rows).
DRAFT_USERS = ["journeys.services.naming.in_drafts"]
# Whose actions change attributes: these stay updatable; given in the same way.
ATTRIBUTE_WRITERS = ["journeys.document.saved_conditions.writing_journeys"]
# What people are told when work that they asked for is over; each entry is a dictionary of code → text.
NOTICES = ["accounts.imports.told.TEXTS", "buying_groups.told.TEXTS"]
# Whose published journeys use stages: these stay meanwhile; each gives names for the id of a solution interest.
STAGE_USERS = ["journeys.services.stage_users.of_interest"]
# What can be referred to by name, in conditions and settings.
REFERENCE_RESOURCES = [
    "accounts.references.RESOURCES",
    "buying_groups.references.RESOURCES",
    "journeys.references.RESOURCES",
]

# What an account's page shows beside its own, and a person's; each makes a panel for a request and one of them.
ACCOUNT_PANELS = ["buying_groups.admin.panels.of_account", "journeys.admin.panel.of_account"]
PERSON_PANELS = ["buying_groups.admin.panels.of_person"]
# What can be done to several people of the list, besides what accounts itself offers (accounts.admin.bulk.Bulk).
PERSON_BULKS = ["buying_groups.admin.people_bulk.ASSIGN"]
# What timelines of accounts show beside events (accounts.timelines.Offer), and how the admin tells it (…story.Teller).
TIMELINE_OFFERS = ["journeys.reports.timeline.STEPS"]
TIMELINE_TELLERS = ["journeys.admin.steps.TELLER"]
# What goes with accounts that are deleted: each is called with their ids, in the transaction that deletes them.
ERASERS = ["journeys.engine.erase.accounts", "buying_groups.members.leave.accounts"]
# The same in words and numbers, for the question before: each gives an icon and a sentence for their ids.
ACCOUNT_GOES = ["buying_groups.admin.panels.goes_with", "journeys.admin.panel.goes_with"]
# The same for people: each gives such pairs for their ids.
PERSON_GOES = ["buying_groups.admin.panels.ends_with"]
# What ends when people leave accounts: each is called with (account id, person id) pairs, in the same transaction.
LEAVERS = ["buying_groups.members.leave.people"]

# --- The engine -----------------------------------------------------------------------------------

JOURNEY_TIME_ZONE = os.environ.get("JOURNEY_TIME_ZONE", "UTC")
# Entries a worker takes at once; batches shrink by themselves when one takes more than a second.
ENGINE_BATCH_SIZE = int(os.environ.get("ENGINE_BATCH_SIZE", "5000"))
# Seconds that one task of a Celery worker moves entries before it lets others in.
ENGINE_SLICE = float(os.environ.get("ENGINE_SLICE", "20"))
# Seconds after which the server ends what a stopped worker holds, and the longest that one statement may take.
ENGINE_IDLE_TIMEOUT = float(os.environ.get("ENGINE_IDLE_TIMEOUT", "15"))
ENGINE_STATEMENT_TIMEOUT = float(os.environ.get("ENGINE_STATEMENT_TIMEOUT", "60"))
# Days of buying groups (scores, caps) begin at midnight there; at this time of the day its jobs begin.
BUYING_GROUPS_TIME_ZONE = os.environ.get("BUYING_GROUPS_TIME_ZONE", "UTC")
BUYING_GROUPS_NIGHT = os.environ.get("BUYING_GROUPS_NIGHT", "00:00")
# Whether changes are recorded as events. Off only for measurements.
RECORD_EVENTS = flag("RECORD_EVENTS", default=True)
# Days after which events, runs of buying groups, and notices are deleted; 0 keeps them for ever.
RETENTION_DAYS = int(os.environ.get("RETENTION_DAYS", "0"))

# --- Logging --------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
