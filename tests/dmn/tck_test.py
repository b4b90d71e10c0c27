#!/usr/bin/env python3
"""Runs the DMN conformance cases against `yifa dmn`, each group as one test, and holds the whole to its thresholds.

usage: tck_test.py YIFA TCK_FOLDER
A group passes with all its cases but those named in KNOWN, which are differences on purpose."""
import collections
import pathlib
import re
import subprocess
import sys
import tempfile
import csv

YIFA, TCK = sys.argv[1], pathlib.Path(sys.argv[2])
# Of all cases, of those that expect a value, and of all when errors must be reported exactly where they are expected.
THRESHOLDS = {"raw": 99.9, "valued": 99.9, "strict": 99.5}
# group, case: what the case wants and why it is not so here
KNOWN = {
    ("0068-feel-equality", "datetime_003_a"): "instants that differ by less than a second are equal; here they are not,"
                                              " since < and > tell them apart",
}


def run(arguments):
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "results.csv"
        done = subprocess.run([sys.executable, str(TCK / "tck_run.py"), "--cmd", f"'{YIFA}' dmn", "--csv", str(table),
                               *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines())) if table.exists() else []
    total = re.search(r"^= TOTAL.*?\)\s+(\d+)\s+(\d+)\s+[\d.]+\s+(\d+)\s+(\d+)\s+(\d+)", done.stdout, re.M)
    if not total:
        sys.exit(f"the runner gave no totals:\n{done.stdout[-2000:]}")
    return rows, [int(n) for n in total.groups()]


def report(ok, name, detail=""):
    print(f"[       OK ] {name}" if ok else f"[  FAILED  ] {name}\n{detail}", flush=True)
    return ok


def share(name, passed, of):
    percent = 100 * passed / of if of else 0.0
    return report(percent >= THRESHOLDS[name], f"tck.{name}", f"{passed} of {of} cases: {percent:.2f} %")


def main():
    if not (TCK / "tck_run.py").exists():
        print(f"[  SKIPPED ] tck: {TCK} is not there")
        return 77
    rows, (cases, passed, valued, valued_passed, crashes) = run([])
    groups = collections.defaultdict(list)
    for group, _, case, verdict, why in rows:
        name = group.split("/")[-1]
        groups[name] += [f"{case}: {why}"] if verdict != "SUCCESS" and (name, case) not in KNOWN else []
    good = all([report(not why, f"tck.{name}", "\n".join(why[:5])) for name, why in sorted(groups.items())])
    _, (_, strict_passed, _, _, strict_crashes) = run(["--strict-errors"])
    good &= share("raw", passed, cases)
    good &= share("valued", valued_passed, valued)
    good &= share("strict", strict_passed, cases)
    good &= report(crashes + strict_crashes == 0, "tck.no_crash", f"{crashes} and {strict_crashes} crashes")
    return 0 if good else 1


sys.exit(main())
