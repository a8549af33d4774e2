"""Settings from the environment (`WORKBENCH_…`), with the defaults the documents give."""

import os
from functools import cache
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from workbench.errors import UsageError

SOURCES_FILE = "WORKBENCH_RUN_SOURCES"
"""In the environment of a report's kernel: the file in which `workbench.replica` notes which server is read."""


_zones = cache(available_timezones)  # looks through 600 files


class Settings(BaseSettings):
    """One value a setting; `WORKBENCH_<NAME>` sets it. The README lists them all."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", env_ignore_empty=True, extra="ignore", populate_by_name=True)

    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("WORKBENCH_DATABASE_URL", "DATABASE_URL"),
        description="PostgreSQL to use; without it an embedded server is started",
    )
    replica_url: SecretStr | None = Field(None, description="read replica for reports and notebooks")
    replica_max_lag: int = Field(60, ge=0, description="seconds a replica may be behind; beyond them the primary is read")
    pgdata: Path | None = Field(None, description="data folder of the embedded server")
    pg_bin: Path | None = Field(None, description="folder with initdb and pg_ctl to use instead of the wheel's")
    pool_size: int = Field(20, ge=1, description="connections kept")
    pool_idle_s: int = Field(300, ge=1, description="a pooled connection idle for longer is closed")
    pool_lifetime_s: int = Field(3600, ge=1, description="a pooled connection older than this is replaced")
    connect_timeout_s: int = Field(10, ge=1, description="seconds to wait for a connection")
    statement_timeout_s: int = Field(300, ge=0, description="limit on one statement of a reading connection; 0 = none")
    lock_timeout_s: int = Field(10, ge=1, description="how long a migration waits for a table lock")
    timezones: Annotated[tuple[str, ...], NoDecode] = Field(("UTC", "Asia/Tokyo"), description="time zones for which day rollups are kept")
    slo_path: Path | None = Field(None, description="folder with your own OpenSLO files")
    checks_path: Annotated[tuple[Path, ...], NoDecode] = Field((), description="folders with your own check suites, separated like PATH")
    platforms_path: Path | None = Field(None, description="folder with platforms of your own, one folder each")
    pseudonym_key: SecretStr | None = Field(None, description="key of report-local pseudonyms; random for each run without it")
    report_timeout_s: int = Field(900, ge=1, description="limit on one notebook cell of a report")

    @field_validator("checks_path", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> tuple[Path, ...]:
        names = value.split(os.pathsep) if isinstance(value, str) else tuple(value)  # type: ignore[call-overload]
        return tuple(Path(name).expanduser() for name in names if str(name).strip())

    @field_validator("timezones", mode="before")
    @classmethod
    def _split_timezones(cls, value: object) -> tuple[str, ...]:
        names = value.split(",") if isinstance(value, str) else tuple(value)  # type: ignore[call-overload]
        names = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
        unknown = [name for name in names if name not in _zones()]
        if unknown or not names:
            raise ValueError(f"no such time zone: {', '.join(unknown) or '(empty)'}; use IANA names such as UTC,Asia/Tokyo")
        return tuple(ZoneInfo(name).key for name in names)


@cache
def settings() -> Settings:
    """The settings of this process, read once (`settings.cache_clear()` reads them again).

    Raises:
        UsageError: a variable has a value that cannot be used; the sentence names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "setting"
        variable = name if name.isupper() else f"WORKBENCH_{name.upper()}"
        raise UsageError(f"{variable}: {first['msg']}.") from None
