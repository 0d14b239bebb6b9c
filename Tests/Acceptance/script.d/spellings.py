"""Prints random spellings of random addresses and networks, each with the canonical form that Python gives it."""

import ipaddress
import random

chance = random.Random(20261120)


def spelled(address):
    """One of the ways in which an IPv6 address may be written."""
    groups = address.exploded.split(":")
    way = chance.randrange(4)
    if way == 0:
        return str(address).upper()
    if way == 1:
        return address.exploded
    if way == 2:
        return ":".join(group.lstrip("0") or "0" for group in groups)
    tail = ipaddress.ip_address(int(address) & 0xFFFFFFFF)
    return ":".join(groups[:6]) + ":" + str(tail)


for _ in range(50):
    length = chance.choice([128, 128, 64, 56, 48])
    bits = sum(chance.choice([0, 0, chance.getrandbits(16)]) << shift for shift in range(0, 128, 16))
    network = ipaddress.ip_network((bits & ~((1 << (128 - length)) - 1), length))
    if network.network_address.ipv4_mapped:
        continue
    suffix = "" if length == 128 and chance.random() < 0.5 else f"/{length}"
    canonical = str(network.network_address) + ("" if length == 128 else f"/{length}")
    print(spelled(network.network_address) + suffix, canonical)
for _ in range(10):
    address = ipaddress.ip_address(chance.getrandbits(32))
    print(f"::ffff:{address}", address)
