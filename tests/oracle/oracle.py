#!/usr/bin/env python3
"""Counts the annual report's figures from the ledger's leaves alone.

    oracle.py FOLDER [FIGURE ...]

Reads nothing but the bytes of the entries in FOLDER/yifa.db, folds every matter from its effects and counts by the
definitions below, which are written down here a second time and on purpose without FEEL. Prints {figure: value} as
JSON. With --breakdown, figures per first dimension too.

A leaf is canonical JSON. What matters here:
  kind     only "act" and "clock" change matters; a refusal, an organisation entry or a freeze does not
  matter, version, seq
  at       [happened, recorded, effective] in ms UTC
  effects  [{"do": "set", "field": …, "value": …}, {"do": "stage", "to": …}, …]

Rules of the fold:
  * a matter's state is the fold of its entries in order of (effective instant, seq), entries struck out by a later
    "void" left out;
  * an effect is effective on the local day of its entry's effective instant;
  * a figure has two dates: the day in which a matter falls (its period) and the day on which its state is looked at
    (its status). So every entry that is effective after the status day is left out before the fold.
"""
import datetime
import json
import sqlite3
import sys

ZONE_MINUTES = 480
EPOCH = datetime.date(1970, 1, 1)


def day(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


def local_day(ms):
    return (ms + ZONE_MINUTES * 60000) // 86400000


def read_matters(folder):
    """Per matter: its entries, with the versions that were struck out marked."""
    db = sqlite3.connect("file:%s/yifa.db?mode=ro" % folder, uri=True)
    matters = {}
    for seq, leaf in db.execute("SELECT seq, leaf FROM entry ORDER BY j, seq"):
        entry = json.loads(leaf)
        if entry["kind"] not in ("act", "clock"):
            continue
        assert entry["seq"] == seq, "a leaf that is not where it says"
        matters.setdefault(entry["matter"], []).append(entry)
    for entries in matters.values():
        entries.sort(key=lambda e: e["version"])
        assert [e["version"] for e in entries] == list(range(1, len(entries) + 1)), "versions have a gap"
        voided = {x["version"] for e in entries for x in e["effects"] if x["do"] == "void"}
        for e in entries:
            e["void"] = e["version"] in voided
    return matters


def procedure(entries):
    """What kind of matter it is. Striking out the entry that opened it empties it, but makes it no other kind."""
    return next(x["procedure"] for x in entries[0]["effects"] if x["do"] == "open")


def fold(entries, status):
    """The matter as it was at the end of a day, or None when it was not there yet."""
    core = {"fields": {}, "stage": None, "procedure": procedure(entries), "opened": None, "into": 0}
    past = [e for e in entries if not e["void"] and local_day(e["at"][2]) <= status]
    for e in sorted(past, key=lambda e: (e["at"][2], e["seq"])):
        for x in e["effects"]:
            kind = x["do"]
            if kind == "open":
                core["opened"] = local_day(e["at"][2])
            elif kind == "set":
                if x["value"] is None:
                    core["fields"].pop(x["field"], None)
                else:
                    core["fields"][x["field"]] = x["value"]
            elif kind == "stage":
                core["stage"] = x["to"]
            elif kind == "merge":
                core["into"] = x["into"]
    return core if core["stage"] or core["opened"] is not None else None


def period_day(value):
    return day(value) if isinstance(value, str) else None


# ---- what each figure means: (applies, period day, value counted once per key or None) ----


def appeal(m, *stages_out):
    return m["procedure"] == "appeal" and m["stage"] not in stages_out


def received_on(m):
    return period_day(m["fields"].get("received_on"))


def filed_on(m):
    """Ordinary cases count from their filing, on-the-spot ones from their decision."""
    if m["procedure"] == "penalty.ordinary":
        return period_day(m["fields"].get("filed_on"))
    return period_day(m["fields"].get("decided_on"))


def discussed(m):
    f = m["fields"]
    return m["procedure"] == "penalty.ordinary" and f.get("meeting_no") is not None and f.get("meeting_on") is not None


FIGURES = {
    # id: (of these matters, on this day, distinct key, dimension, period from, to, status)
    "appeals-received": (
        lambda m: appeal(m, "returned"),
        received_on, None, "category", "2023-01-01", "2023-11-30", "2023-12-22"),
    "appeals-closed": (
        lambda m: appeal(m) and m["stage"] in ("closed", "archived", "withdrawn"),
        received_on, None, "category", "2023-01-01", "2023-11-30", "2023-12-22"),
    "presuit-cases": (
        lambda m: appeal(m, "returned") and m["fields"].get("category") == "presuit",
        received_on, None, None, "2023-01-01", "2023-11-30", "2023-12-22"),
    "presuit-success": (
        lambda m: appeal(m) and m["fields"].get("category") == "presuit"
        and m["fields"].get("presuit_result") == "success",
        received_on, None, None, "2023-01-01", "2023-11-30", "2023-12-22"),
    "penalty-cases": (
        lambda m: (m["procedure"] or "").startswith("penalty.") and m["stage"] != "voided",
        filed_on, None, "power", "2023-01-01", "2023-12-22", "2023-12-22"),
    "major-case-meetings": (
        discussed,
        lambda m: period_day(m["fields"]["meeting_on"]), lambda m: m["fields"]["meeting_no"], None,
        "2023-01-01", "2023-12-22", "2023-12-22"),
    "major-cases-discussed": (
        discussed,
        lambda m: period_day(m["fields"]["meeting_on"]), None, None, "2023-01-01", "2023-12-22", "2023-12-22"),
    "disputes-mediated": (
        lambda m: m["procedure"] == "mediation" and m["fields"].get("result") == "success" and not m["into"],
        lambda m: period_day(m["fields"].get("agreed_on")), None, "kind", "2023-01-01", "2023-12-22", "2023-12-22"),
}


def count(matters, figure):
    """Total, and per dimension."""
    of, on, key, dimension, first, last, status = figure
    total = 0
    keys = set()
    by = {}
    for entries in matters.values():
        m = fold(entries, day(status))
        if m is None or not of(m):
            continue
        at = on(m)
        if at is None or not day(first) <= at <= day(last):
            continue
        if key:
            keys.add(key(m))
            continue
        total += 1
        if dimension:
            name = m["fields"].get(dimension, "")
            by[name] = by.get(name, 0) + 1
    return (len(keys) if key else total), by


def main(arguments):
    breakdown = "--breakdown" in arguments
    arguments = [a for a in arguments if a != "--breakdown"]
    if not arguments:
        sys.exit(__doc__.split("\n\n")[1].strip())
    matters = read_matters(arguments[0])
    values = {}
    for name in arguments[1:] or FIGURES:
        total, by = count(matters, FIGURES[name])
        values[name] = {"value": total, "by": by} if breakdown and by else total
    print(json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True))


if __name__ == "__main__":
    main(sys.argv[1:])
