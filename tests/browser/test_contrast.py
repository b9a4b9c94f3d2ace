"""Whether what is current stands out from its ground, in both themes (WCAG: 4.5 : 1)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.factories import AccountFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
LEAST = 4.5
# The text's colour over the colours that lie behind it, blended.
CONTRAST = """(element) => {
  const pixel = (colour) => {
    const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
    const on = canvas.getContext('2d', { willReadFrequently: true });
    on.fillStyle = colour; on.fillRect(0, 0, 1, 1);
    return [...on.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const part = (value) => { value /= 255; return value <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
    return .2126 * part(colour[0]) + .7152 * part(colour[1]) + .0722 * part(colour[2]);
  };
  const layers = [];
  for (let each = element; each; each = each.parentElement) {
    const colour = pixel(getComputedStyle(each).backgroundColor);
    if (colour[3]) layers.push(colour);
    if (colour[3] === 255) break;
  }
  let ground = [255, 255, 255];
  for (const layer of layers.reverse())
    ground = ground.map((value, i) => value * (1 - layer[3] / 255) + layer[i] * layer[3] / 255);
  const both = [light(pixel(getComputedStyle(element).color)), light(ground)].sort((a, b) => b - a);
  return (both[0] + .05) / (both[1] + .05);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_current_can_be_read(page: Page, theme: str):
    AccountFactory.create_batch(51)
    page.goto("/admin/accounts/account/")
    page.evaluate("theme => localStorage.setItem('_x_adminTheme', JSON.stringify(theme))", theme)
    page.goto("/admin/accounts/account/")

    for what in (page.locator(".tl-page-now"), page.locator("a.active").filter(has_text="Accounts")):
        assert what.first.evaluate(CONTRAST) >= LEAST, what
