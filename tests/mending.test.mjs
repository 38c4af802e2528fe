// What is wrong is said beside its field and in a summary; nothing typed is lost on the way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hurry } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startProxy } from './support/proxy.mjs';
import { focused, introduce, listed, said, waitForFocus, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** Everything that stands in the form. */
const typed = (page) =>
  page.locator('.join form').evaluate((form) =>
    Object.fromEntries([...form.querySelectorAll('input, select, textarea')].map((it) => [it.id || it.value, /^(checkbox|radio)$/.test(it.type) ? it.checked : it.value])),
  );

async function fillEverything(page) {
  const { field } = widget(page);
  await page.locator('.slot input[value=un]').check();
  await field('Nombre de personnes, en vous comptant').selectOption('2');
  await introduce(page);
  await field(/^Téléphone/).fill('06 12 34 56 78');
  await field('Code postal').fill('69007');
  await field('Lycée').check();
  await field(/^J’ai le permis/).check();
  await field(/^Autre chose/).fill('Non, merci');
  await field(/^Votre message/).fill('Deux\nlignes');
  await field(/J’aimerais/).check();
}

test('an empty form is refused without asking the server: a summary takes the focus, each field says what it lacks', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  const { send, summary, field } = widget(page);
  await send('Je participe').click();
  await waitForFocus(page, 'to-mend');
  assert.match(await said(summary), /Il reste 7 points à revoir/);
  const lacks = (field) => field.evaluate((it) => [it.ariaInvalid, it.getRootNode().getElementById(it.getAttribute('aria-describedby'))?.textContent]);
  for (const [label, what] of [['Prénom', 'Indiquez votre prénom.'], ['Nom', 'Indiquez votre nom.'], ['Adresse e-mail', 'Indiquez votre adresse e-mail.'], ['Code postal', 'Indiquez votre code postal.'], [/J’accepte/, 'Votre accord est nécessaire pour participer.']]) {
    assert.deepEqual(await lacks(field(label)), ['true', what]);
  }
  for (const [role, name, what] of [['group', 'Choisissez une ou plusieurs dates', 'Choisissez une date.'], ['radiogroup', 'Niveau que vous préférez', 'Répondez à cette question.']]) {
    assert.deepEqual(await lacks(page.getByRole(role, { name })), ['true', what]);
  }
  assert.equal(await field(/^Téléphone/).getAttribute('aria-invalid'), 'false');
  assert.equal(page.record.requests.filter(({ method }) => method === 'POST').length, 0);
});

test('the summary leads to what is wrong first, and what is mended is no longer wrong', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  const { send, summary, field, slot } = widget(page);
  await send('Je participe').click();
  const first = (name) => summary.getByRole('link', { name, exact: true });
  await first('Choisissez une date').click();
  await waitForFocus(page, 'in-session');
  await slot('un').check();
  assert.match(await said(summary), /Il reste 6 points à revoir/);
  await first('Prénom').click();
  await waitForFocus(page, 'in-givenName');
  await page.keyboard.type('Camille');
  await field('Nom').fill('Durand');
  // What is not yet an address still says what is missing, and now in other words.
  await field('Adresse e-mail').fill('camille@');
  const error = page.locator('#error-email');
  assert.match(await said(error), /adresse complète/);
  assert.equal(await field('Adresse e-mail').getAttribute('aria-invalid'), 'true');
  await field('Adresse e-mail').fill('camille@example.org');
  assert.equal(await said(error), '');
  assert.equal(await field('Adresse e-mail').getAttribute('aria-invalid'), 'false');
  await field('Code postal').fill('69007');
  await field('Lycée').check();
  await first(/^J’accepte/).click();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.type === 'checkbox');
  await page.keyboard.press('Space');
  await summary.waitFor({ state: 'hidden' });
  // And who empties a field that was mended is not told off while typing: nothing was wrong with it.
  await field('Prénom').fill('');
  assert.equal(await said(page.locator('#error-givenName')), '');
  assert.ok(!page.url().includes('form-title'), page.url());
});

test('what is wrong is said in words that help', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  const { field, send, summary } = widget(page);
  await fillEverything(page);
  await field('Adresse e-mail').fill('camille.example.org');
  await field(/^Téléphone/).fill('demain');
  await field('Code postal').fill('?');
  await field(/^Votre message/).fill('a'.repeat(2001));
  const before = await typed(page);
  await send('Je participe').click();
  await waitForFocus(page, 'to-mend');
  const text = (await said(summary)) + (await page.locator('.error').allTextContents()).join().replace(/\s/g, ' ');
  for (const expected of ['4 points', 'prenom@exemple.fr', '06 12 34 56 78', '69007', 'trop long']) assert.ok(text.includes(expected), text);
  assert.deepEqual(await typed(page), before);
  // Mended, it goes through.
  await field('Adresse e-mail').fill('camille@example.org');
  await field(/^Téléphone/).fill('');
  await field('Code postal').fill('69007');
  await field(/^Votre message/).fill('');
  await send('Je participe').click();
  await widget(page).status.getByText('Merci').waitFor();
  const [row] = await at.server.signups('devoirs');
  assert.equal(row.email, 'camille@example.org');
});

test('going back to the list, searching, and opening again loses nothing that was typed', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  await fillEverything(page);
  const before = await typed(page);
  await widget(page).back.click();
  await widget(page).words.fill('logement');
  await widget(page).link('Réunion publique sur le logement').click();
  await widget(page).field('Prénom').fill('Quelqu’un d’autre');
  await widget(page).back.click();
  await widget(page).words.fill('');
  await widget(page).link('Aider aux devoirs à la Guillotière').click();
  assert.deepEqual(await typed(page), before);
});

test('a network that fails, and a refusal of the server’s, lose nothing that was typed', async (t) => {
  const proxy = await startProxy(at.server.url);
  t.after(() => proxy.stop());
  let answer = 'cut';
  proxy.fault = (method) => (method === 'POST' ? answer : 'pass');
  const page = await at.visit(t, { origin: proxy.url, query: '#alentour=devoirs', browser: { init: hurry } });
  const { send, status, summary } = widget(page);
  await fillEverything(page);
  const before = await typed(page);
  await send('Je participe').click();
  await status.getByText('Rien de ce que vous avez écrit n’est perdu').waitFor();
  assert.deepEqual(await typed(page), before);
  const refusal = JSON.stringify({ error: 'invalid', fields: [{ field: 'email', problem: 'invalid' }] });
  answer = { status: 422, headers: { 'content-type': 'application/json' }, body: refusal };
  await page.getByRole('button', { name: 'Envoyer de nouveau' }).click();
  await page.locator('#error-email').getByText(/adresse complète/).waitFor();
  assert.deepEqual(await typed(page), before);
});

test('refresh() during a sign-up loses nothing that was typed', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await widget(page).link('Aider aux devoirs à la Guillotière').click();
  await fillEverything(page);
  const before = await typed(page);
  await page.locator('alentour-widget').evaluate((it) => it.refresh());
  await page.waitForTimeout(500);
  if (!(await widget(page).detail.isVisible())) await widget(page).link('Aider aux devoirs à la Guillotière').click();
  assert.deepEqual(await typed(page), before);
});

test('refresh() leaves a form that is being filled in open', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  await widget(page).field('Prénom').fill('Camille');
  await page.evaluate(() => (location.hash = ''));
  await page.locator('alentour-widget').evaluate((it) => it.refresh());
  await page.waitForTimeout(500);
  assert.equal(await widget(page).field('Prénom').inputValue({ timeout: 500 }).catch(() => 'closed'), 'Camille');
  assert.equal((await focused(page)).id, 'in-givenName');
});
