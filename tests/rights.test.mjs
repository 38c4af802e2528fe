// What the form says of the visitor's data, who must agree for the young, and the step that a mail asks for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApi } from './support/api.mjs';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, said, widget } from './support/widget.mjs';

const feed = neighbourhood();
// Nobody is named, and the identifier is one that must be written with care in an address.
feed.initiatives.push({ ...feed.initiatives.find(({ id }) => id === 'petition'), id: 'a/b & c', name: 'Anonyme', organizer: undefined });
const at = bench(feed);

async function visit(t, options, { id = 'petition', ...more } = {}) {
  const api = await startApi(at.server.url, { most: 0, ...options });
  t.after(() => api.stop());
  const page = await at.visit(t, { origin: api.url, query: '#alentour=' + encodeURIComponent(id), ...more });
  await widget(page).detail.waitFor();
  return { api, page, ...widget(page), bodies: () => api.of('POST', '/signups').map(({ body }) => body) };
}

test('above the button stands who gets what is typed, and the way to one’s rights, in a tab of its own', async (t) => {
  const { api, page, link, send } = await visit(t);
  const notice = page.getByText(/^Ces informations vont à Maison des voisins, pour votre participation\s; tout autre usage a sa case\. /);
  const { y } = await notice.boundingBox();
  assert.ok(y < (await send('Je signe').boundingBox()).y);
  const rights = link('Vos données et vos droits');
  assert.equal(await rights.getAttribute('href'), `${api.url}/privacy?initiative=petition&lang=fr`);
  assert.equal(await rights.getAttribute('target'), '_blank');
  assert.match(await rights.getAttribute('rel'), /noopener/);
});

test('without an organiser’s name the notice is a sentence too, and any identifier is fit for the address', async (t) => {
  const { api, page, link } = await visit(t, {}, { id: 'a/b & c', lang: 'en' });
  await page.getByText('This goes to the organiser, for taking part; any other use has its own box.').waitFor();
  assert.equal(await link('Your data and your rights').getAttribute('href'), `${api.url}/privacy?initiative=a%2Fb%20%26%20c&lang=en`);
});

test('where a mail asks for one step more the thanks say which, to what address, and what to do without it', async (t) => {
  const { api, page, link, send, status } = await visit(t, { next: 'confirm' });
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Dernière étape : ouvrez notre e-mail').waitFor();
  assert.match(await said(status), /ouvrez le lien que nous envoyons par e-mail à camille\.durand@example\.org/);
  assert.match(await said(status), /Un seul lien vaut pour tout ce qui attend votre confirmation/);
  assert.match(await said(status), /indésirables/);
  const manage = link(/^Pas d’e-mail\s\? Gérer mes inscriptions$/);
  assert.equal(await manage.getAttribute('href'), `${api.url}/my-data?lang=fr`);
  assert.equal(await manage.getAttribute('target'), '_blank');
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'form-status');
  const { look, assertClean } = audit();
  await look(page, 'one step remains');
  assertClean();
});

test('where no mail is sent the thanks promise none', async (t) => {
  const { page, send, status, link } = await visit(t);
  await introduce(page);
  await send('Je signe').click();
  await status.getByText('Merci, c’est bien reçu !').waitFor();
  assert.ok(!/étape|courriel|e-mail|lien/.test(await said(status)));
  assert.equal(await link(/Gérer/).count(), 0);
});

test('under 15: a parent must agree, and the form says so', async (t) => {
  const { page, field, send, summary, status, bodies } = await visit(t);
  const guardian = field(/^Un de mes parents/);
  assert.equal(await field('J’ai moins de 15 ans').isChecked(), false);
  assert.equal(await guardian.isVisible(), false);
  await introduce(page);
  await field('J’ai moins de 15 ans').check();
  assert.equal(await guardian.isVisible(), true);
  assert.equal(await guardian.isChecked(), false);
  assert.equal(await guardian.getAttribute('aria-required'), 'true');
  await send('Je signe').click();
  await summary.getByText(/Un de mes parents/).waitFor();
  assert.equal(bodies().length, 0);
  assert.equal(await guardian.getAttribute('aria-invalid'), 'true');
  const { look, assertClean } = audit();
  await look(page, 'a parent must agree');
  assertClean();
  await guardian.check();
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.equal(bodies()[0].under15, true);
  assert.equal(bodies()[0].guardianAgrees, true);
});

test('who is not under 15 after all says nothing of parents', async (t) => {
  const { page, field, send, status, bodies } = await visit(t);
  await introduce(page);
  await field('J’ai moins de 15 ans').check();
  await field(/^Un de mes parents/).check();
  await field('J’ai moins de 15 ans').uncheck();
  assert.equal(await field(/^Un de mes parents/).isVisible(), false);
  await send('Je signe').click();
  await status.getByText('Merci').waitFor();
  assert.ok(!('under15' in bodies()[0]) && !('guardianAgrees' in bodies()[0]), JSON.stringify(bodies()[0]));
});

test('who must be 16 to take part is not asked whether they are under 15', async (t) => {
  const { field } = await visit(t, {}, { id: 'devoirs' });
  assert.equal(await field(/moins de 15 ans/).count(), 0);
});

test('what was ticked is there after going back to the list', async (t) => {
  const { page, field, back, link, words } = await visit(t);
  await field('J’ai moins de 15 ans').check();
  await field(/^Un de mes parents/).check();
  await back.click();
  await words.fill('toit digne');
  await link('Pour un toit digne à Lyon').click();
  assert.equal(await field('J’ai moins de 15 ans').isChecked(), true);
  assert.equal(await field(/^Un de mes parents/).isChecked(), true);
  assert.equal(await field(/^Un de mes parents/).isVisible(), true);
  assert.deepEqual(page.record.errors, []);
});
