// Other people's feeds, given to the tag as they are: the module of formats comes when it is needed, and only then.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startSite } from './support/site.mjs';
import { around, listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const binary = resolve(import.meta.dirname, '..', process.env.ALENTOUR_BIN ?? 'target/debug/alentour');
const samples = join(import.meta.dirname, '../formats/tests');
const modules = (page) =>
  page.record.requests.map(({ url }) => /\/a\/(formats|calendar)\.\w+\.(js|wasm)$/.exec(url)).filter(Boolean).map((it) => `${it[1]}.${it[2]}`);

/** A page with the feed at that path, once its list is there. */
async function visit(t, path, values) {
  const page = await at.visit(t, { attributes: `data-feed="${path}"`, ...values });
  await listed(page);
  return page;
}

test('a canonical feed costs nothing more', async (t) => {
  at.site.json('/canonical.json', { initiatives: [{ id: 'a', name: 'Maraude' }] });
  const page = await visit(t, '/canonical.json');
  await widget(page).link('Maraude').waitFor();
  assert.deepEqual(modules(page), []);
});

/** A sample, the title of something in it, and the modules that it takes. */
const known = {
  'mobilize/events.json': ['application/json', undefined],
  'gancio/events.json': ['application/json', undefined],
  'osdi/collection.json': ['application/hal+json', undefined],
  'openactive/page.json': ['application/json', undefined],
  'geojson/map.json': ['application/geo+json', undefined],
  'activitypub/outbox.json': ['application/activity+json', undefined],
  'api_engagement/partner.xml': ['application/xml', undefined],
  'rss/agenda.rss': ['application/rss+xml', undefined],
  'rss/blog.atom': ['application/atom+xml', undefined],
  'csv/agenda.csv': ['text/csv', undefined],
  'schema_org/agenda.html': ['text/html', undefined],
  'icalendar/association.ics': ['text/calendar', 'calendar'],
};

for (const [name, [type, calendar]] of Object.entries(known)) {
  test(`${name} is listed without a server`, async (t) => {
    const path = `/foreign/${name}`;
    at.site.put(path, { body: await readFile(join(samples, name)), headers: { 'content-type': type } });
    const page = await visit(t, path);
    assert.ok((await widget(page).cards.count()) > 0, await page.locator('alentour-widget').innerText());
    const expected = calendar ? ['calendar.js', 'calendar.wasm', 'formats.js'] : ['formats.js', 'formats.wasm'];
    assert.deepEqual(modules(page).toSorted(), expected);
    assert.deepEqual(page.record.errors, []);
  });
}

test('the server reads the same feed as the browser', async (t) => {
  // What is recurring and what has a place's time zone is where two ways of reading would differ.
  for (const name of ['mobilize/events.json', 'schema_org/agenda.html', 'icalendar/association.ics']) {
    const path = `/same/${name}`;
    const url = at.site.put(path, { body: await readFile(join(samples, name)) });
    const page = await visit(t, path);
    const base = await page.evaluate(() => customElements.get('alentour-widget').base);
    const file = page.record.requests.find(({ url }) => /\/a\/formats\.\w+\.js$/.test(url)).url;
    const read = await page.evaluate(
      async ([file, url, text, base]) => JSON.parse(await (await import(file)).read(url, text, base + 'nowhere/')),
      [file, url, (await readFile(join(samples, name))).toString(), base],
    );
    const converted = JSON.parse(execFileSync(binary, ['convert', join(samples, name)], { maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }));
    assert.ok(read.initiatives.length > 0, name);
    assert.deepEqual(read.initiatives.map(bare), converted.initiatives.map(bare), name);
  }
});

/** Without points that only one of the two has looked up, and the addresses that depend on where the feed came from. */
function bare(initiative) {
  const place = ({ latitude, longitude, approximate, ...rest }) => rest;
  const { location, image, ...rest } = initiative;
  return { ...rest, location: location && [location].flat().map(place) };
}

test('pages are followed at the same origin and no other, and a feed without points is found by its postcodes', async (t) => {
  const other = await startSite();
  t.after(() => other.stop());
  const secret = other.json('/next.json', { data: [] });
  const event = (id, title, postal_code, locality) => ({
    id, title, event_type: 'COMMUNITY', timeslots: [], browser_url: 'https://example.org/' + id,
    location: { postal_code, locality, country: 'FR' },
  });
  at.site.json('/pages.json', { count: 3, next: '/pages-2.json', data: [event(1, 'Maraude', '69007', 'Lyon')] });
  at.site.json('/pages-2.json', { count: 3, next: secret, data: [event(2, 'Collecte', '13001', 'Marseille')] });
  const page = await visit(t, '/pages.json');
  await around(page, '69007', 'Lyon 7e');
  await widget(page).link('Maraude').waitFor();
  assert.match(await said(widget(page).nearby.first()), /Maraude.*environ/);
  assert.deepEqual(other.requests, []);
  assert.ok(page.record.said().some((line) => line.includes('/pages.json') && /not all of its pages/.test(line)), page.record.said());
});

test('what is no UTF-8 is fetched as it is and read', async (t) => {
  const latin = (text) => Buffer.from(text, 'latin1');
  const rss = latin(
    '<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><title>A</title><item><title>F\u00EAte des \u00E9coles</title>' +
      '<link>https://example.org/1</link></item></channel></rss>',
  );
  at.site.put('/latin.xml', { body: rss });
  const page = await visit(t, '/latin.xml');
  await widget(page).link('Fête des écoles').waitFor();
  const utf16 = Buffer.from('\uFEFF' + JSON.stringify({ initiatives: [{ id: '1', name: 'Été à la ferme' }] }), 'utf16le');
  at.site.put('/utf16.json', { body: utf16 });
  await widget(await visit(t, '/utf16.json')).link('Été à la ferme').waitFor();
});

test('a comma too many costs nobody the feed', async (t) => {
  at.site.json('/comma.json', '{"initiatives": [{"id": "a", "name": "Maraude",}, /* later */ {"id": "b", "name": "Collecte"},]}');
  const page = await visit(t, '/comma.json');
  assert.equal(await widget(page).cards.count(), 2);
});

test('where the module cannot be had, that is said and can be tried again', async (t) => {
  at.site.json('/gancio.json', await readFile(join(samples, 'gancio/events.json'), 'utf8'));
  const page = await at.visit(t, { page: 'bare' });
  // What is painted stays where another feed cannot be read.
  await listed(page);
  await page.route('**/a/formats.*', (route) => route.abort());
  await page.evaluate(() => document.querySelector('alentour-widget').setAttribute('feed', '/gancio.json'));
  await widget(page).alert.waitFor();
  await page.unroute('**/a/formats.*');
  await widget(page).retry.click();
  await listed(page);
  assert.ok((await widget(page).cards.count()) > 0);
  assert.deepEqual(page.record.errors, []);
});
