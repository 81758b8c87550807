"""The content store: what has a name is whole, and an altered original is found."""

import errno
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import DamagedContentError, StoreError
from models.store import ContentStore


@pytest.fixture
def store(tmp_path: Path) -> ContentStore:
    return ContentStore(tmp_path / "evidence")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> ContentStore:
    return ContentStore(tmp_path_factory.mktemp("evidence"))


def files(store: ContentStore) -> list[Path]:
    return [f for f in store.root.rglob("*") if f.is_file()] if store.root.is_dir() else []


@given(contents=st.lists(st.binary(max_size=200), max_size=6))
def test_what_is_stored_comes_back_under_its_hash(shared: ContentStore, contents: list[bytes]) -> None:
    names = shared.put_many(contents)
    assert names == [hashlib.sha256(content).hexdigest() for content in contents]
    assert [shared.get(name) for name in names] == contents


def test_the_same_bytes_are_one_file(store: ContentStore) -> None:
    assert store.put_many([b"a", b"b", b"a"]) == [store.put(b"a"), store.put(b"b"), store.put(b"a")]
    assert len(files(store)) == 2


@pytest.mark.parametrize("content", [b"", b"x", os.urandom(3 * 2**20)])
def test_any_length(store: ContentStore, content: bytes) -> None:
    assert store.get(store.put(content)) == content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has one bit for it, tested elsewhere")
def test_originals_are_read_only(store: ContentStore) -> None:
    assert store.path(store.put(b"original")).stat().st_mode & 0o222 == 0


def tamper(file: Path, content: bytes) -> None:
    file.chmod(0o644)
    file.write_bytes(content)


@pytest.mark.parametrize(
    "alter",
    [
        lambda content: content[:-1],  # cut
        lambda content: content + b"\n",  # grown
        lambda content: bytes([content[0] ^ 1]) + content[1:],  # one bit
        lambda _: b"",
    ],
)
def test_an_altered_original_is_found_and_mended_by_the_right_bytes_alone(
    store: ContentStore, alter: Callable[[bytes], bytes]
) -> None:
    content = b"what was seen"
    name = store.put(content)
    tamper(store.path(name), alter(content))
    with pytest.raises(DamagedContentError, match=name):
        store.get(name)
    store.put(b"something else")
    with pytest.raises(DamagedContentError, match=name):
        store.get(name)
    assert store.put(content) == name
    assert store.get(name) == content


def test_a_missing_original_is_said(store: ContentStore) -> None:
    with pytest.raises(StoreError, match="missing"):
        store.get("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "/", "g" * 64])
def test_only_a_hash_is_a_name(store: ContentStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.get(name)


def fail(code: int, after: int) -> Callable[..., object]:
    """An operation that fails with `code` once it was called `after` times."""
    calls = 0

    def operation(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise OSError(code, os.strerror(code))
        return None

    return operation


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the quota is used up"),
        (errno.EROFS, "read-only"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize("after", [0, 1, 2])  # at the first, second and third file of the batch
def test_a_full_disk_is_said_and_nothing_half_written_has_a_name(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch, code: int, words: str, after: int
) -> None:
    before = store.put(b"before")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail(code, after))
        with pytest.raises(StoreError, match=words):
            store.put_many([b"one", b"two", b"three"])
    assert files(store) == [store.path(before)]
    assert [store.get(n) for n in store.put_many([b"one", b"two", b"three"])] == [b"one", b"two", b"three"]


def test_a_disk_with_no_room_for_another_file_is_said(store: ContentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", fail(errno.ENOSPC, 0))
        with pytest.raises(StoreError, match="the disk is full"):
            store.put(b"one")
    assert files(store) == []


def test_a_disk_that_can_neither_write_nor_remove_still_says_the_first_trouble(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fail(errno.EROFS, 0))
    monkeypatch.setattr(Path, "unlink", fail(errno.EIO, 0))
    with pytest.raises(StoreError, match="read-only"):
        store.put(b"one")


def test_what_a_killed_writer_left_is_never_taken_as_whole_and_is_swept(
    store: ContentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.put(b"kept")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            store.put(b"half")
    with pytest.raises(StoreError, match="missing"):
        store.get(hashlib.sha256(b"half").hexdigest())
    assert len(files(store)) == 2
    assert store.sweep() == 1
    assert files(store) == [store.path(kept)]


def test_a_folder_that_cannot_be_made_is_said(store: ContentStore) -> None:
    store.root.write_bytes(b"a file stands in its place")
    with pytest.raises(StoreError, match="cannot be written"):
        store.put(b"one")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere; run as another user to see it"
)
def test_a_folder_without_permission_is_said(store: ContentStore) -> None:
    store.root.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="permission denied"):
        store.put(b"one")
