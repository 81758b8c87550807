"""Settings: environment variables `OTTERWATCH_...` first, then `otterwatch.toml` in the data folder, then defaults."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy import URL

from models.errors import SettingsError

CONFIGURATION_NAME = "otterwatch.toml"


def default_data_dir() -> Path:
    """Where this system keeps a person's application data."""
    return Path(platformdirs.user_data_dir("otterwatch", appauthor=False))


class Settings(BaseSettings):
    """All settings of one installation; `docs/reference/settings.md` lists them."""

    model_config = SettingsConfigDict(env_prefix="OTTERWATCH_", extra="forbid", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir)
    """Folder of the database, keys, evidence and logs."""
    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in the data folder."""
    keys_dir: Path | None = None
    """Folder of the keys; empty means `keys` in the data folder. Keep it on another disk where you can."""
    contact: str = ""
    """E-mail or web address in the User-Agent, by which a site's owner reaches you. Without it no crawl leaves here."""
    console_host: str = "127.0.0.1"
    """Address on which the console listens."""
    console_port: Annotated[int, Field(ge=0, le=65535)] = 8130
    """Port of the console; 0 takes a free one."""
    console_secure_cookies: bool = False
    """True where the console stands behind TLS: cookies are then sent over HTTPS only."""
    sample_days: Annotated[int, Field(ge=0, le=365)] = 28
    """Days for which the small sample of rejected posts is kept."""
    session_idle_minutes: Annotated[int, Field(ge=1)] = 60
    """A console session ends after so many minutes without use."""
    session_hours: Annotated[int, Field(ge=1)] = 12
    """A console session ends after so many hours in any case."""

    @field_validator("contact")
    @classmethod
    def _contact_is_an_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s()<>]+@[^@\s()<>]+\.[^@\s()<>]+|https?://[^\s()<>]+", value):
            raise ValueError("must be an e-mail address or start with https://")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given values, then the environment, then the file in the data folder."""
        folder = init_settings().get("data_dir") or env_settings().get("data_dir") or default_data_dir()
        file = Path(str(folder)) / CONFIGURATION_NAME
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address in force."""
        file = URL.create("sqlite", database=(self.data_dir / "otterwatch.db").as_posix())  # escapes ?, % and #
        return self.database_url or file.render_as_string()

    @property
    def keys_folder(self) -> Path:
        """The key folder in force."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def evidence_dir(self) -> Path:
        """Root of the content-addressed store."""
        return self.data_dir / "evidence"

    @property
    def sources_dir(self) -> Path:
        """Where the installation's own source files stand."""
        return self.data_dir / "sources"


def load_settings(**given: Any) -> Settings:
    """The settings in force; raises SettingsError with one line for each wrong value."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise SettingsError(
            f"a setting in the environment or in {CONFIGURATION_NAME} is wrong:\n" + "\n".join(lines)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{CONFIGURATION_NAME} is not valid TOML in UTF-8: {error}") from error
    except OSError as error:
        raise SettingsError(f"{CONFIGURATION_NAME} cannot be read: {error.strerror}") from error
