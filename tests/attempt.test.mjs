// An attempt survives a lost line, a sleeping telephone and a page that is left; and the visitor always knows what is true of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from './support/api.mjs';
import { bench } from './support/bench.mjs';
import { hear, hurry } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, said, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** A petition's form that is filled in, and the server that it is sent to. */
async function filledIn(t, options, { query = '#alentour=petition', ...more } = {}) {
  const api = await startApi(at.server.url, { most: 0, ...options });
  t.after(() => api.stop());
  const page = await at.visit(t, { origin: api.url, query, ...more });
  if (!query) {
    await listed(page);
    await widget(page).words.fill('toit digne');
    await widget(page).link('Pour un toit digne à Lyon').click();
  }
  await introduce(page);
  return { api, page, ...widget(page), posts: () => api.of('POST', '/signups'), asked: () => api.of('GET', '/signups/status') };
}

// Not `cut`: Chromium itself sends a request again whose connection was cut.
const busy = { status: 503 };
const storage = (page) => page.evaluate(() => ({ ...sessionStorage }));
const posted = (fault) => (method, path, nth) => (method === 'POST' ? (typeof fault === 'function' ? fault(nth) : fault) : 'pass');

test('it is sent at once when the line is back, not when the pause is over', async (t) => {
  const { api, page, send, status, posts } = await filledIn(t, { fault: posted((nth) => (nth <= 3 ? busy : 'pass')) });
  await send('Je signe').click();
  await until(() => posts().length === 3, 120);
  await page.context().setOffline(true);
  await status.getByText('Pas encore envoyé').waitFor();
  await page.waitForTimeout(300);
  const back = Date.now();
  await page.context().setOffline(false);
  await status.getByText('Merci').waitFor();
  // The third pause is four seconds and more.
  assert.ok(posts()[3].at - back < 1_500, `${posts()[3].at - back} ms`);
  assert.equal(new Set(posts().map(({ key }) => key)).size, 1);
  assert.equal(api.stored.size, 1);
});

test('it is sent at once when the visitor returns to the tab, and not when they leave it', async (t) => {
  const init = () => Object.defineProperty(Document.prototype, 'hidden', { get: () => Boolean(window.away), configurable: true });
  const { page, send, status, posts } = await filledIn(t, { fault: posted((nth) => (nth <= 3 ? busy : 'pass')) }, { browser: { init } });
  await send('Je signe').click();
  await until(() => posts().length === 3, 120);
  await page.waitForTimeout(200);
  await page.evaluate(() => {
    window.away = true;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  await page.waitForTimeout(600);
  assert.equal(posts().length, 3);
  await page.evaluate(() => {
    window.away = false;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  await status.getByText('Merci').waitFor({ timeout: 1_500 });
});

test('it is not given up as long as the browser says that there is no line', async (t) => {
  const { page, send, status, posts } = await filledIn(t, {}, { browser: { init: hurry } });
  await page.context().setOffline(true);
  await send('Je signe').click();
  await page.waitForTimeout(5_000); // All pauses are two seconds of these.
  assert.match(await said(status), /Pas encore envoyé/);
  await page.context().setOffline(false);
  await status.getByText('Merci').waitFor();
  assert.equal(posts().length, 1);
});

test('without a line it says so at once, and not when the proof of work is done', async (t) => {
  const api = await startApi(at.server.url, { most: 0, fault: (method, path) => (path.includes('challenge') ? new Promise(() => {}) : 'pass') });
  t.after(() => api.stop());
  const page = await at.visit(t, { origin: api.url, query: '#alentour=petition' });
  await introduce(page);
  const { send, status } = widget(page);
  await page.context().setOffline(true);
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor({ timeout: 1_000 });
});

test('what takes long says that it is still at it', async (t) => {
  const wait = posted(() => new Promise((done) => setTimeout(() => done('pass'), 1_500)));
  const { send, status } = await filledIn(t, { fault: wait }, { browser: { init: hurry } });
  await send('Je signe').click();
  await status.getByText('Encore quelques secondes').waitFor();
  await status.getByText('Merci').waitFor();
});

test('a server that asks to wait is left alone, whoever comes back', async (t) => {
  const { page, send, status, posts } = await filledIn(t, { fault: posted((nth) => (nth === 1 ? { status: 429, headers: { 'retry-after': '3' } } : 'pass')) });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  for (const event of ['online', 'pageshow']) await page.evaluate((event) => dispatchEvent(new Event(event)), event);
  await status.getByText('Merci').waitFor();
  assert.ok(posts()[1].at - posts()[0].at >= 3_000, `${posts()[1].at - posts()[0].at} ms`);
});

test('there are never two requests under way', async (t) => {
  const slow = posted(async (nth) => {
    await new Promise((done) => setTimeout(done, 400));
    return nth <= 3 ? busy : 'pass';
  });
  const { api, page, send, status } = await filledIn(t, { fault: slow });
  await page.evaluate(() => setInterval(() => ['online', 'pageshow', 'visibilitychange'].forEach((event) => dispatchEvent(new Event(event))), 20));
  await send('Je signe').dblclick();
  await status.getByText('Merci').waitFor();
  assert.equal(api.mostOpen, 1);
  assert.equal(api.stored.size, 1);
});

for (const query of ['#alentour=petition', '']) {
  test(`an answer swallowed after the commit, and the page reloaded (at "${query}"): the thanks, and one sign-up`, async (t) => {
    const { api, page, send, status, posts, field } = await filledIn(t, { fault: posted('swallow') }, { query, browser: { init: hear } });
    await send('Je signe').click();
    await status.getByText('Pas encore envoyé').waitFor();
    const before = posts().length;
    const [{ key }] = posts();
    assert.deepEqual(await storage(page), { 'alentour:signups': JSON.stringify([['petition', key]]) });
    await page.reload();
    await status.getByText('Merci, c’est bien reçu !').waitFor();
    // Nobody knows the address any more, and nobody needs it.
    assert.match(await said(status), /vous écrire à votre adresse/);
    assert.equal(await field('Prénom').isVisible(), false);
    assert.equal(posts().length, before);
    assert.equal(api.stored.size, 1);
    assert.deepEqual(await storage(page), {});
    assert.deepEqual((await page.evaluate(() => window.heard)).at(-1), { name: 'signup', detail: { id: 'petition', way: 'signature' } });
    assert.deepEqual(page.record.errors, []);
    await page.reload();
    await listed(page);
    assert.equal(await page.getByText('Merci').count(), 0);
  });
}

test('an answer swallowed after the commit, the page reloaded, and a mail to confirm: the step that remains is said', async (t) => {
  const { api, page, send, status } = await filledIn(t, { next: 'confirm', fault: posted('swallow') });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  // What was stored waits for the mail's link: the question is answered as the form would have been.
  api.fault = (method, path) => (path.endsWith('status') ? { status: 200, body: { status: 'received', next: 'confirm' } } : 'pass');
  await page.reload();
  await status.getByText('Dernière étape : ouvrez notre e-mail').waitFor();
  assert.match(await said(status), /par e-mail à votre adresse/);
  assert.equal(await page.getByText('bien reçu').count(), 0);
});

test('an attempt that never arrived, and the page reloaded: it says so, and once more is another attempt', async (t) => {
  const { api, page, send, status, posts, asked } = await filledIn(t, { fault: posted('cut') });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  await page.reload();
  await page.getByText('Nous vérifions si votre dernier envoi est arrivé').waitFor();
  await page.getByText('Votre dernier envoi n’est pas arrivé').waitFor();
  assert.equal(asked().at(-1).key, posts()[0].key);
  assert.deepEqual(await storage(page), {});
  assert.equal(await widget(page).field('Prénom').inputValue(), '');
  api.fault = () => 'pass';
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.equal(await page.getByText('n’est pas arrivé').count(), 0);
  assert.notEqual(posts().at(-1).key, posts()[0].key);
  assert.equal(api.stored.size, 1);
});

test('after the reload nothing scrolls and nothing takes the focus', async (t) => {
  const { api, page, send, status } = await filledIn(t, { fault: posted('cut') }, { query: '' });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.reload();
  await page.getByText('Votre dernier envoi n’est pas arrivé').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'body');
  assert.equal(await page.evaluate(() => scrollY), 0);
  await widget(page).back.click();
  await listed(page);
  assert.equal(api.stored.size, 0);
});

test('whoever was in the middle of it when the page was reloaded sees what became of it', async (t) => {
  const { page, send, status } = await filledIn(t, { fault: posted('cut') }, { browser: { viewport: { width: 360, height: 420 } } });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  await page.evaluate(() => scrollBy(0, 200));
  await page.reload();
  const verdict = page.getByText('Votre dernier envoi n’est pas arrivé');
  await verdict.waitFor();
  await until(() => verdict.evaluate((it) => it.getBoundingClientRect().top >= 0 && it.getBoundingClientRect().bottom <= innerHeight));
});

test('without an answer about the last attempt it says that it does not know, and learns it when the line is back', async (t) => {
  const { api, page, send, status, asked } = await filledIn(t, { fault: posted('swallow') });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  api.fault = (method, path) => (path.endsWith('status') ? 'cut' : 'pass');
  await page.reload();
  await page.getByText('Nous ne savons pas encore').waitFor();
  assert.equal(asked().length >= 1, true);
  api.fault = () => 'pass';
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await status.getByText('Merci').waitFor({ timeout: 3_000 });
  assert.deepEqual(await storage(page), {});
});

test('who fills the form in again while the last attempt is being asked after is not interrupted', async (t) => {
  const { api, page, send, status, posts } = await filledIn(t, { fault: posted('cut') });
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  api.fault = (method, path) => (path.endsWith('status') ? 'cut' : 'pass');
  await page.reload();
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.waitForTimeout(500);
  assert.match(await said(status), /Merci/);
  assert.notEqual(posts().at(-1).key, posts()[0].key);
});

test('what was refused leaves nothing behind', async (t) => {
  const { page, send, summary } = await filledIn(t, { fault: posted({ status: 409, body: { error: 'closed' } }) });
  await send('Je signe').click();
  await summary.getByText(/closes/).waitFor();
  assert.deepEqual(await storage(page), {});
});

test('what was given up is asked after too', async (t) => {
  const { api, page, send, status } = await filledIn(t, { fault: posted('swallow') }, { browser: { init: hurry } });
  await send('Je signe').click();
  await status.getByText('n’a pas pu être envoyée, ou la réponse s’est perdue').waitFor();
  assert.deepEqual(Object.keys(await storage(page)), ['alentour:signups']);
  api.fault = () => 'pass';
  await page.reload();
  await status.getByText('Merci').waitFor();
  assert.equal(api.stored.size, 1);
});

test('a page whose storage throws, or is full of something else, signs up all the same', async (t) => {
  const throws = () => Object.defineProperty(Window.prototype, 'sessionStorage', { get: () => { throw new DOMException('no', 'SecurityError'); } });
  const rubbish = ['nonsense', '[[1,2]]', '{"petition":"x"}', '[["petition"]]', '7'].map((text) => `sessionStorage.setItem('alentour:signups', ${JSON.stringify(text)})`);
  for (const init of [throws, ...rubbish]) {
    const { api, page, send, status } = await filledIn(t, {}, { browser: { init: typeof init === 'string' ? { content: init } : init } });
    await send('Je signe').click();
    await status.getByText('Merci').waitFor();
    assert.equal(api.stored.size, 1);
    assert.deepEqual(page.record.errors, [], String(init));
  }
});

test('who leaves is asked only while something is being sent', async (t) => {
  const { api, page, send, status } = await filledIn(t, { fault: posted('cut') });
  await page.reload();
  assert.equal(page.record.leaving.length, 0, 'asked before anything was sent');
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  await page.reload();
  assert.equal(page.record.leaving.length, 1, 'not asked while it was being sent');
  api.fault = () => 'pass';
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  await page.reload();
  assert.equal(page.record.leaving.length, 1, 'asked after the thanks');
});

test('a widget that goes while the server refuses takes nothing down', async (t) => {
  const refuse = posted(async () => {
    await new Promise((done) => setTimeout(done, 500));
    return { status: 422, body: { error: 'invalid', fields: [{ field: 'email', problem: 'invalid' }] } };
  });
  const { page, send, posts } = await filledIn(t, { fault: refuse });
  await send('Je signe').click();
  await until(() => posts().length === 1);
  await page.evaluate(() => document.querySelector('alentour-widget').remove());
  await page.waitForTimeout(900);
  assert.deepEqual(page.record.errors, []);
});
