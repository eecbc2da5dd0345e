"""Bars as an SVG that reads on a light and on a dark page."""

import html

LEFT, WIDE, TALL, RIGHT = 300, 420, 24, 80


def svg(title, bars):
    """`bars`: names and values; ours, which begin with "capture", stand out."""
    longest = max(value for _, value in bars)
    height = 44 + TALL * len(bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + RIGHT} {height}" role="img" aria-label="{html.escape(title)}">',
        "<style>text{font:13px system-ui,sans-serif;fill:#1f2328}.o{fill:#0969da}.f{fill:#8c959f}"
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.o{fill:#4493f8}.f{fill:#6e7681}}</style>",
        f'<text x="8" y="22" font-weight="600">{html.escape(title)}</text>',
    ]
    for number, (name, value) in enumerate(bars):
        y, wide = 36 + TALL * number, max(1.0, WIDE * value / longest)
        kind = "o" if name.startswith("capture") else "f"
        lines += [
            f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{html.escape(name)}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{y + 3}" width="{wide:.1f}" height="{TALL - 7}" rx="2"/>',
            f'<text x="{LEFT + wide + 8:.1f}" y="{y + 15}">{value:.2f}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"
