// What people have set for themselves: large letters, a narrow window, wide spacing, colours of their own, no motion. Nothing is lost to any of it.
// With ALENTOUR_PICTURES=docs/pictures each state is drawn anew.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { cut, small, tooWide } from './support/measure.mjs';
import { picture } from './support/picture.mjs';
import { listed } from './support/widget.mjs';

const at = bench(neighbourhood());

/** The row of choices scrolls by itself; two lines of the bar are enough, for the form below says all of it. */
const ROWS = ['.quick', '.over p'];
const telephone = { viewport: { width: 360, height: 780 } };
const pages = ['/near?lang=fr&place=69007', '/i/devoirs?lang=fr', '/privacy?lang=fr', '/my-data?lang=fr', '/accessibility?lang=fr'];

/** Letters of another size, and nothing else: what browsers call the text's size. */
async function letters(page, pixels) {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  await session.send('Page.setFontSizes', { fontSizes: { standard: pixels } });
}

async function inList(t, options) {
  const page = await at.visit(t, { attributes: 'data-place="69007"', ...options });
  await listed(page);
  return page;
}

/** A detail whose form says what is to mend: the most that stands in one place. */
async function inForm(t, options) {
  const page = await at.visit(t, { query: '#alentour=devoirs', ...options });
  await page.locator('.join button[type=submit]').click();
  await page.locator('#to-mend').waitFor();
  return page;
}

async function assertWhole(page, state, rows = ROWS, least = 15) {
  assert.ok((await tooWide(page)) <= 0, `${state}: the page scrolls sideways by ${await tooWide(page)} px`);
  const { looked, found } = await cut(page, rows);
  assert.ok(looked >= least, `${state}: only ${looked} texts were looked at`);
  assert.deepEqual(found, [], state);
}

for (const [how, width, lang] of [['at 320 pixels, as with 400 %', 320, 'fr'], ['at 320 pixels from right to left', 320, 'ar']]) {
  test(`nothing scrolls in two directions ${how}`, async (t) => {
    const browser = { viewport: { width, height: 640 } };
    // Lines that a card shortens stand whole in what it opens.
    const rows = [...ROWS, '.gist', '.where', '.who'];
    const list = await inList(t, { lang, browser });
    await assertWhole(list, 'list', rows);
    await picture(list, `narrow-list-${lang}`);
    await list.locator('.fold').click();
    await assertWhole(list, 'filters', rows);
    const form = await inForm(t, { lang, browser });
    await assertWhole(form, 'form');
    await picture(form, `narrow-form-${lang}`);
    for (const path of pages) {
      const page = await openPage(t, at.browser, browser);
      await page.goto(at.server.url + path.replace('lang=fr', `lang=${lang}`));
      await assertWhole(page, path, rows, 8);
    }
  });
}

test('letters twice as large lose nothing, on a telephone and wide', async (t) => {
  for (const [name, browser, rows] of [['telephone', telephone, ROWS], ['wide', {}, [...ROWS, '.gist', '.where', '.who']]]) {
    for (const [state, visit] of [['list', inList], ['form', inForm]]) {
      const page = await visit(t, { browser });
      await letters(page, 32);
      assert.equal(await page.locator('.root').evaluate((it) => getComputedStyle(it).fontSize), '32px', 'letters are not larger');
      await assertWhole(page, `${name} ${state}`, rows);
      await picture(page, `letters-${name}-${state}`);
    }
  }
  for (const path of pages) {
    const page = await openPage(t, at.browser, telephone);
    await page.goto(at.server.url + path);
    await letters(page, 32);
    await assertWhole(page, path, ROWS, 8);
  }
});

test('text that is spaced out loses nothing', async (t) => {
  // WCAG 2.1, 1.4.12.
  const spacing = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }';
  for (const [state, visit] of [['list', inList], ['form', inForm]]) {
    const page = await visit(t, { browser: telephone });
    await page.evaluate((spacing) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(spacing);
      document.querySelector('alentour-widget').shadowRoot.adoptedStyleSheets.push(sheet);
    }, spacing);
    await assertWhole(page, state, [...ROWS, '.gist', '.where', '.who']);
  }
});

test('a finger hits every control, and the form’s with ease', async (t) => {
  const list = await inList(t, { browser: telephone });
  await list.locator('.fold').click();
  const form = await inForm(t, { browser: telephone });
  const all = [['list', list, 20], ['form', form, 15]];
  for (const path of pages) {
    const page = await openPage(t, at.browser, telephone);
    await page.goto(at.server.url + path);
    all.push([path, page, 6]);
  }
  for (const [state, page, least] of all) {
    const { looked, found } = await small(page);
    assert.ok(looked >= least, `${state}: only ${looked} controls`);
    assert.deepEqual(found, [], state);
  }
  const low = await form.locator('.join :is(input:not([type=checkbox], [type=radio], .website *), select, textarea, [type=submit], .slot, .options label)').evaluateAll((all) =>
    all.filter((it) => it.checkVisibility() && !it.closest('.website') && it.getBoundingClientRect().height < 44).map((it) => it.outerHTML.slice(0, 80)));
  assert.deepEqual(low, []);
});

test('with colours of the visitor’s own, what is chosen, what is open and what signs say is still seen', async (t) => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await inList(t, { browser: { forcedColors: 'active', colorScheme } });
    await page.locator('#filters .chip').first().click();
    await page.locator('.card h3 a').first().click();
    await page.locator('.card[aria-current]').waitFor();
    const seen = await page.locator('alentour-widget').evaluate((it) => {
      const find = (selector) => it.shadowRoot.querySelector(selector);
      const style = (selector) => getComputedStyle(find(selector));
      return {
        chip: [style('#filters .chip').borderTopStyle, style('#filters .chip[aria-pressed=true]').backgroundColor !== style('#filters .chip[aria-pressed=false]').backgroundColor],
        open: [style('.card[aria-current]').outlineStyle, style('.card:not([aria-current])').outlineStyle],
        sign: style('.facts svg').fill === style('.facts li').color,
        field: style('#place').borderTopStyle,
      };
    });
    assert.deepEqual(seen, { chip: ['solid', true], open: ['solid', 'none'], sign: true, field: 'solid' }, colorScheme);
    await picture(page, `forced-colours-${colorScheme}`);
  }
});

test('what is chosen has a mark, and not only another colour', async (t) => {
  const page = await inList(t);
  const chip = page.locator('#filters .chip').nth(1);
  const mark = () => chip.evaluate((it) => getComputedStyle(it, '::before').content);
  const width = async () => (await chip.boundingBox()).width;
  assert.equal(await mark(), 'none');
  const before = await width();
  await chip.click();
  await page.locator('#filters .chip:nth-child(2)[aria-pressed=true]').first().waitFor();
  assert.match(await mark(), /✓/);
  assert.ok(Math.abs((await width()) - before) < 12, 'the mark moves what stands beside it');
});

test('borders of fields, of choices and of what has the focus stand out, in light and in dark', async (t) => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await inForm(t, { browser: { colorScheme }, head: '<style>:root{color-scheme:light dark}body{background:Canvas}</style>' });
    await page.keyboard.press('Tab');
    const low = await page.locator('alentour-widget').evaluate((it) => {
      const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
      const luminance = (colour) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const rgb = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => value / 255);
        return rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
      };
      const contrast = (one, other) => {
        const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
      };
      const paper = getComputedStyle(it.shadowRoot.querySelector('.join')).backgroundColor;
      const own = (selector, property) => [...it.shadowRoot.querySelectorAll(selector)].map((one) => [selector, getComputedStyle(one)[property]]);
      const all = [...own('.join .field > :is(input, textarea, select)', 'borderTopColor'), ...own('.slot:not(.full)', 'borderTopColor'), ...own(':focus', 'outlineColor')];
      if (all.length < 6) return [`only ${all.length} borders`];
      return all.filter(([, colour]) => contrast(colour, paper) < 3).map(([selector, colour]) => `${selector} ${colour} on ${paper}`);
    });
    assert.deepEqual(low, [], colorScheme);
    await picture(page, `form-${colorScheme}`);
  }
});

test('a place that is pressed by mistake is let go elsewhere', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const place = page.locator('#place');
  await place.pressSequentially('vill');
  const proposal = page.locator('#places [role=option]').first();
  await proposal.waitFor();
  const box = await proposal.boundingBox();
  await page.mouse.move(box.x + 20, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, box.y + 500);
  await page.mouse.up();
  assert.equal(await place.inputValue(), 'vill');
  await proposal.click();
  assert.match(await place.inputValue(), /^Ville/);
});

test('the statement is clean in every language, in light and in dark', async (t) => {
  const { look, assertClean } = audit();
  for (const lang of ['fr', 'en', 'es', 'ar']) {
    const page = await openPage(t, at.browser, { ...telephone, colorScheme: lang === 'en' ? 'dark' : 'light' });
    await page.goto(`${at.server.url}/accessibility?lang=${lang}`);
    await page.locator('summary').click();
    await look(page, lang, false);
    assert.ok((await tooWide(page)) <= 0, `${lang}: the grid is too wide`);
    // The first stop of the keyboard leads past the menu.
    await page.keyboard.press('Home');
    await page.goto(page.url());
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#content');
    assert.ok((await page.locator('.skip').boundingBox()).x >= 0, 'it is not seen');
    if (lang === 'fr' || lang === 'ar') await picture(page, `statement-${lang}`);
  }
  assertClean();
});
