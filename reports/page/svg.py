"""A matplotlib figure as a small piece of SVG for the page: text stays text, colours follow the reader's theme.

What matplotlib writes is four times larger than needed and made to stand alone. Here metadata and idle groups go, tick
marks become one path an axis, coordinates are cut to a tenth of a point, and identifiers get a prefix, so that many
drawings can live on one page. Sentinel colours of :mod:`umva.reports.figures.style` become CSS variables.
"""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from umva.reports.figures.style import LIGHT, SETTINGS, settings
from umva.reports.page.geometry import METHOD, PART, geometry_of, named
from umva.reports.page.ticks import minor_ticks_aside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

__all__ = ["inline_svg"]

VARIABLES = {value: f"var(--{role})" for role, value in LIGHT.items()}
XLINK = "{http://www.w3.org/1999/xlink}href"
FONT = re.compile(r"font: (?:(?P<slope>italic|oblique) )?(?:(?P<weight>bold|\d+) )?(?P<size>[\d.]+)px [^;]*")
PAIR = re.compile(r"(-?[\d.]+(?:e-?\d+)?) (-?[\d.]+(?:e-?\d+)?)")
TICK = re.compile(r"M 0 0 L (\S+) (\S+)")
SMALL_TICK = f"stroke: {LIGHT['ink']}; stroke-width: {SETTINGS['xtick.minor.width']}"


def inline_svg(figure: Figure, *, prefix: str, alt: str, data: Mapping[str, str] | None = None) -> str:
    """Return a figure as an ``<svg>`` element for an HTML page.

    Parameters
    ----------
    figure
        The figure.
    prefix
        Begins every identifier in the drawing; each drawing of a page needs its own.
    alt
        What the drawing shows, in words.
    data
        Further ``data-`` attributes of the drawing; empty ones are left out.

    Examples
    --------
    >>> from umva.reports.figures.style import panel
    >>> inline_svg(panel().get_figure(), prefix="f1", alt="An empty frame")[:60]
    '<svg viewBox="0 0 316.8 252" class="drawing" role="img" aria'
    """
    with settings(), minor_ticks_aside(figure) as small_ticks, named(figure):
        root = _parsed(figure)
    geometry = geometry_of(figure)
    _strip_namespaces(root)
    for parent in root.iter():
        for child in [each for each in parent if each.tag in {"metadata", "style"}]:
            parent.remove(child)
    marks = _tick_marks(root)
    for axis in root.iter("g"):
        if (name := axis.get("id", "")) in small_ticks:
            _merge_ticks(axis, marks)
            if geometry:
                axis.set("data-part", name.removesuffix("-0"))
            if small_ticks[name]:
                ET.SubElement(axis, "path", {"d": small_ticks[name], "style": SMALL_TICK})
    _inline_bands(root)
    for element in root.iter():
        _compact(element)
    _rename(root, prefix)
    _flatten(root)
    root.attrib = {"viewBox": root.get("viewBox", ""), "class": "drawing", "role": "img", "aria-label": alt}
    root.attrib |= {f"data-{name}": value for name, value in {"plot": geometry, **(data or {})}.items() if value}
    return ET.tostring(root, encoding="unicode")


def _parsed(figure: Figure) -> ET.Element:
    """Return what matplotlib writes under the current settings, as elements; the paper is left to the page."""
    stream = io.StringIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, facecolor="none")
    return ET.fromstring(stream.getvalue())


def _strip_namespaces(root: ET.Element) -> None:
    """Drop prefixes, which HTML does not want, and white space between elements."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        if XLINK in element.attrib:
            element.set("href", element.attrib.pop(XLINK))
        element.tail = None
        if element.text and not element.text.strip() and element.tag not in {"text", "tspan"}:
            element.text = None


def _tick_marks(root: ET.Element) -> dict[str, tuple[str, str]]:
    """Take the definitions of straight marks out of the drawing; return them by reference, each as a step."""
    marks: dict[str, tuple[str, str]] = {}
    for parent in root.iter("defs"):
        for path in parent.findall("path"):
            if found := TICK.fullmatch(" ".join(path.get("d", "").split())):
                marks[f"#{path.get('id')}"] = (found[1], found[2])
                parent.remove(path)
    return marks


def _merge_ticks(axis: ET.Element, marks: dict[str, tuple[str, str]]) -> None:
    """Put all tick marks of an axis into one path for each look."""
    merged: dict[str, list[str]] = {}
    for parent in list(axis.iter("g")):
        for use in parent.findall("use"):
            if mark := marks.get(use.get("href", "")):
                steps = merged.setdefault(use.get("style", ""), [])
                steps.append(f"M {use.get('x')} {use.get('y')} l {mark[0]} {mark[1]}")
                parent.remove(use)
    for style, steps in merged.items():
        ET.SubElement(axis, "path", {"d": " ".join(steps), "style": style})


def _inline_bands(root: ET.Element) -> None:
    """Put bands where they are used: matplotlib defines each apart, from the foot of the figure, and uses it once."""
    foot = root.get("viewBox", "").split()[-1]
    shapes = {f"#{path.get('id')}": path.get("d", "") for defs in root.iter("defs") for path in defs.findall("path")}
    for parent in root.iter("g"):
        for place, use in enumerate(list(parent)):
            if use.tag == "use" and (use.get("x"), use.get("y")) == ("0", foot):
                shape = shapes[use.get("href", "")]
                moved = PAIR.sub(lambda found: f"{found[1]} {float(found[2]) + float(foot)}", shape)
                parent[place] = ET.Element("path", {"d": moved, "style": use.get("style", "")})
    _drop_unused(root)


def _drop_unused(root: ET.Element) -> None:
    """Drop the definitions that nothing uses."""
    used = {use.get("href") for use in root.iter("use")}
    for defs in root.iter("defs"):
        for path in defs.findall("path"):
            if f"#{path.get('id')}" not in used:
                defs.remove(path)


def _compact(element: ET.Element) -> None:
    """Shorten the attributes of one element."""
    for name in ("d", "transform", "x", "y", "points", "width", "height"):
        if (value := element.get(name)) is not None:
            element.set(name, _short_numbers(value))
    if element.get("transform", "").startswith("rotate(0 "):
        del element.attrib["transform"]
    if style := element.get("style"):
        element.set("style", _short_style(style))


def _short_numbers(text: str) -> str:
    """Return coordinates with one decimal and no needless white space.

    Examples
    --------
    >>> _short_numbers("M 53.28 225.504 L 96 -0.02")
    'M53.3 225.5L96 0'
    """
    text = re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), text)
    text = re.sub(r"(?<![\d.])-0(?![\d.])", "0", text)
    return re.sub(r"\s*([A-Za-z])\s+", r"\1", " ".join(text.split())) if text[:1] == "M" else text


def _short_style(style: str) -> str:
    """Return a style without font names, which the page sets, and with variables for colours."""
    style = FONT.sub(
        lambda found: ";".join(
            f"font-{name}:{value}{'px' if name == 'size' else ''}" for name, value in found.groupdict().items() if value
        ),
        style,
    )
    style = re.sub(r"#[0-9a-f]{6}", lambda found: VARIABLES.get(found[0], found[0]), style)
    parts = (each.strip() for each in style.split(";"))
    return ";".join(each.replace(": ", ":") for each in parts if each and not each.startswith("font-family"))


def _rename(root: ET.Element, prefix: str) -> None:
    """Give short identifiers with the prefix to what is referred to, drop the others, and mark curves of methods."""
    pattern = re.compile(r"(url\(#|^#)([^)]+)")
    used = {
        found[2]
        for element in root.iter()
        for name, value in element.attrib.items()
        if name in {"href", "style", "clip-path"} and (found := pattern.search(value))
    }
    names = {each: f"{prefix}-{i}" for i, each in enumerate(sorted(used))}
    for element in root.iter():
        identifier = element.attrib.pop("id", "")
        if identifier in names:
            element.set("id", names[identifier])
        elif identifier.startswith(METHOD):
            element.set("data-method", identifier.removeprefix(METHOD))
        elif identifier.startswith(PART):
            element.set("data-part", identifier.removeprefix(PART))
        for name in {"href", "style", "clip-path"} & element.attrib.keys():
            element.set(name, pattern.sub(lambda found: found[1] + names[found[2]], element.attrib[name]))


def _flatten(element: ET.Element) -> None:
    """Replace groups that say nothing by what they hold; a style that all members share moves to their group."""
    for child in list(element):
        _flatten(child)
    children: list[ET.Element] = []
    for child in element:
        children.extend(child if child.tag == "g" and not child.attrib else (child,))
    element[:] = [each for each in children if not _is_idle(each)]
    styles = {each.get("style") for each in element}
    if element.tag == "g" and len(element) > 1 and len(styles) == 1 and "style" not in element.attrib:
        style = styles.pop()
        if style and "url(" not in style:
            element.set("style", style)
            for each in element:
                del each.attrib["style"]


def _is_idle(element: ET.Element) -> bool:
    """Tell whether an element draws nothing: an empty group, a path without colour."""
    if element.tag in {"g", "defs"}:
        return not len(element)
    return element.tag == "path" and element.get("style") == "fill:none"
