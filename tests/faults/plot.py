"""Lines over time as an SVG, by hand: what a run's memory looked like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 900, 420, 60, 40, 170, 40
COLOURS = ("#1b6ca8", "#c8553d", "#588157", "#8e5572", "#b08900", "#3a3a3a", "#2a9d8f", "#7f5af0")


def drawn(lines: Mapping[str, Sequence[tuple[float, float]]], title: str) -> str:
    """`lines`: name -> (seconds, MiB), in order of time."""
    end = max(at for line in lines.values() for at, _ in line)
    most = max(mib for line in lines.values() for _, mib in line) * 1.05
    parts = [_text(LEFT, TOP - 15, title), *_axes(end, most)]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{_x(at, end):.1f},{_y(mib, most):.1f}" for at, mib in _thinned(line))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}"/>')
        parts.append(_text(WIDTH - RIGHT + 10, TOP + 18 * number + 10, name, colour))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>\n"])


def _axes(end: float, most: float) -> list[str]:
    made = []
    for part in range(5):
        mib, at = most * part / 4, end * part / 4
        y, x = _y(mib, most), _x(at, end)
        made.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        )
        made.append(_text(5, y + 4, f"{mib:.0f} MiB"))
        made.append(_text(x - 10, HEIGHT - BOTTOM + 20, f"{at:.0f} s"))
    return made


def _thinned(line: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    return line[:: max(1, len(line) // 400)]


def _x(at: float, end: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * at / end


def _y(mib: float, most: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - mib / most)


def _text(x: float, y: float, text: str, colour: str = "#333") -> str:
    style = 'font-family="sans-serif" font-size="12"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {style} fill="{colour}">{text}</text>'
