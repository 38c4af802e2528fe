// Pages that put elements, or values of their own, in the place of what the browser defines: the widget keeps to the browser's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from './support/api.mjs';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** Properties of the document, each of which `<img name>` replaces: those that loader and application read, and those that libraries do. */
const NAMES = [
  'currentScript', 'baseURI', 'readyState', 'addEventListener', 'querySelector', 'createElement', 'createElementNS', 'createTextNode', 'hidden',
  'host', 'body', 'head', 'documentElement', 'defaultView', 'getElementById', 'implementation', 'cookie', 'activeElement', 'isConnected', 'append',
];
const image = (name) => `<img name="${name}" src="${at.site.url}/evil/v1/${name}.png">`;
const form = (name) => `<form name="${name}"><input name="src" value="${at.site.url}/evil/v1/alentour.js"><input name="lang"></form>`;

/** Opens a page with that HTML before its tag. The page names no language: loader and application look for one as far up as they can. */
async function visit(t, html, { origin = at.server.url, attributes = '', query = '', rest = '', init } = {}) {
  const page = await openPage(t, at.browser, { init });
  const script = `<script src="${origin}/v1/alentour.js" data-loading="eager" ${attributes}></script>`;
  await page.goto((await at.site.html(`<!doctype html><title>Agir</title><main>${html}${script}${rest}</main>`)) + query);
  return page;
}

/** Waits for the list without the document's own properties, which the test's tools would ask. */
async function cardsIn(page) {
  const cards = () => {
    const widget = Document.prototype.querySelector.call(document, 'alentour-widget');
    return widget?.shadowRoot.querySelectorAll('[id^=card-]').length ?? 0;
  };
  await until(async () => (await page.evaluate(cards)) > 0, 200);
}

/** What was asked of the attacker, the images of the page aside. */
const misled = (page) => page.record.requests.map(({ url }) => url).filter((url) => url.includes('/evil/') && !url.endsWith('.png'));

for (const name of NAMES) {
  test(`<img name="${name}"> before the tag changes nothing`, async (t) => {
    const page = await visit(t, image(name), { attributes: 'data-place="69007"' });
    await cardsIn(page);
    assert.equal(await page.evaluate((name) => document[name]?.localName, name), 'img', 'nothing was replaced');
    assert.deepEqual([misled(page), page.record.errors, page.record.said()], [[], [], []]);
  });
}

test('nor do forms and frames of all those names at once, behind the tag either', async (t) => {
  const html = NAMES.map(form).join('');
  const rest = NAMES.map((name) => `<object id="${name}"></object><iframe name="${name}" srcdoc=""></iframe>`).join('');
  const page = await visit(t, html, { attributes: 'data-place="69007"', rest });
  await cardsIn(page);
  assert.deepEqual([misled(page), page.record.errors, page.record.said()], [[], [], []]);
});

test('a form whose fields are named like its own methods takes the widget, says its language, and gives its links', async (t) => {
  const fields = ['append', 'closest', 'getAttribute', 'getRootNode', 'lang', 'matches', 'offsetHeight', 'children', 'isConnected'].map((name) => `<input name="${name}">`).join('');
  const html = `<form id="ici" lang="es">${fields}</form><form class="alentour-fallback">${fields}<a href="https://example.org/agir">Nos actions</a></form>`;
  const page = await visit(t, html, { attributes: 'data-target="#ici"' });
  await cardsIn(page);
  const found = await page.evaluate(() => {
    const widget = document.querySelector('alentour-widget');
    return { parent: widget.parentNode.id, lang: widget.shadowRoot.querySelector('.root').lang, links: widget.querySelectorAll('form.alentour-fallback').length };
  });
  assert.deepEqual(found, { parent: 'ici', lang: 'es', links: 1 });
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
});

test('<img name="hidden"> does not keep a sign-up from being sent when the line is back', async (t) => {
  const api = await startApi(at.server.url, { most: 0, fault: (method, path, nth) => (method === 'POST' && nth <= 3 ? { status: 503 } : 'pass') });
  t.after(() => api.stop());
  const page = await visit(t, image('hidden') + image('createTextNode'), { origin: api.url, query: '#alentour=petition' });
  await introduce(page);
  const { send, status } = widget(page);
  await send('Je signe').click();
  await until(() => api.of('POST', '/signups').length === 3, 200);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  // The third pause is four seconds and more.
  await status.getByText('Merci').waitFor({ timeout: 2_500 });
});

test('a page that has replaced Window, Document and Request, as MooTools does, opens cards and signs up', async (t) => {
  const init = () => {
    window.Window = function Window() {};
    window.Document = function Document() {};
    window.Request = function Request() {};
    window.Headers = {};
  };
  const page = await visit(t, '', { init });
  await listed(page);
  // From here on what the application asks at each call is gone, too.
  await page.evaluate(() => {
    window.Response = class Response {};
    window.HTMLElement = class HTMLElement {};
    window.Element = class Element {};
  });
  const { link, detail, send, status, back } = widget(page);
  await link('Réunion publique sur le logement').click();
  await detail.waitFor();
  await introduce(page, { email: 'mootools@example.org' });
  await send('Je participe').click();
  await status.getByText('Merci').waitFor();
  assert.deepEqual((await at.server.signups('reunion')).map(({ email }) => email), ['mootools@example.org']);
  await back.click();
  await detail.waitFor({ state: 'detached' });
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
});

test('a page whose fetch expects an address, and gives a response of its own, signs up', async (t) => {
  const init = () => {
    const { fetch } = window;
    window.asked = [];
    window.fetch = async (address, init) => {
      window.asked.push(address.slice(address.indexOf('/', 8)));
      const { status, ok, headers, body, url } = await fetch(address, init);
      const response = new Response(body);
      // What polyfills give: the parts of a response, and no Response. WebAssembly asks for a real one.
      if (!address.includes('/signups')) return response;
      return { status, ok, url, headers: { get: (name) => headers.get(name) }, text: () => response.text() };
    };
  };
  const page = await visit(t, '', { init, query: '#alentour=petition' });
  await introduce(page, { email: 'emballage@example.org' });
  const { send, status } = widget(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.ok((await at.server.signups('petition')).some(({ email }) => email === 'emballage@example.org'));
  assert.ok((await page.evaluate(() => window.asked)).includes('/signups'));
  assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
});
