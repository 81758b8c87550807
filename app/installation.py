"""One installation: its settings, database, keys and evidence store, opened together."""

from dataclasses import dataclass

from sqlalchemy import select

from models import migrations
from models.database import Database
from models.errors import OtterwatchError
from models.keys import Keyring, KeyringError
from models.settings import Settings
from models.store import ContentStore
from models.tables import Account, Contact


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
        keyring = Keyring(settings.keys_folder)
        _fit(database, keyring)
        return cls(settings, database, keyring, ContentStore(settings.evidence_dir))

    @classmethod
    def create(cls, settings: Settings) -> "Installation":
        """Make what is missing (folders, tables, keys) and open it; what is there stays as it is.

        Raises KeyringError where data is stored but its keys are gone: new ones would not fit it.
        """
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
        migrations.upgrade(database)
        keyring = Keyring(settings.keys_folder) if _holds_names(database) else Keyring.create(settings.keys_folder)
        _fit(database, keyring)
        return cls(settings, database, keyring, ContentStore(settings.evidence_dir))

    def close(self) -> None:
        """Close the database connections."""
        self.database.close()


def _holds_names(database: Database) -> bool:
    """Whether anything was stored under the keys."""
    with database.reading() as session:
        return session.scalar(select(select(Account.id).exists() | select(Contact.id).exists())) or False


def _fit(database: Database, keyring: Keyring) -> None:
    """Raise KeyringError where the stored data was written with other keys."""
    with database.reading() as session:
        name = session.scalar(select(Account.name_encrypted).limit(1))
        contact = session.scalars(select(Contact).limit(1)).first()
    if name is not None:
        keyring.decrypt(name)
    if contact and keyring.pseudonym("contact", keyring.decrypt(contact.value_encrypted)) != contact.pseudonym:
        raise KeyringError("the pseudonym key is not the one the data was written with; restore the key folder")
