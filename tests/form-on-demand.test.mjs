// The form's code is a file of its own, which comes when an initiative is opened: late, not at all, or broken.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, said, until, waitForFocus, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const FORM = /\/v1\/a\/app\.form\.[0-9a-f]{10}\.wasm$/;
const MEETING = 'Réunion publique sur le logement';

const asked = (page) => page.record.requests.filter(({ url }) => FORM.test(url)).length;

/** Keeps the form's code back; what it gives lets it come. */
async function keepBack(page) {
  let come;
  const may = new Promise((done) => (come = done));
  await page.route(FORM, async (route) => (await may, route.continue()));
  return come;
}

/** Remembers when it was asked for. */
function watched() {
  const fetch = window.fetch;
  window.fetch = (url, ...more) => {
    if (String(url).includes('/a/app.form.')) window.asked ??= performance.now();
    return fetch.call(window, url, ...more);
  };
}

test('neither a list nor a finger that scrolls it fetches it; whoever comes near a card with the keyboard does, and the form is there when it is opened', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await widget(page).title(MEETING).evaluate((link) => link.dispatchEvent(new PointerEvent('pointerover', { pointerType: 'touch', bubbles: true })));
  await page.waitForTimeout(500);
  assert.equal(asked(page), 0);
  await widget(page).title(MEETING).focus();
  await until(() => asked(page) === 1);
  await widget(page).title(MEETING).press('Enter');
  await introduce(page);
  assert.equal(asked(page), 1);
});

test('the pointer on a card fetches it, and all widgets of a page have it once', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  const [one, other] = ['#un', '#deux'].map((id) => page.locator(id));
  await listed(one);
  await listed(other);
  await page.evaluate(() => document.querySelector('#deux').search({ place: '69007' }));
  await widget(other).title(MEETING).waitFor();
  assert.equal(asked(page), 0);
  await widget(one).nearby.first().getByRole('link').hover();
  await until(() => asked(page) === 1);
  for (const of of [one, other]) {
    await widget(of).title(MEETING).click();
    await widget(of).field('Prénom').fill('Camille');
  }
  assert.equal(asked(page), 1);
  assert.deepEqual(page.record.errors, []);
});

test('while it is late the place says so after a moment, keeps the focus, and then has the form', async (t) => {
  const page = await at.visit(t, { browser: { init: watched } });
  await listed(page);
  const come = await keepBack(page);
  await page.evaluate(() => {
    const root = document.querySelector('alentour-widget').shadowRoot;
    const look = () => root.querySelector('.join .note')?.textContent && (window.told ??= performance.now());
    new MutationObserver(look).observe(root, { childList: true, subtree: true, characterData: true });
  });
  await widget(page).join('Participer', MEETING).click();
  const place = widget(page).detail.locator('.join');
  await place.getByRole('status').getByText('Chargement').waitFor();
  const waited = await page.evaluate(() => window.told - window.asked);
  assert.ok(waited >= 300, `${waited} ms`);
  assert.equal(await place.getAttribute('aria-busy'), 'true');
  await waitForFocus(page, 'form-title');
  come();
  await widget(page).field('Prénom').waitFor();
  assert.equal(await place.getAttribute('aria-busy'), null);
  assert.doesNotMatch(await said(place), /Chargement/);
  await waitForFocus(page, 'form-title');
});

test('where it cannot be had the place leads to the initiative’s own page, and another try brings the form', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.route(FORM, (route) => route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' } }));
  await widget(page).title(MEETING).click();
  const place = widget(page).detail.locator('.join');
  await place.getByRole('alert').getByText('503').waitFor();
  const own = await place.getByRole('alert').getByRole('link').getAttribute('href');
  assert.equal(own, `${at.server.url}/i/reunion?lang=fr`);
  assert.match(await (await fetch(own)).text(), /<h3 id="form-title"/);
  await place.getByRole('button', { name: 'Réessayer' }).click();
  await waitForFocus(page, 'form-title');
  await place.getByRole('alert').getByText('503').waitFor();
  await page.unroute(FORM);
  await place.getByRole('button', { name: 'Réessayer' }).click();
  await introduce(page, { email: 'encore@example.org' });
  await widget(page).send('Je participe').click();
  await widget(page).status.getByText('Merci').waitFor();
  assert.deepEqual(page.record.errors, []);
});

test('what failed on the way to a card is tried again when the initiative is opened', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  let failed = 0;
  page.on('requestfailed', (request) => (failed += FORM.test(request.url())));
  await page.route(FORM, (route) => route.abort());
  await widget(page).title(MEETING).focus();
  // Asked for once more, of what the browser has kept.
  await until(() => failed === 2);
  await page.waitForTimeout(100);
  await page.unroute(FORM);
  await widget(page).title(MEETING).press('Enter');
  await widget(page).field('Prénom').waitFor();
});

/** The module with nothing but a trap in each of its functions. */
function broken(wasm) {
  const bytes = Buffer.from(wasm);
  let at = 8;
  const number = () => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      shift += 7;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const [id, length] = [bytes[at++], number()];
    if (id !== 10) {
      at += length;
      continue;
    }
    for (let count = number(); count; count--) {
      const [size, start] = [number(), at];
      // No locals, `unreachable`, as many `nop` as there is room for, `end`.
      bytes.fill(1, start, start + size);
      bytes.set([0, 0], start);
      bytes[start + size - 1] = 0x0b;
      at = start + size;
    }
  }
  return bytes;
}

test('a panic in it is the application’s: the list that the server has made stays, one line is said, and the page is told', async (t) => {
  const page = await at.visit(t, { browser: { init: hear } });
  await listed(page);
  await page.route(FORM, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: broken(await response.body()) });
  });
  await widget(page).title(MEETING).click();
  await page.locator('.painted .card').first().waitFor();
  assert.match(await widget(page).title(MEETING).getAttribute('href'), /\/i\/reunion\?lang=fr/);
  assert.equal(page.record.said().length, 1, page.record.said().join('\n'));
  const heard = await page.evaluate(() => window.heard);
  assert.deepEqual(heard.filter(({ name }) => name === 'error').map(({ detail }) => detail), [{ kind: 'crash' }]);
  assert.deepEqual(page.record.errors, []);
});
