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


def read_units(folder):
    """The kind of every unit, from the entries that put it there."""
    db = sqlite3.connect("file:%s/yifa.db?mode=ro" % folder, uri=True)
    units = {}
    for (leaf,) in db.execute("SELECT leaf FROM entry ORDER BY j, seq"):
        entry = json.loads(leaf)
        for x in entry["effects"] if entry["kind"] == "org" else ():
            if x["do"] == "put" and x.get("table") == "unit":
                units[x["row"]["id"]] = x["row"]["kind"]
    return units


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


HELD = ("confirmed", "published", "archived")
YEAR = ("2023-01-01", "2023-12-22", "2023-12-22")
BLOCKS = ("2023-08-01", "2023-12-22", "2023-12-22")
APPEALS = ("2023-01-01", "2023-11-30", "2023-12-22")
BLOCKS_SINCE = day("2023-08-01")


def has(*fields):
    """Of a procedure's matters, those with a value in each of these fields."""
    return lambda m: all(m["fields"].get(f) is not None for f in fields)


def of(procedure, *tests, **equal):
    return lambda m: (m["procedure"] == procedure and all(t(m) for t in tests)
                      and all(m["fields"].get(k) == v for k, v in equal.items()))


def in_stage(*stages):
    return lambda m: m["stage"] in stages


def not_in(*stages):
    return lambda m: m["stage"] not in stages


def unmerged(m):
    return not m["into"]


def on(field):
    return lambda m: period_day(m["fields"].get(field))


def since_blocks(field):
    return lambda m: has(field)(m) and on(field)(m) >= BLOCKS_SINCE


def by_block(m):
    return m["units"].get(m["fields"].get("unit")) == "block"


def mediated(m):
    return (m["procedure"] or "").startswith("mediation") and m["fields"].get("result") == "success" and unmerged(m)


class Figure:
    """What is counted (`of`), the day it falls on, the three days of the question; once per `key`, or summed by `value`."""

    def __init__(self, of, on, days, dimension=None, key=None, value=None):
        self.of, self.on, self.days = of, on, days
        self.dimension, self.key, self.value = dimension, key, value


FIGURES = {
    "appeals-received": Figure(lambda m: appeal(m, "returned"), received_on, APPEALS, "category"),
    "appeals-closed": Figure(lambda m: appeal(m) and m["stage"] in ("closed", "archived", "withdrawn"),
                             received_on, APPEALS, "category"),
    "presuit-cases": Figure(lambda m: appeal(m, "returned") and m["fields"].get("category") == "presuit",
                            received_on, APPEALS),
    "presuit-success": Figure(lambda m: appeal(m) and m["fields"].get("category") == "presuit"
                              and m["fields"].get("presuit_result") == "success", received_on, APPEALS),
    "penalty-cases": Figure(lambda m: (m["procedure"] or "").startswith("penalty.") and m["stage"] != "voided",
                            filed_on, YEAR, "power"),
    "block-cases-filed": Figure(lambda m: (m["procedure"] or "").startswith("penalty.") and m["stage"] != "voided"
                                and filed_on(m) is not None and filed_on(m) >= BLOCKS_SINCE and by_block(m),
                                filed_on, BLOCKS, "power"),
    "block-rectify-orders": Figure(of("block", since_blocks("ordered_on"), by_block), on("ordered_on"), BLOCKS, "category"),
    "block-persuasions": Figure(of("block", in_stage("persuaded"), since_blocks("persuaded_on"), by_block),
                                on("persuaded_on"), BLOCKS, "category"),
    "major-case-meetings": Figure(discussed, on("meeting_on"), YEAR, key=lambda m: m["fields"]["meeting_no"]),
    "major-cases-discussed": Figure(discussed, on("meeting_on"), YEAR),
    "joint-inspections": Figure(of("joint.inspection", mode_kind="joint"), on("started_on"), YEAR),
    "npc-joint-enforcement": Figure(of("joint.inspection", lambda m: (m["fields"].get("deputies") or 0) > 0,
                                       mode_kind="joint"), on("started_on"), YEAR),
    "special-enforcement-actions": Figure(of("special.action", campaign="fire", kind="special"), on("started_on"), YEAR),
    "fire-inspection-rounds": Figure(of("fire.check", has("checked_on", "round")), on("checked_on"), YEAR,
                                     key=lambda m: m["fields"]["round"]),
    "illegal-building-reduction": Figure(of("illegal.building", has("accepted_on", "measured_area"), stock="stock"),
                                         on("accepted_on"), YEAR, "way", value=lambda m: m["fields"]["measured_area"]),
    "disputes-mediated": Figure(mediated, on("agreed_on"), YEAR, "kind"),
    "admin-mediations": Figure(of("mediation.admin", mediated), on("agreed_on"), YEAR, "duty"),
    "court-assigned": Figure(of("mediation.court"), on("received_on"), APPEALS),
    "court-assigned-success": Figure(of("mediation.court", result="success"), on("received_on"), APPEALS),
    "judicial-confirmations": Figure(of("confirmation"), on("applied_on"), YEAR, "kind"),
    "major-disputes-resolved": Figure(of("major-dispute"), on("resolved_on"), YEAR, "level"),
    "deputy-suggestions": Figure(of("proposal", has("answered_on")), on("assigned_on"), YEAR, "part"),
    "cppcc-proposals": Figure(of("cppcc", has("answered_on")), on("assigned_on"), YEAR, "part"),
    "procuratorial-suggestions": Figure(of("procuratorial", has("answered_on"), late=False), on("received_on"), YEAR),
    "admin-lawsuits-concluded": Figure(of("lawsuit"), on("effective_on"), YEAR, "judgment"),
    "disclosure-requests": Figure(of("disclosure-request", has("accepted_on")), on("received_on"), YEAR, "applicant_kind"),
    "disclosures-published": Figure(of("disclosure", not_in("withdrawn"), attribute="open"), on("published_on"), YEAR,
                                    "catalogue"),
    "rule-of-law-agenda-items": Figure(of("agenda-item", not_in("cancelled"), topic="law"), on("held_on"), YEAR, "body"),
    "study-group-lectures": Figure(of("study-group", in_stage(*HELD), study_kind="law"), on("held_on"), YEAR),
    "leadership-special-meetings": Figure(of("leader-meeting", in_stage(*HELD), meeting_kind="law"), on("held_on"), YEAR),
    "zhujian-training-sessions": Figure(of("training", in_stage(*HELD), programme="zhujian"), on("held_on"), YEAR),
    "legal-business-trainings": Figure(of("training", in_stage(*HELD), programme="legal"), on("held_on"), YEAR, "mode_of"),
    "publicity-events": Figure(of("publicity", in_stage(*HELD)), on("held_on"), YEAR, "theme"),
    "live-enforcement": Figure(of("live-enforcement", not_in("cancelled")), on("held_on"), YEAR),
    "legal-opinions": Figure(of("legal-opinion", not_in("withdrawn")), on("issued_on"), YEAR, "matter_kind"),
    "contracts-reviewed": Figure(of("contract-review", not_in("withdrawn")), on("issued_on"), YEAR, "conclusion"),
}


def count(matters, units, figure):
    """Total, and per dimension."""
    first, last, status = (day(d) for d in figure.days)
    total = 0
    keys = set()
    by = {}
    for entries in matters.values():
        m = fold(entries, status)
        if m is None:
            continue
        m["units"] = units
        if not figure.of(m):
            continue
        at = figure.on(m)
        if at is None or not first <= at <= last:
            continue
        if figure.key:
            keys.add(figure.key(m))
            continue
        n = figure.value(m) if figure.value else 1
        total += n
        if figure.dimension:
            name = m["fields"].get(figure.dimension, "")
            by[name] = by.get(name, 0) + n
    return (len(keys) if figure.key else total), by


def main(arguments):
    breakdown = "--breakdown" in arguments
    arguments = [a for a in arguments if a != "--breakdown"]
    if not arguments:
        sys.exit(__doc__.split("\n\n")[1].strip())
    matters, units = read_matters(arguments[0]), read_units(arguments[0])
    values = {}
    for name in arguments[1:] or FIGURES:
        total, by = count(matters, units, FIGURES[name])
        values[name] = {"value": total, "by": by} if breakdown and by else total
    print(json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True))


if __name__ == "__main__":
    main(sys.argv[1:])
