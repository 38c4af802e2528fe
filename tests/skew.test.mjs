// A cache has the tag of the release before, and the server is this one: the tag's page works with the files that the server has kept,
// and without them the list stays. And what a server of another version says of the first page is left alone.

import assert from 'node:assert/strict';
import { readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPage, startBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { previousRelease } from './support/release.mjs';
import { BUNDLE, SETTINGS, startServer } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { around, introduce, listed, numberIn, painted, said, widget } from './support/widget.mjs';

const QUERY = 'place=69007&radius=25&lang=fr';
const PETITION = 'Pour un toit digne à Lyon';
let browser, site, release;

before(async () => {
  [browser, site, release] = await Promise.all([startBrowser(), startSite(), previousRelease(BUNDLE)]);
});
after(() => Promise.all([browser?.close(), site?.stop(), release?.remove()]));

/** The address of a partner's page with the tag of that server. */
const partner = (server) =>
  site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une association</title><link rel="icon" href="data:,"><body>
    <p class="alentour-fallback"><a href="https://example.org/liste">La liste</a></p>
    <script async src="${server.url}/v1/alentour.js?${QUERY}"></script></body></html>`);

/** A server that was the release before when a cache took its tag, and is this one now. `meanwhile` is done in between. */
async function upgraded(t, meanwhile = () => {}) {
  const server = await startServer(neighbourhood(), SETTINGS, release.folder);
  t.after(() => server.stop());
  const tag = await (await fetch(`${server.url}/v1/alentour.js?${QUERY}`)).text();
  await server.kill();
  await meanwhile(server.kept);
  server.bundle = BUNDLE;
  await server.start();
  assert.notEqual(await (await fetch(`${server.url}/v1/alentour.js`)).text(), tag);
  return { server, tag };
}

/** A page whose tag is that text. `answers`: the statuses of hashed files, by their names. */
async function cached(t, tag) {
  const page = await openPage(t, browser);
  await page.route(/\/v1\/alentour\.js/, (route) => route.fulfill({ body: tag, contentType: 'text/javascript; charset=utf-8' }));
  const answers = new Map();
  page.on('response', (response) => {
    const name = /\/v1\/a\/([^/]+)$/.exec(response.url())?.[1];
    if (name) answers.set(name, response.status());
  });
  return { page, answers };
}

/** Keeps the application back; what it gives lets it come. */
async function keepBack(page) {
  let come;
  const may = new Promise((done) => (come = done));
  await page.route(/\/v1\/a\/app\./, async (route) => (await may, route.continue()));
  return come;
}

/** The names of a file in both releases: of this one and of the one before. */
const names = (start, ending) => [...release.names].find(([name]) => name.startsWith(start) && name.slice(start.length).replace(/^\w+/, '') === ending);

test('a cached tag of the release before paints, searches and signs up with the files of its own', async (t) => {
  const { server, tag } = await upgraded(t);
  const { page, answers } = await cached(t, tag);
  const come = await keepBack(page);
  await page.goto(partner(server));
  await page.locator('.root.painted .card').first().waitFor();
  assert.ok((await widget(page).cards.count()) >= 12);
  come();
  await listed(page);

  await widget(page).chip('Pétition').click();
  const found = await numberIn(widget(page).chip('Pétition'));
  assert.ok((await said(widget(page).count)).startsWith(`${found} action`), await said(widget(page).count));
  await around(page, 'Villeurbanne', 'Villeurbanne (69100)');
  assert.match(await said(widget(page).count), /Villeurbanne/);

  await widget(page).title(PETITION).click();
  await introduce(page);
  await widget(page).send('Je signe').click();
  await widget(page).status.getByText('Merci, c’est bien reçu !').waitFor();
  const [row, ...others] = await server.signups('petition');
  assert.deepEqual([row.givenName, others], ['Camille', []]);

  for (const [now, then] of [names('app.', '.js'), names('app.', '.wasm'), names('app.form.', '.wasm'), names('messages-fr.', '.txt')]) {
    assert.notEqual(now, then);
    assert.equal(answers.get(then), 200, then);
    assert.equal(page.record.fetched('/' + now), 0, now);
  }
  assert.deepEqual(page.record.errors, []);
});

const gone = {
  'without the folder of earlier releases': (kept) => rm(kept, { recursive: true }),
  '31 days after the upgrade': async (kept) => {
    const then = new Date(Date.now() - 31 * 86_400_000);
    for (const pack of await readdir(kept)) await utimes(join(kept, pack), then, then);
  },
};

for (const [when, meanwhile] of Object.entries(gone)) {
  test(`${when} the painted list stays, and its links work`, async (t) => {
    const { server, tag } = await upgraded(t, meanwhile);
    const { page } = await cached(t, tag);
    const refused = page.waitForResponse((response) => response.url().endsWith(names('app.', '.js')[1]));
    const failed = page.waitForEvent('console', { predicate: (line) => line.text().includes('[alentour] could not be loaded') });
    await page.goto(partner(server));
    await painted(page);
    await failed;
    assert.equal((await refused).status(), 404);
    assert.equal(await page.locator('.root.painted').count(), 1);
    assert.ok((await widget(page).cards.count()) >= 12);
    await widget(page).title(PETITION).click();
    await page.waitForURL(/\/i\/petition\?lang=fr&place=Lyon.*&radius=25$/);
    assert.equal(await page.locator('#detail-title').textContent(), PETITION);
  });
}

test('a first page of a version that the loader does not know is left alone, and the application shows the list', async (t) => {
  const server = await startServer(neighbourhood());
  t.after(() => server.stop());
  const page = await openPage(t, browser);
  let changed = 0;
  await page.route(/\/v1\/(alentour\.js|first\.json)/, async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    const other = body.replace('{"version":1,', '{"version":2,');
    changed += Number(other !== body);
    await route.fulfill({ response, body: other });
  });
  const come = await keepBack(page);
  const asked = page.waitForResponse(/\/v1\/first\.json/);
  await page.goto(partner(server));
  await (await asked).finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200))));
  assert.equal(changed, 2);
  assert.equal(await widget(page).cards.count(), 0);
  assert.equal(await page.locator('alentour-widget .painted').count(), 0);
  come();
  await listed(page);
  assert.ok((await widget(page).cards.count()) >= 12);
  assert.deepEqual(page.record.errors, []);
});
