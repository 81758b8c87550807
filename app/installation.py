"""One installation: its settings, database, keys and evidence store, opened together."""

from dataclasses import dataclass

from models import migrations
from models.database import Database
from models.errors import OtterwatchError
from models.keys import Keyring
from models.settings import Settings
from models.store import ContentStore


@dataclass(frozen=True)
class Installation:
    """What every command and page works on."""

    settings: Settings
    database: Database
    keyring: Keyring
    store: ContentStore

    @classmethod
    def open(cls, settings: Settings) -> "Installation":
        """Open an existing installation; raises OtterwatchError that says what to run first where there is none."""
        if not settings.data_dir.is_dir():
            raise OtterwatchError(
                f"there is no installation in {settings.data_dir}; `otterwatch start` makes one, "
                "or name its folder with --data-dir"
            )
        database = Database(settings.database_address)
        migrations.check(database)
        return cls(settings, database, Keyring(settings.keys_folder), ContentStore(settings.evidence_dir))

    @classmethod
    def create(cls, settings: Settings) -> "Installation":
        """Make what is missing (folders, keys, tables) and open it; what is there stays as it is."""
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            settings.evidence_dir.mkdir(exist_ok=True)
            settings.sources_dir.mkdir(exist_ok=True)
        except OSError as error:
            raise OtterwatchError(
                f"the data folder {settings.data_dir} cannot be written ({error.strerror}); "
                "choose another with --data-dir or mend its permissions"
            ) from error
        database = Database(settings.database_address)
        keyring = Keyring.create(settings.keys_folder)
        migrations.upgrade(database)
        return cls(settings, database, keyring, ContentStore(settings.evidence_dir))

    def close(self) -> None:
        """Close the database connections."""
        self.database.close()
