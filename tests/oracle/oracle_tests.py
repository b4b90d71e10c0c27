#!/usr/bin/env python3
"""The figures of the store against those counted from the leaves alone.

    oracle_tests.py MAKE_DEMO PACK [--quick]

Random data first: whatever acts are refused, voided, corrected, merged or recorded late, the sums that the store keeps
must be those that the oracle finds. Then the demonstration year: killed and continued, it must be the very year that an
undisturbed run gives, with the annual report's numbers."""
import collections
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile

import oracle

REPORT = {
    "appeals-received": 7981,
    "appeals-closed": 7970,
    "presuit-cases": 254,
    "presuit-success": 62,
    "penalty-cases": 105,
    "major-case-meetings": 8,
    "major-cases-discussed": 14,
    "disputes-mediated": 966,
    "admin-mediations": 68,
    "court-assigned": 130,
    "court-assigned-success": 26,
    "judicial-confirmations": 193,
    "block-cases-filed": 26,
    "illegal-building-reduction": 661500,
}


def stored(folder, name):
    """The same figure from the sums and facts that the store keeps."""
    figure = oracle.FIGURES[name]
    first, last, status = figure.days
    db = sqlite3.connect("file:%s/yifa.db?mode=ro" % folder, uri=True)
    days = (oracle.day(first), oracle.day(last), oracle.day(status))
    where = "FROM %s x JOIN figure f ON f.j = x.j AND f.fig = x.fig WHERE f.id = ? AND x.p_day BETWEEN ? AND ? AND x.e_day <= ?"
    if not figure.key:
        what = "v" if figure.value else "n"
        return db.execute("SELECT COALESCE(SUM(x.%s), 0) " % what + where % "tally", (name, *days)).fetchone()[0]
    keys = collections.Counter()
    for k, dn in db.execute("SELECT x.key, x.dn " + where % "fact", (name, *days)):
        keys[k] += dn
    return sum(1 for n in keys.values() if n > 0)


def compare(folder, say):
    matters, units = oracle.read_matters(folder), oracle.read_units(folder)
    for name, figure in oracle.FIGURES.items():
        counted, _ = oracle.count(matters, units, figure)
        kept = stored(folder, name)
        assert counted == kept, "%s, %s: the leaves give %d, the store %d" % (say, name, counted, kept)


def shape(folder):
    """All that two runs of one plan must have in common."""
    db = sqlite3.connect("file:%s/yifa.db?mode=ro" % folder, uri=True)
    rows = []
    for (leaf,) in db.execute("SELECT leaf FROM entry ORDER BY seq"):
        e = oracle.json.loads(leaf)
        rows.append((e["kind"], e.get("act"), e.get("matter"), e["actor"], tuple(e["at"]), len(e["effects"])))
    return rows


def run(*command, timeout=None):
    return subprocess.run(command, check=True, capture_output=True, timeout=timeout)


def random_data_counts_the_same(make_demo, pack, root):
    for seed in range(1, 6):
        folder = os.path.join(root, "random-%d" % seed)
        run(make_demo, pack, folder, str(seed), "random", "4000")
        compare(folder, "seed %d" % seed)


def the_year_gives_the_report(make_demo, pack, root):
    folder = os.path.join(root, "year")
    run(make_demo, pack, folder)
    compare(folder, "the year")
    matters, units = oracle.read_matters(folder), oracle.read_units(folder)
    for name, value in REPORT.items():
        assert oracle.count(matters, units, oracle.FIGURES[name])[0] == value, name


def a_killed_run_is_continued(make_demo, pack, root):
    folder = os.path.join(root, "killed")
    dice = random.Random(2023)
    for _ in range(200):
        process = subprocess.Popen([make_demo, pack, folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert process.wait(dice.uniform(1.5, 3.0)) == 0, "a continued run failed"
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert shape(folder) == shape(os.path.join(root, "year")), "the continued year is another one"


def main(arguments):
    make_demo, pack = arguments[0], arguments[1]
    with tempfile.TemporaryDirectory() as root:
        random_data_counts_the_same(make_demo, pack, root)
        if "--quick" not in arguments:
            the_year_gives_the_report(make_demo, pack, root)
            a_killed_run_is_continued(make_demo, pack, root)
    print("ok")


if __name__ == "__main__":
    main(sys.argv[1:])
