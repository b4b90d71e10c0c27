#!/usr/bin/env python3
"""The line protocol and the commands of `yifa dmn`: every line gets its answer, whatever stands in it.

usage: lines_test.py YIFA MODELS"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from decimal import Decimal

YIFA, MODELS = sys.argv[1], pathlib.Path(sys.argv[2])
OFFICE = {"model": str(MODELS / "office.dmn"), "imports": [str(MODELS / "office_types.dmn")]}
failures = 0


def report(name, given, wanted):
    global failures
    ok = given == wanted
    failures += not ok
    print(f"[       OK ] {name}" if ok else f"[  FAILED  ] {name}\n{given!r}\ninstead of\n{wanted!r}", flush=True)


class Speaker:
    def __init__(self):
        self.process = subprocess.Popen([YIFA, "dmn"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline(), parse_float=Decimal)

    def ask(self, **request):
        return self.say(json.dumps(request).encode())

    def end(self):
        self.process.stdin.close()
        return self.process.wait(10)


def model(text, type_ref="Any"):
    return ('<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:m">'
            '<inputData id="i" name="i"/><decision id="d" name="d">'
            '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
            f'<literalExpression><text>{text}</text></literalExpression></decision></definitions>')


def check_values(speaker, folder):
    path = folder / "echo.dmn"
    path.write_text(model("[i, i]"), encoding="utf-8")
    values = [None, True, "text \u5b57 \U0001F40E \" \\ \n", 12345678901234567890, [1, [2, []]], {"a": {"b": None}}, {},
              {"@date": "2023-01-01"}, {"@time": "10:30:00.5+01:00"}, {"@datetime": "2023-01-01T10:30:00@Europe/Paris"},
              {"@duration": "P1Y2M"}, {"@duration": "P1DT2H0.5S"}, {"@context": {"@date": 1}},
              {"@range": {"start": 1, "end": 2, "startIncluded": True, "endIncluded": False}}]
    for value in values:
        answer = speaker.ask(id=7, model=str(path), decision="d", inputs={"i": value})
        report(f"value {json.dumps(value)[:40]}", answer, {"id": 7, "value": [value, value]})
    line = f'{{"model":"{path}","decision":"d","inputs":{{"i":0.1000000000000000000000000000000001}}}}'.encode()
    report("a number keeps its digits", speaker.say(line)["value"][0], Decimal("0.1000000000000000000000000000000001"))
    for bad in ({"@date": "2023-02-30"}, {"@number": "x"}, {"@what": 1}):
        report(f"no value {json.dumps(bad)}", "error" in speaker.ask(model=str(path), decision="d", inputs={"i": bad}), True)


def check_bad_lines(speaker):
    for name, line in (("empty", b""), ("no json", b"decide!"), ("no object", b"[1]"), ("cut off", b'{"model":'),
                       ("not UTF-8", b'{"model":"\xff"}'), ("no model", b"{}"), ("model is a number", b'{"model":1}'),
                       ("no such file", b'{"model":"/nowhere/x.dmn","decision":"d"}'),
                       ("a folder", b'{"model":"/tmp","decision":"d"}'), ("deep", b"[" * 100000),
                       ("inputs are a list", json.dumps({**OFFICE, "inputs": [1]}).encode())):
        answer = speaker.say(line)
        report(f"bad line: {name}", (answer["value"], bool(answer["error"])), (None, True))
    long = speaker.say(b'{"model":"' + b"x" * (17 << 20) + b'"}')
    report("a line that is too long", "longer than" in long["error"], True)


def check_cache(speaker, folder):
    path = folder / "changing.dmn"
    for i in range(3):
        path.write_text(model(f"i + {i}"), encoding="utf-8")
        report(f"a file that changed is read again ({i})",
               speaker.ask(model=str(path), decision="d", inputs={"i": 10})["value"], 10 + i)
        time.sleep(0.02)
    path.write_text("<broken", encoding="utf-8")
    report("a broken file is an error", "no decision model" in speaker.ask(model=str(path), decision="d")["error"], True)
    for i in range(40):
        (folder / f"m{i}.dmn").write_text(model(f"i * {i}"), encoding="utf-8")
    for i in list(range(40)) + [0, 39]:
        answer = speaker.ask(model=str(folder / f"m{i}.dmn"), decision="d", inputs={"i": 2})
        if answer.get("value") != 2 * i:
            report("many models", answer, 2 * i)
    report("many models", True, True)


def command(*arguments):
    done = subprocess.run([YIFA, "dmn", *map(str, arguments)], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout, done.stderr


def check_commands(folder):
    code, out, _ = command("check", MODELS / "office.dmn", MODELS / "office_types.dmn")
    report("check lists faults", (code, "office.dmn:83: decision 'broken', rule 2, input 1: " in out), (1, True))
    code, out, err = command("check", MODELS / "office.dmn")
    report("check names the import", (code, out, "office-types" in err), (3, "", True))
    code, out, _ = command("check", MODELS / "office_types.dmn")
    report("check finds nothing", (code, out), (0, "No mistakes.\n"))
    inputs = folder / "inputs.json"
    inputs.write_text('{"rate": 2.5, "site": {"place": "east", "built area": 10, "gravity": "minor"}}', encoding="utf-8")
    files = (MODELS / "office.dmn", MODELS / "office_types.dmn")
    report("eval", command("eval", *files, "--decision", "fine of", "--inputs", inputs)[:2], (0, "25\n"))
    report("eval of a service", command("eval", *files, "--service", "assess", "--decision", "fine", "--inputs", inputs)[:2],
           (0, "25\n"))
    code, out, err = command("eval", *files, "--decision", "broken")
    report("eval says why", (code, out, "rule 2, input 1" in err), (1, "null\n", True))
    report("usage", [command("eval", *files)[0], command("walk")[0], command("check")[0]], [2, 2, 2])


def main():
    speaker = Speaker()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        answer = speaker.ask(id="a", **OFFICE, decision="fine", invocable="fine of",
                             inputs={"rate": 3, "site": {"place": "x", "built area": 4, "gravity": "minor"}})
        report("a service's output", answer, {"id": "a", "value": 12})
        answer = speaker.ask(**OFFICE, decision="fine", inputs={"site": 1, "first offence": True})
        report("an error is reported", (answer["value"], bool(answer["error"])), (None, True))
        check_values(speaker, folder)
        check_bad_lines(speaker)
        check_cache(speaker, folder)
        check_commands(folder)
    report("it ends with its input", speaker.end(), 0)
    return 1 if failures else 0


sys.exit(main())
