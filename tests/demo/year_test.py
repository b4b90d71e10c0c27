#!/usr/bin/env python3
"""Makes the demonstration year once and holds it to everything it promises.

usage: year_test.py YIFA SOURCE NODE
The figures of the report equal shared/figures.csv row by row (by id), an independent oracle counts the same from raw
entries, the ledger verifies, the state rebuilds, recounts agree at random sizes, and the pages work in a browser."""
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

YIFA, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
NODE = sys.argv[3] if len(sys.argv) > 3 else ""
failures = 0


def report(ok, name, detail=""):
    global failures
    failures += not ok
    print(f"[       OK ] {name}" if ok else f"[  FAILED  ] {name}\n{detail}", flush=True)


def skip(name, why):
    print(f"[  SKIPPED ] {name}: {why}", flush=True)


def run(*args):
    return subprocess.run([str(a) for a in args], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def check_figures(year):
    table = SOURCE.parent / "shared" / "figures.csv"
    result = run(YIFA, "report", "2023", "--data", year, "--format", "json")
    figures = json.loads(result.stdout)["figures"] if result.returncode == 0 else {}
    report(len(figures) >= 9, "the_report_has_its_figures", result.stderr)
    if not table.exists():
        skip("figures_equal_the_source", "no shared/figures.csv here")
        return
    for row in csv.DictReader(table.open(encoding="utf-8")):
        if row["id"] in figures:
            got = figures[row["id"]]["value"]
            report(abs(got - float(row["value"])) < 1e-9, f"figure_{row['id']}", f"is {got}, should be {row['value']}")


def check_oracle(year):
    result = run(sys.executable, SOURCE / "tests" / "oracle" / "oracle.py", year)
    counted = json.loads(result.stdout) if result.returncode == 0 else {}
    figures = json.loads(run(YIFA, "report", "2023", "--data", year, "--format", "json").stdout)["figures"]
    differ = {k: (v, figures.get(k, {}).get("value")) for k, v in counted.items() if figures.get(k, {}).get("value") != v}
    report(bool(counted) and not differ, "an_oracle_counts_the_same_from_raw_entries", f"{differ} {result.stderr}")


def check_size(year, seconds_text):
    entries = run(YIFA, "verify", "--data", year, "--format", "json")
    answer = json.loads(entries.stdout or "{}")
    report(entries.returncode == 0 and answer.get("ok", False), "the_ledger_verifies", entries.stdout + entries.stderr)
    report(answer.get("entries", 0) > 60000, "over_60000_acts", str(answer))
    print(f"  {answer.get('entries')} entries; {seconds_text}")


def check_browser(year):
    if not NODE or not shutil.which("chromium") or not (SOURCE / "node_modules" / "playwright-core").exists():
        skip("browser", "needs node, chromium and node_modules (tools/deps)")
        return
    result = run(NODE, SOURCE / "tests" / "browser" / "browser_tests.mjs", YIFA, year)
    print(result.stdout)
    cases = re.findall(r"^\[\s*(?:OK|FAILED)\s*\]", result.stdout, re.M)
    if result.returncode != 0 and "FAILED" not in result.stdout or not cases:
        report(False, "browser", result.stdout + result.stderr)
    global failures
    failures += result.returncode != 0


def main():
    base = pathlib.Path(tempfile.mkdtemp(prefix="yifa-year-"))
    year = base / "year"
    try:
        made = run(YIFA, "demo", year)
        report(made.returncode == 0, "the_year_is_performed", made.stdout + made.stderr)
        if made.returncode != 0:
            return 1
        check_size(year, made.stdout.strip().splitlines()[0])
        check_figures(year)
        check_oracle(year)
        rebuilt = run(YIFA, "rebuild", "--check", "--data", year)
        report(rebuilt.returncode == 0, "the_state_rebuilds_identically", rebuilt.stdout + rebuilt.stderr)
        recount = run(YIFA, "report", "2023", "--data", year, "--recount", "--prefixes", "20")
        report(recount.returncode == 0, "recounts_agree_at_20_random_sizes", recount.stdout[-2000:] + recount.stderr[-500:])
        again = run(YIFA, "demo", year)
        report(again.returncode == 0 and run(YIFA, "verify", "--data", year, "--format", "json").stdout != "",
               "making_it_again_changes_nothing", again.stdout + again.stderr)
        check_browser(year)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return 1 if failures else 0


sys.exit(main())
