// The proof of work: nobody sees it, nobody waits for it longer than they must, and what is sent proves what was asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from './support/api.mjs';
import { bench } from './support/bench.mjs';
import { hurry } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** A form, and the server that it is sent to. */
async function visit(t, options, some = {}) {
  const api = await startApi(at.server.url, options);
  t.after(() => api.stop());
  const { id = 'petition', ...more } = typeof some === 'function' ? some(api.url) : some;
  const page = await at.visit(t, { origin: api.url, query: '#alentour=' + id, ...more });
  await widget(page).detail.waitFor();
  return { api, page, ...widget(page), challenges: () => api.of('GET', '/signups/challenge'), posts: () => api.of('POST', '/signups') };
}

test('nobody is asked for a challenge before the visitor begins, and then once', async (t) => {
  const { api, page, field, send, status, challenges } = await visit(t);
  await page.waitForTimeout(300);
  assert.equal(challenges().length, 0);
  await field('Prénom').focus();
  await until(() => challenges().length > 0);
  assert.equal(api.of('POST', '/signups').length, 0);
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.equal(challenges().length, 1);
  // A question that needs no other before it (no "preflight"), and tells nothing.
  const [{ headers, key, path }] = challenges();
  assert.equal(key, undefined);
  assert.equal(headers.cookie, undefined);
  assert.equal(headers['content-type'], undefined);
  assert.equal(path, '/signups/challenge');
});

// As tests/page-policy.test.mjs has it: no inline script, no eval, no worker from a blob.
const strict = (server) => `default-src 'none'; script-src ${server} 'wasm-unsafe-eval'; connect-src ${server}; base-uri 'none'; form-action 'none'`;

for (const [where, more] of [['an ordinary page', () => ({})], ['a page with a strict policy', (server) => ({ page: 'strict', headers: { 'content-security-policy': strict(server) } })]]) {
  test(`the challenge is solved and sent along, on ${where}`, async (t) => {
    const { page, api, send, status, posts } = await visit(t, { most: 50_000 }, more);
    await introduce(page);
    await send('Je signe').click();
    await status.getByText('Merci').waitFor();
    assert.equal(api.stored.size, 1);
    const [{ body }] = posts();
    assert.equal(posts().length, 1, 'it was not believed at once');
    assert.equal(body.website, '');
    assert.equal(body.givenName, 'Camille');
    assert.equal(body.email, 'camille.durand@example.org');
    assert.deepEqual(page.record.errors, []);
  });
}

test('without `crypto.subtle` it is solved too', async (t) => {
  const init = () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });
  const { page, api, send, status } = await visit(t, {}, { browser: { init } });
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.equal(api.stored.size, 1);
});

for (const status of [204, 404]) {
  test(`a server that asks for no proof (${status}) is sent none`, async (t) => {
    const { page, api, send, status: said, posts } = await visit(t, { fault: (method, path) => (path.endsWith('challenge') ? { status } : 'pass'), most: 0 });
    await introduce(page);
    await send('Je signe').click();
    await said.getByText('Merci').waitFor();
    assert.ok(!('altcha' in posts()[0].body));
    assert.equal(api.stored.size, 1);
  });
}

test('the page does not stutter while it is solved', async (t) => {
  const { page, field, challenges } = await visit(t, { most: 60_000 });
  // The number of this challenge does not exist: all are tried.
  await page.route('**/signups/challenge*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), challenge: '0'.repeat(64) } });
  });
  await page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      window.longest = Math.max(window.longest, now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    new PerformanceObserver((list) => (window.tasks = [...(window.tasks ?? []), ...list.getEntries().map(({ duration }) => duration)])).observe({ type: 'longtask' });
  });
  await field('Prénom').focus();
  await page.waitForTimeout(2_500);
  assert.ok(challenges().length > 0);
  const { longest, tasks = [] } = await page.evaluate(() => ({ longest: window.longest, tasks: window.tasks }));
  t.diagnostic(`longest frame ${longest.toFixed(0)} ms; long tasks ${JSON.stringify(tasks)}`);
  // A slice is 6 ms; 50 ms is what the browser itself calls a long task, and a busy machine is allowed two of them.
  assert.ok(tasks.length <= 2, JSON.stringify(tasks));
});

test('a slow device gets an easy challenge and waits instead', async (t) => {
  const { page, api, send, status, challenges } = await visit(t, { most: 500_000_000, easy: 500, slowWait: 2, least: 2 });
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  // gloo-net writes an & behind every query.
  assert.deepEqual(challenges().map(({ path }) => path.replace(/&$/, '')), ['/signups/challenge', '/signups/challenge?slow=1']);
  const [post] = api.of('POST', '/signups');
  assert.equal(api.of('POST', '/signups').length, 1);
  assert.ok(post.at - challenges()[1].at >= 2_000, `${post.at - challenges()[1].at} ms`);
});

test('a form that a browser fills in at once is sent three seconds after it was begun, with words meanwhile', async (t) => {
  const { page, send, status, challenges, posts } = await visit(t, { wait: undefined, least: 2 });
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Envoi en cours').waitFor();
  await status.getByText('Merci').waitFor();
  assert.equal(posts().length, 1);
  assert.ok(posts()[0].at - challenges()[0].at >= 2_990, `${posts()[0].at - challenges()[0].at} ms`);
});

test('a honeypot that a password manager has filled in is emptied, and the sign-up sent again with the same key', async (t) => {
  const { page, api, send, status, posts, challenges } = await visit(t);
  await introduce(page);
  await page.locator('#in-website').evaluate((it) => (it.value = 'https://example.org/secret'));
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.equal(posts().length, 2);
  assert.ok(posts()[0].body.website);
  assert.ok(!JSON.stringify(posts()[0].body).includes('secret'), 'what stood in the honeypot was sent');
  assert.equal(posts()[1].body.website, '');
  assert.equal(posts()[0].key, posts()[1].key);
  assert.equal(challenges().length, 2);
  assert.equal(api.stored.size, 1);
  assert.equal(await page.locator('#in-website').inputValue(), '');
});

test('nobody meets the honeypot: not by eye, not by keyboard, not by screen reader', async (t) => {
  const { page, field } = await visit(t);
  const honeypot = page.locator('#in-website');
  const { width, height } = await page.locator('.website').boundingBox();
  assert.ok(width <= 1 && height <= 1);
  assert.equal(await page.getByRole('textbox', { name: 'Laissez ce champ vide' }).count(), 0);
  assert.equal(await honeypot.getAttribute('autocomplete'), 'off');
  await field('Prénom').focus();
  const passed = [];
  for (let n = 0; n < 20; n++) {
    await page.keyboard.press('Tab');
    passed.push(
      await page.evaluate(() => {
        const active = document.activeElement?.shadowRoot?.activeElement;
        return active?.id || active?.className;
      }),
    );
  }
  // It stands between the consents and the button.
  const [consent, button] = ['in-consents.contact', 'action'].map((name) => passed.indexOf(name));
  assert.ok(0 <= consent && consent < button, passed.join());
  assert.ok(!passed.includes('in-website'), passed.join());
});

test('a proof that is refused is made anew three times, and then the visitor decides', async (t) => {
  const refuse = { status: 422, body: { error: 'proof' } };
  const { page, api, send, status, posts, challenges } = await visit(t, { fault: (method) => (method === 'POST' ? refuse : 'pass') });
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('n’a pas pu être envoyée').waitFor();
  assert.equal(posts().length, 4);
  assert.equal(challenges().length, 4);
  assert.equal(new Set(posts().map(({ key }) => key)).size, 1);
  assert.equal(new Set(posts().map(({ body }) => body.altcha)).size, 4);
  api.fault = () => 'pass';
  await page.getByRole('button', { name: 'Envoyer de nouveau' }).click();
  await status.getByText('Merci').waitFor();
  assert.equal(posts()[4].key, posts()[0].key);
});

test('a server that asks to wait before it gives a challenge is left alone, and sent nothing in between', async (t) => {
  const fault = (method, path, nth) => (path.endsWith('challenge') && nth <= 2 ? { status: 429, headers: { 'retry-after': '2' } } : 'pass');
  const { page, api, send, status, posts, challenges } = await visit(t, { fault }, { browser: { init: hurry } });
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  await status.getByText('Merci').waitFor();
  assert.equal(challenges().length, 3);
  assert.equal(posts().length, 1);
  assert.equal(api.stored.size, 1);
});

test('where challenges cannot be had the sign-up goes without, and one is asked for again if the server wants it', async (t) => {
  // An older server, whose 404 no page of another origin may read.
  const hidden = { status: 404, headers: { 'access-control-allow-origin': 'https://example.org' } };
  const older = await visit(t, { most: 0, fault: (method, path) => (path.endsWith('challenge') ? hidden : 'pass') });
  await introduce(older.page);
  await older.send('Je signe').click();
  await older.status.getByText('Merci').waitFor();
  assert.equal(older.posts().length, 1);
  const newer = await visit(t, { fault: (method, path, nth) => (path.endsWith('challenge') && nth <= 2 ? hidden : 'pass') });
  await introduce(newer.page);
  await newer.send('Je signe').click();
  await newer.status.getByText('Merci').waitFor();
  assert.deepEqual(newer.posts().map(({ body }) => Boolean(body.altcha)), [false, true]);
  assert.equal(newer.api.stored.size, 1);
});

test('what was refused for a field is sent with a new proof once it is mended', async (t) => {
  const refusal = { status: 422, body: { error: 'invalid', fields: [{ field: 'email', problem: 'invalid' }] } };
  const { page, api, send, status, posts } = await visit(t, { fault: (method, path, nth) => (method === 'POST' && nth === 1 ? refusal : 'pass') });
  await introduce(page);
  await send('Je signe').click();
  await page.locator('#error-email').getByText(/adresse complète/).waitFor();
  await widget(page).field('Adresse e-mail').fill('autre@example.org');
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.notEqual(posts()[0].body.altcha, posts()[1].body.altcha);
  assert.notEqual(posts()[0].key, posts()[1].key);
  assert.equal(api.stored.size, 1);
});

test('nothing is asked of the server by the list alone', async (t) => {
  const api = await startApi(at.server.url);
  t.after(() => api.stop());
  const page = await at.visit(t, { origin: api.url });
  await listed(page);
  await page.waitForTimeout(300);
  assert.deepEqual(api.requests, []);
});
