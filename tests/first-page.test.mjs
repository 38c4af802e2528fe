// The list is in the tag: what the server makes of the query is on the page before the application, works without it, and gives way to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hurry, openPage, startBrowserThatGoesBack } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startServer } from './support/server.mjs';
import { focused, listed, numberIn, painted, said, widget } from './support/widget.mjs';

const feed = neighbourhood();
feed.initiatives[1].name = '</script><img src=x onerror="document.title=1"> & \u2028 réunion';
for (const kind of ['atelier', 'maraude']) feed.initiatives.push({ ...feed.initiatives[0], id: kind, kind, name: kind });
const at = bench(feed);

/** A partner's page with the tag and its query. */
const tag = (query, attributes = '', headers = {}) =>
  at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body>
    <p class="alentour-fallback"><a href="https://example.org/liste">La liste</a></p>
    <script async src="${at.server.url}/v1/alentour.js?${query}" ${attributes}></script></body></html>`, headers);

const LYON = 'place=69007&radius=25&lang=fr';

/** Opens a page while the application is kept back; `release` lets it come. */
async function early(t, url, { prepare, ...options } = {}) {
  const page = await openPage(t, at.browser, options);
  await prepare?.(page);
  let release;
  const released = new Promise((done) => (release = done));
  await page.route(/\/a\/app\./, async (route) => (await released, route.continue()));
  await page.goto(url);
  await painted(page);
  return { page, release };
}

/** Waits until the application has taken the painted page's place: its elements are others. */
async function overtaken(page, act) {
  const painted = await page.locator('.root > section').elementHandle();
  await act();
  await page.waitForFunction((old) => !old.isConnected, painted);
}

test('the list is on the page after one request, before the application', async (t) => {
  const { page } = await early(t, await tag(LYON));
  const { cards, title } = widget(page);
  assert.ok((await cards.count()) >= 12);
  assert.equal(await title('Aider aux devoirs à la Guillotière').count(), 1);
  const ours = page.record.requests.filter(({ url }) => url.startsWith(at.server.url));
  assert.match(ours[0].url, /alentour\.js\?/);
  assert.equal(page.record.fetched('/first.json'), 0);
});

test('a tag with attributes asks for the same page in one small request', async (t) => {
  const url = await at.site.page('association', { server: at.server.url, attributes: 'data-place="69007" data-radius="25"' });
  const { page } = await early(t, url);
  assert.equal(page.record.fetched('/first.json'), 1);
  assert.ok((await widget(page).cards.count()) >= 12);
});

test('a position that a tag names is asked for to a kilometre, however it is written', async (t) => {
  for (const [place, asked] of [['45.757812,4', '45.76,4.00'], ['45.757812, 4.832011', '45.76,4.83'], ['45757812e-6,4', '45.76,4.00']]) {
    const url = await at.site.page('association', { server: at.server.url, attributes: `data-place="${place}" data-radius="25"` });
    const { page } = await early(t, url);
    const { url: address } = page.record.requests.find(({ url }) => url.includes('/first.json'));
    assert.equal(new URL(address).searchParams.get('place'), asked);
  }
});

test('the application takes over in one task, moves nothing and changes nothing', async (t) => {
  const { page, release } = await early(t, await tag(LYON));
  const before = await page.locator('.root').evaluate((box) => [box.textContent.replace(/\s+/g, ' '), box.getBoundingClientRect().height]);
  await page.evaluate(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifts += value))).observe({ type: 'layout-shift' });
  });
  await overtaken(page, release);
  const after = await page.locator('.root').evaluate((box) => [box.textContent.replace(/\s+/g, ' '), box.getBoundingClientRect().height]);
  assert.deepEqual(after, before);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
  assert.equal(await page.evaluate(() => window.shifts), 0);
});

test('what the application adds for other clocks than those of the list moves nothing either', async (t) => {
  for (const timezoneId of ['America/New_York', 'Indian/Reunion']) {
    const { page, release } = await early(t, await tag(LYON), { timezoneId });
    await page.evaluate(() => {
      window.shifts = 0;
      new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifts += value))).observe({ type: 'layout-shift' });
    });
    await overtaken(page, release);
    assert.equal(await said(page.locator('.zone')), 'heure de Paris');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
    assert.equal(await page.evaluate(() => window.shifts), 0);
  }
});

test('what is pressed before the application is there is shown as under way, and done when it is', async (t) => {
  const { page, release } = await early(t, await tag(LYON));
  const { chip, count } = widget(page);
  const promised = await numberIn(chip('Formation'));
  await chip('Formation').click();
  assert.equal(await chip('Formation').getAttribute('aria-busy'), 'true');
  await overtaken(page, release);
  assert.equal(await chip('Formation').getAttribute('aria-pressed'), 'true');
  assert.equal(await chip('Formation').getAttribute('aria-busy'), null);
  assert.ok((await said(count)).startsWith(`${promised} actions`), await said(count));
});

test('a filter that is pressed before the application is there is found by its words: the feed may have fewer by then', async (t) => {
  const fewer = async (route) => {
    const response = await route.fetch();
    const tile = await response.text();
    await route.fulfill({ response, body: tile.replaceAll('\tatelier', '\tmaraude').replaceAll('\natelier', '\nmaraude') });
  };
  const { page, release } = await early(t, await tag(LYON), { prepare: (page) => page.route('**/v1/t/**', fewer) });
  const { chip } = widget(page);
  await chip('maraude').click();
  await overtaken(page, release);
  assert.equal(await chip('atelier').count(), 0);
  assert.equal(await chip('maraude').getAttribute('aria-pressed'), 'true');
});

test('a title that is pressed before the application is there opens when it is', async (t) => {
  const { page, release } = await early(t, await tag(LYON));
  const { title, detail } = widget(page);
  const before = page.url();
  await title('Pour un toit digne à Lyon').click();
  assert.equal(page.url(), before);
  await overtaken(page, release);
  await detail.waitFor();
  assert.equal(await said(detail.locator('#detail-title')), 'Pour un toit digne à Lyon');
});

test('what is typed before the application is there stays, with focus and selection', async (t) => {
  const { page, release } = await early(t, await tag(LYON));
  const { place } = widget(page);
  await place.fill('Ville');
  await place.evaluate((field) => field.setSelectionRange(1, 3));
  await overtaken(page, release);
  assert.equal(await place.inputValue(), 'Ville');
  assert.equal((await focused(page)).id, 'place');
  assert.deepEqual(await place.evaluate((field) => [field.selectionStart, field.selectionEnd]), [1, 3]);
});

test('Enter in the field for the place is answered once the application is there', async (t) => {
  const { page, release } = await early(t, await tag(LYON));
  const { place, count } = widget(page);
  await place.fill('69100');
  await place.press('Enter');
  await overtaken(page, release);
  await page.waitForFunction(() => document.querySelector('alentour-widget').shadowRoot.querySelector('.count').textContent.includes('Villeurbanne'));
  assert.match(await said(count), /Villeurbanne/);
});

test('where the page forbids WebAssembly the painted list stays', async (t) => {
  const policy = `default-src 'none'; script-src ${at.server.url}; connect-src ${at.server.url}`;
  const page = await openPage(t, at.browser);
  await page.goto(await tag(LYON, '', { 'content-security-policy': policy }));
  await page.locator('.alone .card').first().waitFor();
  assert.ok((await widget(page).cards.count()) >= 12);
  assert.equal(await page.getByRole('link', { name: 'La liste' }).isVisible(), false);
});

test('where the application cannot be fetched the painted list stays', async (t) => {
  const page = await openPage(t, at.browser);
  await page.route(/\/a\/app\./, (route) => route.abort());
  const failed = page.waitForEvent('console', { predicate: (line) => line.text().includes('[alentour] could not be loaded') });
  await page.goto(await tag(LYON));
  await failed;
  assert.ok((await widget(page).cards.count()) >= 12);
});

test('a page that requires trusted types shows it, and a text of the feed is a text', async (t) => {
  const policy = `require-trusted-types-for 'script'; trusted-types 'none'`;
  const { page } = await early(t, await tag(LYON + '&limit=40', '', { 'content-security-policy': policy }));
  assert.deepEqual(page.record.errors, []);
  assert.equal(await page.title(), 'Une association');
  assert.equal(await page.locator('alentour-widget img').count(), 0);
  assert.equal(await page.locator('.card', { hasText: '<img src=x onerror=' }).count(), 1);
});

test('attributes win over the address: a page for another query or language is not shown', async (t) => {
  const { page } = await early(t, await tag(LYON, 'data-lang="en" data-place="38000"'));
  assert.equal(page.record.fetched('/first.json'), 1);
  assert.equal(await page.locator('.root').getAttribute('lang'), 'en');
  assert.match(await said(widget(page).count), /Grenoble/);
});

test('what is over since the page was made is not shown, and nothing is counted', async (t) => {
  const page = await openPage(t, at.browser);
  await page.route(/\/a\/app\./, () => {});
  await page.route(/alentour\.js/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/"ends":\{.*?(card-\d+)".*$/s, (rest, card) => rest.replace(/"ends":\{[^}]*/, `"ends":{"${card}":1000000000`));
    await route.fulfill({ response, body });
  });
  await page.goto(await tag(LYON));
  await painted(page);
  assert.equal(await widget(page).nearby.count(), 11);
  assert.equal(await said(widget(page).count), '');
});

test('with "Save-Data" the application waits for the first touch', async (t) => {
  const init = () => Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
  const page = await openPage(t, at.browser, { init });
  await page.goto(await tag(LYON));
  await painted(page);
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(page.record.fetched('.wasm'), 0);
  await overtaken(page, () => widget(page).chip('Formation').click());
  assert.equal(page.record.fetched('.wasm'), 1);
  assert.equal(await widget(page).chip('Formation').getAttribute('aria-pressed'), 'true');
});

test('a page that the browser has kept has its list, painted or not, and what was done in it', async (t) => {
  const browser = await startBrowserThatGoesBack();
  t.after(() => browser.close());
  const visit = async (prepare) => {
    const page = await openPage(t, browser, { init: () => addEventListener('pageshow', ({ persisted }) => (window.kept = persisted)) });
    await page.goto(await tag(LYON));
    await prepare(page);
    await page.goto(await at.site.html('<!doctype html><title>Ailleurs</title>'));
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction(() => window.kept);
    return page;
  };
  // Before the application has come.
  const early = await visit(painted);
  assert.ok((await widget(early).cards.count()) >= 12);
  await listed(early);
  const late = await visit(async (page) => {
    await listed(page);
    await widget(page).chip('Formation').click();
  });
  assert.equal(await widget(late).chip('Formation').getAttribute('aria-pressed'), 'true');
  await widget(late).chip('Formation').click();
  assert.equal(await widget(late).chip('Formation').getAttribute('aria-pressed'), 'false');
});

test('with the tags of two servers on a page, each list is of its own, and leads to it', async (t) => {
  const theirs = neighbourhood();
  for (const initiative of theirs.initiatives) initiative.name = 'Ailleurs : ' + initiative.name;
  const other = await startServer(theirs);
  t.after(() => other.stop());
  const page = await openPage(t, at.browser);
  await page.route(/\/a\/app\./, () => {});
  await page.goto(await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body><div id="a"></div>
    <script src="${at.server.url}/v1/alentour.js" data-target="#a" data-place="69007" data-radius="25" data-lang="fr"></script>
    <script src="${other.url}/v1/alentour.js?${LYON}"></script></body></html>`));
  const links = (widget) => widget.locator('.card h3 a').evaluateAll((all) => all.map(({ href, textContent }) => [new URL(href).origin, textContent.startsWith('Ailleurs')]));
  for (const [selector, server, isTheirs] of [['#a > alentour-widget', at.server, false], ['body > alentour-widget', other, true]]) {
    const list = page.locator(selector);
    await list.locator('.card').first().waitFor();
    const found = await links(list);
    assert.ok(found.length >= 12);
    for (const link of found) assert.deepEqual(link, [server.url, isTheirs]);
  }
});

test('where the application does not come, what would show more leads to the server’s list', async (t) => {
  const page = await openPage(t, at.browser);
  await page.route(/\.wasm$/, (route) => route.abort());
  await page.goto(await tag(LYON));
  await page.locator('.alone .card').first().waitFor();
  await page.locator('.results .more').first().click();
  await page.waitForURL(/\/near\?/);
  assert.match(await page.locator('.count').textContent(), /Lyon 7e/);
});

test('in a frame without the application links lead out of it', async (t) => {
  const page = await openPage(t, at.browser);
  await page.route(/\.wasm$/, (route) => route.abort());
  await page.goto(await at.site.html(`<!doctype html><title>Un cadre</title><iframe width="900" height="900" src="${await tag(LYON)}"></iframe>`));
  const frame = page.frameLocator('iframe');
  await frame.locator('.alone .card').first().waitFor();
  const opened = page.context().waitForEvent('page');
  await frame.getByRole('link', { name: 'Pour un toit digne à Lyon', exact: true }).click();
  await (await opened).waitForURL(/\/i\/petition/);
  assert.equal(await frame.locator('.alone .card').count() > 0, true);
});

test('the tag’s address may say where the widget goes: tag managers take attributes away', async (t) => {
  const page = await openPage(t, at.browser);
  await page.goto(await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body><main id="ici"></main><div hidden>
    <script async src="${at.server.url}/v1/alentour.js?${LYON}&amp;target=%23ici"></script></div></body></html>`));
  await painted(page);
  assert.equal(await page.locator('#ici > alentour-widget').count(), 1);
});

test('a script that does not know its server says so, and leaves the place to one that does', async (t) => {
  const text = await (await fetch(`${at.server.url}/v1/alentour.js`)).text();
  const page = await openPage(t, at.browser);
  await page.goto(await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body>
    <script>${text.replaceAll('</', '<\\/')}</script><script async src="${at.server.url}/v1/alentour.js?${LYON}"></script></body></html>`));
  await painted(page);
  assert.match(page.record.said()[0], /cannot tell its server/);
  assert.deepEqual(page.record.errors, []);
});

test('a published script shows the page of the feed that it was published with', async (t) => {
  const script = await (await fetch(`${at.server.url}/v1/alentour.js?${LYON}`)).text();
  at.site.put('/publie/v1/alentour.js', { body: script.replace('"version":1,', '"version":1,"feed":"../feed.json",'), headers: { 'content-type': 'text/javascript' } });
  const tag = (feed) => at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body>
    <p class="alentour-fallback"><a href="https://example.org/liste">La liste</a></p>
    <script async src="${at.site.url}/publie/v1/alentour.js" data-place="69007" data-radius="25" data-feed="${feed}"></script></body></html>`);
  const page = await openPage(t, at.browser);
  await page.route(/\/publie\/v1\/a\//, () => {});
  await page.goto(await tag(`${at.site.url}/publie/feed.json`));
  await painted(page);
  assert.ok((await widget(page).cards.count()) >= 12);
  await page.unroute(/\/publie\/v1\/a\//);
  await page.goto(await tag(`${at.site.url}/autre.json`));
  await page.getByRole('link', { name: 'La liste' }).waitFor();
  assert.equal(await widget(page).cards.count(), 0);
});

test('where the application does not come, the place is searched on a page of the server’s', async (t) => {
  const policy = `default-src 'none'; script-src ${at.server.url}; connect-src ${at.server.url}`;
  const page = await openPage(t, at.browser);
  await page.goto(await tag(LYON, '', { 'content-security-policy': policy }));
  await page.locator('.alone .card').first().waitFor();
  assert.equal(await widget(page).chip('Formation').isVisible(), false);
  await widget(page).place.fill('Villeurbanne');
  await widget(page).place.press('Enter');
  await page.waitForURL(/\/near\?/);
  assert.match(await page.locator('.count').textContent(), /Villeurbanne/);
});

test('where the application does not come, a position leads to a list without a place, however it is written', async (t) => {
  const page = await openPage(t, at.browser);
  await page.route(/\.wasm$/, (route) => route.abort());
  for (const position of ['45.7578,4.8320 ', '45.7578 4.8320', '(45,7578° N; 4,832° E)']) {
    await page.goto(await tag(LYON));
    await page.locator('.alone .card').first().waitFor();
    await widget(page).place.fill(position);
    await widget(page).place.press('Enter');
    await page.waitForURL(/\/near\?/);
    assert.equal(new URL(page.url()).searchParams.get('place'), '', position);
  }
});

test('a link that is pressed while the application is stuck is followed after a while', async (t) => {
  const { page } = await early(t, await tag(LYON), { init: hurry });
  await widget(page).title('Pour un toit digne à Lyon').click();
  await page.waitForURL(/\/i\/petition\?lang=fr&place=Lyon.*&radius=25$/);
});

test('two tags with a query each bring a list each', async (t) => {
  const script = (place) => `<script async src="${at.server.url}/v1/alentour.js?place=${place}&radius=25&lang=fr"></script>`;
  const page = await openPage(t, at.browser);
  await page.route(/\/a\/app\./, () => {});
  await page.goto(at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Deux</title><link rel="icon" href="data:,"><body>
    <div>${script('69007')}</div><div>${script('38000')}</div></body></html>`));
  await page.getByText(/actions?.*Lyon 7e/).waitFor();
  await page.getByText(/actions?.*Grenoble/).waitFor();
  assert.equal(page.record.fetched('/first.json'), 0);
});

test('another place that the page sets is not answered with the list of the first', async (t) => {
  const { page } = await early(t, await tag(LYON));
  await page.locator('alentour-widget').evaluate((it) => (it.place = '38000'));
  await page.getByText(/actions?.*Grenoble/).waitFor();
});
