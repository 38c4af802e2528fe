// What the views are measured by: how soon a card is seen, whether the way to take part is in sight, what can be hit, and what is calm.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { at as moment, day, neighbourhood } from './support/feeds.mjs';
import { startServer } from './support/server.mjs';
import { listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const telephone = { viewport: { width: 360, height: 740 } };
let demo;
before(async () => (demo = await startServer()));
after(() => demo?.stop());

/** The demo page, as the server serves it. */
async function visitDemo(t, browser, hash = '') {
  const page = await openPage(t, at.browser, browser);
  await page.goto(`${demo.url}/${hash}`);
  if (hash) await widget(page).detail.waitFor();
  else await listed(page);
  return page;
}

/** Where elements of the widget are on the screen. */
const boxes = (page, selector) =>
  page.locator('alentour-widget').evaluate(
    (it, selector) =>
      [...it.shadowRoot.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility())
        .map((element) => {
          const { left, top, bottom, width, height } = element.getBoundingClientRect();
          const hit = it.shadowRoot.elementFromPoint(left + Math.min(width / 2, 40), top + height / 2);
          return { top, bottom, width, height, text: element.textContent.trim(), isSeen: hit === element };
        }),
    selector,
  );

for (const place of ['data-place="69007"', '']) {
  test(`at 360 pixels the search takes 150 at most, ${place ? 'with' : 'without'} a place`, async (t) => {
    const page = await at.visit(t, { page: 'bare', attributes: place, browser: telephone });
    await listed(page);
    const top = await page.locator('alentour-widget').evaluate((it) => it.getBoundingClientRect().top);
    const [card] = await boxes(page, '.card');
    assert.ok(card.top - top <= 150, `the first card stands ${card.top - top} pixels below the widget’s top`);
    // On two lines where it is long; nothing of it is cut away.
    const [count] = await boxes(page, '.count');
    assert.ok(count.height < 40, `the count is ${count.height} pixels high`);
    const cut = await page.locator('.count').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.equal(cut, 0);
    assert.equal((await boxes(page, '.radius')).length, place ? 1 : 0, 'a distance is from a place');
  });
}

test('on the demo page a card’s title is seen on a telephone', async (t) => {
  const page = await visitDemo(t, telephone);
  const [title] = await boxes(page, '.card h3');
  assert.ok(title.bottom <= 740, `it ends at ${title.bottom}`);
});

test('on opening any of the demo’s details the form, or the bar that leads there, is in sight', async (t) => {
  for (const viewport of [telephone.viewport, { width: 1280, height: 800 }]) {
    const list = await visitDemo(t, { viewport });
    const links = await list.locator('.card h3 a').evaluateAll((all) => all.map((it) => it.hash));
    assert.ok(links.length > 12, `only ${links.length} cards`);
    for (const hash of links) {
      const page = await visitDemo(t, { viewport }, hash);
      await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'detail-title');
      const ways = await boxes(page, '.join h3, .bar .action');
      assert.ok(ways.length > 0, `${hash}: there is no way to take part`);
      assert.ok(ways.some(({ isSeen }) => isSeen), `${hash} at ${viewport.width}: ${JSON.stringify(ways)}`);
      await page.context().close();
    }
  }
});

test('the bar stays at the foot until the form comes, and leads to it', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs', browser: { viewport: { width: 360, height: 360 } } });
  await widget(page).detail.waitFor();
  await page.waitForTimeout(200);
  const bar = page.locator('.bar');
  assert.match(await said(bar), /^\S+\. \d+(er)? \S+ · 8 places restantes ?Participer$/);
  const [{ bottom }] = await boxes(page, '.bar');
  assert.ok(bottom <= 360 && bottom > 340, `it ends at ${bottom}`);
  assert.ok((await boxes(page, '.bar .action'))[0].height >= 48);
  await bar.getByRole('button', { name: 'Participer' }).click();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'form-title');
  // The form lies over the bar then.
  const covered = await page.locator('alentour-widget').evaluate((it) => {
    const { left, top, width, height } = it.shadowRoot.querySelector('.bar .action').getBoundingClientRect();
    return !it.shadowRoot.elementFromPoint(left + width / 2, top + height / 2)?.closest('.bar');
  });
  assert.ok(covered);
});

test('what is pressed often is large: 44 pixels for the sign that locates, 40 for chips and buttons', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"', browser: telephone });
  await listed(page);
  await widget(page).fold.click();
  const [sign] = await boxes(page, '.here');
  assert.ok(sign.width >= 44 && sign.height >= 44, `${sign.width} x ${sign.height}`);
  const all = await boxes(page, '.chip, .fold, .radius select, .card .action');
  assert.ok(all.length > 20);
  assert.deepEqual(all.filter(({ height }) => height < 40), []);
});

test('a card’s button is outlined, and filled once it is pointed at', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const action = page.locator('.card .action').first();
  const ground = () => action.evaluate((it) => getComputedStyle(it).backgroundColor);
  assert.equal(await ground(), 'rgba(0, 0, 0, 0)');
  await action.hover();
  await page.waitForTimeout(300);
  assert.notEqual(await ground(), 'rgba(0, 0, 0, 0)');
});

test('hours stay on one line, however narrow the card is', async (t) => {
  for (const lang of ['fr', 'en', 'ar']) {
    const page = await at.visit(t, { page: 'bare', lang, browser: { viewport: { width: 320, height: 640 } } });
    await listed(page);
    const hours = await page.locator('.card .hours').evaluateAll((all) => all.map((it) => new Set([...it.getClientRects()].map(({ bottom }) => Math.round(bottom))).size));
    assert.ok(hours.length > 5, lang);
    assert.deepEqual(hours.filter((lines) => lines !== 1), [], lang);
  }
});

test('languages are named only where one is not the page’s', async (t) => {
  const initiatives = [['ici', ['fr']], ['canada', ['fr-CA']], ['deux', ['fr', 'ar']]].map(([id, inLanguage]) => ({ id, name: id, inLanguage }));
  at.site.json('/spoken.json', { initiatives });
  for (const [id, expected] of [['ici', 0], ['canada', 0], ['deux', 1]]) {
    const page = await at.visit(t, { attributes: 'data-feed="/spoken.json"', query: `#alentour=${id}` });
    await widget(page).detail.waitFor();
    assert.equal(await page.getByRole('heading', { name: 'Langues' }).count(), expected, id);
  }
});

test('a petition says what encourages, and its track can be seen', async (t) => {
  const petition = (id, signatures, target) => ({ id, name: id, kind: 'petition', petition: { signatures, target } });
  at.site.json('/petitions.json', { initiatives: [petition('loin', 100, 600), petition('presque', 585, 600), petition('reste', 599, 600), petition('atteint', 600, 600), petition('au-dela', 700, 600), petition('sans-but', 98)] });
  for (const colorScheme of ['light', 'dark']) {
    const page = await at.visit(t, { attributes: 'data-feed="/petitions.json"', head: '<style>:root{color-scheme:light dark}</style>', browser: { colorScheme } });
    await listed(page);
    const needed = (id) => said(page.locator(`.card:has(a[href$="=${id}"]) .needed`));
    assert.equal(await needed('loin'), 'Signatures : 100 sur 600');
    assert.equal(await needed('presque'), 'Plus que 15 signatures Signatures : 585 sur 600');
    assert.equal(await needed('reste'), 'Plus que 1 signature Signatures : 599 sur 600');
    assert.equal(await needed('atteint'), 'Objectif atteint 600 signatures · prochain palier : 1 000');
    assert.equal(await needed('au-dela'), 'Objectif atteint 700 signatures · prochain palier : 1 000');
    assert.equal(await needed('sans-but'), '98 signatures · prochain palier : 100');
    const ratios = await page.locator('alentour-widget').evaluate((it) => {
      const bar = it.shadowRoot.querySelector('progress');
      const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
      const luminance = (colour) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).reduce((sum, c, n) => sum + linear(c / 255) * [0.2126, 0.7152, 0.0722][n], 0);
      };
      const { borderTopColor, color, backgroundColor } = getComputedStyle(bar);
      const card = luminance(getComputedStyle(bar.closest('.card')).backgroundColor);
      const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return { track: ratio(luminance(borderTopColor), card), filling: ratio(luminance(color), luminance(backgroundColor)) };
    });
    assert.ok(ratios.track >= 3 && ratios.filling >= 3, `${colorScheme}: ${JSON.stringify(ratios)}`);
  }
});

test('each of several places has its own distance and dates', async (t) => {
  const places = [
    { name: 'Salle des fêtes', addressLocality: 'Villeurbanne', latitude: 45.7663, longitude: 4.8796 },
    { name: 'Maison des voisins', addressLocality: 'Lyon', latitude: 45.7512, longitude: 4.8426 },
  ];
  const session = (id, days, location) => ({ id, startDate: moment(days), endDate: moment(days, 19), location });
  at.site.json('/places.json', { initiatives: [{ id: 'tournee', name: 'Tournée', location: places, sessions: [session('a', 3, 0), session('b', 5, 1), session('c', 9, 0)] }] });
  const page = await at.visit(t, { attributes: 'data-feed="/places.json" data-place="69007"', query: '#alentour=tournee' });
  await widget(page).detail.waitFor();
  const items = page.locator('.block > ul > li');
  await items.first().locator('.distance').waitFor();
  assert.equal(await items.count(), 2);
  // The nearest first.
  assert.match(await said(items.nth(0)), /^Maison des voisins, Lyon à \d+ m/);
  assert.match(await said(items.nth(1)), /^Salle des fêtes, Villeurbanne à \S+ km/);
  assert.deepEqual([await items.nth(0).locator('li').count(), await items.nth(1).locator('li').count()], [1, 2]);
});

test('while the feed is on its way nothing is counted', async (t) => {
  at.site.put('/waits.json', () => {});
  const page = await at.visit(t, { attributes: 'data-feed="/waits.json"' });
  await page.locator('.bone').first().waitFor();
  const numbers = (await boxes(page, '.chip .number')).map(({ text }) => text);
  assert.ok(numbers.length > 10);
  assert.deepEqual(numbers.filter(Boolean), []);
  assert.equal(await page.locator('.chip.none').count(), 0);
});

test('an empty list offers a wider circle first, then causes that find something', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="42000" data-radius="5" data-kinds="petition"' });
  await page.locator('.results .notice').waitFor();
  const buttons = page.locator('.notice button');
  assert.match(await said(buttons.first()), /^Chercher jusqu’à/);
  const cause = page.locator('.notice .chip').first();
  const [, promised] = /(\d+)$/.exec(await said(cause));
  await cause.click();
  await page.locator('.results .card').first().waitFor();
  assert.ok(Number(promised) > 0);
  const elsewhere = page.locator('.elsewhere .card');
  assert.equal((await widget(page).nearby.count()) + (await elsewhere.count()), Number(promised));
});
