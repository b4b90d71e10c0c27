#!/usr/bin/env python3
"""A verifier written from docs/LEDGER.md alone, with Python's standard library (signatures: through `openssl`).
usage: verifier.py FOLDER KEY; prints the size and root it found, or what is wrong, and exits 1."""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile


def sha(data):
    return hashlib.sha256(data).digest()


def root_of(leaves):
    """RFC 9162, 2.1.1, level by level: perfect subtrees from the left, then joined from the right."""
    stack = []
    for leaf in leaves:
        stack.append((0, leaf))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (level, right), (_, left) = stack.pop(), stack.pop()
            stack.append((level + 1, sha(b"\x01" + left + right)))
    if not stack:
        return sha(b"")
    hash_ = stack.pop()[1]
    while stack:
        hash_ = sha(b"\x01" + stack.pop()[1] + hash_)
    return hash_


def path_of(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/" + "/".join(groups) + ("" if width == 256 else f".p/{width}")


def tiles(folder, level, count, unit):
    """The hashes of a level, `count` of them, from its tiles."""
    data = b""
    for index in range(0, (count + 255) // 256):
        width = min(256, count - index * 256)
        tile = (folder / path_of(level, index, width)).read_bytes()
        if len(tile) != width * unit:
            sys.exit(f"{path_of(level, index, width)} has {len(tile)} bytes")
        data += tile
    return [data[i:i + unit] for i in range(0, len(data), unit)]


def entries(folder, count):
    for index in range(0, (count + 255) // 256):
        width = min(256, count - index * 256)
        path = folder / path_of("entries", index, width)
        if not path.exists():
            return
        data = path.read_bytes()
        while data:
            size = int.from_bytes(data[:2], "big")
            yield data[2:2 + size]
            data = data[2 + size:]


def signed_by(note, key):
    name, _, encoded = key.split("+", 2)
    raw = base64.b64decode(encoded)
    id_ = sha(name.encode() + b"\n" + raw)[:4]
    text, lines = note.rsplit("\n\n", 1)
    for line in lines.splitlines():
        _, who, signature = line.split(" ")
        signature = base64.b64decode(signature)
        if who == name and signature[:4] == id_:
            der = bytes.fromhex("302a300506032b6570032100") + raw[1:]  # RFC 8410
            with tempfile.TemporaryDirectory() as tmp:
                base = pathlib.Path(tmp)
                (base / "key").write_bytes(der)
                (base / "sig").write_bytes(signature[4:])
                (base / "text").write_text(text + "\n")
                return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", base / "key",
                                       "-rawin", "-in", base / "text", "-sigfile", base / "sig"],
                                      capture_output=True).returncode == 0
    return False


def main():
    folder, key = pathlib.Path(sys.argv[1]), sys.argv[2]
    note = (folder / "checkpoint").read_text()
    origin, size, root = note.split("\n")[:3]
    size = int(size)
    if not signed_by(note, key):
        sys.exit("checkpoint: not signed by this key")
    leaves = tiles(folder, 0, size, 32)
    below, level = leaves, 1
    while len(below) >= 256:
        above = tiles(folder, level, len(below) // 256, 32)
        for index, hash_ in enumerate(above):
            if root_of(below[index * 256:index * 256 + 256]) != hash_:
                sys.exit(f"level {level}, hash {index}: not the root of the tile below")
        below, level = above, level + 1
    if base64.b64encode(root_of(leaves)).decode() != root:
        sys.exit("checkpoint: its root is not that of the leaves")
    last, n = -1, 0
    for n, entry in enumerate(entries(folder, size), 1):
        if sha(b"\x00" + entry) != leaves[n - 1]:
            sys.exit(f"entry {n - 1}: not the bytes of its leaf")
        value = json.loads(entry)
        if json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() != entry:
            sys.exit(f"entry {n - 1}: not canonical")
        if value["v"] != 1 or value["seq"] != n - 1 or value["at"][1] <= last:
            sys.exit(f"entry {n - 1}: form, place or order")
        last = value["at"][1]
    print(f"{origin}: {size} leaves, {n} entries, root {root}")


main()
