"""The folder of compiled networks.

Only entries that are whole and ours come back.
"""

from __future__ import annotations

import hmac
import os
import subprocess
import sys
import time
from collections import OrderedDict
from pathlib import Path

import pytest

from ranvier.codegen.cache import SUFFIX, Cache, Store, default_folder, digest
from ranvier.codegen.private_files import SECRET, make_secret, secret_of

KEY, OTHER = digest("one"), digest("other")


def entry(store: Store, key: str = KEY) -> Path:
    """The file of an entry."""
    return store.folder / f"{key}{SUFFIX}"


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "folder")
    assert store.get(KEY) is None
    assert store.put(KEY, b"content")
    assert store.get(KEY) == b"content"
    assert Store(store.folder).get(KEY) == b"content"
    assert store.get(OTHER) is None


def test_keys_tell_where_one_part_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("a") == digest(b"a")


@pytest.mark.parametrize(
    "damage", ["cut", "longer", "one bit", "no file of ours", "empty", "moved"]
)
def test_damaged_entries_count_as_absent_and_are_written_anew(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path)
    store.put(KEY, bytes(range(200)))
    path = entry(store)
    data = path.read_bytes()
    flipped = bytes([*data[:-1], data[-1] ^ 1])
    store.put(OTHER, b"something else")
    path.write_bytes(
        {
            "cut": data[:-7],
            "longer": data + b"x",
            "one bit": flipped,
            "no file of ours": b"\x7fELF" + data,
            "empty": b"",
            "moved": entry(store, OTHER).read_bytes(),
        }[damage]
    )
    assert store.get(KEY) is None
    assert store.put(KEY, b"new")
    assert store.get(KEY) == b"new"


def signed(secret: bytes, content: bytes) -> bytes:
    """A signed entry, as somebody would make it who knows how."""
    text = digest(KEY, content).encode()
    return b"ranvier cache 2\n" + hmac.digest(secret, text, "sha256") + content


def test_files_from_elsewhere_count_as_absent(tmp_path: Path) -> None:
    """Files from elsewhere are absent, whatever they hold.

    It does not matter who owns them: their makers do not know the secret.
    """
    store, other = Store(tmp_path / "mine"), Store(tmp_path / "other")
    for each in (store, other):
        assert each.put(KEY, b"content")
    theirs = entry(other).read_bytes()
    assert theirs != entry(store).read_bytes()
    checksum = bytes.fromhex(digest(KEY, b"content"))
    earlier = b"ranvier cache 1\n" + checksum + b"content"
    guessed = b"ranvier cache 2\n" + checksum + b"content"
    for forged in (theirs, earlier, guessed, signed(b"", b"content"), signed(bytes(32), b"bad")):
        entry(store).write_bytes(forged)
        entry(store).chmod(0o600)
        assert store.get(KEY) is None
    mine = (store.folder / SECRET).read_bytes()
    entry(store).write_bytes(signed(mine, b"content"))
    assert store.get(KEY) == b"content"


def test_secrets(tmp_path: Path) -> None:
    """Each folder has one secret, for its owner only.

    A damaged secret is made again, and so are the files that it signed.
    """
    store = Store(tmp_path / "one")
    store.put(KEY, b"content")
    file = store.folder / SECRET
    secret = file.read_bytes()
    assert len(secret) == 32 and len(set(secret)) > 8
    store.put(OTHER, b"content")
    assert file.read_bytes() == secret == make_secret(store.folder) == secret_of(store.folder)
    if hasattr(os, "getuid"):
        assert file.stat().st_mode & 0o777 == 0o600
    for damaged in (b"", secret[:-1], secret + b"x"):
        file.write_bytes(damaged)
        assert store.get(KEY) is None
        assert store.put(KEY, b"content") and store.get(KEY) == b"content"
        assert len(file.read_bytes()) == 32
    file.unlink()
    assert store.get(KEY) is None
    assert store.put(KEY, b"content") and store.get(KEY) == b"content"
    assert sorted(path.suffix for path in store.folder.iterdir()) == ["", SUFFIX, SUFFIX]


def test_a_secret_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    """For example that of another user, in a sticky folder."""
    (tmp_path / SECRET).mkdir()  # it cannot be replaced by anybody
    store = Store(tmp_path)
    for _ in range(3):
        assert not store.put(KEY, b"content") and "cannot write" in store.problem
    assert [each.name for each in tmp_path.iterdir()] == [SECRET]


def test_without_links_secrets_are_made_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There are file systems on which a file has one name."""

    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    store = Store(tmp_path)
    assert store.put(KEY, b"content") and store.get(KEY) == b"content"
    assert not list(tmp_path.glob("*.tmp"))


def test_the_first_of_two_secrets_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process makes one between our look and our link."""
    link = os.link

    def late(one: Path, other: Path) -> None:
        other.write_bytes(bytes(range(32)))
        other.chmod(0o600)
        link(one, other)

    monkeypatch.setattr(os, "link", late)
    assert make_secret(tmp_path) == bytes(range(32)) == secret_of(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [SECRET]


def test_the_oldest_use_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=5000)
    keys = [digest(str(i)) for i in range(4)]
    for age, key in zip((40, 30, 20, 10), keys, strict=True):
        store.put(key, bytes(1000))
        then = time.time() - age
        os.utime(entry(store, key), (then, then))
    assert store.get(keys[0]) is not None  # used now, so it is the youngest
    store.put(KEY, bytes(1500))
    kept = [store.get(key) is not None for key in keys]
    assert kept == [True, False, False, True] or kept == [True, False, True, True]
    assert store.get(KEY) is not None
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5000


def test_an_entry_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path, limit=100)
    assert not store.put(KEY, bytes(1000))
    assert "larger than the whole cache" in store.problem
    assert list(tmp_path.iterdir()) == []


def test_what_a_process_left_behind_goes_away(tmp_path: Path) -> None:
    old, new = tmp_path / "a.1.1.tmp", tmp_path / "a.1.2.tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    Store(tmp_path).put(KEY, b"content")
    assert not old.exists() and new.exists()


def test_a_folder_that_cannot_be_written_is_a_remark(tmp_path: Path) -> None:
    """A file stands in the place of the folder.

    Its mode would not stop root.
    """
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "folder")
    assert store.get(KEY) is None
    assert not store.put(KEY, b"content")
    assert store.problem.startswith(f"cannot write to {store.folder}: ")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_can_be_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(KEY, b"content")
    tmp_path.chmod(0o500)
    try:
        assert store.get(KEY) == b"content"
        assert not store.put(OTHER, b"content")
        assert "Permission denied" in store.problem
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives away")
def test_files_of_others_are_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(KEY, b"content")
    os.chown(entry(store), 12345, 12345)
    assert store.get(KEY) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="the system has no such modes")
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_files_that_others_may_write_are_not_read(tmp_path: Path, mode: int) -> None:
    """Entries belong to this account alone, whatever the umask is.

    One that others may write is written again.
    """
    before = os.umask(0)
    try:
        store = Store(tmp_path / "cache")
        store.put(KEY, b"content")
    finally:
        os.umask(before)
    assert entry(store).stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert store.get(KEY) == b"content"
    entry(store).chmod(mode)
    assert store.get(KEY) is None
    assert store.put(KEY, b"new") and store.get(KEY) == b"new"


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Both processes always read whole entries.

    They write and read the same ones all the time.
    """
    script = f"""
import sys
from pathlib import Path
from ranvier.codegen.cache import Store, digest
store = Store(Path({str(tmp_path)!r}), limit=40_000)
for i in range(300):
    key = digest(str(i % 7))
    content = bytes([i % 7]) * 3000 + str(i % 7).encode()
    store.put(key, content)
    assert store.get(key) in (None, content)
assert not store.problem, store.problem
"""
    runs = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [run.wait(timeout=300) for run in runs] == [0, 0]
    assert not list(tmp_path.glob("*.tmp"))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 40_000


def test_memory_keeps_what_was_used_last(tmp_path: Path) -> None:
    cache = Cache(OrderedDict(), Store(tmp_path), most=2)
    for word in ("a", "b"):
        cache.keep(digest(word), word, word.encode())
    found = cache.find(digest("a"), bytes.decode)
    assert found is not None and (found.value, found.source) == ("a", "memory")
    cache.keep(digest("c"), "c", b"c")
    sources = {word: cache.find(digest(word), bytes.decode) for word in ("c", "a", "b")}
    assert {w: f.source for w, f in sources.items() if f} == {
        "c": "memory",
        "a": "memory",
        "b": "disk",
    }


def test_what_is_no_file_is_no_entry(tmp_path: Path) -> None:
    """Pipes and huge files are no entries.

    Opening a pipe would wait for ever; a huge file would fill the memory.
    """
    store = Store(tmp_path, limit=1000)
    entry(store).mkdir()
    assert store.get(KEY) is None
    assert not store.put(KEY, b"content") and store.problem
    entry(store).rmdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(entry(store))
        assert store.get(KEY) is None
    with open(entry(store, OTHER), "wb") as file:
        file.truncate(1 << 40)
    assert store.get(OTHER) is None


def test_the_default_folder_is_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder() == Path("/somewhere/ranvier")
    for ignored in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        assert default_folder() == tmp_path / ".cache" / "ranvier"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_folder() == tmp_path / ".cache" / "ranvier"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_folder() == tmp_path / "Library" / "Caches" / "ranvier"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has another variable")
def test_without_a_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The home of the user's account is used, if it exists.

    The root folder never is.
    """
    import pwd

    account = [str(tmp_path)]
    monkeypatch.setattr(pwd, "getpwuid", lambda _: pwd.struct_passwd(["me"] * 5 + account + [""]))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    assert default_folder() == tmp_path / ".cache" / "ranvier"
    monkeypatch.delenv("HOME")
    assert default_folder() == tmp_path / ".cache" / "ranvier"
    for nowhere in ("/nonexistent/home", "/", "", "relative"):
        account[0] = nowhere
        assert default_folder() is None
        monkeypatch.setenv("HOME", nowhere)
        assert default_folder() is None

    def unknown(_: int) -> None:
        raise KeyError("uid not found")

    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert default_folder() is None
