"""Plots of an evaluation as inline SVG without scripts; their words come from the template that shows them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from xml.etree import ElementTree

import pygal
from markupsafe import Markup
from pygal.style import Style

from intents.evaluation.metrics import Bin, RiskPoint

sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
# pygal adds a finder for its maps of a kind that Python has given up: every later import would warn

_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#44505c",
    foreground_strong="#1c2733",
    foreground_subtle="#d5dce3",
    colors=("#1f6feb", "#c2410c", "#8b98a5"),
    font_family="sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    value_font_size=12,
    title_font_size=15,
    guide_stroke_color="#e3e8ed",
    major_guide_stroke_color="#cfd7de",
    opacity=0.95,
    stroke_width=2.5,
)
_WIDTH, _HEIGHT = 520, 360
_SVG = "http://www.w3.org/2000/svg"
_DRAWN = 120
"""Points of a curve that are drawn: more cannot be told apart on a screen."""


def reliability(bins: Sequence[Bin], *, x: str, y: str, actual: str, ideal: str) -> Markup:
    """Return accuracy against confidence, and the diagonal of a classifier whose word can be taken."""
    chart = pygal.XY(**_layout(x, y), stroke=True, dots_size=5, xrange=(0, 100), range=(0, 100))
    chart.add(actual, [{"value": (100 * b.confidence, 100 * b.accuracy), "label": str(b.size)} for b in bins])
    chart.add(ideal, [(0, 0), (100, 100)], show_dots=False, stroke_style={"dasharray": "4, 5"})
    return _svg(chart)


def coverage_risk(curve: Sequence[RiskPoint], *, budget: float, x: str, y: str, risk: str, allowed: str) -> Markup:
    """Return the share of wrong answers against the share of questions answered, and the budget."""
    step = max(1, len(curve) // _DRAWN)
    points = [*curve[::step], curve[-1]]
    chart = pygal.XY(**_layout(x, y), dots_size=1.5, xrange=(0, 100))
    chart.add(risk, [(100 * p.coverage, 100 * p.risk) for p in points], show_dots=False)
    budget_line = [(0, 100 * budget), (100, 100 * budget)]
    chart.add(allowed, budget_line, show_dots=False, stroke_style={"dasharray": "4, 5"})
    return _svg(chart, decimals=1)


def _layout(x: str, y: str) -> dict[str, object]:
    return {
        "style": _STYLE,
        "width": _WIDTH,
        "height": _HEIGHT,
        "x_title": x,
        "y_title": y,
        "js": (),
        "legend_at_bottom": True,
        "legend_box_size": 12,
        "disable_xml_declaration": True,
        "margin": 8,
        "truncate_label": -1,
        "truncate_legend": -1,
    }


def _svg(chart: pygal.XY, *, decimals: int = 0) -> Markup:
    """Return the chart's SVG with its values in per cent."""
    chart.x_value_formatter = lambda value: f"{value:.0f}%"
    chart.value_formatter = lambda value: f"{value:.{decimals}f}%"
    return without_scripts(chart)


def without_scripts(chart: pygal.graph.graph.Graph) -> Markup:
    """Return the SVG of a chart without the script that pygal adds for its tooltips."""
    drawn = ElementTree.fromstring(chart.render(is_unicode=True))  # noqa: S314 - pygal has just written it
    for parent in list(drawn.iter()):
        for script in parent.findall(f"{{{_SVG}}}script"):
            parent.remove(script)
    ElementTree.register_namespace("", _SVG)
    return Markup(ElementTree.tostring(drawn, encoding="unicode"))  # noqa: S704 - pygal escapes what it is given
