// A sign-up arrives, once, whatever happens on the way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear, hurry } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startProxy } from './support/proxy.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { introduce, said, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** The e-mail addresses in an initiative's rows. */
const emails = async (server, initiative) => (await server.signups(initiative)).map(({ email }) => email).sort();

/** A form that is filled in, behind a line that can fail. */
async function behindProxy(t, id, email, init) {
  const proxy = await startProxy(at.server.url);
  t.after(() => proxy.stop());
  const page = await at.visit(t, { origin: proxy.url, query: '#alentour=' + id, browser: { init } });
  await introduce(page, { email });
  return { proxy, page, ...widget(page) };
}

test('a server that is down when the form is sent, and comes up again: one row, and no thanks before it', async (t) => {
  const server = await startServer(neighbourhood());
  t.after(() => server.stop());
  const page = await at.visit(t, { origin: server.url, query: '#alentour=reunion' });
  const { send, status } = widget(page);
  await introduce(page, { email: 'patience@example.org' });
  await server.kill();
  await send('Je participe').click();
  await status.getByText('Pas encore envoyé').waitFor();
  assert.deepEqual(await emails(server, 'reunion'), []);
  await server.start();
  await status.getByText('Merci, c’est bien reçu !').waitFor({ timeout: 20_000 });
  assert.deepEqual(await emails(server, 'reunion'), ['patience@example.org']);
});

test('a person passes the checks that a server makes of robots unless it is told otherwise', async (t) => {
  const server = await startServer(neighbourhood(), '');
  t.after(() => server.stop());
  const page = await at.visit(t, { origin: server.url, query: '#alentour=reunion' });
  const { send, status } = widget(page);
  await introduce(page, { email: 'humaine@example.org' });
  await send('Je participe').click();
  await status.getByText('Merci, c’est bien reçu !').waitFor({ timeout: 30_000 });
  assert.deepEqual(await emails(server, 'reunion'), ['humaine@example.org']);
  // A program that has done no work does not.
  const body = { initiative: 'reunion', partySize: 1, givenName: 'Robot', familyName: 'Robot', email: 'robot@example.org', consents: [] };
  const headers = { 'content-type': 'application/json', 'idempotency-key': '0123456789abcdef' };
  const answer = await fetch(server.url + '/signups', { method: 'POST', headers, body: JSON.stringify(body) });
  assert.deepEqual([answer.status, await answer.json()], [422, { error: 'proof' }]);
});

test('an answer that is lost after the commit: the retry signs up no second time', async (t) => {
  const { proxy, page, send, status } = await behindProxy(t, 'petition', 'perdue@example.org');
  proxy.fault = (method, path, nth) => (method === 'POST' && nth <= 2 ? 'swallow' : 'pass');
  await send('Je signe').click();
  await status.getByText('Merci').waitFor({ timeout: 15_000 });
  assert.equal(proxy.count('POST /signups'), 3);
  assert.deepEqual((await emails(at.server, 'petition')).filter((email) => email === 'perdue@example.org').length, 1);
  assert.deepEqual(page.record.errors, []);
});

test('an answer that is lost after the commit, the page reloaded, and a server that sends mails: the thanks are those of an answer that came', async (t) => {
  // Nobody takes the mails: they wait.
  const mail = 'public-url = "https://agir.example.org"\n[mail]\nsmtp = "smtp://127.0.0.1:1"\nfrom = "Agir <bonjour@example.org>"\n';
  const server = await startServer(neighbourhood(), mail + SETTINGS);
  t.after(() => server.stop());
  const proxy = await startProxy(server.url);
  t.after(() => proxy.stop());
  const visit = async (email) => {
    const page = await at.visit(t, { origin: proxy.url, query: '#alentour=petition' });
    await introduce(page, { email });
    await widget(page).send('Je signe').click();
    return page;
  };
  const answered = widget(await visit('entendue@example.org')).status;
  await answered.getByText('Dernière étape : ouvrez notre e-mail').waitFor();
  proxy.fault = (method) => (method === 'POST' ? 'swallow' : 'pass');
  const page = await visit('perdue@example.org');
  const { status } = widget(page);
  await status.getByText('Pas encore envoyé').waitFor();
  const posted = proxy.count('POST /signups');
  await page.reload();
  await status.getByText('Merci').waitFor();
  // The address is in nobody's memory any more.
  assert.equal(await said(status), (await said(answered)).replace('entendue@example.org', 'votre adresse'));
  assert.match(await said(status), /^Dernière étape : ouvrez notre e-mail.* ouvrez le lien que nous envoyons par e-mail à votre adresse/);
  assert.doesNotMatch(await said(page.locator('.join')), /bien reçu|peut maintenant vous écrire/);
  assert.equal(proxy.count('GET /signups/status'), 1);
  assert.equal(proxy.count('POST /signups'), posted, 'it was sent again');
  assert.deepEqual(await emails(server, 'petition'), ['entendue@example.org', 'perdue@example.org']);
  assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), {});
  assert.deepEqual(page.record.errors, []);
});

test('somebody else’s page is no answer, whatever its status: the sign-up is sent again', async (t) => {
  const page = await at.visit(t, { query: '#alentour=petition' });
  await introduce(page, { email: 'ailleurs@example.org' });
  let answered = 0;
  await page.route('**/signups', (route) => {
    if (route.request().method() !== 'POST' || answered > 0) return route.continue();
    answered++;
    return route.fulfill({ status: 200, contentType: 'text/html', headers: { 'access-control-allow-origin': '*' }, body: '<!doctype html><title>Accueil</title>' });
  });
  const { send, status } = widget(page);
  await send('Je signe').click();
  await until(() => answered > 0);
  await status.getByText('Merci').waitFor();
  assert.ok((await at.server.signups('petition')).some(({ email }) => email === 'ailleurs@example.org'), 'thanks for nothing');
  assert.deepEqual(page.record.errors, []);
});

test('a double click signs up once', async (t) => {
  const { proxy, send, status } = await behindProxy(t, 'collectif', 'double@example.org');
  await send('Je demande à rejoindre').dblclick();
  await status.getByText('Merci').waitFor();
  assert.equal(proxy.count('POST /signups'), 1);
  assert.deepEqual(await emails(at.server, 'collectif'), ['double@example.org']);
});

test('Enter pressed many times signs up once', async (t) => {
  const { page, proxy, status, field } = await behindProxy(t, 'reunion', 'enter@example.org');
  await field('Adresse e-mail').focus();
  for (let n = 0; n < 5; n++) await page.keyboard.press('Enter');
  await status.getByText('Merci').waitFor();
  assert.equal(proxy.count('POST /signups'), 1);
  assert.deepEqual(await emails(at.server, 'reunion'), ['enter@example.org']);
});

test('a server that asks to wait is asked again, with the same key', async (t) => {
  const { proxy, page, send, status } = await behindProxy(t, 'reunion', 'attente@example.org', hurry);
  const keys = [];
  page.on('request', (request) => request.method() === 'POST' && keys.push(request.headers()['idempotency-key']));
  const busy = { status: 503, headers: { 'retry-after': '2', 'access-control-expose-headers': 'retry-after' } };
  proxy.fault = (method, path, nth) => (method === 'POST' && nth <= 2 ? busy : 'pass');
  await send('Je participe').click();
  await status.getByText('Merci').waitFor();
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0], /^[0-9a-f-]{32,36}$/);
});

test('a line that stays dead is given up with the words kept, and sent again by the visitor: one row', async (t) => {
  const { proxy, page, send, status } = await behindProxy(t, 'reunion', 'encore@example.org', hurry);
  proxy.fault = (method) => (method === 'POST' ? 'swallow' : 'pass');
  await send('Je participe').click();
  await status.getByText('n’a pas pu être envoyée').waitFor();
  proxy.fault = () => 'pass';
  await page.getByRole('button', { name: 'Envoyer de nouveau' }).click();
  await status.getByText('Merci').waitFor();
  assert.equal((await emails(at.server, 'reunion')).filter((email) => email === 'encore@example.org').length, 1);
});

test('going back to the list while it is being sent does not stop it, and the thanks are there on return', async (t) => {
  const { proxy, page, send, status, back, link } = await behindProxy(t, 'reunion', 'retour@example.org', hurry);
  proxy.fault = (method, path, nth) => (method === 'POST' && nth <= 2 ? 'cut' : 'pass');
  const posted = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.status() === 201);
  await send('Je participe').click();
  await back.click();
  await posted;
  await link('Réunion publique sur le logement').click();
  await status.getByText('Merci').waitFor();
});

test('the address that is thanked is the one that was received', async (t) => {
  const { proxy, field, send, status } = await behindProxy(t, 'collectif', 'faute@example.org', hurry);
  proxy.fault = (method) => (method === 'POST' ? 'cut' : 'pass');
  await send('Je demande à rejoindre').click();
  await status.getByText('Pas encore envoyé').waitFor();
  // Seen while waiting: the address was mistyped. The form is not locked.
  await field('Adresse e-mail').fill('juste@example.org');
  proxy.fault = () => 'pass';
  await status.getByText('Merci').waitFor();
  const thanked = / à (\S+@\S+\.org)/.exec(await said(status))[1];
  const received = (await emails(at.server, 'collectif')).filter((email) => ['faute@example.org', 'juste@example.org'].includes(email));
  assert.deepEqual(received, [thanked]);
});

test('an action that has left the feed meanwhile is refused with words, and nothing is sent for ever', async (t) => {
  const { proxy, page, send, summary } = await behindProxy(t, 'reunion', 'tard@example.org', hear);
  proxy.fault = (method) => (method === 'POST' ? { status: 404, headers: { 'content-type': 'application/json' }, body: '{"error":"unknown"}' } : 'pass');
  await send('Je participe').click();
  await summary.getByText(/closes/).waitFor();
  assert.equal(proxy.count('POST /signups'), 1);
  assert.ok(!(await page.evaluate(() => window.heard)).some(({ name }) => name === 'signup'));
});
