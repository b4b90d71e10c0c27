#!/usr/bin/env python3
"""A time-stamping authority of our own (OpenSSL's `ts`, P-256): its answers are read and verified, and spoiled ones are
named. usage: timestamp_test.py TOOL, where TOOL is timestamp_tool; prints its cases as cmocka does."""
import hashlib
import pathlib
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(sys.argv[1]).resolve()
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
crypto_device = builtin
"""
failed = 0


def case(name, good, why=""):
    global failed
    failed += not good
    print(f"[ {'      OK' if good else ' FAILED '} ] {name}" + ("" if good else f"\n{why}"))


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def authority(folder, name):
    """A root and a signer that it certified for time stamping."""
    root, signer = f"{name}-root", f"{name}-tsa"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl(folder, "req", "-x509", *curve, "-keyout", f"{root}.key", "-out", f"{root}.pem", "-days", "3650", "-subj",
            f"/CN={name} root (test)")
    openssl(folder, "req", *curve, "-keyout", f"{signer}.key", "-out", f"{signer}.csr", "-subj", f"/CN={name} (test)")
    (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
    openssl(folder, "x509", "-req", "-in", f"{signer}.csr", "-CA", f"{root}.pem", "-CAkey", f"{root}.key",
            "-CAcreateserial", "-out", f"{signer}.pem", "-days", "3650", "-extfile", "ext")
    return signer


def tool(*words):
    return subprocess.run([TOOL, *words], capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "ts.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        digest = hashlib.sha256(b"checkpoint").hexdigest()
        signer = authority(folder, "office")
        authority(folder, "stranger")
        request = tool("request", digest, "77", str(folder / "q.tsq"))
        case("a_request_is_made", request.returncode == 0, request.stderr)
        openssl(folder, "ts", "-reply", "-config", "ts.cnf", "-queryfile", "q.tsq", "-signer", f"{signer}.pem", "-inkey",
                f"{signer}.key", "-out", "r.tsr")
        response = str(folder / "r.tsr")
        read = tool("read", digest, response)
        case("its_answer_is_read", read.returncode == 0 and "policy 1.2.3.4.1" in read.stdout and
             "nonce 77" in read.stdout, read.stdout + read.stderr)
        good = tool("verify", digest, response, str(folder / "office-root.pem"))
        case("its_answer_verifies", good.returncode == 0, good.stderr)
        other = tool("verify", digest, response, str(folder / "stranger-root.pem"))
        case("another_authority_is_not_believed", other.returncode == 1 and "does not verify" in other.stderr, other.stderr)
        wrong = tool("verify", hashlib.sha256(b"another").hexdigest(), response, str(folder / "office-root.pem"))
        case("another_digest_is_not_stamped", wrong.returncode == 1, wrong.stderr)
        read = tool("read", hashlib.sha256(b"another").hexdigest(), response)
        case("another_digest_is_named", read.returncode == 1 and "something else" in read.stderr, read.stderr)
        whole = (folder / "r.tsr").read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 60)):
            (folder / "bad.tsr").write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1:])
            result = tool("verify", digest, str(folder / "bad.tsr"), str(folder / "office-root.pem"))
            if result.returncode not in (0, 1):
                case(f"a_spoiled_answer_at_{at}", False, result.stderr)
        (folder / "bad.tsr").write_bytes(whole[:-1])
        result = tool("verify", digest, str(folder / "bad.tsr"), str(folder / "office-root.pem"))
        case("a_cut_answer_is_no_answer", result.returncode == 1 and "no time stamp" in result.stderr, result.stderr)
    sys.exit(1 if failed else 0)


main()
