"""Encodings that are not tried: what is found without them is what all of them would have given.

Texts of all kinds, some of them damaged, in all encodings and with any declaration, held against
the plain way: read as each candidate, and the best of them taken.
"""

from __future__ import annotations

from random import Random

from against_truth import seeds

from tasks.detect.encoding import CANDIDATES, DECLARED, Reading, _is_utf_16, _read, readings

TEXTS = 400
PIECES = (
    "一、本年新收政府信息公开申请数量",
    "行政许可 12 件，行政处罚 0 件。",
    "溟岭市人民政府二〇二五年年度报告",
    "個人申請的處理情況，維持原判",
    "犇羴鱻麤龘靐齉爨龖齾",
    "漢字かな交じりの文章です",
    "Отчёт о работе за год",
    "café, naïve, señor",
    "<td>34</td><td></td>\r\n",
    "\x0b\x01\ufffd\ue7c7\u3000",
    "abc def 123\n",
)
CODECS = ("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be", "latin-1", "cp1251")
DECLARATIONS = ("", "windows-1252", "iso-2022-cn", *DECLARED)


def drawn(seed: int) -> tuple[bytes, str]:
    """Bytes, and what is declared of them."""
    random = Random(seed)
    few = random.choices(PIECES, k=random.randint(1, 4))
    text = "".join(random.choices(few, k=random.choice((1, 5, 100))))
    source = bytearray(text.encode(random.choice(CODECS), "ignore") or b"\xff")
    for _ in range(random.choice((0, 0, 1, len(source) // 8))):
        source[random.randrange(len(source))] = random.randrange(256)
    return bytes(source), random.choice(DECLARATIONS)


def best_of_all(source: bytes, declared: str) -> Reading:
    if source.isascii() and b"\x00" not in source and not declared.startswith("iso-2022"):
        return _read(source, "utf-8", declared=DECLARED.get(declared) == "utf-8")
    zeros = source.count(0) / len(source)
    all_of = (
        _read(source, codec, declared=DECLARED.get(declared) == codec)
        for codec in (CANDIDATES if zeros or len(source) < 2_000 else CANDIDATES[:3])
    )
    return max(
        (
            one
            for one in all_of
            if not one.codec.startswith("utf-16") or _is_utf_16(one.score, zeros)
        ),
        key=lambda one: one.score,
    )


def test_what_is_found_early_is_the_best_of_all() -> None:
    early = 0
    for seed in seeds(TEXTS):
        source, declared = drawn(seed)
        found, *others = readings(source, declared)
        best = best_of_all(source, declared)
        assert (found.codec, found.score, found.broken, found.controls, found.declared) == (
            best.codec,
            best.score,
            best.broken,
            best.controls,
            best.declared,
        ), f"drawn({seed})"
        early += found.certain
        assert not (found.certain and others)
    assert early
