// A feed that is too large for a telephone: read by the tile, and details when they are opened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear, hurry } from './support/browser.mjs';
import { country } from './support/feeds.mjs';
import { around, introduce, listed, painted, said, until as soon, widget } from './support/widget.mjs';

const feed = country();
const at = bench(feed);
const LYON = 'data-place="69003" data-loading="eager"';
const TILE = /\/v1\/t\/[^/]+\/\d+\.txt$/;

const tiles = (page) => page.record.requests.filter(({ url }) => TILE.test(url)).map(({ url }) => url.split('/').pop());
const titles = (page) => page.locator('.results h3').allTextContents();

/** Waits 10 s until something of the page is so. */
const until = (is, why) => soon(is, 200, why);

/** Waits until all of the circle has been read. */
const complete = (page) => until(async () => !/plus de/.test(await said(widget(page).count)), () => said(widget(page).count));

/** A page in which somebody is about to look for something. */
async function visit(t, attributes, more) {
  const page = await at.visit(t, { attributes, ...more });
  await painted(page);
  await widget(page).place.focus();
  await listed(page);
  return page;
}

test('what is near is read, and the rest of the circle once somebody looks for something', async (t) => {
  const page = await visit(t, LYON);
  assert.match(await said(widget(page).count), /^plus de \d/i);
  assert.equal(page.record.fetched('feed.json'), 0);
  const first = tiles(page).length;
  assert.ok(first < 6, `${first} tiles`);
  await page.getByRole('button', { name: /^Bénévolat/ }).first().click();
  await complete(page);
  assert.ok(tiles(page).length > first);
  assert.equal(new Set(tiles(page)).size, tiles(page).length, 'each is asked for once');
});

test('the tiles give what the whole feed gives', async (t) => {
  const whole = at.site.json('/pays.json', feed);
  const pages = [await visit(t, LYON), await visit(t, `${LYON} data-feed="${whole}"`)];
  const asked = [
    { kinds: ['volunteering'] }, {}, { radius: 5 }, { radius: 50, causes: ['housing'] }, { causes: [], words: 'jardinage', radius: 10 },
    { words: 'atelier velo', place: '67000', radius: 25 }, { words: '', when: 'weekend', radius: 100 }, { place: 'Guéret', radius: 10, when: '' },
    { radius: 'any', kinds: 'project', place: '23000' },
  ];
  for (const query of asked) {
    const answers = [];
    for (const page of pages) {
      await page.evaluate((query) => document.querySelector('alentour-widget').search(query), { kinds: [...(query.kinds ?? [])], ...query });
      await page.waitForTimeout(500);
      await until(async () => !/plus de|Chargement/.test(await said(widget(page).count)), () => said(widget(page).count));
      const chips = await page.locator('.search .chip').allTextContents();
      answers.push({ count: await said(widget(page).count), titles: await titles(page), chips });
    }
    assert.deepEqual(answers[0], answers[1], JSON.stringify(query));
  }
});

test('what an action says is fetched when it is opened, and its form has the session of its card', async (t) => {
  const page = await visit(t, LYON, { browser: { init: hear } });
  const { detail } = widget(page);
  const card = widget(page).cards.filter({ has: page.locator('.when') }).first();
  await card.getByRole('button').click();
  await detail.getByRole('heading', { name: 'Je participe' }).or(detail.locator('#form-title')).first().waitFor();
  assert.match(await said(detail), /On y parle de/);
  const details = page.record.requests.filter(({ url }) => /\/v1\/i\/[0-9a-f]{20}\.json$/.test(url));
  assert.equal(details.length, 1);
  await introduce(page);
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Merci').waitFor();
  const [{ id }] = (await page.evaluate(() => window.heard)).filter(({ name }) => name === 'open').map(({ detail }) => detail);
  assert.equal((await at.server.signups(id))[0].session, 'une');
  await widget(page).back.click();
  assert.equal(await detail.count(), 0);
});

test('details that do not come are said, and asked for again', async (t) => {
  const page = await visit(t, LYON);
  await page.route(/\/v1\/i\//, (route) => route.abort());
  await widget(page).cards.first().getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Les détails n’ont pas pu être chargés' }).waitFor();
  await page.unroute(/\/v1\/i\//);
  await widget(page).detail.getByRole('button', { name: 'Réessayer' }).click();
  await widget(page).detail.locator('form').waitFor();
});

test('what is announced no more says so', async (t) => {
  const page = await visit(t, LYON);
  await page.route(/\/v1\/i\//, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }));
  await widget(page).cards.first().getByRole('link').first().click();
  await page.getByText('Cette action n’est plus annoncée.').waitFor();
});

test('a permanent link opens what is far away', async (t) => {
  const { id, name } = feed.initiatives.find(({ location }) => location?.[0].addressLocality === 'Strasbourg');
  const page = await at.visit(t, { attributes: LYON, query: `#alentour=${id}` });
  await widget(page).detail.getByRole('heading', { name }).waitFor();
  await widget(page).detail.locator('form').waitFor();
  // It is no part of what was looked for.
  assert.ok(!(await titles(page)).includes(name));
});

test('a tile that fails is said while the others show, and comes later', async (t) => {
  const page = await visit(t, '', { browser: { init: hurry } });
  let refused;
  await page.route(TILE, (route) => (route.request().url() === (refused ??= route.request().url()) ? route.abort() : route.continue()));
  await around(page, 'Strasbourg', 'Strasbourg (67000)');
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor();
  assert.ok((await titles(page)).length > 0);
  assert.match(await said(widget(page).count), /plus de/i);
  refused = '';
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor({ state: 'detached' });
  await complete(page);
});

test('a tile that is late is said, too', async (t) => {
  const page = await visit(t, '');
  let go;
  const held = new Promise((done) => (go = done));
  let asked = 0;
  await page.route(TILE, async (route) => {
    if (asked++ === 0) await held;
    await route.continue();
  });
  await around(page, 'Strasbourg', 'Strasbourg (67000)');
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor();
  assert.ok((await titles(page)).length > 0);
  go();
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor({ state: 'detached' });
});

/** Holds tiles back for that many milliseconds each. */
const slow = (page, delay) =>
  page.route(TILE, async (route) => {
    await new Promise((done) => setTimeout(done, delay));
    await route.continue().catch(() => {});
  });

test('another place that is chosen while tiles are on their way is the one that counts', async (t) => {
  const page = await visit(t, '');
  await slow(page, 1200);
  const search = (place) => page.evaluate((place) => document.querySelector('alentour-widget').search({ place }), place);
  await search('67000');
  await page.waitForTimeout(600);
  await search('23000');
  await until(async () => /^[1-9].*Guéret/.test(await said(widget(page).count)), () => said(widget(page).count));
  // And back to where tiles were on their way: what has been read counts again.
  await search('67000');
  await page.waitForTimeout(300);
  await search('23000');
  await until(async () => /^[1-9].*Guéret/.test(await said(widget(page).count)), () => said(widget(page).count));
});

test('a part is never told as the whole, nor what is missing as nothing', async (t) => {
  const page = await visit(t, '');
  let asked = 0;
  await page.route(TILE, async (route) => {
    if (asked++ < 2) return route.abort();
    await new Promise((done) => setTimeout(done, 400 * asked));
    await route.continue().catch(() => {});
  });
  await page.evaluate(() => {
    const root = document.querySelector('alentour-widget').shadowRoot;
    window.told = [];
    new MutationObserver(() => window.told.push([root.querySelector('.count')?.textContent, root.querySelector('.results .notice h2')?.textContent]))
      .observe(root, { subtree: true, childList: true, characterData: true });
    document.querySelector('alentour-widget').search({ place: '67000', radius: 25 });
  });
  await until(async () => /^\d+ actions.*Strasbourg/.test(await said(widget(page).count)), () => said(widget(page).count));
  const last = await said(widget(page).count);
  for (const [count, notice] of await page.evaluate(() => window.told)) {
    const text = (count ?? '').replace(/\s+/g, ' ').trim();
    assert.ok(!/^\d.*Strasbourg/.test(text) || text === last, `${text}, and then ${last}`);
    assert.ok(!/rien/.test(notice ?? ''), notice);
  }
});

test('another version of the feed leaves open what is open', async (t) => {
  const page = await visit(t, LYON);
  const name = await page.locator('.results h3').first().textContent();
  await widget(page).cards.first().getByRole('link').first().click();
  await widget(page).detail.locator('form').waitFor();
  await page.route(/\/v1\/tiles\.txt$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/^(\d+) \w+/, '$1 0000') });
  });
  await page.route(TILE, (route) => route.continue({ url: route.request().url().replace('/0000/', `/${version}/`) }));
  const version = (await (await fetch(`${at.server.url}/v1/tiles.txt`)).text()).split(' ')[1];
  await page.evaluate(() => document.querySelector('alentour-widget').refresh());
  await until(() => page.record.requests.some(({ url }) => url.includes('/0000/')), () => 'no tile of the new version');
  await complete(page);
  await widget(page).detail.getByRole('heading', { name }).waitFor();
  await widget(page).detail.locator('form').waitFor();
});

test('off the line, what has been read is still there', async (t) => {
  const page = await visit(t, LYON);
  await page.locator('.chips button').first().click();
  await complete(page);
  const before = await titles(page);
  await page.context().setOffline(true);
  await page.evaluate(() => {
    const element = document.querySelector('alentour-widget');
    const again = element.cloneNode(true);
    element.replaceWith(again);
  });
  await listed(page);
  await page.locator('.chips button').first().click();
  await complete(page);
  assert.deepEqual(await titles(page), before);
  // What has not been read is said to be missing.
  await around(page, 'Guéret', 'n’a pas pu être chargée');
});

test('a position from the browser is asked for by its square', async (t) => {
  const of = async (latitude, longitude) => {
    const browser = { geolocation: { latitude, longitude }, permissions: ['geolocation'] };
    const page = await visit(t, '', { browser });
    const before = tiles(page).length;
    await widget(page).here.click();
    await until(async () => /Votre position/.test(await widget(page).place.inputValue()), () => said(widget(page).count));
    await complete(page);
    return tiles(page).slice(before).sort();
  };
  const [one, other] = [await of(48.5731, 7.7521), await of(48.5732, 7.7523)];
  assert.ok(one.length > 0);
  assert.deepEqual(one, other);
});

test('another version of the feed is taken over where tiles of the last one are gone', async (t) => {
  const page = await visit(t, '', { browser: { init: hurry } });
  let gone = 0;
  await page.route(TILE, (route) =>
    gone++ < 2 ? route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }) : route.continue(),
  );
  const before = page.record.fetched('tiles.txt');
  await around(page, 'Strasbourg', 'Strasbourg (67000)');
  await until(() => page.record.fetched('tiles.txt') > before, () => 'the index is not asked for again');
  await complete(page);
  assert.match(await said(widget(page).count), /Strasbourg/);
});

test('what is painted stays until somebody looks for something, where the application knows less', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69003"' });
  await page.locator('.root.painted .count').waitFor();
  const painted = await said(page.locator('.count'));
  await until(() => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /\/t\/.*\d\.txt/.test(name))), () => 'no tile');
  await page.waitForTimeout(1500);
  assert.equal(await said(page.locator('.count')), painted);
  await page.getByRole('button', { name: /^Bénévolat/ }).first().click();
  await listed(page);
  await complete(page);
});
