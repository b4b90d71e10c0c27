#!/usr/bin/env python3
"""Acts and pages over HTTP, driven by wrk on the loopback interface.

usage: http_bench.py SERVE_OUTPUT     (what `yifa serve` printed: address, accounts, password)
Acts: 64 connections post appeals and cases as JSON on behalf of all accounts that may open them (one account may have
only a few acts waiting). Pages: latency percentiles of the daily ones with 8 connections."""
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

SECONDS = 8
ACTS = {
    "appeal": '{"procedure":"appeal","act":"submit","form":{"place":"road 12","description":"works at night",'
              '"category":"noise"}}',
    "mediation": '{"procedure":"mediation","act":"apply","form":{"kind":"people","dispute_type":"neighbour"}}',
    "penalty": '{"procedure":"penalty.ordinary","act":"register","form":{"case_source":"patrol","place":"road 12",'
               '"found_on":"2023-12-20"}}',
}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sign_in(base, login, password):
    """The session's token, which serves as a bearer token too."""
    opener = urllib.request.build_opener(NoRedirect)
    page = opener.open(f"{base}/signin")
    cookies = "; ".join(c.split(";")[0] for c in page.headers.get_all("Set-Cookie") or [])
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.read().decode()).group(1)
    body = urllib.parse.urlencode({"csrf": csrf, "login": login, "password": password}).encode()
    try:
        opener.open(urllib.request.Request(f"{base}/signin", body, {"Cookie": cookies}))
    except urllib.error.HTTPError as answer:
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            if len(value) >= 32 and "csrf" not in name:
                return value
    raise SystemExit(f"{login} cannot sign in")


def may_do(base, token, body):
    request = urllib.request.Request(f"{base}/api/acts", body.encode(),
                                     {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
                                      "Accept": "application/json"})
    try:
        return urllib.request.urlopen(request).status < 300
    except urllib.error.HTTPError:
        return False


def wrk(base, script, connections):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        out = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", file.name, base],
                             text=True, stdout=subprocess.PIPE).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    percent = dict(re.findall(r"(50|99)%\s+([\d.]+\w+)", out))
    bad = int((re.search(r"Non-2xx or 3xx responses: (\d+)", out) or [0, 0])[1])
    total = int(re.search(r"(\d+) requests in", out).group(1))
    return rate, percent, bad, total


def bench_acts(base, tokens):
    able = [(t, body) for t in tokens for body in list(ACTS.values()) if may_do(base, t, body)]
    first = {}
    for token, body in able:
        first.setdefault(token, body)
    rows = ",".join("{%r,%r}" % (token, body) for token, body in first.items())
    script = ("local who={%s}\nlocal n=0\nrequest=function() n=n+1 local w=who[n%%#who+1]\n"
              'return wrk.format("POST","/api/acts",{["Authorization"]="Bearer "..w[1],'
              '["Content-Type"]="application/json",["Accept"]="application/json"},w[2]) end\n' % rows)
    rate, percent, bad, total = wrk(base, script, 64)
    good = rate * (total - bad) / max(total, 1)
    print(f"acts, {len(first)} accounts: {good:.0f} durable acts/s, p50 {percent['50']}, p99 {percent['99']}, "
          f"{bad} of {total} asked to come again (503)")


def bench_pages(base, token):
    for path in ("/", "/list/appeal", "/reports/2023", "/figures/appeals-closed", "/submit"):
        script = f'wrk.headers["Cookie"]="session={token}"\nwrk.headers["Authorization"]="Bearer {token}"\n'
        rate, percent, bad, _ = wrk(base + path, script, 8)
        print(f"page {path:26} {rate:7.0f}/s, p50 {percent['50']:>8}, p99 {percent['99']:>8}" + (f", {bad} bad" if bad else ""))


def main():
    text = pathlib.Path(sys.argv[1]).read_text()
    base = re.search(r"http://127\.0\.0\.1:\d+", text).group(0)
    password = re.search(r"demo-[0-9a-f]+", text).group(0)
    logins = re.findall(r"^\s{2}([a-z0-9]+)\s", text, re.M)
    tokens = []
    for login in logins:
        tokens.append(sign_in(base, login, password))
        time.sleep(0)
    bench_acts(base, tokens)
    bench_pages(base, tokens[0])


main()
