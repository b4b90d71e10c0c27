#!/usr/bin/env python3
"""A published ledger judged from outside: by Go's sumdb packages against the running server, and by yifa-verify after each
kind of tampering with its files. usage: log_test.py YIFA YIFA_VERIFY; prints its cases as cmocka does."""
import http.server
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

YIFA, VERIFY = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:3])
HERE = pathlib.Path(__file__).resolve().parent
ORIGIN = "yifa.example/demonstration"
failed = 0


def case(name, good, why=""):
    global failed
    failed += not good
    print(f"[ {'      OK' if good else ' FAILED '} ] {name}" + ("" if good else f"\n{why}"), flush=True)


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)


def yifa(*words):
    result = run(YIFA, *words)
    if result.returncode != 0:
        raise SystemExit(f"yifa {' '.join(map(str, words))}: {result.stdout}{result.stderr}")
    return result.stdout


def judge(log, key, *more):
    """What yifa-verify finds: exit code, and each finding as "where: what"."""
    result = run(VERIFY, log, "--key", key, "--format", "json", *more)
    if result.returncode not in (0, 1):
        return result.returncode, [result.stderr]
    report = json.loads(result.stdout)
    return result.returncode, [f"{fault['where']}: {fault['what']}" for fault in report["faults"]]


class Office:
    """A data folder with some hundred random acts, a key, and its published log."""

    def __init__(self, base):
        self.data = base / "data"
        yifa("demo", self.data, "--plan", "random", "--acts", "900")
        yifa("key", "new", ORIGIN, "--type", "sm2", "--data", self.data)
        self.publish()
        self.log = self.data / "log"
        self.key, self.sm2 = (self.log / "keys").read_text().split()

    def publish(self):
        return yifa("publish", "--data", self.data)


def check_good(office):
    code, found = judge(office.log, office.key)
    case("a_good_log_passes", code == 0 and not found, found)
    code, found = judge(office.log, office.sm2)
    case("its_sm2_signature_verifies_too", code == 0 and not found, found)
    page = run(VERIFY, office.log, "--key", office.key, env=dict(os.environ, LC_ALL="C.UTF-8")).stdout
    case("it_says_on_one_page_what_it_checked", "nothing wrong" in page and "Not checked" in page, page)


def check_second_verifier(office):
    """One written in another language from docs/LEDGER.md alone comes to the same root."""
    result = run(sys.executable, HERE / "verifier.py", office.log, office.key)
    root = (office.log / "checkpoint").read_text().split("\n")[2]
    case("a_verifier_written_from_the_page_agrees", result.returncode == 0 and root in result.stdout,
         result.stdout + result.stderr)


def check_tampering(office, base):
    """Each kind of change to the files, and what must be said of it."""

    def flip(path):
        data = bytearray(path.read_bytes())
        data[5] ^= 1
        path.write_bytes(data)

    def swap(path):
        data = path.read_bytes()
        path.write_bytes(data[32:64] + data[:32] + data[64:])

    size = int((office.log / "checkpoint").read_text().split("\n")[1])
    first = pathlib.Path("tile/0/000")
    last = pathlib.Path(f"tile/0/{size // 256:03}.p/{size % 256}")
    tampering = {
        "a_flipped_bit": (lambda log: flip(log / first), "checkpoint: its root is not"),
        "a_deleted_tile": (lambda log: (log / first).unlink(), "tile/0/000: the file is missing"),
        "two_leaves_reordered": (lambda log: swap(log / last), "checkpoint: its root is not"),
        "a_truncated_tile": (lambda log: (log / first).write_bytes((log / first).read_bytes()[:-32]),
                             "tile/0/000: it does not hold"),
        "a_changed_size": (lambda log: (log / "checkpoint").write_text(
            (log / "checkpoint").read_text().replace(f"\n{size}\n", f"\n{size - 1}\n")), "checkpoint: the signature"),
    }
    for name, (change, expected) in tampering.items():
        log = base / "tampered"
        shutil.copytree(office.log, log)
        change(log)
        code, found = judge(log, office.key)
        case(f"{name}_is_named", code == 1 and any(expected in one for one in found), found)
        shutil.rmtree(log)


def check_other_key(office, base):
    other = Office(base / "other")
    code, found = judge(other.log, office.key)
    case("another_key_is_not_believed", code == 1 and any("no key of the log" in one for one in found), found)


def freeze(data):
    """An entry more: somebody freezes a report's figures."""
    with sqlite3.connect(f"file:{data}/yifa.db?mode=ro", uri=True) as db:
        login = db.execute("SELECT login FROM person WHERE login <> '' ORDER BY login").fetchone()[0]
    yifa("freeze", "2023", "--signer", login, "--data", data)


def check_growth(office, base):
    """A log that grows extends what was kept; an old copy put back is refused by the signer and named by the verifier."""
    kept = base / "kept"
    shutil.copytree(office.data, base / "old")
    shutil.copy(office.log / "checkpoint", kept)
    before = set(office.log.rglob("*"))
    freeze(office.data)
    office.publish()
    code, found = judge(office.log, office.key, "--older", kept)
    case("a_log_that_grew_extends_what_was_kept", code == 0 and not found, found)
    case("tiles_for_the_size_before_stay", all(path.exists() for path in before), "")
    newest = base / "newest"
    shutil.copy(office.log / "checkpoint", newest)
    code, found = judge(base / "old" / "log", office.key, "--older", newest)
    case("an_old_copy_is_named", code == 1 and any("rolled back" in one for one in found), found)

    # The whole store is put back, but not the signer: it refuses, and publishes nothing.
    for name in ("yifa.db", "yifa.db-wal", "yifa.db-shm"):
        (office.data / name).unlink(missing_ok=True)
        if (base / "old" / name).exists():
            shutil.copy(base / "old" / name, office.data / name)
    result = run(YIFA, "publish", "--data", office.data)
    case("the_signer_refuses_a_ledger_put_back", result.returncode == 3 and "put back" in result.stderr, result.stderr)
    case("and_leaves_what_was_published", (office.log / "checkpoint").read_bytes() == newest.read_bytes(), "")


class Server:
    def __init__(self, data):
        self.process = subprocess.Popen([YIFA, "serve", "--data", data, "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.url = re.search(r"http://\S+?(?=/\s|/$)", self.process.stdout.readline()).group()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def check_go(office, base):
    if not shutil.which("go") or not pathlib.Path("/usr/share/gocode/src/golang.org/x/mod").exists():
        print("[ SKIPPED ] go_verifies_the_running_server")
        return
    environment = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(base / "gocache"),
                       HOME=str(base))
    built = run("go", "build", "-o", base / "check", HERE / "check.go", env=environment)
    case("go_builds_the_checker", built.returncode == 0, built.stderr)
    if built.returncode:
        return
    leaf = base / "leaf"
    with Server(office.data) as server:
        for index in (0, 255, 256, 600):
            leaf.write_bytes(read_leaf(office, index))
            checked = run(base / "check", f"{server.url}/log", office.key, index, leaf)
            case(f"go_verifies_entry_{index}_of_the_running_server", checked.returncode == 0, checked.stdout + checked.stderr)
        leaf.write_bytes(read_leaf(office, 1))
        checked = run(base / "check", f"{server.url}/log", office.key, 0, leaf)
        case("go_refuses_another_entry", checked.returncode == 1 and "REFUSED" in checked.stdout, checked.stdout)
        code, found = judge(f"{server.url}/log", office.key)
        case("yifa_verify_reads_the_server", code == 0 and not found, found)
        denied = run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"{server.url}/log/tile/entries/000.p/1")
        case("entries_are_not_public", denied.stdout in ("303", "401", "403"), denied.stdout)


def check_witness(base):
    """Two offices: one cosigns the other's checkpoints, and refuses when that one has rewritten what it showed before."""
    log, witness = Office(base / "log-office"), Office(base / "witness-office")
    yifa("key", "new", "archive.example/witness", "--type", "witness", "--data", witness.data)
    yifa("publish", "--data", witness.data)
    keys = yifa("key", "list", "--data", witness.data)
    witness_key = re.search(r"archive\.example\S+", keys).group()
    old = base / "log-before"
    with Server(witness.data) as server:
        url = f"{server.url}/witness"
        yifa("witness", "ask", url, witness_key, "--data", log.data)
        stranger = yifa("witness", "run", "--data", log.data)
        case("a_stranger_is_not_cosigned", "404" in stranger, stranger)
        yifa("witness", "watch", log.key, "--data", witness.data)
        shutil.copytree(log.data, old)
        done = yifa("witness", "run", "--data", log.data)
        case("a_known_log_is_cosigned", "archive.example/witness" in (log.log / "checkpoint").read_text(), done)
        code, found = judge(log.log, log.key, "--witness", witness_key, "--quorum", "1")
        case("the_cosignature_verifies", code == 0 and not found, found)
        freeze(log.data)
        yifa("witness", "run", "--data", log.data)
        code, found = judge(log.log, log.key, "--witness", witness_key, "--quorum", "1")
        case("growth_is_cosigned", code == 0 and not found, found)

        # The operator puts everything back, its signer too, and goes on from there: no file of his shows it.
        shutil.rmtree(log.data)
        shutil.copytree(old, log.data)
        with sqlite3.connect(log.data / "witness.db") as db:
            db.execute("UPDATE asked SET size = 0")
        refused = yifa("witness", "run", "--data", log.data)
        case("a_ledger_put_back_is_refused_by_the_witness", "409" in refused or "400" in refused, refused)
        code, found = judge(log.log, log.key)
        case("though_its_files_alone_look_well", code == 0 and not found, found)
        code, found = judge(log.log, log.key, "--witness", witness_key, "--quorum", "1")
        case("and_the_quorum_shows_it", code == 1 and any("cosigned" in one for one in found), found)


class Authority(http.server.BaseHTTPRequestHandler):
    """A time-stamping authority of our own: OpenSSL's `ts` behind HTTP."""
    folder = None

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "q").write_bytes(query)
        subprocess.run(["openssl", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "q", "-signer", "tsa.pem", "-inkey",
                        "tsa.key", "-out", "r"], cwd=self.folder, check=True, capture_output=True)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write((self.folder / "r").read_bytes())

    def log_message(self, *_):
        pass


def make_authority(folder):
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text("[tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_digest=sha256\n"
                                   "default_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_chain=no\n")
    (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for words in (["req", "-x509", *curve, "-keyout", "root.key", "-out", "root.pem", "-days", "9999", "-subj", "/CN=root (test)"],
                  ["req", *curve, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=authority (test)"],
                  ["x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out",
                   "tsa.pem", "-days", "9999", "-extfile", "ext"]):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def check_stamps(office, base):
    Authority.folder = base / "tsa"
    make_authority(Authority.folder)
    server = http.server.HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yifa("publish", "--data", office.data, "--tsa", f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    stamp = next((office.log / "timestamps").glob("*.tsr")).with_suffix("")
    trust = ("--trust", Authority.folder / "root.pem")
    code, found = judge(office.log, office.key, "--stamp", stamp, *trust)
    case("a_time_stamp_verifies", code == 0 and not found, found)
    code, found = judge(office.log, office.key, "--stamp", stamp, "--trust", Authority.folder / "tsa.csr")
    case("only_by_a_trusted_authority", code == 2, found)
    note = stamp.with_suffix(".note")
    note.write_text(note.read_text().replace(ORIGIN + "\n", ORIGIN + "x\n", 1))
    code, found = judge(office.log, office.key, "--stamp", stamp, *trust)
    case("and_over_this_checkpoint_only", code == 2 and "something else" in found[0], found)


def read_leaf(office, index):
    with sqlite3.connect(f"file:{office.data}/yifa.db?mode=ro", uri=True) as db:
        return db.execute("SELECT leaf FROM entry WHERE seq = ?", (index,)).fetchone()[0]


def main():
    with tempfile.TemporaryDirectory(prefix="yifa-log-") as name:
        base = pathlib.Path(name)
        office = Office(base)
        check_good(office)
        check_second_verifier(office)
        check_tampering(office, base)
        check_other_key(office, base)
        check_go(office, base)
        check_stamps(office, base)
        check_growth(office, base)
        check_witness(base)
    sys.exit(1 if failed else 0)


main()
