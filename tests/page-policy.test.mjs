// Content security policies: with WebAssembly allowed all works and nothing is reported; without, the links stay.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** Keeps what the policy has blocked in `window.blocked`. */
const watchPolicy = () => {
  window.blocked = [];
  document.addEventListener('securitypolicyviolation', (event) => window.blocked.push(`${event.violatedDirective} ${event.blockedURI}`));
};

/** Nothing but the widget's host, and no inline style or script at all. */
const policy = (more = '') =>
  `default-src 'none'; script-src ${at.server.url} ${more}; connect-src ${at.server.url}; base-uri 'none'; form-action 'none'`;

const visit = (t, headers) => at.visit(t, { page: 'strict', headers, browser: { init: watchPolicy } });

test('a strict policy that allows WebAssembly blocks nothing: no style, no style attribute, no eval', async (t) => {
  const page = await visit(t, { 'content-security-policy': policy("'wasm-unsafe-eval'") });
  await listed(page);
  const { chip, place, proposals, link, send, status } = widget(page);
  await chip('Logement').click();
  await place.pressSequentially('villeur');
  await proposals.first().waitFor();
  await page.keyboard.press('Escape');
  await place.fill('');
  await link('Pour un toit digne à Lyon').click();
  await introduce(page, { email: 'politique@example.org' });
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.deepEqual(await page.evaluate(() => window.blocked.filter((line) => !line.includes('favicon'))), []);
  assert.equal(await widget(page).count.evaluate((it) => getComputedStyle(it).fontWeight), '600', 'the widget is undressed');
  assert.deepEqual(page.record.said(), []);
  // What the policy does block is noticed.
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await page.waitForFunction(() => window.blocked.some((line) => line.startsWith('style-src-attr')));
});

test('a strict policy without wasm-unsafe-eval leaves the list, and one line in the console', async (t) => {
  const page = await visit(t, { 'content-security-policy': policy() });
  await page.locator('.painted .card').first().waitFor();
  await page.waitForTimeout(500);
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), false);
  assert.equal(page.record.said().length, 1, page.record.said().join('\n'));
  assert.match(page.record.said()[0], /wasm-unsafe-eval/);
  assert.equal(page.record.fetched('.wasm'), 0, 'WebAssembly was downloaded that cannot run');
  assert.deepEqual(page.record.errors, []);
});

test('a policy that forbids the connection to the widget’s host leaves the plain links', async (t) => {
  const page = await visit(t, { 'content-security-policy': policy("'wasm-unsafe-eval'").replace(/connect-src [^;]+/, "connect-src 'none'") });
  await page.locator('alentour-widget #liens').waitFor();
  await page.waitForFunction(() => document.querySelector('alentour-widget').shadowRoot.querySelector('slot'));
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), true);
  assert.equal(page.record.said().length, 1, page.record.said().join('\n'));
  assert.deepEqual(page.record.errors, []);
});

test('a policy that asks for trusted types shows the widget, and reports nothing of it', async (t) => {
  const page = await visit(t, { 'content-security-policy': policy("'wasm-unsafe-eval'") + "; require-trusted-types-for 'script'; trusted-types 'none'" });
  await listed(page);
  await widget(page).cards.first().waitFor();
  assert.deepEqual(await page.evaluate(() => window.blocked.filter((line) => !line.includes('favicon'))), []);
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
});

test('a policy that forbids the tag itself leaves the links where they are', async (t) => {
  const page = await visit(t, { 'content-security-policy': "default-src 'none'; script-src 'self'" });
  await page.waitForFunction(() => window.blocked.some((line) => line.endsWith('/alentour.js')));
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), true);
});

test('a page that is isolated from other origins (COEP) shows the widget', async (t) => {
  const page = await visit(t, { 'cross-origin-embedder-policy': 'credentialless', 'cross-origin-opener-policy': 'same-origin' });
  await listed(page);
  assert.equal(await page.evaluate(() => window.crossOriginIsolated), true);
});

test('without scripts the links are all there is', async (t) => {
  const page = await at.visit(t, { page: 'strict', browser: { javaScriptEnabled: false } });
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), true);
});
