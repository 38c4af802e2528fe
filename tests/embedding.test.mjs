// The tag and the element on partners' pages: several, moved, removed, changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const element = (page) => page.locator('alentour-widget');

test('two widgets on a page search on their own', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  const [one, two] = [widget(page.locator('#un')), widget(page.locator('#deux'))];
  await one.count.getByText(/^Lyon 7e/).waitFor();
  await two.count.getByText(/^Grenoble/).waitFor();
  await two.chip('Formation').click();
  assert.equal(await one.chip('Formation').getAttribute('aria-pressed'), 'false');
  await two.link('Connaître ses droits à Grenoble').click();
  await two.detail.waitFor();
  assert.equal(await one.detail.count(), 0);
});

test('two concurrent starts fetch and instantiate the WebAssembly once', async (t) => {
  const count = () => {
    window.instances = 0;
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const real = WebAssembly[name];
      WebAssembly[name] = (...values) => (window.instances++, real.apply(WebAssembly, values));
    }
  };
  const page = await at.visit(t, { page: 'two', browser: { init: count } });
  await widget(page.locator('#un')).count.getByText(/^Lyon/).waitFor();
  await widget(page.locator('#deux')).count.getByText(/^Grenoble/).waitFor();
  assert.equal(await page.evaluate(() => window.instances), 1);
  assert.equal(page.record.fetched('.wasm'), 1);
  assert.equal(page.record.fetched('/feed.json'), 1);
});

test('two widgets on a page fetch nothing twice', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  await widget(page.locator('#un')).count.getByText(/^Lyon/).waitFor();
  await widget(page.locator('#deux')).count.getByText(/^Grenoble/).waitFor();
  const urls = page.record.requests.map(({ url }) => url).filter((url) => url.startsWith(at.server.url));
  assert.deepEqual(urls.filter((url, n) => urls.indexOf(url) !== n), []);
});

test('the tag twice gives two widgets, one application, and no complaint', async (t) => {
  const page = await at.visit(t, { page: 'twice' });
  await element(page).nth(1).waitFor();
  assert.equal(await element(page).count(), 2);
  await page.getByText(/^Lyon 7e.*action/).waitFor();
  await page.getByText(/^Grenoble.*action/).waitFor();
  assert.equal(page.record.fetched('.wasm'), 1);
  assert.deepEqual(page.record.console, []);
  // Each has taken the links before it.
  assert.deepEqual(await element(page).evaluateAll((all) => all.map((it) => it.querySelector('a').textContent)), ['Nos actions', 'Encore']);
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), false);
});

test('a tag in the head puts the widget where data-target says, and takes the links of data-fallback', async (t) => {
  const page = await at.visit(t, { page: 'head' });
  await listed(page);
  assert.equal(await page.locator('#actions > alentour-widget').count(), 1);
  assert.equal(await page.locator('#liens').isVisible(), false);
});

test('the links of the demo’s page give way to the widget', async (t) => {
  const page = await openPage(t, at.browser);
  await page.goto(at.server.url);
  await listed(page);
  assert.equal(await page.getByRole('link', { name: 'Devenir bénévole' }).isVisible(), false);
});

test('a widget is moved without starting anew', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await widget(page).words.fill('logement');
  await page.evaluate(() => document.querySelector('header').append(document.querySelector('alentour-widget')));
  await page.waitForTimeout(200);
  assert.equal(await widget(page).words.inputValue(), 'logement');
  assert.equal(page.record.fetched('.wasm'), 1);
  await widget(page).words.fill('');
  assert.equal(await widget(page).nearby.count(), 12);
});

test('a widget that is removed and put back works', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.evaluate(async () => {
    window.kept = document.querySelector('alentour-widget');
    window.kept.remove();
    await new Promise((done) => setTimeout(done, 50));
    document.querySelector('main').append(window.kept);
  });
  await listed(page);
  await widget(page).words.fill('logement');
  await widget(page).link('Réunion publique sur le logement').waitFor();
});

test('a widget that is removed while it loads starts nothing and says nothing', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  await page.evaluate(async () => {
    await customElements.whenDefined('alentour-widget');
    for (const it of document.querySelectorAll('alentour-widget')) it.remove();
  });
  await page.waitForTimeout(1000);
  assert.deepEqual([page.record.errors, page.record.console], [[], []]);
});

test('twenty widgets that come and go leave neither listeners nor nodes behind', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const cycle = (times) =>
    page.evaluate(async (times) => {
      for (let n = 0; n < times; n++) {
        const it = document.createElement('alentour-widget');
        it.setAttribute('loading', 'eager');
        it.setAttribute('place', '69007');
        const ready = new Promise((done) => it.addEventListener('alentour:ready', done, { once: true }));
        document.querySelector('main').append(it);
        await ready;
        // A detail with its form, too: they own signals, listeners and frames.
        it.shadowRoot.querySelector('[id^=card-] .action').click();
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        it.remove();
        await new Promise((done) => setTimeout(done));
      }
    }, times);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const measure = async () => {
    for (let n = 0; n < 3; n++) await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name) => metrics.find((metric) => metric.name === name).value;
    return { nodes: value('Nodes'), listeners: value('JSEventListeners') };
  };
  await cycle(3);
  const before = await measure();
  await cycle(20);
  const now = await measure();
  // A widget has more than 500 nodes and 60 listeners: one that is kept would be seen.
  assert.ok(now.nodes - before.nodes < 300, `nodes: ${before.nodes} -> ${now.nodes}`);
  assert.ok(now.listeners - before.listeners < 30, `listeners: ${before.listeners} -> ${now.listeners}`);
});

test('attributes that are changed later are followed', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { count, radius, chip } = widget(page);
  const set = (name, value) => element(page).evaluate((it, [name, value]) => it.setAttribute(name, value), [name, value]);
  await set('place', '38000');
  await count.getByText(/^Grenoble/).waitFor();
  await set('radius', '100');
  await count.getByText(/à moins de 100/).waitFor();
  assert.equal(await radius.inputValue(), '100');
  await set('kinds', 'training');
  await page.locator('#filters [aria-pressed=true]', { hasText: 'Formation' }).waitFor();
  await set('kinds', '');
  await page.locator('#filters [aria-pressed=false]', { hasText: 'Formation' }).waitFor();
  await set('limit', '3');
  await widget(page).more.getByText(/Voir plus/).waitFor();
  await until(async () => (await widget(page).nearby.count()) === 3);
  await set('theme', 'dark');
  assert.equal(await element(page).evaluate((it) => getComputedStyle(it).colorScheme), 'dark');
  await element(page).evaluate((it) => (it.place = '69100'));
  await count.getByText(/^Villeurbanne/).waitFor();
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
  await count.getByText(/^Grenoble .*50/).waitFor();
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
  await count.getByText(/^Lyon 7e/).waitFor();
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
  const { words } = widget(page.locator('#tot'));
  await words.waitFor();
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

test('nothing is fetched but the tag until the widget is near the viewport', async (t) => {
  const page = await at.visit(t, { head: '<style>header{display:block;height:5000px}</style>' });
  await page.waitForTimeout(600);
  assert.equal(page.record.fetched('.wasm') + page.record.fetched('/feed.json'), 0);
  await page.evaluate(() => scrollTo(0, 4200));
  await listed(page);
});
