// The element as a partner's scripts use it: attributes that change, search(), refresh().

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const element = (page) => page.locator('alentour-widget');

test('attributes that are changed later are followed', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { count, radius, chip } = widget(page);
  const set = (name, value) => element(page).evaluate((it, [name, value]) => it.setAttribute(name, value), [name, value]);
  await set('place', '38000');
  await count.getByText(/Grenoble/).waitFor();
  await set('radius', '100');
  await count.getByText(/à moins de 100/).waitFor();
  assert.equal(await radius.inputValue(), '100');
  await set('kinds', 'training');
  await page.locator('.quick [aria-pressed=true]', { hasText: 'Formation' }).waitFor();
  await set('kinds', '');
  await page.locator('.quick [aria-pressed=false]', { hasText: 'Formation' }).waitFor();
  await set('limit', '3');
  await widget(page).more.getByText(/Voir plus/).waitFor();
  await until(async () => (await widget(page).nearby.count()) === 3);
  await set('theme', 'dark');
  assert.equal(await element(page).evaluate((it) => getComputedStyle(it).colorScheme), 'dark');
  await element(page).evaluate((it) => (it.place = '69100'));
  await count.getByText(/Villeurbanne/).waitFor();
  await set('lang', 'en');
  await page.getByRole('searchbox', { name: /keyword/i }).waitFor();
});

test('an attribute that changes leaves the rest of the visitor’s search alone', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { chip, radius } = widget(page);
  await chip('Pétition').click();
  await radius.selectOption('50');
  await element(page).evaluate((it) => it.setAttribute('theme', 'dark'));
  await page.waitForTimeout(200);
  assert.equal(await chip('Pétition').getAttribute('aria-pressed'), 'true');
  assert.equal(await radius.inputValue(), '50');
});

test('another feed is shown when the attribute names another', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  at.site.json('/other.json', { initiatives: [{ id: 'autre', name: 'Une autre action' }] });
  await element(page).evaluate((it) => it.setAttribute('feed', '/other.json'));
  await widget(page).link('Une autre action').waitFor();
});

test('search() asks for what it names and leaves the rest', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { count, words, chip, radius, place } = widget(page);
  const search = (query) => element(page).evaluate((it, query) => it.search(query), query);
  await search({ place: '38000', radius: 50 });
  await count.getByText(/50.*Grenoble/).waitFor();
  await search({ words: 'droits', kinds: ['training'], causes: 'inclusion' });
  await until(async () => (await words.inputValue()) === 'droits');
  assert.equal(await chip('Formation').getAttribute('aria-pressed'), 'true');
  assert.equal(await chip('Inclusion').getAttribute('aria-pressed'), 'true');
  assert.match(await place.inputValue(), /^Grenoble/);
  await search({ radius: 'any', kinds: [], causes: [], words: '', when: 'month' });
  await until(async () => (await radius.inputValue()) === 'any');
  assert.equal(await chip('Ce mois-ci').getAttribute('aria-pressed'), 'true');
});

test('search() with what is no search breaks nothing; a postcode may be a number', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { count } = widget(page);
  const search = (query) => element(page).evaluate((it, query) => it.search(query), query);
  const nonsense = [{}, null, undefined, 7, 'Lyon', { kinds: 7 }, { radius: {} }, { words: [] }, { when: null }, { kinds: [null, {}] }];
  for (const query of [...nonsense, { words: 5 }, { when: 7 }, { words: '' }]) await search(query);
  await page.waitForTimeout(200);
  assert.equal(await count.count(), 1, page.record.said().join());
  await search({ place: 69007, words: '' });
  await count.getByText(/Lyon 7e/).waitFor();
  assert.deepEqual(page.record.errors, []);
});

test('search() before the application is there is not lost', async (t) => {
  const page = await at.visit(t, { head: '', attributes: '' });
  await page.evaluate(async () => {
    await customElements.whenDefined('alentour-widget');
    const it = document.createElement('alentour-widget');
    it.id = 'tot';
    document.querySelector('main').append(it);
    it.search({ words: 'logement' });
  });
  await listed(page.locator('#tot'));
  const { words } = widget(page.locator('#tot'));
  assert.equal(await words.inputValue(), 'logement');
});

test('refresh() fetches the feed again', async (t) => {
  const feed = { initiatives: [{ id: 'a', name: 'Avant' }] };
  at.site.json('/fresh.json', feed);
  const page = await at.visit(t, { attributes: 'data-feed="/fresh.json"' });
  await widget(page).link('Avant').waitFor();
  at.site.json('/fresh.json', { initiatives: [{ id: 'b', name: 'Après' }] });
  await element(page).evaluate((it) => it.refresh());
  await widget(page).link('Après').waitFor();
  assert.equal(await widget(page).link('Avant').count(), 0);
});
