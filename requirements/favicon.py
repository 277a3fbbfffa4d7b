"""The pictures of the window's mark: `make favicon`, or `python -m requirements.favicon`, from `favicon.svg`."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from assistant.evaluation.benchmarks.window_bench import chromium

STATIC = Path(__file__).parents[1] / "ui" / "static"
SIZES = (16, 32, 48)
TOUCH = 180
# A phone rounds the corners itself, and cuts into what is near the edge.
_ROUNDED = 'viewBox="0 0 32 32"', '<rect width="32" height="32" rx="7"/>'
_SQUARE = 'viewBox="-4 -4 40 40"', '<rect x="-4" y="-4" width="40" height="40"/>'


def main() -> None:
    """Draw `favicon.ico`, each size for itself, and `apple-touch-icon.png`."""
    svg = (STATIC / "favicon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]).new_page()
        *smaller, largest = [_drawn(page, svg, size) for size in SIZES]
        touch = _drawn(page, _squared(svg), TOUCH).convert("RGB")
    sizes = [(size, size) for size in SIZES]
    largest.save(STATIC / "favicon.ico", sizes=sizes, append_images=smaller)
    touch.save(STATIC / "apple-touch-icon.png", optimize=True)


def _squared(svg: str) -> str:
    for rounded, square in zip(_ROUNDED, _SQUARE, strict=True):
        if rounded not in svg:
            raise SystemExit(f"favicon.svg: no {rounded} in it; change _ROUNDED in requirements/favicon.py with it")
        svg = svg.replace(rounded, square)
    return svg


def _drawn(page: Page, svg: str, size: int) -> Image.Image:
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px }}</style>{svg}")
    return Image.open(io.BytesIO(page.screenshot(omit_background=True)))


if __name__ == "__main__":
    main()
