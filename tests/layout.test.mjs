// Where the widget stands: nothing moves, nothing is too wide, nothing too small to hit. And pictures for people to look at.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { before, test } from 'node:test';
import { bench } from './support/bench.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const pictures = resolve(import.meta.dirname, '../target/screenshots');
before(() => mkdir(pictures, { recursive: true }));

/** Adds up in `window.shift` what moves on the page. */
const watchShifts = () => {
  window.shift = 0;
  window.shifted = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      window.shift += entry.value;
      window.shifted.push(...entry.sources.map(({ node, previousRect, currentRect }) => `${node?.localName}.${node?.className} ${previousRect.top} -> ${currentRect.top}`));
    }
  }).observe({ type: 'layout-shift', buffered: true });
};
const shifts = (page) => page.evaluate(() => ({ shift: window.shift, shifted: window.shifted }));
const nothing = { shift: 0, shifted: [] };

for (const [name, viewport] of [['a wide screen', { width: 1280, height: 900 }], ['a telephone', { width: 360, height: 780 }]]) {
  test(`nothing on the page moves while the widget loads, on ${name}`, async (t) => {
    const page = await at.visit(t, { page: 'moving', browser: { viewport, init: watchShifts } });
    await listed(page);
    await page.waitForTimeout(500);
    assert.deepEqual(await shifts(page), nothing);
    // What does move is seen.
    await page.evaluate(() => document.querySelector('main').insertAdjacentHTML('afterbegin', '<p style="height:200px"></p>'));
    await page.waitForFunction(() => window.shift > 0);
  });

  test(`nothing on the page moves when the links of the page make room, on ${name}`, async (t) => {
    const page = await at.visit(t, { page: 'moving', links: '<p class="alentour-fallback"><a href="https://example.org">Nos actions</a></p>', browser: { viewport, init: watchShifts } });
    await listed(page);
    await page.waitForTimeout(500);
    const { shift, shifted } = await shifts(page);
    // The links give way to a widget that is higher: what the page has kept free for it decides. See docs on --alentour-height.
    t.diagnostic(`layout shift ${shift.toFixed(3)} ${shifted.slice(0, 3).join('; ')}`);
    assert.ok(shift < 0.1, shifted.join('; '));
  });
}

test('nothing on the page moves when the feed fails', async (t) => {
  const page = await at.visit(t, { page: 'moving', attributes: 'data-feed="/missing.json"', browser: { init: watchShifts } });
  await widget(page).alert.waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(await shifts(page), nothing);
});

/** Opens each state in turn and looks at it. The filters are a state of their own where they are folded, as there is little room. */
async function everyState(page, isFolded, look) {
  const { cards, detail, fold, chip, send, back, words } = widget(page);
  await listed(page);
  await look('list');
  assert.equal(await fold.isVisible(), isFolded);
  if (isFolded) {
    await fold.click();
    await chip('Entre deux dates').click();
    await look('filters');
    await chip('Toutes les dates').click();
  }
  await page.locator('#place').fill('');
  await page.locator('#place').pressSequentially('saint');
  await page.locator('#places [role=option]').first().waitFor();
  await look('proposals');
  await page.keyboard.press('Escape');
  await page.locator('#place').fill('');
  await words.fill('introuvable');
  await page.locator('.results .notice').waitFor();
  await look('empty');
  await words.fill('devoirs');
  await cards.first().getByRole('link').click();
  // All of it: the rest of what it says comes when it is opened.
  await detail.locator('.links').first().waitFor();
  await look('detail');
  await send('Je participe').click();
  await page.locator('#to-mend').waitFor();
  await look('to-mend');
  await back.click();
}

test('at 320 pixels nothing scrolls sideways, in any state', async (t) => {
  const page = await at.visit(t, { page: 'bare', browser: { viewport: { width: 320, height: 640 } } });
  await everyState(page, true, async (state) => {
    const wide = await page.evaluate(() => {
      // The row of choices scrolls by itself.
      const inside = [...document.querySelector('alentour-widget').shadowRoot.querySelectorAll('*:not(.quick *)')].filter((it) => it.checkVisibility());
      const beyond = inside.filter((it) => it.getBoundingClientRect().right > innerWidth + 0.5 || (it.type === 'date' && it.offsetWidth > it.parentElement.clientWidth + 1));
      return { inside: inside.length, page: document.documentElement.scrollWidth, beyond: beyond.map((it) => it.outerHTML.slice(0, 80)).slice(0, 5) };
    });
    assert.ok(wide.inside > 20, `${state}: only ${wide.inside} elements were looked at`);
    assert.deepEqual([wide.page, wide.beyond], [320, []], state);
  });
});

test('at 400 % zoom, and with text of twice the size, nothing is cut off', async (t) => {
  const page = await at.visit(t, { page: 'bare', browser: { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 } });
  await everyState(page, true, async (state) => {
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), state);
  });
});

/** Parents that take their width from what is in them. */
const SHRINKING = {
  'a flex row': '<div style="display:flex">{}</div>',
  'a flex row with a text': '<div style="display:flex">{}<p>du texte</p></div>',
  'a centred flex column': '<div style="display:flex;flex-direction:column;align-items:center">{}</div>',
  'a centred grid': '<div style="display:grid;justify-items:center">{}</div>',
  'a grid of automatic columns': '<div style="display:grid;grid-template-columns:auto auto">{}<p>du texte</p></div>',
  'an inline block': '<div style="display:inline-block">{}</div>',
  'a float': '<div style="float:left">{}</div>',
  'a cell of a table': '<table><tr><td>{}</td></tr></table>',
  'a box that fits its content': '<div style="width:fit-content">{}</div>',
  'a box out of the flow': '<div style="position:absolute">{}</div>',
};

for (const [width, least] of [[1000, 700], [320, 240]]) {
  test(`whatever takes its width from the widget is given one, at ${width} pixels`, async (t) => {
    const page = await at.visit(t, { page: 'bare', browser: { viewport: { width, height: 800 } } });
    for (const [name, html] of Object.entries(SHRINKING)) {
      const widths = () => page.evaluate(() => ({ widget: document.querySelector('#shrunk').offsetWidth, page: document.documentElement.scrollWidth }));
      await page.evaluate((html) => (document.querySelector('main').innerHTML = html), html.replace('{}', '<alentour-widget id="shrunk"></alentour-widget>'));
      const before = await widths();
      await listed(page);
      const after = await widths();
      for (const { widget, page } of [before, after]) {
        assert.ok(widget >= least, `${name}: ${widget}`);
        assert.ok(page <= width, `${name}: the page is ${page} wide`);
      }
    }
  });
}

for (const width of [320, 360, 1200]) {
  test(`with text of twice the size, set in the browser, at ${width} pixels, nothing scrolls sideways and every choice can be read`, async (t) => {
    const browser = await startBrowser('--blink-settings=defaultFontSize=32');
    t.after(() => browser.close());
    const page = await openPage(t, browser, { viewport: { width, height: 800 } });
    await page.goto(await at.site.page('bare', { server: at.server.url, attributes: 'data-place="69007"' }));
    const { radius, words } = widget(page);
    // 1200 pixels are few for letters of twice the size.
    await everyState(page, true, async (state) => {
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), state);
      // "25 km" and the arrow; "Mots-clés".
      if (state === 'list') assert.ok((await radius.evaluate((it) => it.offsetWidth)) > 120, 'radius');
      if (state === 'filters') assert.ok((await words.evaluate((it) => it.offsetWidth)) > 200, 'words');
    });
  });
}

test('everything that is pressed is 24 pixels wide and high at least', async (t) => {
  for (const width of [320, 1200]) {
    const page = await at.visit(t, { page: 'bare', browser: { viewport: { width, height: 800 } } });
    await everyState(page, width === 320, async (state) => {
      const { pressed, small } = await page.locator('alentour-widget').evaluate((it) => {
        const all = [...it.shadowRoot.querySelectorAll('a, button, input, select, textarea, [role=option]')];
        const pressed = all.filter((element) => element.checkVisibility({ visibilityProperty: true }));
        const small = pressed
          .map((element) => {
            // A card's link is the whole card: its ::after covers it. Links in sentences are exempt (WCAG 2.5.8).
            if (element.closest('.card h3')) return { element, width: 99, height: 99 };
            if (element.localName === 'a' && element.closest('li, p') && getComputedStyle(element).display === 'inline') return { element, width: 99, height: 99 };
            const { width, height } = element.getBoundingClientRect();
            return { element, width, height };
          })
          .filter(({ width, height }) => width < 24 || height < 24)
          .map(({ element, width, height }) => `${element.outerHTML.slice(0, 70)} ${width} x ${height}`);
        return { pressed: pressed.length, small };
      });
      assert.ok(pressed > 5, `${state} at ${width}: only ${pressed} were looked at`);
      assert.deepEqual(small, [], `${state} at ${width}`);
    });
  }
});

test('pictures of the widget are taken for people to look at', async (t) => {
  const dark = '<style>:root{color-scheme:light dark}body{background:Canvas;color:CanvasText}</style>';
  const looks = {
    wide: { browser: { viewport: { width: 1200, height: 900 } } },
    360: { browser: { viewport: { width: 360, height: 780 } } },
    dark: { head: dark, browser: { colorScheme: 'dark' } },
    rtl: { lang: 'ar' },
  };
  for (const [name, options] of Object.entries(looks)) {
    const page = await at.visit(t, { ...options, attributes: 'data-place="69007"' });
    await listed(page);
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    await page.locator('[id^=card-] h3 a[href$="=devoirs"]').click();
    await page.locator('.detail').waitFor();
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${pictures}/${name}-detail.png` });
    await page.locator('.join button[type=submit]').click();
    await page.locator('#to-mend').waitFor();
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${pictures}/${name}-form.png` });
    await page.close();
  }
});
