// What a visitor writes goes to the organiser, and nowhere else; and no third party hears of the visit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startApi } from './support/api.mjs';
import { around, introduce, listed, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

const person = { given: 'Philomène', family: 'Quelquechose', email: 'philomene.q@example.org' };
const secrets = [person.given, person.family, person.email, 'philomene', '0612345678', '06 12 34 56 78', 'Mon message intime', 'tutorat de nuit', '38000', 'Grenoble'];

/** A whole visit: searches, looks at things, signs up with mistakes on the way. */
async function visit(page) {
  await listed(page);
  await around(page, '38000', 'Grenoble');
  await widget(page).words.fill('tutorat de nuit');
  await widget(page).words.fill('');
  await widget(page).place.fill('');
  await widget(page).words.fill('devoirs');
  await widget(page).chip('Bénévolat').click();
  await widget(page).link('Aider aux devoirs à la Guillotière').click();
  const { field, send, status } = widget(page);
  await introduce(page, person);
  await field(/^Téléphone/).fill('06 12 34 56 78');
  await field(/^Votre message/).fill('Mon message intime');
  await send('Je participe').click();
  await page.locator('.slot input[value=un]').check();
  await field('Code postal').fill('38000');
  await field('Lycée').check();
  await send('Je participe').click();
  await status.getByText('Merci').waitFor();
}

test('no event of the widget’s says what a visitor has typed', async (t) => {
  const page = await at.visit(t, { browser: { init: hear } });
  await visit(page);
  const heard = await page.evaluate(() => window.heard);
  assert.deepEqual([...new Set(heard.map(({ name }) => name))].sort(), ['open', 'ready', 'search', 'signup']);
  assert.deepEqual(heard.find(({ name }) => name === 'signup').detail, { id: 'devoirs', way: 'shift' });
  const text = JSON.stringify(heard);
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${text}`);
});

test('no other event that leaves the widget carries a value that was typed', async (t) => {
  // `input` and its like are composed: they leave the shadow tree. What a page's scripts see of them must be the element alone.
  const listen = () => {
    window.seen = [];
    for (const type of ['input', 'change', 'submit', 'beforeinput', 'formdata']) {
      document.addEventListener(type, (event) => window.seen.push(`${type} ${event.target.localName} ${event.target.value ?? ''}`), true);
    }
  };
  const page = await at.visit(t, { browser: { init: listen } });
  await visit(page);
  const seen = await page.evaluate(() => window.seen);
  assert.ok(seen.filter((line) => line.startsWith('input ')).length >= 10, 'the page has not seen what was typed at all');
  for (const line of seen) assert.match(line, /^\w+ alentour-widget $/);
});

test('what was typed is in no address, no storage, no cookie and no console', async (t) => {
  const page = await at.visit(t);
  await visit(page);
  const kept = await page.evaluate(async () => ({
    cookie: document.cookie,
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    name: window.name,
    history: history.state,
  }));
  const { history, ...stores } = kept;
  assert.deepEqual(stores, { cookie: '', local: {}, session: {}, databases: [], caches: [], name: '' });
  // The entry that an opened initiative has: the page's address and a number drawn by lot, and not which initiative.
  assert.deepEqual(Object.keys(history), ['alentour']);
  assert.match(history.alentour.replace(page.url(), ''), /^ [\d.e-]+$/);
  assert.deepEqual(await page.context().cookies(), []);
  const addresses = [page.url(), ...page.record.requests.map(({ url }) => url)].map(decodeURIComponent);
  // A shard of the gazetteer is named by two digits or some letters: it says a department, not a person.
  for (const secret of secrets) for (const url of addresses) assert.ok(!url.includes(secret), `${secret} is in ${url}`);
  assert.deepEqual(page.record.console, []);
});

test('while a sign-up is being sent, and after the page was left, its key and the initiative are kept, and nothing that was typed', async (t) => {
  const api = await startApi(at.server.url, { fault: (method) => (method === 'POST' ? 'swallow' : 'pass') });
  t.after(() => api.stop());
  const page = await at.visit(t, { origin: api.url, query: '#alentour=petition' });
  const { field, send, status } = widget(page);
  await introduce(page, person);
  await field(/^Code postal/).fill('38000');
  await send('Je signe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  const kept = () => page.evaluate(async () => [{ ...sessionStorage }, { ...localStorage }, document.cookie, window.name, await indexedDB.databases()]);
  const [{ key }] = api.of('POST', '/signups');
  assert.match(key, /^[0-9a-f]{32}$/);
  assert.deepEqual(await kept(), [{ 'alentour:signups': JSON.stringify([['petition', key]]) }, {}, '', '', []]);
  await page.reload();
  await status.getByText('Merci').waitFor();
  assert.deepEqual(await kept(), [{}, {}, '', '', []]);
  // Nothing of it is in the address of a question, either.
  assert.ok(api.of('GET', '/signups/status').length > 0);
  for (const { method, path } of api.requests) for (const secret of [...secrets, key]) assert.ok(method === 'POST' || !path.includes(secret), path);
});

test('a whole visit asks nobody but the page’s own host and the widget’s', async (t) => {
  const page = await at.visit(t);
  await visit(page);
  const hosts = new Set(page.record.requests.map(({ url }) => new URL(url).origin));
  assert.deepEqual([...hosts].sort(), [at.server.url, at.site.url].sort());
});

test('requests of the widget’s carry neither cookies nor the address of the page’s path', async (t) => {
  const page = await at.visit(t, { browser: { init: () => (document.cookie = 'partner=1; SameSite=Lax') } });
  const headers = [];
  // The tag itself is fetched by the browser as any script of the page is.
  page.on('request', (request) => request.url().startsWith(at.server.url) && !request.url().endsWith('/alentour.js') && headers.push(request.allHeaders()));
  await visit(page);
  assert.equal(await page.evaluate(() => document.cookie), 'partner=1');
  assert.ok(headers.length > 5, `${headers.length} requests`);
  const sent = await Promise.all(headers);
  assert.deepEqual(sent.filter(({ cookie }) => cookie !== undefined), []);
  // Browsers say the page's origin, unless it asks for less.
  const referrers = sent.map(({ referer }) => referer).filter(Boolean);
  assert.ok(referrers.length > 5, `${referrers.length} of ${sent.length} have a referrer`);
  for (const referrer of referrers) assert.equal(new URL(referrer).pathname, '/');
});
