"""One process for each event, as such scripts go: a token, GET, PATCH. per_event.py PORT ADDRESS."""

import sys
import time

import requests

from programs import CLIENT, SECRET, TENANT, location_id

base, address = f"http://127.0.0.1:{sys.argv[1]}", sys.argv[2]
location = f"{base}/v1.0/identity/conditionalAccess/namedLocations/{location_id(0)}"


def ask(method, url, **more):
    """Waits where it is told to, as Microsoft asks of everybody."""
    while True:
        answer = requests.request(method, url, timeout=30, **more)
        if answer.status_code != 429:
            answer.raise_for_status()
            return answer
        time.sleep(float(answer.headers.get("Retry-After", 1)))


token = ask("POST", f"{base}/{TENANT}/oauth2/v2.0/token", data={
    "grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET,
    "scope": f"{base}/.default"}).json()
headers = {"Authorization": "Bearer " + token["access_token"]}
ranges = ask("GET", location, headers=headers).json()["ipRanges"]
ranges.append({"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": address})
ask("PATCH", location, headers=headers, json={"@odata.type": "#microsoft.graph.ipNamedLocation", "ipRanges": ranges})
