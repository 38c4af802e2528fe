// What was read about Leptos, shadow roots and wasm-bindgen, and is proved here for our build. (That two starts at once
// instantiate once is in embedding.test.mjs, that plain rejections are survived in crash.test.mjs.)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

// tachys looks a view's parent up as an `Element`, which a ShadowRoot is not: a top-level view that is replaced would fail right in
// the root. The loader mounts into a <div>; checked here: the div is there, and views at its top are replaced in place.
test('the application is mounted in an element inside the shadow root, where whole views can be replaced', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const children = () => page.locator('alentour-widget').evaluate((it) => [...it.shadowRoot.children].map((child) => child.className));
  assert.deepEqual(await children(), ['root']);
  at.site.put('/none.json', { status: 500 });
  const element = page.locator('alentour-widget');
  // List -> failure -> list -> detail -> list: each replaces what stood there.
  await page.route('**/tiles.txt', (route) => route.abort());
  await element.evaluate((it) => it.refresh());
  await widget(page).alert.waitFor();
  await page.unroute('**/tiles.txt');
  await widget(page).retry.click();
  await listed(page);
  await widget(page).cards.first().getByRole('link').click();
  await widget(page).detail.waitFor();
  await widget(page).back.click();
  await listed(page);
  assert.deepEqual(await children(), ['root']);
  assert.deepEqual(page.record.errors, []);
});

// With leptos's `delegation` feature, one listener on `window` would serve all elements. `submit` and `change` are not composed:
// from a shadow tree they never arrive there. Checked: they do not arrive, and the form and the selects work nevertheless.
test('submit and change inside the shadow tree reach the application, though they never reach the window', async (t) => {
  const listen = () => {
    window.arrived = [];
    for (const type of ['submit', 'change']) addEventListener(type, () => window.arrived.push(type), true);
  };
  const page = await at.visit(t, { attributes: 'data-place="69007"', browser: { init: listen } });
  await listed(page);
  await widget(page).radius.selectOption('100');
  await widget(page).link('Réunion publique sur le logement').click();
  await introduce(page);
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Merci').waitFor();
  assert.deepEqual(await page.evaluate(() => window.arrived), []);
});

// A shadow root of a shadow root: `customElements` and focus go through two trees.
test('the widget works inside another component’s shadow root', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.evaluate(() => {
    const host = document.createElement('partner-card');
    document.querySelector('main').prepend(host);
    const root = host.attachShadow({ mode: 'open' });
    root.innerHTML = '<alentour-widget loading="eager" id="tief"></alentour-widget>';
  });
  const inner = page.locator('#tief');
  await inner.locator('[id^=card-]').first().waitFor();
  await widget(inner).words.fill('logement');
  await widget(inner).link('Réunion publique sur le logement').click();
  await until(() => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.shadowRoot?.activeElement?.id === 'detail-title'));
});

test('a signal that outlives its widget wakes nothing: removed during a search, a fetch, a sign-up', async (t) => {
  const page = await at.visit(t, { query: '#alentour=petition' });
  await introduce(page, { email: 'parti@example.org' });
  let asked = 0;
  await page.route('**/signups', async (route) => {
    asked++;
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  await widget(page).send('Je signe').click();
  await until(() => asked > 0);
  await page.locator('alentour-widget').evaluate((it) => {
    it.search({ place: '38000' });
    it.refresh();
    it.remove();
  });
  await page.waitForTimeout(1000);
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
  // What was under way has arrived: the visitor had sent it.
  await until(async () => (await at.server.signups('petition')).length === 1);
});
