// The worst that can happen on a partner's page, and what is left then: the page, the list that the server has made of it, or its links.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear, hurry, startWholeBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startProxy } from './support/proxy.mjs';
import { introduce, listed, painted, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood(), startWholeBrowser);
const links = (page) => page.getByRole('link', { name: 'Toutes nos actions' });

async function assertLinks(page) {
  await links(page).waitFor();
  assert.equal(page.record.said().length, 1, page.record.said().join('\n'));
  assert.deepEqual(page.record.errors, []);
}

/** Of another feed than the server's own nobody makes a list: the page's links are what is left. */
const another = () => `data-feed="${at.server.url}/v1/feed.json?"`;

/** The list is there without the application, and its links lead to pages. */
async function assertPainted(of) {
  await of.locator('.painted .card').first().waitFor();
  assert.equal(await of.getByRole('link', { name: 'Toutes nos actions' }).isVisible(), false);
  assert.match(await widget(of).title('Réunion publique sur le logement').getAttribute('href'), /\/i\/reunion\?lang=fr$/);
}

test('a panic of the application’s leaves every widget of the page its list, says one line, and tells the page', async (t) => {
  const page = await at.visit(t, { page: 'two', browser: { init: hear } });
  await listed(page.locator('#un'));
  await listed(page.locator('#deux'));
  await widget(page.locator('#un')).count.getByText(/Lyon/).waitFor();
  await widget(page.locator('#deux')).count.getByText(/Grenoble/).waitFor();
  // A true one: the application's own export is called with a handle that points nowhere, from a timer, as its own work is.
  const app = page.record.requests.map(({ url }) => url).find((url) => /\/app\.\w+\.js$/.test(url));
  await page.evaluate(async (app) => {
    const { Handle } = await import(app);
    setTimeout(() => Handle.prototype.refresh.call({ __wbg_ptr: 0xfffffff0 }));
  }, app);
  await painted(page.locator('#un .painted'));
  await painted(page.locator('#deux .painted'));
  assert.equal(page.record.said().length, 1, page.record.said().join('\n'));
  const heard = await page.evaluate(() => window.heard);
  assert.deepEqual(heard.filter(({ name }) => name === 'error').map(({ detail }) => detail), [{ kind: 'crash' }, { kind: 'crash' }]);
  // A widget that comes later does not wake the dead.
  await page.evaluate(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<alentour-widget feed="/autre.json"><a href="/x">Plus tard</a></alentour-widget>'));
  await page.getByRole('link', { name: 'Plus tard' }).waitFor();
});

test('a crash of another WebAssembly on the page is not taken for ours', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.evaluate(() => setTimeout(() => { throw new WebAssembly.RuntimeError('unreachable'); }));
  await page.waitForTimeout(200);
  assert.ok(await widget(page).nearby.first().isVisible());
  assert.equal(page.record.errors.length, 1, 'the page’s own errors are left to it');
});

test('a fetch that rejects with a plain string later on does not keep places from being found', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.evaluate(() => (window.fetch = () => Promise.reject('blocked by the consent manager')));
  await widget(page).place.fill('69007');
  await page.keyboard.press('Enter');
  await widget(page).count.getByText(/Lyon 7e/).waitFor();
  await widget(page).words.fill('logement');
  await widget(page).link('Réunion publique sur le logement').waitFor();
  assert.deepEqual(page.record.errors, []);
});

test('a rejection with a plain string does not break the widget: the sign-up is sent when the page lets it', async (t) => {
  const page = await at.visit(t, { query: '#alentour=reunion', browser: { init: hurry } });
  await introduce(page, { email: 'texte@example.org' });
  await page.evaluate(() => {
    window.real = window.fetch;
    window.fetch = () => Promise.reject('no');
  });
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Pas encore envoyé').waitFor();
  await page.evaluate(() => (window.fetch = window.real));
  await widget(page).status.getByText('Merci').waitFor();
  assert.equal((await at.server.signups('reunion')).length, 1);
});

for (const [name, patch] of [
  ['rejects with a string', () => (window.fetch = () => Promise.reject('no'))],
  ['throws a string', () => (window.fetch = () => { throw 'no'; })],
  ['gives nothing', () => (window.fetch = () => undefined)],
]) {
  test(`a page whose fetch ${name} from the start has its links`, async (t) => {
    const page = await at.visit(t, { browser: { init: patch } });
    await assertLinks(page);
  });
}

for (const [name, patch] of [
  ['throws a string', () => (window.fetch = () => { throw 'no'; })],
  ['gives nothing', () => (window.fetch = () => undefined)],
  ['answers with something that is no Response', () => (window.fetch = async () => ({ ok: true, status: 201 }))],
]) {
  test(`a fetch that ${name} later on does not break the widget, nor thank for what was not received`, async (t) => {
    const page = await at.visit(t, { query: '#alentour=petition', browser: { init: hurry } });
    await introduce(page, { email: 'jamais@example.org' });
    await page.evaluate(patch);
    await widget(page).send('Je signe').click();
    await widget(page).status.getByText(/Pas encore envoyé|n’a pas pu être envoyée/).waitFor();
    await widget(page).back.click();
    await listed(page);
    assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
  });
}

test('a host that is down has the links, and the widget comes when the line is back', async (t) => {
  const proxy = await startProxy(at.server.url);
  t.after(() => proxy.stop());
  proxy.fault = (_, path) => (path.endsWith('.wasm') ? 'cut' : 'pass');
  const page = await at.visit(t, { origin: proxy.url, attributes: another() });
  await links(page).waitFor();
  proxy.fault = () => 'pass';
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await listed(page);
  assert.equal(await links(page).isVisible(), false);
});

for (const [name, fault] of [
  ['missing', { status: 404 }],
  ['broken', { status: 200, headers: { 'content-type': 'application/wasm' }, body: 'no WebAssembly' }],
]) {
  test(`an application that is ${name} leaves the list, and of another feed the links`, async (t) => {
    const proxy = await startProxy(at.server.url);
    t.after(() => proxy.stop());
    proxy.fault = (_, path) => (path.endsWith('.wasm') ? fault : 'pass');
    const page = await at.visit(t, { origin: proxy.url });
    await until(() => page.record.said().length === 1);
    await assertPainted(page);
    await assertLinks(await at.visit(t, { origin: proxy.url, attributes: another() }));
  });
}

for (const [name, patch] of [
  ['Intl.DateTimeFormat', () => (Intl.DateTimeFormat = class { constructor() { throw new RangeError('no'); } })],
  ['Intl', () => delete window.Intl],
  ['Array.prototype.map with an enumerable neighbour', () => (Array.prototype.each = () => {})],
  ['Object.prototype with an enumerable value', () => (Object.prototype.each = 1)],
  ['requestAnimationFrame', () => (window.requestAnimationFrame = () => 0)],
  ['IntersectionObserver', () => delete window.IntersectionObserver],
]) {
  test(`a page that has replaced ${name} gets the widget, and no error`, async (t) => {
    const page = await at.visit(t, { attributes: 'data-place="69007"', browser: { init: patch } });
    await widget(page).cards.first().waitFor();
    await widget(page).link('Réunion publique sur le logement').click();
    await widget(page).field('Prénom').waitFor();
    assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
  });
}

test('a page whose JSON.parse throws is told that the feed cannot be read, and no error', async (t) => {
  const attributes = `data-feed="${at.site.json('/ailleurs.json', neighbourhood())}"`;
  const page = await at.visit(t, { attributes, browser: { init: () => (JSON.parse = () => { throw new Error('no'); }) } });
  await widget(page).alert.getByText('a envoyé une liste illisible').waitFor();
  assert.equal(await widget(page).retry.isVisible(), true);
  assert.deepEqual(page.record.errors, []);
});
