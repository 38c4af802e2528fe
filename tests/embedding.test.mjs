// The tag on partners' pages, and the element it puts there: several, moved, removed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear, openPage, startWholeBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood(), startWholeBrowser);
const element = (page) => page.locator('alentour-widget');

test('two widgets on a page search on their own', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  const [one, two] = [widget(page.locator('#un')), widget(page.locator('#deux'))];
  await one.count.getByText(/Lyon 7e/).waitFor();
  await two.count.getByText(/Grenoble/).waitFor();
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
  for (const id of ['un', 'deux']) await listed(page.locator('#' + id)); // What is painted before names its town, too.
  await widget(page.locator('#un')).count.getByText(/Lyon/).waitFor();
  await widget(page.locator('#deux')).count.getByText(/Grenoble/).waitFor();
  assert.equal(await page.evaluate(() => window.instances), 1);
  assert.equal(page.record.fetched('.wasm'), 1);
  assert.equal(page.record.fetched('/tiles.txt'), 1);
});

test('two widgets on a page fetch nothing twice', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  for (const [id, town] of [['un', /Lyon/], ['deux', /Grenoble/]]) {
    await listed(page.locator('#' + id));
    await widget(page.locator('#' + id)).count.getByText(town).waitFor();
  }
  const urls = page.record.requests.map(({ url }) => url).filter((url) => url.startsWith(at.server.url));
  assert.ok(urls.length > 5, urls.join());
  assert.deepEqual(urls.filter((url, n) => urls.indexOf(url) !== n), []);
});

test('the tag twice gives two widgets, one application, and no complaint', async (t) => {
  const page = await at.visit(t, { page: 'twice' });
  await element(page).nth(1).waitFor();
  assert.equal(await element(page).count(), 2);
  await page.getByText(/action.*Lyon 7e/).waitFor();
  await page.getByText(/action.*Grenoble/).waitFor();
  assert.equal(page.record.fetched('.wasm'), 1);
  assert.deepEqual(page.record.console, []);
  // Each has taken the links before it.
  assert.deepEqual(await element(page).evaluateAll((all) => all.map((it) => it.querySelector('a').textContent)), ['Nos actions', 'Encore']);
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), false);
});

test('a page that was kept with its widget, and runs its tag again, has one widget', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  await page.evaluate(() => {
    // As Turbo shows a page from its cache.
    const body = document.body.cloneNode(true);
    document.documentElement.replaceChild(body, document.body);
    for (const old of body.querySelectorAll('script[src*="alentour.js"]')) {
      const script = document.createElement('script');
      for (const { name, value } of old.attributes) script.setAttribute(name, value);
      old.replaceWith(script);
    }
  });
  await listed(page);
  await page.waitForTimeout(500);
  assert.equal(await element(page).count(), 1);
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
  const page = await openPage(t, at.browser, { init: hear });
  // The application comes when the test says so: the widgets are removed while they wait for it, neither before nor after.
  let release;
  const gate = new Promise((done) => (release = done));
  let asked = 0;
  await page.route('**/a/app.*.wasm', async (route) => {
    asked++;
    await gate;
    await route.continue();
  });
  await page.goto(await at.site.page('two', { server: at.server.url }));
  await until(() => asked === 1);
  const removed = await page.evaluateHandle(() => {
    const widgets = [...document.querySelectorAll('alentour-widget')];
    for (const it of widgets) it.remove();
    return widgets;
  });
  const loaded = page.waitForResponse((response) => response.url().endsWith('.wasm'));
  release();
  await (await loaded).finished();
  await page.waitForTimeout(1000);
  const roots = await removed.evaluate((widgets) => widgets.map((it) => it.shadowRoot.querySelectorAll('.root:not(.painted)').length));
  assert.deepEqual(roots, [0, 0], 'the application was mounted into what is no longer there');
  assert.deepEqual(await page.evaluate(() => window.heard), []);
  assert.deepEqual([page.record.errors, page.record.console], [[], []]);
  // Put back, they start.
  await removed.evaluate(([first]) => document.querySelector('main').append(first));
  await listed(page);
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

test('nothing is fetched but the tag until the widget is near the viewport', async (t) => {
  const page = await at.visit(t, { head: '<style>header{display:block;height:5000px}</style>' });
  await page.waitForTimeout(600);
  assert.equal(page.record.fetched('.wasm') + page.record.fetched('/tiles.txt'), 0);
  await page.evaluate(() => scrollTo(0, 4200));
  await listed(page);
});
