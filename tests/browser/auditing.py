"""What is asked of a page in Chromium: rules of axe-core, sizes of targets, focus in view, no wider than the screen."""

from __future__ import annotations

from playwright.sync_api import Page

from webapp.settings import ROOT

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")

SMALL = """least => {
  const asked = "a[href], button, summary, input:not([type=hidden]), select, textarea, [role=button], [tabindex='0']";
  const drawn = node => node.checkVisibility({contentVisibilityAuto: false, visibilityProperty: true})
    && node.getClientRects().length && !node.closest("svg, .vh, .skip, .leaflet-pane");
  const all = [...document.querySelectorAll(asked)].filter(drawn).map(node => ({node, box: boxOf(node)}));
  function boxOf(node) {
    const label = node.matches("input[type=checkbox], input[type=radio]") && node.closest("label");
    return (label || node).getBoundingClientRect();
  }
  const small = all.filter(({box}) => box.width < least - 0.5 || box.height < least - 0.5);
  const middle = ({left, right, top, bottom}) => [(left + right) / 2, (top + bottom) / 2];
  const inSentence = ({node}) => {
    const around = node.parentElement.closest("p, li, td, th, dd, dt, caption, span, small, div, aside, body");
    return getComputedStyle(node).display === "inline" && around.textContent.trim() !== node.textContent.trim();
  };
  const crowded = one => {
    const [x, y] = middle(one.box);
    return all.some(other => {
      if (other === one || other.node.contains(one.node) || one.node.contains(other.node)) return false;
      const {left, right, top, bottom} = other.box;
      const near = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)) < least / 2;
      const [ox, oy] = middle(other.box);
      return near || (small.includes(other) && Math.hypot(ox - x, oy - y) < least);
    });
  };
  return small.filter(one => !inSentence(one) && crowded(one))
    .map(({node, box}) => `${node.outerHTML.slice(0, 120)} ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`);
}"""
"""Targets under `least` pixels that WCAG 2.5.8 does not excuse: not in a sentence, and too near another one."""

HIDDEN = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const {left, right, top, bottom} = node.getBoundingClientRect();
  const inside = (low, value, high) => Math.min(Math.max(value, low), high);
  const seen = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap(share => [0.2, 0.5, 0.8].map(part => {
    const x = inside(1, left + share * (right - left), innerWidth - 2);
    const y = inside(1, top + part * (bottom - top), innerHeight - 2);
    const found = document.elementFromPoint(x, y);
    return found && (node.contains(found) || found.contains(node) && !found.matches("html, body, main"));
  }));
  return seen.some(Boolean) && bottom > 0 && top < innerHeight ? null : node.outerHTML.slice(0, 160);
}"""
"""The focused element if nothing of it can be seen."""

UNSCOPED = """() => [...document.querySelectorAll("th")].filter(head => {
  const first = !head.parentElement.previousElementSibling;
  const part = head.parentElement.parentElement.localName;
  const top = part === "thead";
  const held = {col: top, colgroup: top, row: !top, rowgroup: part === "tbody" && first};
  return !held[head.getAttribute("scope")];
}).map(head => head.outerHTML.slice(0, 160))"""
"""Heads of tables that do not say what they head: columns from the table's head, a row, or all rows of a tbody that
opens with them (technique H63 of WCAG 1.3.1)."""


RULES = """async () => (await axe.run({resultTypes: ["violations"]})).violations
  .map(found => `${found.id}: ${found.nodes[0].html.slice(0, 160)}`)"""
"""All rules; of those that hold no list of elements is made."""


def axe(page: Page) -> list[str]:
    """Rules of axe-core that the page breaks, with the first element of each."""
    page.evaluate(AXE)
    return [str(violation) for violation in page.evaluate(RULES)]


def unscoped(page: Page) -> list[str]:
    """Heads of tables of which it cannot be told what they head."""
    return [str(head) for head in page.evaluate(UNSCOPED)]


def small_targets(page: Page, least: int = 24) -> list[str]:
    """Targets that are too small for a finger."""
    return [str(target) for target in page.evaluate(SMALL, least)]


def wider_by(page: Page) -> int:
    """Pixels by which the page is wider than the screen; 0 or less where it is not."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def hidden_focus(page: Page, presses: int) -> list[str]:
    """Elements of which nothing can be seen while they have the focus, on a walk by the Tab key."""
    found = []
    for _press in range(presses):
        page.keyboard.press("Tab")
        hidden = page.evaluate(HIDDEN)
        if hidden:
            found.append(str(hidden))
    return found
