"""Random values in random spelling: our canonical form must be, byte for byte, what Python's json writes."""
import json
import random
import subprocess
import sys

LIMIT = 2**53 - 1
ALPHABET = ['a', 'Z', '0', ' ', '"', '\\', '/', '\b', '\t', '\n', '\f', '\r', '\x01', '\x1f', '\x7f', '\x80', 'é', '依',
            '法', '\u2028', '\ud7ff', '\ue000', '\uffff', '😀', '\U0010ffff']


def text(rng, alphabet, most):
    return ''.join(rng.choice(alphabet) for _ in range(rng.randint(0, most)))


def key(rng):
    return text(rng, [chr(c) for c in range(1, 128)] if rng.random() < .2 else list('abcdefgh_0123'), 6)


def value(rng, depth):
    kind = rng.randint(0, 7 if depth else 4)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind <= 2:
        return rng.choice([0, 1, -1, LIMIT, -LIMIT, rng.randint(-LIMIT, LIMIT), rng.randint(-999, 999)])
    if kind <= 4:
        return text(rng, ALPHABET, 12)
    if kind == 5:
        return [value(rng, depth - 1) for _ in range(rng.choice([0, 1, 3, 8]))]
    return {key(rng): value(rng, depth - 1) for _ in range(rng.choice([0, 1, 3, 12, 80]) if depth > 2 else 4)}


def spelling(rng, v):
    """Any spelling of the value; line feeds can only be white space here, so they may become tabs."""
    indent = rng.choice([None, 0, 1])
    separators = rng.choice([(',', ':'), (', ', ': '), (' ,\r', '\t: ')])
    return json.dumps(v, ensure_ascii=rng.random() < .5, indent=indent, separators=separators).replace('\n', '\t')


def main():
    rng = random.Random(20231011)
    values = [value(rng, rng.randint(0, 5)) for _ in range(3000)]
    lines = '\n'.join(spelling(rng, v) for v in values) + '\n'
    run = subprocess.run([sys.argv[1]], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    ours = run.stdout.split(b'\n')[:-1]
    theirs = [json.dumps(v, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode() for v in values]
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    for a, b in zip(ours, theirs):
        assert a == b, f'\nours   {a!r}\ntheirs {b!r}'
    print(f'{len(ours)} values, {len(run.stdout)} bytes agree')


main()
