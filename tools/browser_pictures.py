"""Makes the pictures of docs/for_*.md from what the browser tests saw.

.venv/bin/python -m pytest tests/browser
.venv/bin/python tools/browser_pictures.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / "build" / "screenshots"
PICTURES = ROOT / "docs" / "images" / "browser"
COLOURS = 256  # as small as a page can be without a change that one sees
# Each picture, the screenshot it is made of, and the part of that which is shown.
PARTS = {
    "hint": ("diagnosis-and-hint", (290, 60, 1245, 785)),
    "progress": ("progress-light", (290, 60, 1245, 820)),
    "report": ("report-light", (130, 0, 1150, 1140)),
    "feedback": ("feedback-light", (60, 0, 1220, 390)),
    "widget": ("widget-sliding_window", (290, 60, 1245, 810)),
}


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, (screenshot, part) in PARTS.items():
        with Image.open(SCREENSHOTS / f"{screenshot}.png") as seen:
            shown = seen.convert("RGB").crop(part).quantize(COLOURS, dither=Image.Dither.NONE)
        path = PICTURES / f"{name}.png"
        shown.save(path, optimize=True)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
