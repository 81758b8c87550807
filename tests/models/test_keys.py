"""Keys: what is encrypted comes back, with its own keys alone, and a damaged key folder is found before it is used."""

import base64
import os
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from models.keys import Keyring, KeyringError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.create(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with keys."""
    Keyring.create(tmp_path / "keys")
    return tmp_path / "keys"


@given(value=TEXTS)
def test_what_is_encrypted_comes_back_and_does_not_show(shared: Keyring, value: str) -> None:
    token = shared.encrypt(value)
    assert shared.decrypt(token) == value
    assert len(value.encode()) < 4 or value.encode() not in base64.urlsafe_b64decode(token)
    assert shared.encrypt(value) != token  # so that equal values cannot be told by their tokens


@given(one=TEXTS, other=TEXTS)
def test_pseudonyms_are_equal_for_equal_values_alone(shared: Keyring, one: str, other: str) -> None:
    name = shared.pseudonym("contact", one)
    assert (name == shared.pseudonym("contact", other)) is (one == other)
    assert name != shared.pseudonym("account", one)
    assert len(name) == 64
    assert set(name) <= set("0123456789abcdef")


def test_the_same_folder_gives_the_same_keys_and_another_others(folder: Path, tmp_path: Path) -> None:
    token, name = Keyring(folder).encrypt("Sari"), Keyring(folder).pseudonym("account", "Sari")
    again, foreign = Keyring.create(folder), Keyring.create(tmp_path / "other")
    assert again.decrypt(token) == "Sari"
    assert again.pseudonym("account", "Sari") == name
    assert foreign.pseudonym("account", "Sari") != name
    with pytest.raises(KeyringError, match="another key"):
        foreign.decrypt(token)


def test_a_new_key_put_first_leaves_old_values_readable(folder: Path) -> None:
    old, file = Keyring(folder), folder / "encryption.keys"
    token, name = old.encrypt("Sari"), old.pseudonym("account", "Sari")
    file.write_bytes(Fernet.generate_key() + b"\n" + file.read_bytes() + b"\n")
    new = Keyring(folder)
    assert new.decrypt(token) == "Sari"
    assert new.pseudonym("account", "Sari") == name
    with pytest.raises(KeyringError):
        old.decrypt(new.encrypt("Sari"))  # the first key is the one that encrypts


def test_an_altered_value_is_found(folder: Path) -> None:
    keyring = Keyring(folder)
    token = bytearray(keyring.encrypt("Sari"))
    token[40] ^= 1
    with pytest.raises(KeyringError, match="altered"):
        keyring.decrypt(bytes(token))


@pytest.mark.parametrize("file", ["encryption.keys", "pseudonym.key"])
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: file.unlink(), "no keys"),
        (lambda file: file.write_bytes(b""), "damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:20]), "damaged"),  # cut off by a power failure
        (lambda file: file.write_bytes(bytes(range(256))), "damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:-3] + b"!?*"), "damaged"),  # no letters of such a key
        (lambda file: (file.unlink(), file.mkdir()), "unreadable"),
    ],
)
def test_a_damaged_key_file_is_said(folder: Path, file: str, damage: Callable[[Path], object], words: str) -> None:
    damage(folder / file)
    with pytest.raises(KeyringError, match=words) as caught:
        Keyring(folder)
    assert "backup" in str(caught.value)


def test_a_pseudonym_key_with_a_letter_that_cannot_be_is_not_read_as_another_key(folder: Path) -> None:
    key = (folder / "pseudonym.key").read_bytes()
    (folder / "pseudonym.key").write_bytes(key[:10] + b"!!!!" + key[10:])
    with pytest.raises(KeyringError, match="damaged"):
        Keyring(folder)


def test_creating_never_replaces_a_key_not_even_a_damaged_one(folder: Path) -> None:
    (folder / "pseudonym.key").write_bytes(b"damaged")
    with pytest.raises(KeyringError):
        Keyring.create(folder)
    assert (folder / "pseudonym.key").read_bytes() == b"damaged"


@pytest.mark.parametrize("hard_links", [True, False])  # memory sticks have none
def test_creating_leaves_two_files_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hard_links: bool
) -> None:
    if not hard_links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "not permitted")))
    keyring = Keyring.create(tmp_path / "deep" / "keys")
    assert sorted(f.name for f in (tmp_path / "deep" / "keys").iterdir()) == ["encryption.keys", "pseudonym.key"]
    assert Keyring.create(tmp_path / "deep" / "keys").decrypt(keyring.encrypt("Sari")) == "Sari"


def test_many_who_create_at_once_have_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keyrings = list(pool.map(lambda _: Keyring.create(tmp_path / "keys"), range(8)))
    assert len({k.pseudonym("account", "Sari") for k in keyrings}) == 1
    token = keyrings[0].encrypt("Sari")
    assert {k.decrypt(token) for k in keyrings} == {"Sari"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_nobody_else_can_read_the_keys(folder: Path) -> None:
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_key_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(b"a file stands in its place")
    with pytest.raises(KeyringError, match="cannot be written"):
        Keyring.create(tmp_path / "keys")
