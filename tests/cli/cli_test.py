#!/usr/bin/env python3
"""Runs commands and compares everything they print with what is written below each.

usage: cli_test.py YIFA [--update] FILE...
In a file, a line "$ yifa ARGUMENTS" (an assignment such as LC_ALL=zh_CN.UTF-8 may stand before it) begins a case; what
follows, up to the next such line, is its output, standard error after standard output, and "[exit N]" unless N is 0.
Lines before the first case, and lines that begin with "# ", are for people. Commands run in the folder of the file,
where SOURCE stands for the source tree and NEWLINE for a line's end. --update writes the files anew."""
import os
import pathlib
import shlex
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent


def run(yifa, line, folder):
    words = [w.replace("SOURCE", str(SOURCE)).replace("NEWLINE", "\n") for w in shlex.split(line)]
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env["LC_ALL"] = "C.UTF-8"
    while "=" in words[0]:
        key, value = words.pop(0).split("=", 1)
        env[key] = value
    done = subprocess.run([yifa] + words[1:], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    text = (done.stdout + done.stderr).decode().replace(str(SOURCE), "SOURCE")
    if text and not text.endswith("\n"):
        text += "\n"
    return text + (f"[exit {done.returncode}]\n" if done.returncode else "")


def blocks(path):
    """Yields (command or None, comment lines, expected output)."""
    command, lines = None, []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("$ "):
            yield command, lines
            command, lines = line, []
        else:
            lines.append(line)
    yield command, lines


def split(lines):
    """Output, and the comments and blank line that lead to the next case."""
    end = len(lines)
    while end and (lines[end - 1].strip() == "" or lines[end - 1].startswith("# ")):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def check(yifa, path, update):
    out, bad, n = [], 0, 0
    for command, lines in blocks(path):
        if command is None:
            out.append("".join(lines))
            continue
        expected, rest = split(lines)
        got = run(yifa, command[2:], path.parent)
        n += 1
        if not update and got.rstrip() != expected.rstrip():
            bad += 1
            print(f"{path.name}: {command}expected:\n{expected}got:\n{got}")
        out += [command, got.rstrip() + "\n", rest or "\n"]
    if update:
        path.write_text("".join(out).rstrip() + "\n", encoding="utf-8")
    print(f"{path.name}: {n} cases, {bad} failed")
    return bad


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    yifa = str(pathlib.Path(arguments[0]).resolve())
    bad = sum(check(yifa, pathlib.Path(a).resolve(), "--update" in sys.argv) for a in arguments[1:])
    sys.exit(1 if bad else 0)


main()
