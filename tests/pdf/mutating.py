"""A PDF and a seed in, the same PDF damaged as disks, mailers and lines damage files out."""

import random
import re
import zlib
from collections.abc import Callable

OBJECT = re.compile(rb"(?<=\n)(\d+) 0 obj\s(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"(.*?)/Length (\d+)(.*?)>>\s*stream\r?\n(.*)(?<=\n|.)endstream", re.DOTALL)
TRAILER = re.compile(rb"trailer\s(.*?)startxref", re.DOTALL)


def packed(data: bytes, *, strict: bool = True) -> bytes:
    """The same PDF with every stream compressed, as nearly all real ones are.

    Where not *strict*, a stream ends where it ends, whatever length it states.
    """
    found_objects = OBJECT.finditer(data)
    objects = {int(found[1]): _deflated(found[2], strict=strict) for found in found_objects}
    body, places = bytearray(b"%PDF-1.4\n"), {}
    for number, each in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start, last = len(body), max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % last
    body += b"".join(b"%010d 00000 n \n" % places[number] for number in range(1, last))
    found = TRAILER.search(data)
    assert found, "a drawn sample has its trailer"
    return bytes(body + b"trailer\n" + found[1] + b"startxref\n%d\n%%%%EOF\n" % start)


def _deflated(body: bytes, *, strict: bool) -> bytes:
    found = STREAM.fullmatch(body)
    if found is None or b"/Filter" in found[1] + found[3]:
        return body
    small = zlib.compress(found[4][: int(found[2])] if strict else found[4], 9)
    head = found[1] + b"/Filter /FlateDecode /Length %d" % len(small) + found[3]
    return head + b">>\nstream\n" + small + b"\nendstream"


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def _lost(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((1, 7, 64, 512, 4096))
    return data[:at] + data[at + size :]


def _added(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((1, 7, 64, 512))
    return data[:at] + chance.randbytes(size) + data[at:]


def _emptied(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((64, 512, 4096))
    return data[:at] + b"\0" * len(data[at : at + size]) + data[at + size :]


def _noisy(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((64, 512))
    return data[:at] + chance.randbytes(len(data[at : at + size])) + data[at + size :]


def _repeated(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((64, 512, 4096))
    return data[:at] + data[at : at + size] + data[at:]


def _exchanged(data: bytes, chance: random.Random) -> bytes:
    size = chance.choice((64, 512))
    one, two = sorted(chance.sample(range(0, len(data) - size, size), 2))
    parts = (data[:one], data[two : two + size], data[one + size : two], data[one : one + size])
    return b"".join((*parts, data[two + size :]))


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


# Bits flip in packed streams only: a letter that became another one is what the page then prints.
PACKED: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _lost,
    _added,
    _emptied,
    _noisy,
    _repeated,
    _exchanged,
    _flipped,
    _flipped,
    _flipped,
)
OPEN = (_cut, _lost, _added, _emptied, _repeated)


def mutated(data: bytes, seed: int) -> tuple[str, bytes]:
    """What was done, and the damaged bytes: the same for a seed every time."""
    chance = random.Random(seed)  # noqa: S311 - damage, no secret
    is_packed = seed % 3 != 0
    damage = chance.choice(PACKED if is_packed else OPEN)
    return damage.__name__[1:], damage(packed(data) if is_packed else data, chance)
