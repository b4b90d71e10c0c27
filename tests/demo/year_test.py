#!/usr/bin/env python3
"""Makes the demonstration year once and holds it to everything it promises.

usage: year_test.py YIFA SOURCE NODE
The figures of the report equal shared/figures.csv row by row (by id), an independent oracle counts the same from raw
entries, the ledger verifies, the state rebuilds, recounts agree at random sizes, and the pages work in a browser."""
import csv
import json
import os
import pathlib
import re
import shutil
import sqlite3
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


def as_stated(figure):
    """What a figure shows, as a number: '66.15' of 661500 square metres, '99.86' of a ratio."""
    digits = re.search(r"-?[0-9][0-9,]*(?:\.[0-9]+)?", str(figure.get("display", "")))
    return float(digits.group().replace(",", "")) if digits else None


def same(a, b):
    return a is not None and abs(a - b) < 1e-9


def agrees(row, figure):
    """Exactly the source's number, as a value or as it is shown; where the source says 余, at least it and the same to
    the ten; where it says 超过, the target itself or more."""
    wanted, value, shown = float(row["value"]), float(figure["value"]), as_stated(figure)
    if row["qualifier"] == "at_least":
        return value >= wanted and same(value // 10 * 10, wanted)
    if row["qualifier"] == "more_than":
        return same(value, wanted) or same(shown, wanted) or value > wanted
    return same(value, wanted) or same(shown, wanted)


def check_figures(year):
    table = pathlib.Path(os.environ.get("YIFA_SHARED", SOURCE.parent / "shared")) / "figures.csv"
    result = run(YIFA, "report", "2023", "--data", year, "--format", "json")
    figures = json.loads(result.stdout)["figures"] if result.returncode == 0 else {}
    report(bool(figures), "the_report_has_its_figures", result.stderr)
    if not table.exists():
        skip("figures_equal_the_source", f"no {table} here")
        return
    rows = [row for row in csv.DictReader(table.open(encoding="utf-8")) if row["kind"] in ("count", "ratio")]
    missing = [row["id"] for row in rows if row["id"] not in figures]
    wrong = [f"{row['id']}: is {figures[row['id']]['value']} ({figures[row['id']].get('display')}), the source says "
             f"{row['phrase']} ({row['qualifier']} {row['value']})"
             for row in rows if row["id"] in figures and not agrees(row, figures[row["id"]])]
    report(not missing, f"every_one_of_{len(rows)}_rows_has_its_figure", "  missing: " + ", ".join(missing))
    report(not wrong, "figures_equal_the_source", "\n".join("  " + line for line in wrong))


def lint(year, name):
    result = run(YIFA, "report", name, "--data", year, "--lint", "--format", "json")
    return result.returncode, json.loads(result.stdout or "{}"), result.stderr


def check_lint(year):
    """26 of 130 is exactly the target, not more; sentences that are true are offered; nothing else is wrong."""
    code, found, problem = lint(year, "2023")
    errors = [item for item in found.get("lints", []) if item["error"]]
    first = errors[0] if errors else {}
    report(code == 1 and len(errors) == 1 and first.get("about") == "court-target" and "26 / 130 = 20.00%" in first["sum"],
           "the_check_finds_that_26_of_130_is_not_more_than_20_percent", f"{found} {problem}")
    offers = " ".join(offer["text"] for offer in first.get("offers", []))
    report(all(number in offers for number in ("20%", "24.41%", "22.92%")), "true_sentences_are_offered", offers)
    for name in ("enforcement-2023", "disclosure-2023"):
        code, found, problem = lint(year, name)
        report(code == 0 and found.get("errors") == 0, f"{name}_agrees_with_its_bridges", f"{found} {problem}")


# Shown as 余: the report's value is rounded down to the ten.
FLOORED = {"contracts-reviewed", "legal-business-trainings", "legal-opinions", "publicity-events"}
SQUARE_METRES = {"illegal-building-reduction"}  # shown in ten thousands


def as_counted(name, n):
    return n // 10 * 10 if name in FLOORED else n / 10000 if name in SQUARE_METRES else n


def check_oracle(year):
    result = run(sys.executable, SOURCE / "tests" / "oracle" / "oracle.py", year)
    counted = json.loads(result.stdout) if result.returncode == 0 else {}
    figures = json.loads(run(YIFA, "report", "2023", "--data", year, "--format", "json").stdout)["figures"]
    differ = {k: (v, figures.get(k, {}).get("value")) for k, v in counted.items()
              if figures.get(k, {}).get("value") != as_counted(k, v)}
    report(bool(counted) and not differ, "an_oracle_counts_the_same_from_raw_entries", f"{differ} {result.stderr}")


def check_size(year, seconds_text):
    entries = run(YIFA, "verify", "--data", year, "--format", "json")
    answer = json.loads(entries.stdout or "{}")
    report(entries.returncode == 0 and answer.get("ok", False), "the_ledger_verifies", entries.stdout + entries.stderr)
    report(answer.get("entries", 0) > 90000, "over_90000_acts", str(answer))
    matters = sqlite3.connect(f"file:{year}/yifa.db?mode=ro", uri=True).execute("SELECT count(*) FROM matter").fetchone()[0]
    report(matters > 15000, "over_15000_matters", f"{matters} matters")
    print(f"  {answer.get('entries')} entries; {seconds_text}")


def figures_of(year):
    figures = json.loads(run(YIFA, "report", "2023", "--data", year, "--format", "json").stdout or "{}").get("figures", {})
    return {name: figure["value"] for name, figure in figures.items()}


def check_interrupted(base, year):
    """Killed in the middle, called again: the same figures come out, and the ledger verifies."""
    other = base / "interrupted"
    process = subprocess.Popen([YIFA, "demo", str(other)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in range(4):
        process.stderr.readline()
    process.kill()
    process.wait()
    again = run(YIFA, "demo", other)
    expected, got = figures_of(year), figures_of(other)
    differ = {name: (expected[name], got.get(name)) for name in expected if got.get(name) != expected[name]}
    report(again.returncode == 0 and bool(expected) and not differ, "an_interrupted_year_is_continued",
           f"{differ} {again.stdout} {again.stderr}")
    verified = json.loads(run(YIFA, "verify", "--data", other, "--format", "json").stdout or "{}")
    report(verified.get("ok", False), "a_continued_ledger_verifies", str(verified))


def check_other_plans(base, year):
    """A year that was begun with one pack is not continued with another."""
    pack = base / "pack"
    shutil.copytree(SOURCE / "packs" / "guanhu", pack)
    (pack / "demo" / "plans" / "differences.yaml").unlink()
    other = run(YIFA, "demo", year, "--pack", pack)
    report(other.returncode != 0 and "other plans" in other.stderr, "a_year_is_not_continued_with_another_pack",
           other.stdout + other.stderr)


def check_browser(year):
    if not NODE or not shutil.which("chromium") or not (SOURCE / "node_modules" / "playwright-core").exists():
        skip("browser", "needs node, chromium and node_modules (tools/deps)")
        return
    global failures
    shots = pathlib.Path.cwd() / "browser"  # screenshots beside the build
    for name in ("browser_tests", "family_tests"):
        result = run(NODE, SOURCE / "tests" / "browser" / f"{name}.mjs", YIFA, year, shots / name)
        print(result.stdout)
        cases = re.findall(r"^\[\s*(?:OK|FAILED)\s*\]", result.stdout, re.M)
        if result.returncode != 0 and "FAILED" not in result.stdout or not cases:
            report(False, name, result.stdout + result.stderr)
        failures += result.returncode != 0


def main():
    base = pathlib.Path(tempfile.mkdtemp(prefix="yifa-year-"))
    year = base / "year"
    try:
        made = run(YIFA, "demo", year)
        report(made.returncode == 0, "the_year_is_performed", made.stdout + made.stderr)
        unplanned = [line for line in made.stdout.splitlines() if line.startswith("  ") and " x " in line]
        report(not unplanned, "nothing_is_refused_that_was_not_planned", "\n".join(unplanned))
        if made.returncode != 0:
            return 1
        check_size(year, made.stdout.strip().splitlines()[0])
        check_figures(year)
        check_lint(year)
        check_oracle(year)
        rebuilt = run(YIFA, "rebuild", "--check", "--data", year)
        report(rebuilt.returncode == 0, "the_state_rebuilds_identically", rebuilt.stdout + rebuilt.stderr)
        recount = run(YIFA, "report", "2023", "--data", year, "--recount", "--prefixes", "20")
        report(recount.returncode == 0, "recounts_agree_at_20_random_sizes", recount.stdout[-2000:] + recount.stderr[-500:])
        check_interrupted(base, year)
        check_other_plans(base, year)
        again = run(YIFA, "demo", year)
        report(again.returncode == 0 and run(YIFA, "verify", "--data", year, "--format", "json").stdout != "",
               "making_it_again_changes_nothing", again.stdout + again.stderr)
        check_browser(year)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    return 1 if failures else 0


sys.exit(main())
