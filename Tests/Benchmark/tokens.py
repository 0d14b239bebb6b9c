"""A caller's token checked whole, keys cached, beside the bare RSA that is in it."""

import base64
import json
import os

from programs import CLIENT, TENANT, run, write
from table import Row

# Of the token, and of the check in knocknoc-entra-benchmark.
NOW = 1_795_000_000


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_token(folder):
    """A key, its key set and a token, by openssl alone."""
    key = f"{folder}/key.pem"
    run("openssl", "genrsa", "-out", key, "2048")
    modulus = run("openssl", "rsa", "-in", key, "-noout", "-modulus").decode().strip().split("=")[1]
    write(f"{folder}/keys.json", json.dumps({"keys": [
        {"kty": "RSA", "use": "sig", "kid": "one", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}]}))
    write(f"{folder}/discovery.json", json.dumps({
        "issuer": f"https://sts.windows.net/{TENANT}/", "jwks_uri": "https://login.example/keys.json"}))
    claims = {"aud": "https://database.windows.net/", "iss": f"https://sts.windows.net/{TENANT}/", "tid": TENANT,
              "iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 3_600, "appid": CLIENT, "idtyp": "user",
              "name": "Alice Example", "oid": "55555555-5555-4555-8555-555555555555", "sub": "x" * 43,
              "upn": "alice@example.com", "uti": "y" * 22, "ver": "1.0"}
    header = {"typ": "JWT", "alg": "RS256", "kid": "one"}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    signature = run("openssl", "dgst", "-sha256", "-sign", key, input=signed.encode())
    write(f"{folder}/token", f"{signed}.{base64url(signature)}")


def openssl_verifications(seconds):
    """`verify/s` of `openssl speed`, whose columns differ between versions."""
    lines = run("openssl", "speed", "-seconds", seconds, "rsa2048").decode().splitlines()
    head = next(line for line in lines if "verify/s" in line)
    row = next(line for line in lines if line.lstrip().startswith("rsa 2048"))
    # sign, verify, (encrypt, decrypt,) then the same a second; times carry an s.
    rates = [float(word) for word in row.split("bits")[1].split() if not word.endswith("s")]
    return rates[[word for word in head.split() if word.endswith("/s")].index("verify/s")]


def rows(bench):
    folder, seconds = bench.fresh(), bench.size(2, 1)
    os.makedirs(folder)
    make_token(folder)
    ours, bare = [], []
    for _ in range(bench.rounds):
        ours.append(bench.inside("token-checks", folder, seconds)["token_checks_per_second"])
        bare.append(openssl_verifications(seconds))
    return [Row("tokens", "Token checks on one core, keys cached", "/s", ours, "`openssl speed`, RSA-2048 verify alone",
                bare, ("median", "≥", 30_000))]
