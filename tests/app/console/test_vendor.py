"""The files of others are what their packages hold, with their licences."""

import hashlib
import re
import tomllib

import pytest

from app.console.frame import HERE, STATIC

VENDOR = STATIC / "vendor"
FILES = tomllib.loads((VENDOR / "VENDOR.toml").read_text("utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_hash_version_and_licence(entry: dict[str, str]) -> None:
    content = (VENDOR / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"].encode() in content
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
    assert entry["licence_files"]
    for name in entry["licence_files"]:
        assert (VENDOR / "LICENSES" / name).read_text("utf-8").strip()


def test_every_vendored_file_is_listed() -> None:
    assert {f.name for f in VENDOR.iterdir() if f.is_file()} == {e["file"] for e in FILES} | {"VENDOR.toml"}
    licences = {name for entry in FILES for name in entry["licence_files"]}
    assert {f.name for f in (VENDOR / "LICENSES").iterdir()} == licences


def test_templates_never_switch_escaping_off() -> None:
    for template in (HERE / "templates").glob("*.html"):
        text = template.read_text("utf-8")
        assert "|safe" not in text.replace(" ", ""), template.name
        assert "autoescape" not in text, template.name
