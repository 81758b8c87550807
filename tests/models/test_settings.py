"""Settings: which of several places counts, and what is said of a wrong one."""

from pathlib import Path

import pytest

from models.errors import SettingsError
from models.settings import CONFIGURATION_NAME, load_settings


@pytest.mark.parametrize(
    ("given", "environment", "file", "port"),
    [
        (None, None, None, 8130),  # the default
        (None, None, 8001, 8001),
        (None, 8002, 8001, 8002),  # the environment before the file
        (8003, 8002, 8001, 8003),  # what is given before both
    ],
)
def test_what_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: int | None,
    environment: int | None,
    file: int | None,
    port: int,
) -> None:
    if environment:
        monkeypatch.setenv("OTTERWATCH_CONSOLE_PORT", str(environment))
    if file:
        (tmp_path / CONFIGURATION_NAME).write_text(f"console_port = {file}\n", "utf-8")
    assert load_settings(data_dir=tmp_path, console_port=given).console_port == port


def test_the_data_folder_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTTERWATCH_DATA_DIR", str(tmp_path))
    (tmp_path / CONFIGURATION_NAME).write_text('contact = "https://ngo.example/"\n', "utf-8")
    settings = load_settings()
    assert settings.contact == "https://ngo.example/"
    assert settings.keys_folder == tmp_path / "keys"
    assert settings.evidence_dir == tmp_path / "evidence"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"console_port = 99999", "console_port"),
        (b"console_prot = 1", "console_prot"),  # a misspelt name is not passed over
        (b'contact = "nobody"', "e-mail"),
        (b"session_hours = 0", "session_hours"),
        (b"= 1", "not valid TOML"),
        (b'contact = "\xff"', "not valid TOML"),  # not UTF-8
    ],
)
def test_a_wrong_file_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / CONFIGURATION_NAME).write_bytes(content)
    with pytest.raises(SettingsError, match=words):
        load_settings(data_dir=tmp_path)


def test_a_wrong_value_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(data_dir=tmp_path, contact="Sari 081200000001")
    assert "081200000001" not in str(caught.value)


def test_another_database_may_be_named(tmp_path: Path) -> None:
    url = "postgresql+psycopg://host/name"
    assert load_settings(data_dir=tmp_path, database_url=url).database_address == url
