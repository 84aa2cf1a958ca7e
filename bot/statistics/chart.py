"""A picture of the figures: questions of each day, stacked by what was done with them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pygal
import resvg_py
from pygal.style import Style

from bot.dialogue.reply import Decision
from bot.statistics.figures import BY_DAY, Figures
from faq.said import said
from intents.evaluation.charts import without_scripts

WIDTH, HEIGHT = 1_000, 560
"""Size of the picture in points."""

_COLOURS = {Decision.ANSWER: "#2f7d4f", Decision.CLARIFY: "#d9a21b", Decision.FALLBACK: "#8b98a5"}
_LABELS = {Decision.ANSWER: "stats_answer", Decision.CLARIFY: "stats_clarify", Decision.FALLBACK: "stats_fallback"}
_MARKED = 10
"""Days whose dates are written below the bars, about."""

_FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts"),
)
_FILES = (
    *("NotoSansCJK*.tt[cf]", "NotoSansCJK*.otf", "NotoSansSC*.[ot]tf", "SourceHanSans*.[ot]t[fc]", "wqy-*.tt[cf]"),
    *("DroidSansFallback*.ttf", "msyh*.tt[cf]", "simhei.ttf", "PingFang.ttc", "STHeiti*.ttc", "Hiragino Sans GB.ttc"),
)
"""Fonts with Chinese characters, by the names that systems give them; the best first."""

_FAMILIES = (
    "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, WenQuanYi Micro Hei, WenQuanYi Zen Hei, Droid Sans Fallback, "
    "Microsoft YaHei, SimHei, PingFang SC, STHeiti, Hiragino Sans GB, sans-serif"
)
"""The same by the names that are written in them: resvg knows no sans-serif, and would draw no text at all."""


class FontError(Exception):
    """Raised when no font with Chinese characters is found, without which a picture would show empty boxes."""


def svg(figures: Figures) -> str:
    """Return the picture as SVG; who looks at it needs a font with Chinese characters."""
    colours = tuple(_COLOURS[one] for one in BY_DAY)
    sizes = {f"{name}_font_size": 18 for name in ("label", "major_label", "legend", "value", "title")}
    chart = pygal.StackedBar(
        style=Style(background="#ffffff", plot_background="#ffffff", colors=colours, font_family=_FAMILIES, **sizes),
        width=WIDTH,
        height=HEIGHT,
        title=said("stats_chart").say(),
        js=(),
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        legend_box_size=18,
        disable_xml_declaration=True,
        show_minor_x_labels=False,
        truncate_label=-1,
        truncate_legend=-1,
    )
    days = [figures.first + dt.timedelta(days=day) for day in range((figures.last - figures.first).days + 1)]
    chart.x_labels = [f"{day.month}/{day.day}" for day in days]
    chart.x_labels_major = chart.x_labels[:: max(1, len(days) // _MARKED)]
    chart.value_formatter = lambda value: f"{value:.0f}"
    for one in BY_DAY:
        chart.add(said(_LABELS[one]).say(), [count or 0 for count in figures.days[one]])
    return str(without_scripts(chart))


def png(figures: Figures) -> bytes:
    """Return the picture as PNG. Raises FontError."""
    font = chinese_font()
    if font is None:
        raise FontError("no font with Chinese characters is installed; on Debian: apt-get install fonts-wqy-microhei")
    return resvg_py.svg_to_bytes(svg_string=svg(figures), font_files=[str(font)], skip_system_fonts=True)


def chinese_font() -> Path | None:
    """Return a font file with Chinese characters; None: none is found."""
    folders = [folder for name in _FOLDERS if (folder := Path(name).expanduser()).is_dir()]
    for pattern in _FILES:
        for folder in folders:
            if found := min(folder.rglob(pattern), default=None):
                return found
    return None
