"""The house rules that no linter knows."""

import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def locked(name: str) -> list[str]:
    return re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / name).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_exact_versions_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 100
    assert [e.splitlines()[0] for e in entries if "--hash=sha256:" not in e or "==" not in e.splitlines()[0]] == []


def test_development_lock_holds_the_same_versions() -> None:
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9][a-z0-9._-]*==[^ \\]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


def test_no_dependency_of_the_product_is_under_the_gpl() -> None:
    found = {}
    for name in locked("requirements.lock"):
        try:
            meta = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another platform
        words = [meta.get("License-Expression") or "", (meta.get("License") or "")[:200]]
        words += [c for c in meta.get_all("Classifier") or [] if c.startswith("License")]
        found[name] = " ".join(words)
    assert len(found) > 80
    assert {n: w for n, w in found.items() if re.search(r"\b[AL]?GPL|General Public", w)} == {}


def test_tests_have_no_init_files_that_would_shadow_the_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
