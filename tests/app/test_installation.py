"""An installation: made once, opened with its own keys alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.installation import Installation
from models.errors import OtterwatchError
from models.keys import Keyring, KeyringError
from models.settings import load_settings
from models.tables import Post
from tests.conftest import Builder


def opened(data_dir: Path, how: Callable[..., Installation] = Installation.open) -> Installation:
    return how(load_settings(data_dir=data_dir))


def test_it_is_made_from_nothing_and_opened_again_with_what_it_holds(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    made = opened(folder, Installation.create)
    post = Builder(made).post(seller="Sari")
    name = made.store.put(b"original")
    made.close()
    for how in (Installation.open, Installation.create):  # `create` is what every `start` calls
        again = opened(folder, how)
        with again.database.reading() as session:
            found = session.scalars(select(Post)).one()
            assert found.id == post
            assert found.account is not None
            assert again.keyring.decrypt(found.account.name_encrypted) == "Sari"
        assert again.store.get(name) == b"original"
        again.close()


def test_where_nothing_is_it_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(OtterwatchError, match="otterwatch start"):
        opened(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_without_tables_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(OtterwatchError, match="otterwatch db upgrade"):
        opened(tmp_path)


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"a file stands in its place")
    with pytest.raises(OtterwatchError, match="cannot be written"):
        opened(tmp_path / "data", Installation.create)


@pytest.fixture
def with_data(installation: Installation, build: Builder, data_dir: Path) -> Path:
    """The data folder of an installation that holds a seller and a contact, closed."""
    build.post(seller="Sari", contacts=["+6281200000001"])
    installation.close()
    return data_dir


@pytest.mark.parametrize("how", [Installation.open, Installation.create])
@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (shutil.rmtree, "no keys"),  # new ones would silently not fit what is stored
        (lambda keys: (keys / "pseudonym.key").unlink(), "no keys"),
        (lambda keys: (shutil.rmtree(keys), Keyring.create(keys)), "another key"),
        (
            lambda keys: ((keys / "pseudonym.key").unlink(), Keyring.create(keys)),
            "pseudonym key is not the one",
        ),
    ],
)
def test_stored_data_is_never_mixed_with_other_keys(
    with_data: Path, how: Callable[..., Installation], trouble: Callable[[Path], object], words: str
) -> None:
    trouble(with_data / "keys")
    before = sorted(file.name for file in (with_data / "keys").glob("*"))
    with pytest.raises(KeyringError, match=words):
        opened(with_data, how)
    assert sorted(file.name for file in (with_data / "keys").glob("*")) == before


def test_where_nothing_is_stored_lost_keys_are_made_anew(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "keys")
    opened(data_dir, Installation.create).close()
    opened(data_dir).close()


def test_keys_may_stand_on_another_disk(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", keys_dir=tmp_path / "stick")
    Installation.create(settings).close()
    assert {f.name for f in (tmp_path / "stick").iterdir()} == {"encryption.keys", "pseudonym.key"}
    assert not (tmp_path / "data" / "keys").exists()
