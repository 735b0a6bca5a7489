#!/usr/bin/env python3
"""Looks at pictures and pages in a real browser and fails where one of them is not clean.

    lstm step … --format svg > step.svg
    lstm step … --format html > step.html
    Scripts/check-pictures.py step.svg step.html

Of every SVG, and of every SVG within a page, it checks that no two texts overlap, that no text
leaves the picture, and that no text leaves the box in which it stands. Of every page it checks,
in windows of 360 and 900 pixels, that the page is not wider than its window and that no id
stands in it twice. Exit status: 0 clean, 1 something is wrong (each finding on a line of its
own), 2 the check could not be made.

It needs Python 3 and Chromium or Chrome; $CHROMIUM names another one. `--self-test` shows it
pictures that are wrong on purpose and fails where it misses one.
"""

import argparse
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WIDTHS = (360, 900)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Runs in the browser. Boxes are measured in the picture's own units, whatever its size on the
# screen; half a unit is forgiven, since glyph boxes are taller than the glyphs.
LOOK = r"""
function lookAtPicture(svg, name) {
  const found = [], frame = svg.getBoundingClientRect();
  const scale = frame.width / svg.viewBox.baseVal.width;
  if (!(scale > 0)) return [name + ": has no width"];
  const box = (element) => {
    const r = element.getBoundingClientRect();
    return {left: (r.left - frame.left) / scale, right: (r.right - frame.left) / scale,
            top: (r.top - frame.top) / scale, bottom: (r.bottom - frame.top) / scale};
  };
  const texts = [...svg.querySelectorAll("text")]
    .filter((t) => t.textContent.trim() !== "")
    .map((t) => ({text: t.textContent, box: box(t), element: t}));
  if (texts.length === 0) found.push(name + ": has no text");
  const inside = (one, other) => one.left >= other.left - 0.5 && one.right <= other.right + 0.5
    && one.top >= other.top - 0.5 && one.bottom <= other.bottom + 0.5;
  const whole = {left: 0, top: 0, right: svg.viewBox.baseVal.width,
                 bottom: svg.viewBox.baseVal.height};
  texts.forEach((one, place) => {
    if (!inside(one.box, whole)) found.push(`${name}: "${one.text}" leaves the picture`);
    const group = one.element.closest("g:has(> title)");
    const face = group && group.querySelector(":scope > rect.lc-face");
    if (face && !inside(one.box, box(face)))
      found.push(`${name}: "${one.text}" leaves its box`);
    if (one.element.getBoundingClientRect().height / scale < 9)
      found.push(`${name}: "${one.text}" is too small to read`);
    for (const other of texts.slice(place + 1)) {
      const wide = Math.min(one.box.right, other.box.right)
        - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom)
        - Math.max(one.box.top, other.box.top);
      if (wide > 0.5 && high > 0.5)
        found.push(`${name}: "${one.text}" and "${other.text}" overlap`);
    }
  });
  return found;
}
function lookAtPage(page, name) {
  const found = [], root = page.documentElement, width = page.defaultView.innerWidth;
  if (root.scrollWidth > width)
    found.push(`${name}: the page is ${root.scrollWidth} wide in a window of ${width}`);
  const seen = new Set();
  for (const element of page.querySelectorAll("[id]")) {
    if (seen.has(element.id)) found.push(`${name}: two elements have the id "${element.id}"`);
    seen.add(element.id);
  }
  [...page.querySelectorAll("svg")].forEach((svg, place) =>
    found.push(...lookAtPicture(svg, `${name}, picture ${place + 1}`)));
  return found;
}
window.onload = () => {
  let found = [], seen = 0;
  try {
    for (const frame of document.querySelectorAll("iframe")) {
      found.push(...lookAtPage(frame.contentDocument, frame.title));
      seen += 1;
    }
  } catch (error) { found.push("the check itself failed: " + error); }
  document.body.textContent = "FOUND" + JSON.stringify({seen: seen, found: found}) + "END";
};
"""


class CannotCheck(Exception):
    """The browser is missing or did not answer."""


def find_browser():
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    raise CannotCheck(f"no browser: none of {', '.join((named,) if named else BROWSERS)} is here")


def page_of(path):
    """The document to look at: a page as it is, a picture in a page as wide as the window."""
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() == ".svg":
        return f'<!DOCTYPE html><html lang="en"><body style="margin:0">{text}</body></html>', (900,)
    return text, WIDTHS


def look(browser, paths):
    """What is wrong with the files, one line each."""
    frames = []
    for path in paths:
        page, widths = page_of(path)
        for width in widths:
            title = html.escape(f"{path} at {width}", quote=True)
            frames.append(
                f'<iframe title="{title}" width="{width}" height="800" style="border:0"'
                f' srcdoc="{html.escape(page, quote=True)}"></iframe>')
    document = ('<!DOCTYPE html><html><head><meta charset="utf-8">'
                f"<script>{LOOK}</script></head><body>{''.join(frames)}</body></html>")
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder, "look.html")
        target.write_text(document, encoding="utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            f"--user-data-dir={folder}/profile", "--dump-dom", target.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired as error:
            raise CannotCheck(f"{browser} did not answer within {error.timeout} s") from error
    match = re.search(r"FOUND(\{.*\})END", done.stdout, re.DOTALL)
    if not match:
        raise CannotCheck(f"{browser} gave no answer: {done.stderr.strip()[-500:]}")
    answer = json.loads(html.unescape(match.group(1)))
    if answer["seen"] != len(frames):
        raise CannotCheck(f"only {answer['seen']} of {len(frames)} frames were seen")
    return answer["found"]


WRONG = {
    "overlap": ("a.svg", '<text x="10" y="50">one word</text><text x="30" y="52">another</text>'),
    "leaves the picture": ("b.svg", '<text x="180" y="50">much too far right</text>'),
    "leaves its box": (
        "c.svg", '<g><title>t</title><rect class="lc-face" x="10" y="30" width="20" height="30"/>'
        '<text x="12" y="50">too wide</text></g>'),
    "too small": ("d.svg", '<text x="10" y="50" font-size="5">tiny</text>'),
    "has no text": ("e.svg", '<rect width="10" height="10"/>'),
    "wide in a window": ("f.html", '<p id="one" style="width:700px">wide</p>'),
    "have the id": ("g.html", '<p id="one">one</p><p id="one">two</p>'),
    "": ("h.svg", '<text x="10" y="50">fine</text><text x="100" y="50">as well</text>'),
}


def self_test(browser):
    """Whether each wrong picture is found wrong, and the right one right."""
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for finding, (name, body) in WRONG.items():
            if name.endswith(".svg"):
                body = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">{body}</svg>'
            else:
                body = f'<!DOCTYPE html><html lang="en"><body>{body}</body></html>'
            path = pathlib.Path(folder, name)
            path.write_text(body, encoding="utf-8")
            found = look(browser, [path])
            if not (any(finding in line for line in found) if finding else not found):
                failures.append(f"{name}: expected “{finding or 'nothing'}”, found {found}")
    return failures


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE.svg|FILE.html")
    parser.add_argument("--self-test", action="store_true", help="check the check")
    options = parser.parse_args()
    if not options.files and not options.self_test:
        parser.error("no file is named")
    try:
        browser = find_browser()
        found = self_test(browser) if options.self_test else []
        if options.files:
            found += look(browser, options.files)
    except (CannotCheck, OSError, UnicodeDecodeError) as error:
        print(f"check-pictures: {error}", file=sys.stderr)
        return 2
    for line in found:
        print(line)
    if not found:
        print(f"{len(options.files)} file(s) are clean" if options.files else "the check works")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
