"""Hard shapes of DOCX: figures beside text that is not seen, and figures that no text says.

Three kinds of effects on the cells of a plain package:

    STRAY    a digit that Word does not show, or not as a digit, beside the figure
    SEEN     the figure itself, set in a way that looks like one of those and is plainly seen
    UNTOLD   the figure is shown by something that does not hold it as text
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random

from lxml import etree

from samples.docx import DocxStyle, render_docx
from samples.hard.packages import W, Xml, element, figures, own_properties, text_run
from samples.hard.shape import Make, Shape
from samples.layout import Draft
from samples.prose import paper
from samples.style import Lost
from tasks.model.document import Format

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_MATH = f"{_OFFICE}/math"
_STORE = "{6A0F3D55-2B1C-4E67-9A34-0C5D8E7F1B20}"


@dataclass(slots=True, kw_only=True)
class Kit:
    """An open package, and what effects add to it."""

    document: Xml
    styles: Xml
    random: Random
    #: What bound controls show, one an entry.
    data: list[str] = field(default_factory=list)
    _made: int = 0

    def style(self, kind: str, *parts: Xml, based_on: str = "") -> str:
        """A new style of this kind, its id."""
        self._made += 1
        id = f"Own{self._made}"
        base = [element("basedOn", val=based_on)] if based_on else []
        name = element("name", val=id)
        made = element("style", name, *base, *parts, type=kind, styleId=id, customStyle="1")
        self.styles.append(made)
        return id

    def styled(self, *run_properties: Xml, based_on: str = "", kind: str = "character") -> str:
        return self.style(kind, element("rPr", *run_properties), based_on=based_on)


#: Changes the paragraph of a figure.
Change = Callable[[Xml, Kit], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    name: str
    change: Change
    #: What the reader has to say of it, "" for nothing.
    said: str = ""


def _said(paragraph: Xml) -> str:
    return "".join(paragraph.itertext()).strip()


def _cell(paragraph: Xml) -> Xml:
    return next(paragraph.iterancestors(f"{W}tc"))


def _emptied(paragraph: Xml) -> str:
    """The figure, taken out."""
    said = _said(paragraph)
    for child in list(paragraph):
        if child.tag != f"{W}pPr":
            paragraph.remove(child)
    return said


def _alone(paragraph: Xml, *run_properties: Xml) -> None:
    """The figure in one run of this look."""
    paragraph.append(text_run(_emptied(paragraph), *run_properties))


def _paragraph_style(paragraph: Xml, id: str) -> None:
    own_properties(paragraph, "pPr").insert(0, element("pStyle", val=id))


def _shaded(paragraph: Xml, colour: str) -> None:
    own_properties(_cell(paragraph), "tcPr").append(element("shd", val="clear", fill=colour))


# --- stray ----------------------------------------------------------------------------------

Looks = Callable[[Kit], tuple[Xml, ...]]


def _beside(paragraph: Xml, kit: Kit, *, looks: Looks, text: str = "") -> None:
    """A digit behind the figure, or before it."""
    stray = text_run(text or str(kit.random.randint(1, 9)), *looks(kit))
    at = len(paragraph) if text or kit.random.random() < 0.7 else paragraph.index(
        next(child for child in paragraph if child.tag == f"{W}r")
    )  # fmt: skip
    paragraph.insert(at, stray)


def _raised(paragraph: Xml, kit: Kit, *, looks: Looks) -> None:
    """The mark of a footnote, behind the figure."""
    mark = kit.random.choice(["1", "2", "[1]", "12", "（3）"])
    paragraph.append(text_run(mark, *looks(kit)))


def _by_style(*parts: tuple[str, str]) -> Looks:
    """A style of characters with these properties."""

    def looks(kit: Kit) -> tuple[Xml, ...]:
        own = (element(name, val=value) for name, value in parts)
        return (element("rStyle", val=kit.styled(*own)),)

    return looks


def _by_ancestor(*parts: tuple[str, str]) -> Looks:
    """A style that another one is based on."""

    def looks(kit: Kit) -> tuple[Xml, ...]:
        base = kit.styled(*(element(name, val=value) for name, value in parts))
        return (element("rStyle", val=kit.styled(element("b"), based_on=base)),)

    return looks


def _direct(*parts: tuple[str, str]) -> Looks:
    return lambda kit: tuple(element(name, val=value) for name, value in parts)


def _theme(kit: Kit) -> tuple[Xml, ...]:
    return (element("color", val="FFFFFF", themeColor="background1"),)


def _theme_before_value(kit: Kit) -> tuple[Xml, ...]:
    return (element("color", val="333333", themeColor="background1"),)


def _no_fill(kit: Kit) -> tuple[Xml, ...]:
    fill = etree.Element(f"{{{_W14}}}textFill")
    etree.SubElement(fill, f"{{{_W14}}}noFill")
    return (fill,)


def _in_its_shade(paragraph: Xml, kit: Kit) -> None:
    colour = kit.random.choice(["D9D9D9", "BFBFBF", "FFF2CC"])
    _shaded(paragraph, colour)
    _beside(paragraph, kit, looks=_direct(("color", colour)))


def _in_shade_of_its_own(kit: Kit) -> tuple[Xml, ...]:
    return (element("color", val="C00000"), element("shd", val="clear", fill="C00000"))


def _in_its_highlight(kit: Kit) -> tuple[Xml, ...]:
    return (element("color", val="FFFF00"), element("highlight", val="yellow"))


def _in_shade_of_the_paragraph(paragraph: Xml, kit: Kit) -> None:
    shade = element("shd", val="clear", fill="E2EFD9")
    _paragraph_style(paragraph, kit.style("paragraph", element("pPr", shade)))
    _beside(paragraph, kit, looks=_direct(("color", "E2EFD9")))


def _second_paragraph(paragraph: Xml, kit: Kit) -> None:
    """Last year's figure in a paragraph that its style hides."""
    id = kit.styled(element("vanish"), kind="paragraph")
    said = str(kit.random.randint(100, 999))
    paragraph.addnext(element("p", element("pPr", element("pStyle", val=id)), text_run(said)))


def _flat_row(paragraph: Xml, kit: Kit) -> None:
    """A row of last year that is a hair high. It may cut no cell that spans rows."""
    row = next(paragraph.iterancestors(f"{W}tr"))
    if row.find(f".//{W}vMerge") is not None:
        return
    cells = [
        element("tc", element("tcPr"), element("p", text_run("88"))) for _ in row.iter(f"{W}tc")
    ]
    height = element("trPr", element("trHeight", val="20", hRule="exact"))
    row.addnext(element("tr", height, *cells))


_STRUCK, _UNSEEN, _TINY = "struck", "colour", "small"


def _strays(said: str, looks: Mapping[str, Looks]) -> list[Effect]:
    return [
        Effect(name=name, change=partial(_beside, looks=look), said=said)
        for name, look in looks.items()
    ]


_SUPERSCRIPT = ("vertAlign", "superscript")
STRAY: tuple[Effect, ...] = (
    *(
        Effect(name=name, change=partial(_raised, looks=look))
        for name, look in {
            "raised_by_style": _by_style(_SUPERSCRIPT),
            "raised_by_ancestor": _by_ancestor(_SUPERSCRIPT),
            "raised_by_position": _direct(("position", "10"), ("sz", "14")),
            "raised_by_position_of_style": _by_style(("position", "8"), ("sz", "13")),
            "raised_by_points": _direct(("position", "5pt")),
        }.items()
    ),
    *_strays(
        _STRUCK,
        {
            "struck_by_style": _by_style(("strike", "1")),
            "struck_by_ancestor": _by_ancestor(("strike", "true")),
            "struck_twice": _by_style(("dstrike", "on")),
            "struck_here": _direct(("dstrike", "1")),
        },
    ),
    *_strays(
        "",
        {
            "hidden_by_style": _by_style(("vanish", "1")),
            "hidden_by_ancestor": _by_ancestor(("vanish", "1")),
            "always_hidden": _direct(("specVanish", "1"), ("vanish", "1")),
        },
    ),
    *_strays(
        _UNSEEN,
        {
            "white": _direct(("color", "FFFFFF")),
            "nearly_white": _direct(("color", "fefefe")),
            "white_by_style": _by_style(("color", "FFFFFF")),
            "white_by_ancestor": _by_ancestor(("color", "FFFFFF")),
            "white_of_the_theme": _theme,
            "theme_before_value": _theme_before_value,
            "no_fill": _no_fill,
            "shade_of_its_own": _in_shade_of_its_own,
            "in_its_highlight": _in_its_highlight,
        },
    ),
    *_strays(
        _TINY,
        {
            "one_point": _direct(("sz", "2")),
            "half_a_point_by_style": _by_style(("sz", "1")),
            "a_hair_wide": _direct(("w", "1")),
        },
    ),
    Effect(name="in_its_shade", change=_in_its_shade, said=_UNSEEN),
    Effect(name="in_shade_of_the_paragraph", change=_in_shade_of_the_paragraph, said=_UNSEEN),
    Effect(name="hidden_paragraph", change=_second_paragraph),
    Effect(name="flat_row", change=_flat_row, said=_TINY),
)


# --- seen -----------------------------------------------------------------------------------


def _on_dark(paragraph: Xml, kit: Kit) -> None:
    _shaded(paragraph, kit.random.choice(["1F4E79", "000000", "7F7F7F"]))
    _alone(paragraph, element("color", val="FFFFFF"))


def _auto_on_dark(paragraph: Xml, kit: Kit) -> None:
    _shaded(paragraph, "000000")
    _alone(paragraph, element("color", val="auto"))


def _on_dark_of_its_own(paragraph: Xml, kit: Kit) -> None:
    shade = element("shd", val="solid", color="203864", fill="auto")
    _alone(paragraph, element("color", val="FFFFFF"), shade)


def _hidden_twice(paragraph: Xml, kit: Kit) -> None:
    """A switch that both styles turn over is off."""
    switch = kit.random.choice(["vanish", "strike"])
    _paragraph_style(paragraph, kit.styled(element(switch), kind="paragraph"))
    _alone(paragraph, element("rStyle", val=kit.styled(element(switch))))


def _turned_off_here(paragraph: Xml, kit: Kit) -> None:
    switch = kit.random.choice(["vanish", "strike"])
    style = element("rStyle", val=kit.styled(element(switch)))
    _alone(paragraph, style, element(switch, val=kit.random.choice(["0", "false", "off"])))


def _all_of_it_raised(paragraph: Xml, kit: Kit) -> None:
    _alone(paragraph, element("position", val=kit.random.choice(["6", "-6", "12"])))


def _baseline_again(paragraph: Xml, kit: Kit) -> None:
    style = element("rStyle", val=kit.styled(element("vertAlign", val="superscript")))
    _alone(paragraph, style, element("vertAlign", val="baseline"))


def _nudged(paragraph: Xml, kit: Kit) -> None:
    """A digit set a point lower by hand is a digit of the figure."""
    said = _emptied(paragraph)
    paragraph.append(text_run(said[:1], element("position", val="-2")))
    if said[1:]:
        paragraph.append(text_run(said[1:]))


def _only_on_paper(paragraph: Xml, kit: Kit) -> None:
    _alone(paragraph, element("webHidden"))


def _of_symbols(paragraph: Xml, kit: Kit) -> None:
    said = _emptied(paragraph)
    base = kit.random.choice([0, 0xF000])
    for one in said:
        symbol = element("sym", font="Symbol", char=f"{base + ord(one):04X}")
        paragraph.append(element("r", symbol))


def _chosen(paragraph: Xml, kit: Kit, *, result: bool = False) -> None:
    """A drop-down that names the entry shown."""
    said = _emptied(paragraph)
    entries = [str(kit.random.randint(100, 999)) for _ in range(3)]
    at = kit.random.randrange(4)
    entries.insert(at, said)
    number = [] if at == 0 and kit.random.random() < 0.5 else [element("result", val=str(at))]
    choices = element("ddList", *number, *(element("listEntry", val=one) for one in entries))
    data = element("ffData", element("enabled"), choices)
    _field(paragraph, " FORMDROPDOWN ", [text_run(said)] if result else None, data)


def _typed_in(paragraph: Xml, kit: Kit) -> None:
    said = _emptied(paragraph)
    data = element("ffData", element("textInput", element("default", val="999")))
    _field(paragraph, " FORMTEXT ", [text_run(said)], data)


def _field(paragraph: Xml, instruction: str, result: list[Xml] | None, data: Xml | None) -> None:
    begin = element("fldChar", *([] if data is None else [data]), fldCharType="begin")
    told = etree.Element(f"{W}instrText")
    told.text = instruction
    parts = [element("r", begin), element("r", told)]
    if result is not None:
        parts += [element("r", element("fldChar", fldCharType="separate")), *result]
    paragraph.extend([*parts, element("r", element("fldChar", fldCharType="end"))])


def _bound(paragraph: Xml, kit: Kit, *, shown: str | None = None) -> None:
    """A control that is bound to data, which says the figure; the control holds it or not."""
    said = _emptied(paragraph)
    kit.data.append(said)
    binding = element(
        "dataBinding",
        prefixMappings="xmlns:d='urn:invented:figures'",
        xpath=f"/d:figures[1]/d:figure[{len(kit.data)}]",
        storeItemID=_STORE,
    )
    held = said if shown is None else shown
    asks = [] if held else [element("showingPlcHdr")]
    content = element("sdtContent", text_run(held or "单击此处输入"))
    paragraph.append(element("sdt", element("sdtPr", binding, *asks), content))


def _calculated(paragraph: Xml, kit: Kit) -> None:
    """A line of a formula that is a figure alone."""
    said = _emptied(paragraph)
    formula = etree.SubElement(paragraph, f"{{{_MATH}}}oMath")
    inner = etree.SubElement(formula, f"{{{_MATH}}}r")
    etree.SubElement(inner, f"{{{_MATH}}}t").text = said


def _fitted(paragraph: Xml, kit: Kit) -> None:
    _alone(paragraph, element("fitText", val="600", id="7"), element("spacing", val="20"))


def _newer_and_older(paragraph: Xml, kit: Kit) -> None:
    """Two ways to say it, for newer programs and for older ones."""
    compatible = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    said = _emptied(paragraph)
    both = etree.SubElement(paragraph, f"{compatible}AlternateContent")
    unknown = kit.random.random() < 0.5
    names = {"new": "urn:invented:later" if unknown else _W14}
    choice = etree.SubElement(both, f"{compatible}Choice", Requires="new", nsmap=names)
    choice.append(text_run("999" if unknown else said))
    etree.SubElement(both, f"{compatible}Fallback").append(text_run(said if unknown else "999"))


def _changes(changes: Mapping[str, Change]) -> tuple[Effect, ...]:
    return tuple(Effect(name=name, change=change) for name, change in changes.items())


SEEN = _changes(
    {
        "white_on_dark": _on_dark,
        "auto_on_dark": _auto_on_dark,
        "white_on_its_own_dark": _on_dark_of_its_own,
        "hidden_twice": _hidden_twice,
        "turned_off_here": _turned_off_here,
        "all_of_it_raised": _all_of_it_raised,
        "baseline_again": _baseline_again,
        "nudged": _nudged,
        "only_on_paper": _only_on_paper,
        "of_symbols": _of_symbols,
        "chosen": _chosen,
        "chosen_with_result": partial(_chosen, result=True),
        "typed_in": _typed_in,
        "bound_alike": _bound,
        "calculated": _calculated,
        "fitted": _fitted,
        "newer_and_older": _newer_and_older,
    }
)


# --- untold ---------------------------------------------------------------------------------


def _no_result(paragraph: Xml, kit: Kit) -> None:
    """A field that was never brought up to date."""
    _emptied(paragraph)
    instruction = kit.random.choice(
        [" =SUM(LEFT) ", " DOCPROPERTY 件数 ", " MERGEFIELD 件数 ", " REF 件数 ", " FORMTEXT "]
    )
    if kit.random.random() < 0.3:
        paragraph.append(element("fldSimple", instr=instruction))
    else:
        _field(paragraph, instruction, kit.random.choice([None, []]), None)


def _no_such_entry(paragraph: Xml, kit: Kit) -> None:
    said = _emptied(paragraph)
    choices = element("ddList", element("result", val="7"), element("listEntry", val=said))
    _field(paragraph, " FORMDROPDOWN ", None, element("ffData", choices))


def _other_entry(paragraph: Xml, kit: Kit) -> None:
    """The result says another entry than the number."""
    said = _emptied(paragraph)
    entries = [element("listEntry", val=one) for one in ("999", said)]
    data = element("ffData", element("ddList", element("result", val="1"), *entries))
    _field(paragraph, " FORMDROPDOWN ", [text_run("999")], data)


def _bound_otherwise(paragraph: Xml, kit: Kit) -> None:
    _bound(paragraph, kit, shown=kit.random.choice(["", "999"]))


def _chosen_and_lost(paragraph: Xml, kit: Kit) -> None:
    said = _emptied(paragraph)
    choices = element("dropDownList", element("listItem", displayText=said, value="1"))
    choices.set(f"{W}lastValue", "1")
    paragraph.append(element("sdt", element("sdtPr", choices), element("sdtContent")))


def _still_asking(paragraph: Xml, kit: Kit) -> None:
    """Filled in by a program that left the mark of a prompt on it."""
    said = _emptied(paragraph)
    asks = element("sdtPr", element("showingPlcHdr"))
    paragraph.append(element("sdt", asks, element("sdtContent", text_run(said))))


def _fraction(paragraph: Xml, kit: Kit) -> None:
    """Over a line and under it: not one figure."""
    said = _emptied(paragraph)
    formula = etree.SubElement(paragraph, f"{{{_MATH}}}oMath")
    built = etree.SubElement(formula, f"{{{_MATH}}}{kit.random.choice(['f', 'sSup', 'rad'])}")
    for part, text in (("num", said), ("den", "2")):
        inner = etree.SubElement(etree.SubElement(built, f"{{{_MATH}}}{part}"), f"{{{_MATH}}}r")
        etree.SubElement(inner, f"{{{_MATH}}}t").text = text


def _drawn(paragraph: Xml, kit: Kit) -> None:
    _emptied(paragraph)
    what = kit.random.choice(["drawing", "pict", "object"])
    paragraph.append(element("r", element(what)))


def _turned_round(paragraph: Xml, kit: Kit) -> None:
    said = _emptied(paragraph)
    if kit.random.random() < 0.5:
        paragraph.append(element("bdo", text_run(said[::-1]), val="rtl"))
    else:
        paragraph.append(text_run(f"\u202e{said[::-1]}\u202c"))


def _of_other_symbols(paragraph: Xml, kit: Kit) -> None:
    """What stands for digits in the file are small pictures in that font."""
    font = kit.random.choice(["Wingdings", "Webdings", "Wingdings 3"])
    id = kit.styled(element("rFonts", ascii=font, hAnsi=font))
    _alone(paragraph, element("rStyle", val=id))


def _lowered(paragraph: Xml, kit: Kit) -> None:
    """A lowered digit behind the figure is no digit of it, nor the mark of a footnote."""
    low = kit.random.choice([("vertAlign", "subscript"), ("position", "-8")])
    paragraph.append(text_run("2", element(low[0], val=low[1])))


UNTOLD = _changes(
    {
        "no_result": _no_result,
        "no_such_entry": _no_such_entry,
        "other_entry": _other_entry,
        "bound_otherwise": _bound_otherwise,
        "chosen_and_lost": _chosen_and_lost,
        "still_asking": _still_asking,
        "fraction": _fraction,
        "drawn": _drawn,
        "turned_round": _turned_round,
        "of_other_symbols": _of_other_symbols,
        "lowered": _lowered,
    }
)


# --- packages -------------------------------------------------------------------------------


def with_effects(body: bytes, effects: tuple[Effect, ...], seed: int, share: float = 0.4) -> bytes:
    """A package with one of the effects on some of its figures, on one at least."""
    random = Random(seed)
    parts = _unpacked(body)
    kit = Kit(
        document=etree.fromstring(parts["word/document.xml"]),
        styles=etree.fromstring(parts["word/styles.xml"]),
        random=random,
    )
    found = figures(kit.document)
    first = random.randrange(len(found))
    for number, paragraph in enumerate(found):
        if number == first or random.random() < share:
            random.choice(effects).change(paragraph, kit)
    parts["word/document.xml"] = etree.tostring(kit.document, encoding="UTF-8")
    parts["word/styles.xml"] = etree.tostring(kit.styles, encoding="UTF-8")
    if kit.data:
        parts |= _stored(kit.data, parts)
    return _packed(parts)


def _stored(data: list[str], parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts that hold what controls are bound to."""
    figures = "".join(f"<figure>{one}</figure>" for one in data)
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = '<Relationship Id="rOwn" Type="{}" Target="{}"/>'
    about = link.format(f"{_OFFICE}/relationships/customXmlProps", "itemProps9.xml")
    item = link.format(f"{_OFFICE}/relationships/customXml", "../customXml/item9.xml")
    main = parts["word/_rels/document.xml.rels"].decode()
    told = {
        "customXml/item9.xml": f'<figures xmlns="urn:invented:figures">{figures}</figures>',
        "customXml/itemProps9.xml": f'<ds:datastoreItem xmlns:ds="{_OFFICE}/customXml" '
        f'ds:itemID="{_STORE}"/>',
        "customXml/_rels/item9.xml.rels": f'<Relationships xmlns="{links}">{about}</Relationships>',
        "word/_rels/document.xml.rels": main.replace("</Relationships>", f"{item}</Relationships>"),
    }
    return {name: text.encode() for name, text in told.items()}


def _unpacked(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _bent(effects: tuple[Effect, ...]) -> Make:
    style = DocxStyle(name="", about="")

    def make(drafted: Draft, seed: int) -> bytes:
        return with_effects(render_docx(paper(drafted), style, seed), effects, seed)

    return make


def _shape(name: str, hard_for: str, effects: tuple[Effect, ...], *loses: Lost) -> Shape:
    return Shape(
        name=name,
        format=Format.DOCX,
        hard_for=hard_for,
        make=_bent(effects),
        suffix="docx",
        loses=frozenset(loses),
    )


EFFECTS: tuple[Shape, ...] = (
    _shape("stray_digits", "digits raised, struck, hidden, white or tiny by styles", STRAY),
    _shape("odd_looks", "figures white on dark, of symbols, in drop-downs and controls", SEEN),
    _shape(
        "untold_figures",
        "fields without a result, controls bound to something else, formulas, pictures",
        UNTOLD,
        Lost.CELLS,
    ),
)
