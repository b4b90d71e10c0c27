#!/usr/bin/env python3
"""Kills a writer with SIGKILL at random moments and checks that nothing it acknowledged is lost.

usage: kill_test.py WRITER ROUNDS [SEED]
A round starts the writer, waits until it has acknowledged something and a random while more, and kills it; then the
ledger must hold every acknowledged act and verify. (A killed process leaves the page cache alone, so this does not show
a missing fsync; power cuts are another test.)"""
import pathlib
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time


def run_round(writer, folder, seed, chance):
    process = subprocess.Popen([writer, folder, "write", str(seed)], stdout=subprocess.PIPE)
    deadline = time.monotonic() + chance.uniform(0.005, 0.12)
    out = b""
    while not out or time.monotonic() < deadline:
        ready, _, _ = select.select([process.stdout], [], [], 0.005 if out else 10)
        chunk = process.stdout.read1(65536) if ready else b""
        if ready and not chunk:
            break
        out += chunk
    process.kill()
    out += process.stdout.read()
    process.wait()
    return out[: out.rfind(b"\n") + 1]


def main():
    writer, rounds = sys.argv[1], int(sys.argv[2])
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    base = pathlib.Path(tempfile.mkdtemp(prefix="yifa-kill-"))
    failures = 0
    acknowledged = 0
    try:
        for number in range(rounds):
            folder = base / f"data-{number // 20}"  # a fresh ledger now and then keeps verification short
            if not folder.exists():
                subprocess.run([writer, folder, "create"], check=True)
            out = run_round(writer, str(folder), number, chance)
            acknowledged += out.count(b"\n")
            result = subprocess.run([writer, folder, "check"], input=out, stdout=subprocess.PIPE)
            if result.returncode != 0:
                failures += 1
                print(f"round {number}: {result.stdout.decode().strip()}")
    finally:
        shutil.rmtree(base)
    print(f"{rounds} kills, {acknowledged} acknowledged acts, {failures} rounds with a loss")
    return 1 if failures or acknowledged == 0 else 0


sys.exit(main())
