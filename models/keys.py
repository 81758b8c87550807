"""Keys: one that encrypts personal data and can rotate, one that makes pseudonyms and never does."""

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from models.errors import OtterwatchError
from models.store import flush_folder


class KeyringError(OtterwatchError):
    """A key is missing, damaged or not the one the data was written with."""


class Keyring:
    """The keys of one installation, kept in a folder that only its owner can read.

    Encryption is Fernet (AES-128-CBC with HMAC-SHA256, authenticated), several keys at once so that a new one can be
    put first while old data stays readable. Pseudonyms are HMAC-SHA256 under a key that never rotates.
    """

    def __init__(self, folder: Path) -> None:
        """Read the keys in `folder`; raises KeyringError when one is missing or damaged."""
        try:
            lines = (folder / "encryption.keys").read_text("ascii").split()
            self._cipher = MultiFernet([Fernet(line) for line in lines])
            text = (folder / "pseudonym.key").read_text("ascii").strip()
            self._pseudonym_key = base64.b64decode(text, altchars=b"-_", validate=True)
        except FileNotFoundError as error:
            raise KeyringError(
                "the key folder has no keys; restore it from its backup, or, where nothing is stored yet, "
                "run `otterwatch start` to begin anew"
            ) from error
        except (ValueError, OSError) as error:
            raise KeyringError("a key file is unreadable or damaged; restore the key folder from its backup") from error
        if len(self._pseudonym_key) != 32:
            raise KeyringError("the pseudonym key is damaged; restore the key folder from its backup")

    @classmethod
    def create(cls, folder: Path) -> "Keyring":
        """Make the keys that are not there yet, never replacing one, and read them."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(folder / "encryption.keys", Fernet.generate_key())
            _write_once(folder / "pseudonym.key", base64.urlsafe_b64encode(secrets.token_bytes(32)))
        except OSError as error:
            raise KeyringError("the key folder cannot be written; check its permissions") from error
        return cls(folder)

    def encrypt(self, value: str) -> bytes:
        """Encrypt a personal value."""
        return self._cipher.encrypt(value.encode())

    def decrypt(self, token: bytes) -> str:
        """The value behind `token`; raises KeyringError when it was written with another key or altered."""
        try:
            return self._cipher.decrypt(token).decode()
        except InvalidToken as error:
            raise KeyringError("a value was written with another key or was altered; restore the key folder") from error

    def pseudonym(self, kind: str, value: str) -> str:
        """A stable name for a value of one kind: 64 hexadecimal digits that reveal nothing without the key."""
        return hmac.new(self._pseudonym_key, f"{kind}\x00{value}".encode(), hashlib.sha256).hexdigest()


def _write_once(path: Path, content: bytes) -> None:
    """Create `path` with `content` in one step, readable by its owner only; leaves an existing file alone."""
    if path.exists():
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first, and then its key counts
            _give_name(temporary, path)
        flush_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _give_name(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # memory sticks (FAT, exFAT) and some network disks have no hard links
        if not path.exists():
            temporary.rename(path)
