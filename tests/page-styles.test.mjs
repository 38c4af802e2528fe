// What a page's styles do to the widget: nothing. What the widget does to the page's: nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** How the widget's elements look: what is compared between pages. */
const looks = (page) =>
  page.locator('alentour-widget').evaluate((it) => {
    const properties = ['fontSize', 'fontWeight', 'fontStyle', 'lineHeight', 'letterSpacing', 'textTransform', 'visibility', 'display', 'position', 'paddingTop', 'marginTop', 'color', 'backgroundColor', 'textAlign', 'direction', 'cursor', 'wordSpacing', 'whiteSpace', 'listStyleType', 'textIndent'];
    const sizes = {};
    const selectors = ['.app', '#place', '.here', '.count', '.card', '.card h3', '.card h3 a', '.card .action', '.kind', '.when', '.chip', '.legend', 'select', '.more', '.elsewhere h2', '.elsewhere .card'];
    for (const selector of selectors) {
      const element = it.shadowRoot.querySelector(selector);
      const style = getComputedStyle(element);
      const { width, height } = element.getBoundingClientRect();
      sizes[selector] = Object.fromEntries(properties.map((name) => [name, style[name]]));
      sizes[selector].box = `${Math.round(width)} x ${Math.round(height)}`;
    }
    return sizes;
  });

test('on a page that unsets everything, with a root of 62.5 %, the widget looks as on a plain page', async (t) => {
  const [plain, hostile] = [await at.visit(t, { page: 'bare' }), await at.visit(t, { page: 'unset' })];
  await listed(plain);
  await listed(hostile);
  const [expected, actual] = [await looks(plain), await looks(hostile)];
  const different = Object.keys(expected).flatMap((selector) =>
    Object.keys(expected[selector])
      .filter((name) => actual[selector][name] !== expected[selector][name])
      .map((name) => `${selector} ${name}: ${actual[selector][name]} instead of ${expected[selector][name]}`),
  );
  assert.deepEqual(different, []);
  // And works.
  await widget(hostile).words.fill('logement');
  await widget(hostile).link('Réunion publique sur le logement').click();
  await widget(hostile).detail.waitFor();
  await widget(hostile).field('Prénom').fill('Camille');
});

test('the visitor’s own text size is followed, the page’s root is not', async (t) => {
  const head = '<style>html{font-size:62.5%}</style>';
  const page = await at.visit(t, { head });
  await listed(page);
  assert.equal(await widget(page).count.evaluate((it) => getComputedStyle(it).fontSize), '16px');
});

test('the page’s own styles and globals are as they were', async (t) => {
  const before = () => (window.globals = new Set(Object.getOwnPropertyNames(window)));
  const page = await at.visit(t, { browser: { init: before } });
  await listed(page);
  const fresh = await page.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => !window.globals.has(name) && name !== 'globals'));
  assert.deepEqual(fresh, []);
  assert.equal(await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length), 0);
  assert.deepEqual(await page.evaluate(() => [...document.body.attributes, ...document.documentElement.attributes].map((it) => it.name)), ['lang']);
  assert.deepEqual(await page.evaluate(() => [...document.body.children].map((it) => it.localName)), ['header', 'main']);
});

test('the page’s font and the accent that it names are taken over', async (t) => {
  const head = '<style>body{font-family:Georgia}alentour-widget{--alentour-accent:#0a5}</style>';
  const page = await at.visit(t, { head });
  await listed(page);
  assert.equal(await widget(page).count.evaluate((it) => getComputedStyle(it).fontFamily), 'Georgia');
  const plain = await at.visit(t);
  await listed(plain);
  const fill = (page) => widget(page).cards.first().locator('.action').evaluate((it) => getComputedStyle(it).borderTopColor);
  assert.notEqual(await fill(page), await fill(plain));
});

test('parts can be styled from outside', async (t) => {
  const page = await at.visit(t, { head: '<style>alentour-widget::part(title){font-style:italic}</style>' });
  await listed(page);
  assert.equal(await widget(page).cards.first().locator('h3').evaluate((it) => getComputedStyle(it).fontStyle), 'italic');
});
