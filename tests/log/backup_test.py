#!/usr/bin/env python3
"""Backups and archives: what comes back is what was there, and what was changed on the way is named.
usage: backup_test.py YIFA YIFA_VERIFY; prints its cases as cmocka does."""
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

YIFA, VERIFY = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:3])
failed = 0


def case(name, good, why=""):
    global failed
    failed += not good
    print(f"[ {'      OK' if good else ' FAILED '} ] {name}" + ("" if good else f"\n{why}"), flush=True)


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True)


def yifa(*words):
    result = run(YIFA, *words)
    if result.returncode != 0:
        raise SystemExit(f"yifa {' '.join(map(str, words))}: {result.stdout}{result.stderr}")
    return result.stdout


def root_of(text):
    return re.search(r"[0-9a-f]{64}", text).group()


def check_backup(base, data, key):
    made = yifa("backup", base / "backup", "--data", data)
    outside = base / "outside"
    shutil.copy(data / "log" / "checkpoint", outside)
    trust = ("--checkpoint", outside, "--key", key)
    back = yifa("restore", base / "backup", "--data", base / "back", *trust)
    case("a_restored_office_has_the_root_of_the_backup", root_of(made) == root_of(back), made + back)
    case("its_state_is_what_its_entries_say", "identical" in yifa("rebuild", "--check", "--data", base / "back"))
    names = {path.name for path in (base / "backup").rglob("*")}
    case("no_signing_key_is_in_a_backup", "signer.db" not in names, names)
    twice = run(YIFA, "restore", base / "backup", "--data", base / "back")
    case("an_office_is_not_overwritten", twice.returncode == 3 and "not empty" in twice.stderr, twice.stderr)

    for name in ("yifa.db", "keys/keys.db", "yifa.json"):
        changed = base / "changed"
        shutil.copytree(base / "backup", changed)
        with open(changed / name, "r+b") as file:
            file.seek(20)
            file.write(b"\xff")
        result = run(YIFA, "restore", changed, "--data", base / "bad", *trust)
        case(f"a_changed_{pathlib.Path(name).name}_is_named", result.returncode == 3 and name in result.stderr, result.stderr)
        case(f"and_leaves_no_office_behind_{pathlib.Path(name).name}", not (base / "bad").exists())
        shutil.rmtree(changed)

    shutil.copytree(data, base / "other")
    with sqlite3.connect(base / "other" / "signer.db") as db:
        db.execute("DELETE FROM signed")
    with sqlite3.connect(f"file:{data}/yifa.db?mode=ro", uri=True) as db:
        login = db.execute("SELECT login FROM person WHERE login <> '' ORDER BY login").fetchone()[0]
    yifa("freeze", "2023", "--signer", login, "--data", data)
    yifa("publish", "--data", data)
    result = run(YIFA, "restore", base / "backup", "--data", base / "late", "--checkpoint", data / "log" / "checkpoint",
                 "--key", key)
    case("a_backup_older_than_the_checkpoint_is_named", result.returncode == 3 and "not in it" in result.stderr, result.stderr)
    sealed = base / "sealed"
    words = base / "words"
    words.write_text("correct horse battery staple\n")
    yifa("key", "backup", sealed, "--passphrase", words, "--data", data)
    yifa("key", "restore", sealed, "--passphrase", words, "--data", base / "back")
    yifa("publish", "--data", base / "back")
    kept = run(VERIFY, base / "back" / "log", "--key", key, "--older", outside)
    case("with_its_keys_it_goes_on_from_the_checkpoint", kept.returncode == 0, kept.stdout + kept.stderr)
    words.write_text("another passphrase\n")
    wrong = run(YIFA, "key", "restore", sealed, "--passphrase", words, "--data", base / "other")
    case("keys_do_not_open_with_other_words", wrong.returncode == 3, wrong.stderr)


def check_archive(base, data, key):
    out = yifa("archive", "export", base / "archive", "--data", data)
    judged = run(VERIFY, base / "archive" / "log", "--key", key)
    case("an_archive_is_judged_with_its_entries", judged.returncode == 0, judged.stdout + judged.stderr)
    back = yifa("archive", "import", base / "archive", "--data", base / "heir", "--key", key)
    case("an_heir_has_the_same_root", root_of(out) == root_of(back), out + back)
    live, heir = (re.search(r"(\d+) rows", yifa("rebuild", "--check", "--data", folder)).group(1)
                  for folder in (data, base / "heir"))
    case("and_the_same_state", live == heir, f"{live} {heir}")
    bundle = next((base / "archive" / "log" / "tile" / "entries").rglob("000"))
    spoiled = bytearray(bundle.read_bytes())
    spoiled[40] ^= 1
    bundle.write_bytes(spoiled)
    result = run(YIFA, "archive", "import", base / "archive", "--data", base / "bad", "--key", key)
    case("a_changed_entry_is_not_taken_in", result.returncode == 3 and "entry 0" in result.stderr, result.stderr)
    case("and_leaves_nothing_behind", not (base / "bad").exists())


def main():
    with tempfile.TemporaryDirectory(prefix="yifa-backup-") as name:
        base = pathlib.Path(name)
        data = base / "data"
        yifa("demo", data, "--plan", "random", "--acts", "900")
        yifa("publish", "--data", data)
        key = (data / "log" / "keys").read_text().strip()
        check_backup(base, data, key)
        check_archive(base, data, key)
    sys.exit(1 if failed else 0)


main()
