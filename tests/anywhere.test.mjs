// Words looked for in a large feed without a place: found wherever they are, through an index of which a search reads a little.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hurry } from './support/browser.mjs';
import { at as hour, country } from './support/feeds.mjs';
import { listed, painted, said, until as soon, widget } from './support/widget.mjs';

const feed = country();
const [{ organizer, participation }] = feed.initiatives;
const gueret = { postalCode: '23000', addressLocality: 'Guéret', latitude: 46.17, longitude: 1.87 };
const special = (id, name, more) => ({ id, kind: 'project', name, causes: ['culture'], organizer, participation, location: [gueret], ...more });
feed.initiatives.push(
  // Neither is among what begins soonest, nor among the first that go on.
  special('ludotheque', 'Ludothèque itinérante', { sessions: [{ id: 'une', startDate: hour(200) }], description: 'Des jeux, et du soutien scolaire.' }),
  special('toit', 'Pour un toit digne', { kind: 'petition', sensitive: false, petition: { target: 500 }, participation: { ...participation, way: 'signature' } }),
);
// Among what begins soonest, of which cards alone are read: its description has a word that nothing else has.
feed.initiatives[1].description = 'Un concert d’ocarina.';
const at = bench(feed);
const FILE = /\/v1\/t\/[^/]+\/(inverted\.txt|\d+\/\d+\.(shard|words)?\.?txt)$/;
const SHARD = /\.shard\.txt$/;

const titles = (page) => page.locator('.results h3').allTextContents();

/** A page whose widget names no place, as somebody is about to type words. */
async function visit(t, attributes = '', more) {
  const page = await at.visit(t, { attributes, ...more });
  await painted(page);
  await page.locator('.words input').focus();
  await listed(page);
  return page;
}

const type = (page, words) => page.locator('.words input').fill(words);

/** Waits 10 s until something of the page is so. */
const until = (is, why) => soon(is, 200, why);

const counted = (page, count) => until(async () => count.test(await said(widget(page).count)), () => said(widget(page).count));

test('a rare word is found wherever it is, counted, and opened', async (t) => {
  const page = await visit(t);
  await type(page, 'ludothèque');
  await counted(page, /^1 action/);
  assert.deepEqual(await titles(page), ['Ludothèque itinérante']);
  // By what means the same, which only its description says.
  await type(page, 'tutorat');
  await counted(page, /^1 action/);
  assert.match(await said(page.locator('.results')), /soutien scolaire/);
  await widget(page).cards.first().getByRole('link').first().click();
  await widget(page).detail.locator('form').waitFor();
});

test('what only the description of something soon has is found', async (t) => {
  const page = await visit(t);
  await type(page, 'ocarina');
  await counted(page, /^1 action/);
  await type(page, 'jardinage');
  await until(async () => (await titles(page)).length >= 12, () => said(widget(page).count));
  assert.match(await said(page.locator('.results')), /La description dit « jardinage »/);
});

test('a word that nothing has is in nothing, and of a long one nothing is claimed', async (t) => {
  const page = await visit(t);
  await type(page, 'zzzz');
  await page.getByRole('heading', { name: 'Aucune action ne correspond à votre recherche' }).waitFor();
  // Others may have a word like it.
  await type(page, 'xylophone');
  await page.getByRole('heading', { name: /^Rien parmi les actions qui commencent bientôt/ }).waitFor();
  assert.equal(await said(page.locator('.filters button.more')), 'Voir les actions (0)');
  // And a letter more chooses nothing.
  await type(page, 'ludothèque i');
  await until(async () => String(await titles(page)) === 'Ludothèque itinérante', () => titles(page));
});

test('a refresh while words are looked for mixes no two versions', async (t) => {
  const page = await visit(t);
  let go;
  const held = new Promise((done) => (go = done));
  await page.route(SHARD, async (route) => {
    if (!/0000/.test(route.request().url())) await held;
    await route.continue({ url: route.request().url().replace('/0000/', `/${version}/`) });
  });
  const version = (await (await fetch(`${at.server.url}/v1/tiles.txt`)).text()).split(' ')[1];
  await type(page, 'ludothèque');
  await until(() => page.record.requests.some(({ url }) => SHARD.test(url)), () => 'no shard');
  await page.route(/\/v1\/tiles\.txt$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/^(\d+) \w+/, '$1 0000') });
  });
  await page.route(/\/0000\/.*(?<!shard)\.txt$/, (route) => route.continue({ url: route.request().url().replace('/0000/', `/${version}/`) }));
  await page.evaluate(() => document.querySelector('alentour-widget').refresh());
  await until(() => page.record.requests.some(({ url }) => /0000.*shard/.test(url)), () => 'the new version is not searched');
  await counted(page, /^1 action/);
  const packs = () => page.record.requests.filter(({ url }) => /\/\d+\/\d+\.txt$/.test(url)).map(({ url }) => url);
  go();
  await page.waitForTimeout(1000);
  assert.ok(packs().every((url) => url.includes('/0000/')), String(packs()));
  await counted(page, /^1 action/);
});

test('a frequent word has what comes first of all, and no count of the rest', async (t) => {
  const page = await visit(t);
  await type(page, 'velo');
  await counted(page, /^plus de/i);
  await until(() => page.record.requests.some(({ url }) => /\/\d+\/\d+\.txt$/.test(url)), () => 'no pack');
  await page.waitForTimeout(800);
  const whole = await visit(t, `data-feed="${at.site.json('/pays.json', feed)}"`);
  await type(whole, 'velo');
  await counted(whole, /^\d/);
  assert.deepEqual((await titles(page)).slice(0, 12), (await titles(whole)).slice(0, 12));
});

test('a kind is found wherever it is', async (t) => {
  const page = await visit(t, 'data-kinds="petition"');
  await until(async () => (await titles(page)).includes('Pour un toit digne'), () => titles(page));
});

test('the first page has it, too', async (t) => {
  const get = async (path) => (await fetch(at.server.url + path)).text();
  assert.match(await get('/v1/first.json?lang=fr&kinds=petition'), /Pour un toit digne/);
  const near = await get('/near?lang=fr&words=ludoth%C3%A8que');
  assert.match(near, /Ludothèque itinérante/);
  assert.match(near, /1 action</);
});

test('what does not come of it is said, and asked for again', async (t) => {
  const page = await visit(t);
  await page.route(SHARD, (route) => route.abort());
  await type(page, 'ludothèque');
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor();
  await page.unroute(SHARD);
  await page.getByRole('button', { name: 'Réessayer' }).click();
  await counted(page, /^1 action/);
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor({ state: 'detached' });
  // What does not come of something that nobody looks for any more is missed by nobody.
  await page.route(SHARD, (route) => route.fulfill({ status: 200, body: '<!doctype html>', headers: { 'access-control-allow-origin': '*' } }));
  await type(page, 'collecte');
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor();
  await type(page, '');
  await page.getByText('Une partie de la liste n’est pas encore arrivée.').waitFor({ state: 'detached' });
});

test('another day has another index, which is taken', async (t) => {
  const page = await visit(t, '', { browser: { init: hurry } });
  let first;
  await page.route(SHARD, (route) =>
    route.request().url() === (first ??= route.request().url()) && first !== 'seen' && ((first = 'seen'), true)
      ? route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } })
      : route.continue(),
  );
  await type(page, 'ludothèque');
  await counted(page, /^1 action/);
  assert.equal(page.record.requests.filter(({ url }) => url.endsWith('/inverted.txt')).length, 2);
});

test('a search costs little', async (t) => {
  for (const words of ['ludothèque', 'velo', 'atelier couture', 'tutorat', 'collecte alimentaire']) {
    const page = await visit(t);
    const before = page.record.requests.length;
    await type(page, words);
    await page.waitForTimeout(2000);
    const files = page.record.requests.slice(before).filter(({ url }) => FILE.test(url));
    let bytes = 0;
    for (const { url } of files) {
      const response = await fetch(url, { headers: { 'accept-encoding': 'br' } });
      bytes += Number(response.headers.get('content-length'));
    }
    assert.ok(files.length > 2 && bytes < 60_000, `${words}: ${files.length} files, ${bytes} bytes`);
    await page.context().close();
  }
});
