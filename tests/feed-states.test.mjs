// A feed that does not come, or is none: each is told apart, and each can be tried again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear, hurry } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const good = JSON.stringify({ initiatives: [{ id: 'a', name: 'La voici' }] });
const json = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };

const hearAndHurry = `(${hear})(); (${hurry})();`;

/** Bad ways to answer, what the widget says of each, and what it tells the page. */
const bad = {
  404: [(_, response) => response.writeHead(404, json).end('{}'), /n’a pas répondu comme prévu \(code 404\)/, 'status'],
  500: [(_, response) => response.writeHead(500, json).end('oops'), /code 500/, 'status'],
  slow: [() => {}, /met trop de temps à répondre/, 'timeout'],
  'slow in the middle': [(_, response) => response.writeHead(200, json).write('{"initiatives":['), /met trop de temps à répondre/, 'timeout'],
  'cut in the middle': [
    (_, response) => {
      response.writeHead(200, { ...json, 'content-length': '5000' }).write('{"initiatives":[');
      setTimeout(() => response.destroy(), 50);
    },
    /connexion semble coupée/, 'network',
  ],
  unreachable: [(_, response) => response.destroy(), /connexion semble coupée/, 'network'],
  HTML: [(_, response) => response.writeHead(200, json).end('<!doctype html><title>Connexion au wifi</title>'), /liste illisible/, 'malformed'],
  empty: [(_, response) => response.writeHead(200, json).end(''), /liste illisible/, 'malformed'],
  'half a feed': [(_, response) => response.writeHead(200, json).end(good.slice(0, 30)), /liste illisible/, 'malformed'],
  'no feed': [(_, response) => response.writeHead(200, json).end('{"hello": "world"}'), /liste illisible/, 'malformed'],
  binary: [(_, response) => response.writeHead(200, json).end(Buffer.from([0, 255, 254, 1, 2, 3])), /liste illisible/, 'malformed'],
};

for (const [name, [answer, words, kind]] of Object.entries(bad)) {
  test(`a feed that is ${name} is said as such, and "Réessayer" works`, async (t) => {
    const path = `/feed-${name.replace(/\W/g, '')}.json`;
    at.site.put(path, answer);
    const page = await at.visit(t, { attributes: `data-feed="${path}"`, browser: { init: hearAndHurry } });
    const { alert, retry, link } = widget(page);
    await alert.waitFor();
    assert.match(await said(alert), words);
    const heard = await page.evaluate(() => window.heard);
    assert.deepEqual(heard.map((event) => [event.name, event.detail]), [['error', { kind }]]);
    // Still bad: still said.
    await retry.click();
    await page.waitForFunction(() => window.heard.length === 2);
    await alert.waitFor();
    at.site.put(path, { body: good, headers: json });
    await retry.click();
    await link('La voici').waitFor();
    assert.equal(await alert.count(), 0);
    assert.deepEqual(page.record.errors, []);
  });
}

test('trying again does not lose the focus', async (t) => {
  at.site.put('/focus.json', { status: 500, headers: json });
  const page = await at.visit(t, { attributes: 'data-feed="/focus.json"' });
  const { retry, link } = widget(page);
  await retry.focus();
  at.site.put('/focus.json', { body: good, headers: json });
  await page.keyboard.press('Enter');
  await link('La voici').waitFor();
  await page.waitForTimeout(100);
  assert.ok(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.localName), 'the focus is lost');
});

test('no network at all is said, and the widget recovers when it is back', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.context().setOffline(true);
  await page.locator('alentour-widget').evaluate((it) => it.refresh());
  await widget(page).alert.getByText(/connexion semble coupée/).waitFor();
  await page.context().setOffline(false);
  await widget(page).retry.click();
  await listed(page);
  assert.equal(await widget(page).nearby.count(), 12);
});

test('a feed without any action says so, and is no error', async (t) => {
  at.site.json('/nothing.json', { initiatives: [] });
  const page = await at.visit(t, { attributes: 'data-feed="/nothing.json"' });
  await page.getByRole('heading', { name: /Aucune action n’est annoncée/ }).waitFor();
  assert.equal(await widget(page).alert.count(), 0);
});

test('one bad item costs nothing but itself', async (t) => {
  const items = [null, 7, 'text', [], {}, { id: 'x' }, { name: 'sans id' }, { id: 'bon', name: 'La bonne' }, { id: 'bon', name: 'Le double' }, { id: 'mal', name: 'Mal datée', sessions: [{ startDate: 'demain' }], location: { latitude: 'nord' } }];
  at.site.json('/items.json', { initiatives: items });
  const page = await at.visit(t, { attributes: 'data-feed="/items.json"' });
  await widget(page).link('La bonne').waitFor();
  await widget(page).link('Mal datée').waitFor();
  assert.equal(await widget(page).cards.count(), 2);
});

test('a gazetteer that cannot be had is said, and the actions stay', async (t) => {
  const page = await at.visit(t, { browser: { serviceWorkers: 'block' } });
  await page.route('**/gazetteer-*/**', (route) => route.abort());
  await listed(page);
  await widget(page).place.fill('69007');
  await page.keyboard.press('Enter');
  await widget(page).note.getByText(/liste des villes n’a pas pu être chargée/).waitFor();
  assert.equal(await widget(page).nearby.count(), 12);
  await page.unroute('**/gazetteer-*/**');
  await widget(page).place.fill('69100');
  await page.keyboard.press('Enter');
  await widget(page).count.getByText(/Villeurbanne/).waitFor();
});
