// Taking part, each way there is: the sign-up is in SQLite, as it was typed, once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { at as moment, neighbourhood } from './support/feeds.mjs';
import { focused, introduce, said, waitForFocus, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** Presses the form's button and waits for the thanks. */
async function sendAndThank(page, action) {
  const { send, status } = widget(page);
  await send(action).click();
  await status.getByText('Merci, c’est bien reçu !').waitFor();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'form-status');
}

test('RSVP: alone or with others', async (t) => {
  const page = await at.visit(t, { query: '#alentour=reunion' });
  await introduce(page);
  await widget(page).field('Nombre de personnes, en vous comptant').selectOption('3');
  await sendAndThank(page, 'Je participe');
  // What, when and where: so that nobody needs to scroll up to note it down.
  assert.match(await said(page.locator('.join')), /Participer ?Réunion publique sur le logement/);
  assert.match(await said(widget(page).status), /18 h – 20 h.*Salle des fêtes, 69100 Villeurbanne.*vous écrire à camille.durand@example.org/);
  const rows = await at.server.signups('reunion');
  assert.equal(rows.length, 1);
  const [row] = rows;
  assert.equal(row.givenName, 'Camille');
  assert.equal(row.familyName, 'Durand');
  assert.equal(row.email, 'camille.durand@example.org');
  assert.equal(row.partySize, 3);
  assert.equal(row.session, 'soir');
});

test('shift: a session is chosen, the organiser’s questions are answered, one consent of two is given', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  const { field, slot, send, detail } = widget(page);
  // Nothing is chosen for the visitor, and what is full stands last, with its waiting list.
  assert.equal(await detail.locator('.slot :checked').count(), 0);
  assert.match(await said(detail.locator('.slot').last()), /Complet · liste d’attente possible$/);
  await slot('complet').check();
  assert.match(await said(send(/./)), /^Je rejoins la liste d’attente$/);
  await slot('complet').uncheck();
  assert.match(await said(send(/./)), /^Je participe$/);
  assert.equal(await field(/J’accepte/).isChecked(), false);
  assert.equal(await field(/J’aimerais recevoir/).isChecked(), false);
  await slot('un').check();
  // The button says what it does.
  assert.match(await said(send(/./)), /^Je participe le \d+/);
  await introduce(page, { given: 'Zoé', family: 'N’Diaye-Šimić', email: 'zoe@example.org' });
  await field(/^Téléphone/).fill('06 12 34 56 78');
  await field('Code postal').fill('69007');
  await field('Lycée').check();
  await field(/^J’ai le permis/).check();
  await field(/^Autre chose/).fill('=1+1');
  await field(/^Votre message/).fill('Bonjour,\nje viens avec plaisir.');
  await sendAndThank(page, 'Je participe');
  const [row, ...others] = await at.server.signups('devoirs');
  assert.deepEqual(others, []);
  const text = JSON.stringify(row);
  for (const expected of ['Zoé', 'N’Diaye-Šimić', 'zoe@example.org', '69007', 'Lycée', '=1+1', 'Bonjour,\\nje viens avec plaisir.']) {
    assert.ok(text.includes(expected), `${expected} is missing in ${text}`);
  }
  assert.equal(row.session, 'un');
  assert.deepEqual(row.consents, [{ id: 'contact', version: '2026-09' }], 'a consent was stored that nobody gave');
});

test('the form that is opened from a card begins with the session that the card speaks of, and what is chosen then stays', async (t) => {
  const [{ participation, organizer }] = neighbourhood().initiatives;
  const place = (name, addressLocality, latitude, longitude) => ({ name, addressLocality, latitude, longitude });
  const location = [place('Salle des fêtes', 'Villeurbanne', 45.7663, 4.8796), place('Maison des voisins', 'Lyon', 45.7512, 4.8426)];
  const sessions = [['a', 3, 0], ['b', 5, 1], ['c', 9, 1]].map(([id, days, location]) => ({ id, startDate: moment(days), endDate: moment(days, 19), location }));
  at.site.json('/round.json', { initiatives: [{ id: 'tournee', name: 'Tournée', organizer, participation, location, sessions }] });
  const page = await at.visit(t, { attributes: 'data-feed="/round.json" data-place="69007"' });
  const { join, slot, back, cards, place: where, count, detail } = widget(page);
  await count.getByText(/Lyon/).waitFor();
  // One sentence: two more dates, of which one is elsewhere.
  assert.match(await said(cards.locator('.when')), /et 1 autre date$/);
  await join('Participer', 'Tournée').click();
  const row = (id) => said(detail.locator(`.slot:has([value=${id}])`));
  assert.equal(await slot('b').isChecked(), true);
  assert.match(await row('b'), /19 h ?Maison des voisins · à \d+ m$/);
  assert.match(await row('a'), /19 h ?Salle des fêtes, Villeurbanne · à \d+ km$/);
  // The nearest first; and nothing else lists the dates.
  const ids = await detail.locator('.slot input').evaluateAll((all) => all.map((it) => it.value));
  assert.deepEqual(ids, ['b', 'c', 'a']);
  assert.equal(await detail.getByRole('heading', { name: 'Quand' }).count(), 0);
  await slot('c').check();
  await back.click();
  await join('Participer', 'Tournée').click();
  assert.equal(await slot('c').isChecked(), true);
  // Another place, another card.
  await back.click();
  await where.fill('69100');
  await where.press('Enter');
  await count.getByText(/Villeurbanne/).waitFor();
  await join('Participer', 'Tournée').click();
  assert.equal(await slot('a').isChecked(), true);
});

test('four dates are shown, and the one that the card speaks of; the others are a press away', async (t) => {
  const [{ participation, organizer }] = neighbourhood().initiatives;
  const sessions = [9, 3, 5, 7, 11, 13, 15].map((days) => ({ id: `s${days}`, startDate: moment(days), endDate: moment(days, 19), maximumAttendeeCapacity: 8, remainingAttendeeCapacity: days === 3 ? 0 : days }));
  at.site.json('/weekly.json', { initiatives: [{ id: 'hebdo', name: 'Hebdo', organizer, participation, location: { addressLocality: 'Lyon' }, sessions }] });
  const page = await at.visit(t, { attributes: 'data-feed="/weekly.json"', query: '#alentour=hebdo' });
  const { slot, send, detail, summary } = widget(page);
  await send('Je participe').click();
  await summary.getByRole('link', { name: 'Choisissez une date' }).click();
  await waitForFocus(page, 'in-session');
  const seen = () => detail.locator('.slot input').evaluateAll((all) => all.filter((it) => it.checkVisibility()).map((it) => it.value));
  assert.deepEqual(await seen(), ['s5', 's7', 's9', 's11']);
  await detail.getByText('Autres dates', { exact: true }).click();
  assert.deepEqual(await seen(), ['s5', 's7', 's9', 's11', 's13', 's15', 's3']);
  assert.match(await said(detail.locator('.slot').last()), /Complet · liste d’attente possible$/);
  await slot('s13').check();
  assert.equal(await detail.locator('#error-session').textContent(), '');
  assert.match(await said(send(/./)), /^Je participe le \d+/);
  // Several are had together.
  await slot('s5').check();
  assert.match(await said(send(/./)), /^Je participe · 2 dates$/);
  assert.deepEqual(page.record.errors, []);
});

test('signature: a petition is signed', async (t) => {
  const page = await at.visit(t, { query: '#alentour=petition' });
  await introduce(page, { email: 'signe@example.org' });
  await sendAndThank(page, 'Je signe');
  const rows = await at.server.signups('petition');
  assert.deepEqual(rows.map(({ email }) => email), ['signe@example.org']);
});

test('the thanks lead to two others that one can take part in', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"', query: '#alentour=reunion' });
  const { status, detail, nearby } = widget(page);
  await introduce(page, { email: 'encore@example.org' });
  await sendAndThank(page, 'Je participe');
  const others = status.locator('.others a');
  const names = await others.allTextContents();
  assert.equal(names.length, 2);
  assert.ok(!names.includes('Réunion publique sur le logement'), names.join());
  // The first of the list, of those with a form.
  const listed = await nearby.filter({ has: page.getByRole('button', { name: /^(Participer|Signer|Rejoindre) : / }) }).locator('h3').allTextContents();
  assert.deepEqual(names, listed.filter((name) => name !== 'Réunion publique sur le logement').slice(0, 2));
  await others.first().click();
  await detail.getByRole('heading', { name: names[0] }).waitFor();
  assert.deepEqual(page.record.errors, []);
});

test('after the thanks there is a form for somebody else, with what families share, and both are signed up', async (t) => {
  const page = await at.visit(t, { query: '#alentour=reunion' });
  const { field, send, status } = widget(page);
  await introduce(page, { email: 'une@example.org' });
  await field('Nombre de personnes, en vous comptant').selectOption('2');
  await sendAndThank(page, 'Je participe');
  assert.equal(await field('Prénom').isVisible(), false);
  await status.getByRole('button', { name: 'Remplir le formulaire pour une autre personne' }).click();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'form-title');
  assert.equal(await page.getByText('Merci').count(), 0);
  // How they are reached stays; nothing else of the first person does, nor a consent that the second has not given.
  for (const label of ['Prénom', 'Nom']) assert.equal(await field(label).inputValue(), '', label);
  assert.equal(await field('Adresse e-mail').inputValue(), 'une@example.org');
  assert.equal(await field('Nombre de personnes, en vous comptant').inputValue(), '1');
  assert.equal(await field(/J’accepte/).isChecked(), false);
  await send('Je participe').click();
  await widget(page).summary.waitFor();
  await introduce(page, { given: 'Awa', email: 'autre@example.org' });
  await sendAndThank(page, 'Je participe');
  assert.match(await said(status), /autre@example.org/);
  const emails = (await at.server.signups('reunion')).map(({ email }) => email);
  assert.deepEqual(emails.filter((email) => /^(une|autre)@/.test(email)).sort(), ['autre@example.org', 'une@example.org']);
  assert.deepEqual(page.record.errors, []);
});

test('the thanks are of what was sent, not of what was chosen meanwhile', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  const { field, send, status } = widget(page);
  await page.locator('.slot input[value=un]').check();
  await introduce(page, { email: 'choix@example.org' });
  await field('Code postal').fill('69007');
  await field('Lycée').check();
  await page.route('**/signups', async (route) => {
    await page.locator('.slot input[value=deux]').check();
    await route.continue();
  });
  await send('Je participe').click();
  await status.getByText('Merci').waitFor();
  assert.match(await said(status), /Première séance/);
});

/** Two actions of which the feed says that nobody can sign up any more, and one that has room on another date. */
const taken = () => {
  const [{ participation, organizer }] = neighbourhood().initiatives;
  const session = (id, days, left) => ({ id, startDate: moment(days), maximumAttendeeCapacity: 4, remainingAttendeeCapacity: left });
  return {
    initiatives: [
      { id: 'complet', name: 'Partout complet', url: 'https://example.org/complet', organizer, participation, sessions: [session('a', 3, 0), session('b', 5, 0)] },
      { id: 'clos', name: 'Déjà clos', organizer, participation: { ...participation, closes: moment(-1) }, sessions: [session('a', 3, 2)] },
      { id: 'libre', name: 'Encore libre', organizer, participation, sessions: [session('a', 3, 0), session('b', 5, 2)] },
    ],
  };
};

test('where every date is full, the waiting list is offered, and where sign-ups have closed, no button promises a place', async (t) => {
  at.site.json('/taken.json', taken());
  const page = await at.visit(t, { attributes: 'data-feed="/taken.json"' });
  const { join, detail, link, cards, back, slot, send } = widget(page);
  await join('Participer', 'Encore libre').waitFor();
  assert.equal(await join('Participer', 'Partout complet').count() + (await join('Participer', 'Déjà clos').count()), 0);
  await cards.filter({ hasText: 'Partout complet' }).getByText('Complet', { exact: true }).waitFor();
  await join('Liste d’attente', 'Partout complet').click();
  await waitForFocus(page, 'form-title');
  await slot('b').check();
  assert.match(await said(send(/./)), /^Je rejoins la liste d’attente$/);
  await back.click();
  await detail.waitFor({ state: 'detached' });
  await join('Voir les détails', 'Déjà clos').click();
  assert.match(await said(detail.locator('.join')), /Les inscriptions sont closes\./);
});

test('membership: a group is joined', async (t) => {
  const page = await at.visit(t, { query: '#alentour=collectif' });
  await introduce(page, { email: 'membre@example.org' });
  await widget(page).field(/^Un mot pour le groupe/).fill('Je suis du quartier.');
  await sendAndThank(page, 'Je demande à rejoindre');
  const [row] = await at.server.signups('collectif');
  assert.equal(row.email, 'membre@example.org');
  assert.equal(row.message, 'Je suis du quartier.');
});

test('what nobody can join here has a link and no form', async (t) => {
  const page = await at.visit(t, { query: '#alentour=action-0' });
  const { detail } = widget(page);
  await detail.waitFor();
  assert.equal(await detail.locator('form').count(), 0);
  assert.equal(await widget(page).link('Voir sur le site de l’organisation').getAttribute('href'), 'https://example.org/action-0');
});

test('a form of each field says what browsers may fill in', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs' });
  const { field } = widget(page);
  const expected = { Prénom: 'given-name', Nom: 'family-name', 'Adresse e-mail': 'email', 'Code postal': 'postal-code' };
  for (const [label, autocomplete] of Object.entries(expected)) {
    assert.equal(await field(label).getAttribute('autocomplete'), autocomplete);
  }
  assert.equal(await field(/^Téléphone/).getAttribute('autocomplete'), 'tel');
  assert.equal(await field('Adresse e-mail').getAttribute('type'), 'email');
});

test('the last seat goes once: the second visitor keeps what was typed and is told', async (t) => {
  const [first, second] = [await at.visit(t, { query: '#alentour=devoirs' }), await at.visit(t, { query: '#alentour=devoirs' })];
  for (const [page, email] of [[first, 'premier@example.org'], [second, 'second@example.org']]) {
    await widget(page).slot('deux').check();
    await introduce(page, { email });
    await widget(page).field('Code postal').fill('69007');
    await widget(page).field('Collège').check();
  }
  await sendAndThank(first, 'Je participe');
  await widget(second).send('Je participe').click();
  await second.locator('#error-session').getByText(/plus assez de places/).waitFor();
  await second.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'to-mend');
  assert.equal((await focused(second)).id, 'to-mend');
  assert.equal(await widget(second).field('Adresse e-mail').inputValue(), 'second@example.org');
  const emails = (await at.server.signups('devoirs')).filter(({ session }) => session === 'deux').map(({ email }) => email);
  assert.deepEqual(emails, ['premier@example.org']);
  // Another date is a way on.
  await widget(second).slot('un').check();
  await sendAndThank(second, 'Je participe');
});
