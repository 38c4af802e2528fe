// Text can be read, in light and in dark, whatever accent a partner chooses. Axe does not see through oklch(); this does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed } from './support/widget.mjs';

const at = bench(neighbourhood());

/** Texts whose contrast is too low (WCAG 2.2, 1.4.3), as the browser paints their colours. */
const faint = (page, element = 'alentour-widget') =>
  page.locator(element).evaluate((it) => {
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    /** The colours painted over each other, as [red, green, blue] from 0 to 1. */
    const paint = (colours) => {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => value / 255);
    };
    // WCAG 2.2, "relative luminance".
    const luminance = (rgb) => rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
    const found = new Set();
    let looked = 0;
    const walker = document.createTreeWalker(it.shadowRoot, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (!text || !element?.checkVisibility() || element.closest('.unseen, option')) continue;
      looked++;
      const backgrounds = [];
      for (let node = element; node; node = node.parentElement) backgrounds.unshift(getComputedStyle(node).backgroundColor);
      const style = getComputedStyle(element);
      const [a, b] = [luminance(paint([...backgrounds, style.color])), luminance(paint(backgrounds))].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < (large ? 3 : 4.5)) found.add(`${element.localName}.${element.className} "${text.slice(0, 20)}" ${ratio.toFixed(2)}`);
    }
    return { looked, found: [...found] };
  });

const accents = { 'its own accent': '', 'a pale yellow': '#ffe45c', 'a navy blue': '#0b1d51', black: '#000', white: '#fff', 'a loud green': '#00ff3c', grey: '#8a8a8a' };

for (const scheme of ['light', 'dark']) {
  for (const [name, accent] of Object.entries(accents)) {
    test(`all texts can be read in ${scheme} with ${name}`, async (t) => {
      const page = await at.visit(t, {
        head: `<style>:root{color-scheme:light dark}body{background:Canvas}${accent && `alentour-widget{--alentour-accent:${accent}}`}</style>`,
        attributes: 'data-place="69007" data-kinds="volunteering"', query: '#alentour=devoirs', browser: { colorScheme: scheme },
      });
      await listed(page);
      await page.locator('.join button[type=submit]').click();
      await page.locator('#to-mend').waitFor();
      const { looked, found } = await faint(page);
      assert.ok(looked > 80, `only ${looked} texts were looked at`);
      assert.deepEqual(found, []);
    });
  }
}

for (const [name, accent] of Object.entries(accents)) {
  test(`the button of one action can be read with ${name}`, async (t) => {
    const page = await openPage(t, at.browser);
    const style = accent && `alentour-action{--alentour-accent:${accent}}`;
    await page.goto(await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><style>${style}</style><alentour-action open="petition"></alentour-action>
      <script async src="${at.server.url}/v1/alentour.js"></script>`));
    await page.getByRole('button').waitFor();
    assert.deepEqual(await faint(page, 'alentour-action'), { looked: 2, found: [] });
    // What can be read is left as it is.
    if (accent === '#0b1d51') assert.match(await page.getByRole('button').evaluate((it) => getComputedStyle(it).backgroundColor), /oklch\(0\.2|rgb\(11, 29, 81\)/);
  });
}

test('with forced colours the widget keeps its borders and its focus', async (t) => {
  const page = await at.visit(t, { browser: { forcedColors: 'active' } });
  await listed(page);
  const border = await page.locator('.card').first().evaluate((it) => getComputedStyle(it).borderTopStyle);
  assert.equal(border, 'solid');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement.shadowRoot.activeElement).outlineStyle);
  assert.equal(outline, 'solid');
});

test('nothing is animated for those who asked for less motion', async (t) => {
  at.site.put('/waiting.json', () => {});
  const visit = async (reducedMotion) => {
    const page = await at.visit(t, { attributes: 'data-feed="/waiting.json"', browser: { reducedMotion } });
    await page.locator('.count').waitFor();
    return page;
  };
  const moving = await visit('no-preference');
  assert.ok((await moving.locator('alentour-widget').evaluate((it) => it.shadowRoot.getAnimations().length)) > 0, 'nothing moves here for anybody');
  const page = await visit('reduce');
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  const inside = await page.locator('alentour-widget').evaluate((it) => it.shadowRoot.getAnimations().length);
  assert.equal(inside, 0);
});
