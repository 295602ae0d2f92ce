"""A second reading of bodies in chunks, of whole bodies alone: a JSON line in for each, and one out.

It is written from AWS's pages and the table in docs/streaming.md, and shares nothing with sig4.
"""

import base64
import hashlib
import hmac
import json
import re
import sys
import zlib

EMPTY = hashlib.sha256(b"").hexdigest()
SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(;chunk-signature=(.*))?\r\n", re.DOTALL)
SIGNATURE = re.compile(rb"[0-9a-f]{64}")
TRAILER_SIGNATURE = b"x-amz-trailer-signature"


class Refused(Exception):
    pass


def need(condition):
    if not condition:
        raise Refused


def crc(polynomial, width):
    """A reflected CRC whose register begins and ends inverted."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ polynomial if value & 1 else value >> 1
        table.append(value)

    def checksum(data):
        ones = register = (1 << width) - 1
        for byte in data:
            register = table[(register ^ byte) & 255] ^ register >> 8
        return (register ^ ones).to_bytes(width // 8, "big")

    return checksum


CHECKSUMS = {
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-crc32c": crc(0x82F63B78, 32),
    "x-amz-checksum-crc64nvme": crc(0x9A6C9329AC4BC9B5, 64),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data).digest(),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
}


class Chain:
    def __init__(self, given):
        key = b"AWS4" + given["secret"].encode()
        for part in given["scope"].split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        self.key, self.time, self.scope, self.previous = key, given["time"], given["scope"], given["seed"]

    def check(self, kind, hashes, signature):
        need(SIGNATURE.fullmatch(signature))
        text = "\n".join(["AWS4-HMAC-SHA256-" + kind, self.time, self.scope, self.previous, *hashes])
        expected = hmac.new(self.key, text.encode(), "sha256").hexdigest()
        need(expected == signature.decode())
        self.previous = expected


def decode(given, out):
    """Appends what may come out to `out`; raises `Refused`."""
    body, declared = bytes.fromhex(given["body"]), given["declared"]
    is_signed = "UNSIGNED" not in given["marker"]
    chain, at = Chain(given), 0
    while True:
        line = body[at : body.find(b"\n", at) + 1]
        need(0 < len(line) <= 256)
        size = SIZE.fullmatch(line)
        need(size and (size[2] is not None) == is_signed)
        length, at = int(size[1], 16), at + len(line)
        left = given["decoded"] - len(out)
        need(length <= left and (length > 0 or left == 0))
        data = body[at : at + length]
        need(len(data) == length)
        if is_signed:
            chain.check("PAYLOAD", [EMPTY, hashlib.sha256(data).hexdigest()], size[3])
        out += data
        if length == 0:
            break
        need(body[at + length : at + length + 2] == b"\r\n")
        at += length + 2
    trailer(given, body[at:], chain if is_signed and given["marker"].endswith("-TRAILER") else None, out)


def trailer(given, text, chain, data):
    need(len(text) <= 4096)
    lines = text.split(b"\n")
    need(lines.pop() == b"")
    ends = [line.endswith(b"\r") for line in lines]
    bare = ends.index(True) if True in ends else len(ends)
    need(all(ends[bare:]))
    lines = [line[:-1] for line in lines[bare:]] if bare == 0 else lines[:bare] + [line[:-1] for line in lines[bare:]]
    if bare:
        need(bare < len(lines) and lines.pop(bare) == b"")
    if lines and lines[-1] == b"":
        lines.pop()
        need(chain is None or lines)
    signature = None
    if chain is not None:
        need(lines)
        name, colon, signature = lines.pop().partition(b":")
        need(colon and name.lower() == TRAILER_SIGNATURE and len(lines) >= bare)
    need(bare in (0, len(lines)))
    fields = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        name, value = name.decode("latin-1").lower(), value.strip(b" \t")
        need(colon and name in given["declared"] and name not in fields)
        need(all(0x20 <= byte <= 0x7E for byte in value))
        fields[name] = value.decode()
    if chain is not None:
        text = "".join(f"{name}:{value}\n" for name, value in sorted(fields.items()))
        chain.check("TRAILER", [hashlib.sha256(text.encode()).hexdigest()], signature.strip(b" \t"))
    need(set(fields) == set(given["declared"]))
    for name in given["declared"]:
        if name in CHECKSUMS:
            need(base64.b64encode(CHECKSUMS[name](bytes(data))).decode() == fields[name])


for line in sys.stdin:
    given, out, accepted = json.loads(line), bytearray(), True
    try:
        decode(given, out)
    except Refused:
        accepted = False
    print(json.dumps({"accepted": accepted, "out": out.hex()}))
