"""Environment and `oncoflag.toml` in, settings out; read on the two upper floors only.

The environment (`ONCOFLAG_*`) goes before the file; values are passed down as arguments.
"""

import json
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.drift import Limits
from pipeline.errors import InputError

FILE = "oncoflag.toml"
_DRIFT = Limits()


class Settings(BaseSettings):
    """Where the data and the database are, and the laboratory's own tables.

    *database_url* None means SQLite in *data_dir*; *assays* is a CSV with the columns of
    `pipeline/data/assays.csv`; *pdf_passwords* is a file with one password a line. *audit_key* and
    *audit_anchor* are files beside the database, unless they are kept elsewhere.
    A file is read once nobody has written to it for *settle_seconds*; one without its end waits for
    *wait_minutes*. *inbox* are the directories of a night that names none: in the environment one
    after the other with a colon between, as in PATH; in the file a list.
    """

    model_config = SettingsConfigDict(
        env_prefix="ONCOFLAG_", env_ignore_empty=True, toml_file=FILE, extra="forbid", frozen=True
    )

    database_url: str | None = None
    data_dir: Path = Path("oncoflag-data")
    assays: Path | None = None
    pdf_passwords: Path | None = None
    audit_key: Path | None = None
    audit_anchor: Path | None = None
    settle_seconds: float = Field(default=2.0, ge=0, le=600)
    wait_minutes: float = Field(default=30.0, ge=0)
    # When a reader is said to drift (`pipeline.drift.Limits`); alpha 0 switches the watch off.
    drift_alpha: float = Field(default=_DRIFT.alpha, ge=0, lt=1)
    drift_minimum: int = Field(default=_DRIFT.minimum, ge=10)
    drift_nights: int = Field(default=_DRIFT.nights, ge=2)
    drift_vaf_ratio: float = Field(default=_DRIFT.vaf_ratio, gt=1)
    # The address of the review pages as people type it, https://… (docs/security.md).
    web_origin: str | None = Field(default=None, pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$")
    # Addresses of the proxies in front of them that may say for whom they ask.
    web_proxies: str = "127.0.0.1"
    # People who log in elsewhere (OIDC): their groups there, by the role or the authority here.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: Path | None = None
    oidc_claim: str = "groups"
    oidc_roles: dict[str, str] = Field(default_factory=dict)
    oidc_scopes: dict[str, str] = Field(default_factory=dict)
    # How many people sign an interpretation before it counts (docs/review.md).
    signatures: int = Field(default=1, ge=1, le=2)
    # A case that waits for its review for longer than so many days is overdue.
    service_days: int = Field(default=5, ge=1, le=365)
    inbox: Annotated[tuple[Path, ...], NoDecode] = ()
    # Where other machines take shares of a night from (docs/scale.md): tcp://host:8786 or tls://.
    dask_scheduler: str | None = Field(default=None, pattern=r"^(tcp|tls)://")
    # How long a night waits before it begins again whose database had gone away.
    retry_seconds: float = Field(default=30.0, ge=0, le=3600)
    # Who is told of a night, and how (docs/operations.md).
    log: Literal["off", "json", "text"] = "off"
    log_file: Path | None = None
    metrics_file: Path | None = None
    alert_on: Literal["problems", "always"] = "problems"
    alert_webhook: str | None = Field(default=None, pattern=r"^https?://")
    alert_mail_to: str | None = None
    alert_mail_from: str | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    # Days after which `oncoflag db prune` removes what the books need no longer.
    keep_nights_days: int = Field(default=400, ge=35)
    keep_visits_days: int = Field(default=90, ge=1)

    @field_validator(
        "data_dir", "assays", "pdf_passwords", "audit_key", "audit_anchor",
        "log_file", "metrics_file", "smtp_password_file",
    )  # fmt: skip
    @classmethod
    def _home(cls, path: Path | None) -> Path | None:
        return path.expanduser() if path is not None else None

    @field_validator("inbox", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        return (
            [each for each in given.split(os.pathsep) if each] if isinstance(given, str) else given
        )

    @field_validator("inbox")
    @classmethod
    def _homes(cls, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(each.expanduser() for each in paths)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file; nothing else."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def drift(self) -> Limits:
        """When a reader is said to drift."""
        return Limits(
            alpha=self.drift_alpha,
            minimum=self.drift_minimum,
            nights=self.drift_nights,
            vaf_ratio=self.drift_vaf_ratio,
        )

    @property
    def database(self) -> str:
        """The database URL: the one that is set, else SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'oncoflag.db'}"


def exported(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, paths in full: for a process that starts elsewhere."""
    named = {name: getattr(settings, name) for name in {"data_dir", *settings.model_fields_set}}
    return {
        f"ONCOFLAG_{name.upper()}": _variable(value)
        for name, value in sorted(named.items())
        if value is not None
    }


def _variable(value: object) -> str:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, tuple):
        return os.pathsep.join(_variable(each) for each in value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


def load() -> Settings:
    """The settings as they stand; `InputError` names what cannot be understood."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(_sentence(each["loc"], each["msg"]) for each in error.errors())
        raise InputError(f"settings: {wrong}") from None


def _sentence(where: tuple[int | str, ...], told: str) -> str:
    # The value is left out: a database URL holds a password.
    return f"{'.'.join(str(part) for part in where)}: {told}"
