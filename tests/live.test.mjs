// Seats and signatures that move while one looks at them: asked for when an initiative is opened, when its form is begun, and every half a
// minute while it is seen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hurry, openPage } from './support/browser.mjs';
import { bench } from './support/bench.mjs';
import { at as moment, neighbourhood } from './support/feeds.mjs';
import { startMailbox } from './support/mailbox.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { introduce, listed, said, until, waitForFocus, widget } from './support/widget.mjs';

const contact = { id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true };
const shift = { way: 'shift', consents: [contact] };
const session = (id, days, seats) => ({ id, startDate: moment(days, 14), endDate: moment(days, 16), maximumAttendeeCapacity: seats });

/** A round with three seats on Saturday and one on Sunday, a workshop with one seat, and a petition, among others. */
function counting() {
  const feed = neighbourhood();
  const petition = feed.initiatives.find(({ id }) => id === 'petition');
  petition.petition = { target: 100, signatures: 98 };
  return {
    ...feed,
    initiatives: [
      petition,
      { id: 'tournee', kind: 'volunteering', name: 'Tournée du soir', participation: shift, sessions: [session('samedi', 3, 3), session('dimanche', 4, 1)] },
      { id: 'seul', kind: 'gathering', name: 'Atelier à une place', participation: shift, sessions: [{ ...session('le', 5), remainingAttendeeCapacity: 1 }] },
      { id: 'chantier', kind: 'volunteering', name: 'Chantier du jardin', location: feed.initiatives[0].location, participation: shift, sessions: [session('jardin', 3, 40)] },
      { id: 'deux', kind: 'volunteering', name: 'Deux dates', participation: shift, sessions: [session('tot', 9, 2), session('tard', 10, 2)] },
      { id: 'dernier', kind: 'volunteering', name: 'Dernière place', participation: shift, sessions: [session('un', 6, 2), session('deux', 8, 2)] },
      ...feed.initiatives.filter((it) => it !== petition),
    ],
  };
}

const at = bench(counting());
let mailing, mailbox;
before(async () => {
  mailbox = await startMailbox();
  mailing = await startServer(counting(), `public-url = "https://agir.example.org"\n${SETTINGS}[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n`);
});
after(() => Promise.all([mailing?.stop(), mailbox?.stop()]));

const asked = (page) => page.record.requests.filter(({ url }) => url.includes('/v1/live.json'));
const hiding = () => Object.defineProperty(Document.prototype, 'hidden', { get: () => Boolean(window.away), configurable: true });
const turn = (page, away) =>
  page.evaluate((away) => {
    window.away = away;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, away);

let people = 0;
/** Signs somebody else up, as another browser does. */
async function signUp(initiative, session, server = at.server) {
  const email = `somebody-${++people}@example.org`;
  const challenge = await fetch(`${server.url}/signups/challenge`);
  const altcha = challenge.status === 200 ? await solved(await challenge.json()) : '';
  const form = { initiative, session, partySize: 1, givenName: 'Max', familyName: 'Roy', email, language: 'fr', altcha, website: '', consents: [] };
  const wording = counting().initiatives.find(({ id }) => id === initiative).participation.consents[0];
  form.consents = [{ id: wording.id, version: wording.version, text: wording.text }];
  const headers = { 'content-type': 'application/json', 'idempotency-key': `key-of-somebody-${people}` };
  const response = await fetch(`${server.url}/signups`, { method: 'POST', headers, body: JSON.stringify(form) });
  assert.equal(response.status, 201, await response.text());
}

/** The solution of a challenge: the number whose hash it names. */
async function solved(challenge) {
  const { createHash } = await import('node:crypto');
  for (let number = 0; number <= challenge.maxnumber; number++) {
    if (createHash('sha256').update(challenge.salt + number).digest('hex') !== challenge.challenge) continue;
    const { algorithm, salt, signature } = challenge;
    return btoa(JSON.stringify({ algorithm, challenge: challenge.challenge, number, salt, signature }));
  }
  throw new Error('the challenge has no solution');
}

const row = (page, id) => page.locator(`.slot:has(input[value="${id}"])`);

test('who looks at a form sees seats go that another browser takes, and loses nothing', async (t) => {
  const looking = await at.visit(t, { query: '#alentour=tournee', browser: { init: hurry } });
  const { field, slot, send } = widget(looking);
  // Of seats in all only the server knows how many are left.
  await row(looking, 'samedi').getByText('3 places restantes').waitFor();
  await slot('dimanche').check();
  await field('Prénom').pressSequentially('Zo');
  const announced = await looking.evaluate(() => {
    const { shadowRoot } = document.querySelector('alentour-widget');
    window.announced = [];
    const watch = new MutationObserver((all) => all.forEach(({ target }) => {
      const region = (target.closest ? target : target.parentElement)?.closest('[role=status], [role=alert], [aria-live]');
      if (region) window.announced.push(region.outerHTML);
    }));
    watch.observe(shadowRoot, { subtree: true, childList: true, characterData: true });
    return window.announced.length;
  });
  assert.equal(announced, 0);

  const other = await at.visit(t, { query: '#alentour=tournee' });
  await widget(other).slot('samedi').check();
  await introduce(other, { email: 'autre@example.org' });
  await widget(other).send(/^Je participe/).click();
  await widget(other).status.getByText('Merci').waitFor();
  await row(looking, 'samedi').getByText('2 places restantes').waitFor();

  await signUp('tournee', 'dimanche');
  await row(looking, 'dimanche').getByText('Complet').waitFor();
  // It was chosen, and stays so; nobody has moved the focus, nor taken what is typed.
  assert.equal(await slot('dimanche').isChecked(), true);
  assert.match(await row(looking, 'dimanche').getAttribute('class'), /full/);
  const typing = await looking.evaluate(() => document.activeElement.shadowRoot.activeElement.value);
  await looking.keyboard.type('é');
  assert.equal(typing + (await field('Prénom').inputValue()), 'ZoZoé');
  assert.deepEqual(await looking.evaluate(() => window.announced), []);
  // The button says what would be sent now.
  assert.match(await said(send(/./)), /^Je rejoins la liste d’attente$/);

  // Who comes later may choose its line.
  const late = await at.visit(t, { query: '#alentour=tournee' });
  await row(late, 'dimanche').getByText('Complet').waitFor();
  assert.match(await said(row(late, 'dimanche')), /Complet · liste d’attente possible/);
  assert.equal(await widget(late).slot('dimanche').isDisabled(), false);
});

test('after the last seat the form says that it joins the waiting list, and the card that it is full', async (t) => {
  const page = await at.visit(t, { attributes: 'data-limit="40"', browser: { init: hurry } });
  await listed(page);
  const card = page.locator('.card', { hasText: 'Atelier à une place' });
  assert.match(await said(card), /1 place restante/);
  await widget(page).link('Atelier à une place').click();
  await widget(page).field('Prénom').waitFor();
  await signUp('seul', 'le');
  await page.locator('.join').getByRole('button', { name: 'Je rejoins la liste d’attente' }).waitFor();
  assert.match(await said(page.locator('.facts')), /Complet/);
  // No row says so: it stands beside the button.
  assert.match(await said(page.locator('.join form')), /Complet · liste d’attente possible\s*Je rejoins la liste d’attente$/);
  assert.match(await said(card), /Complet/);
  assert.equal(await said(card.locator('.action')), 'Liste d’attente');
  assert.match(await card.locator('.action').getAttribute('aria-label'), /^Liste d’attente\s: Atelier à une place$/);
  // A reload says it at once, in the list and in the first page.
  const script = await (await fetch(`${at.server.url}/v1/alentour.js?lang=fr&limit=40`)).text();
  assert.doesNotMatch(script, /1[\s\u202f\u00a0]place restante/);
  assert.match(script, /Complet/);
  // The list that takes the first page's place has its cards from tiles, which were cut before, and goes on saying so.
  const again = await at.visit(t, { attributes: 'data-limit="40"' });
  await listed(again);
  const same = again.locator('.card', { hasText: 'Atelier à une place' });
  assert.match(await said(same), /CompletListe d’attente$/);
  assert.equal(asked(again).length, 0, 'nobody has asked what the page came with');
});

test('the list goes on saying what is known of seats after another search, and asks for what the first page did not tell', async (t) => {
  const seats = async (page) => /[\d\s]+places? libres?/.exec(await said(page.locator('.count')))?.[0].trim();
  const page = await at.visit(t, { attributes: 'data-place="69007" data-limit="40"' });
  await listed(page);
  const card = page.locator('.card', { hasText: 'Chantier du jardin' });
  await card.getByText('40 places restantes').waitFor();
  const before = await seats(page);
  assert.ok(before);
  const words = page.locator('input[type=search]');
  await words.pressSequentially('xyzzy');
  await page.locator('.results .notice').waitFor();
  await words.fill('');
  await card.waitFor();
  await card.getByText('40 places restantes').waitFor();
  assert.equal(await seats(page), before);

  // A first page that comes too late has told nothing.
  const late = await openPage(t, at.browser);
  await late.route('**/v1/first.json*', (route) => setTimeout(() => route.continue().catch(() => {}), 8000));
  await late.goto(await at.site.page('association', { server: at.server.url, attributes: 'data-place="69007" data-limit="40"' }));
  await late.locator('.card', { hasText: 'Chantier du jardin' }).getByText('40 places restantes').waitFor({ timeout: 7500 });
  await until(async () => (await seats(late)) === before);
  assert.ok(asked(late).length <= 2);
});

test('a card names the next date that has a seat once the last one of its first is taken, and the waiting list once all are full', async (t) => {
  const open = async () => {
    const page = await at.visit(t, { attributes: 'data-limit="40"' });
    await listed(page);
    return [page, page.locator('.card', { hasText: 'Deux dates' })];
  };
  const day = (days) => new RegExp(`\\b${Number(moment(days, 14).slice(8, 10))}\\b`);
  // The server may say for a moment what it counted last.
  const fill = async (id) => {
    await signUp('deux', id);
    await signUp('deux', id);
    const left = async () => (await (await fetch(`${at.server.url}/v1/live.json?id=deux`)).json()).initiatives[0].sessions.find((it) => it.id === id).remaining;
    while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 200));
  };
  const [before, first] = await open();
  assert.match(await said(first.locator('.when')), day(9));
  await before.close();
  await fill('tot');
  const [page, card] = await open();
  assert.match(await said(card.locator('.when')), day(10));
  assert.doesNotMatch(await said(card), /Complet|autre date/);
  assert.equal(await card.locator('.action').count(), 1);
  // So does the list of the server's own pages.
  const near = await (await fetch(`${at.server.url}/near?lang=fr&words=Deux+dates`)).text();
  assert.match(near, /Deux dates/);
  assert.doesNotMatch(near, /Complet/);
  // What is opened from it speaks of the same date, and has it chosen.
  await card.locator('.action').click();
  await widget(page).field('Prénom').waitFor();
  assert.match(await said(page.locator('.facts')), day(10));
  assert.doesNotMatch(await said(page.locator('.bar')), /Complet/);
  assert.equal(await widget(page).slot('tard').isChecked(), true);
  await fill('tard');
  const [, full] = await open();
  assert.match(await said(full), /CompletListe d’attente$/);
});

test('whoever is refused for the last seat sees that it is gone, and joins its line by sending again', async (t) => {
  const page = await at.visit(t, { query: '#alentour=dernier' });
  const { slot, send, status } = widget(page);
  await slot('un').check();
  await introduce(page, { email: 'en-retard@example.org' });
  await row(page, 'un').getByText('2 places restantes').waitFor();
  await signUp('dernier', 'un');
  await signUp('dernier', 'un');
  await send(/^Je participe/).click();
  await row(page, 'un').getByText('Complet').waitFor();
  await send('Je rejoins la liste d’attente').click();
  await status.getByText('liste d’attente').waitFor();
  // Whoever looks next sees that somebody waits.
  const next = await at.visit(t, { query: '#alentour=dernier', browser: { init: hurry } });
  await row(next, 'un').getByText('Complet · 1 personne en liste d’attente').waitFor();
});

test('a petition’s count moves once somebody has confirmed, and a goal that is reached gives way to the next', async (t) => {
  const page = await at.visit(t, { attributes: 'data-limit="40"', query: '#alentour=petition', origin: mailing.url, browser: { init: hurry } });
  const progress = page.locator('.detail > .needed');
  const card = page.locator('.card', { hasText: 'Pour un toit digne à Lyon' });
  await progress.waitFor();
  assert.match(await said(progress), /98 sur 100/);
  const confirm = async () => {
    // One that asks, and later one that says what was confirmed.
    const asking = () => mailbox.mails.filter((mail) => mail.includes('/confirm/'));
    const before = asking().length;
    await signUp('petition', '', mailing);
    await until(() => asking().length > before);
    const path = /\/confirm\/[0-9a-f]{64}/.exec(asking().at(-1))[0];
    const own = await openPage(t, at.browser);
    await own.goto(mailing.url + path);
    // Nothing has moved: it waits for its person.
    assert.match(await said(progress), new RegExp(`${98 + before} sur 100`));
    await own.getByRole('button', { name: 'Je confirme' }).click();
    await own.getByText('C’est confirmé').waitFor();
  };
  await confirm();
  await progress.getByText('99 sur 100').waitFor();
  assert.match(await said(card), /99 sur 100/);
  await confirm();
  await progress.getByText('prochain palier').waitFor();
  assert.match(await said(progress), /Objectif atteint 100 signatures · prochain palier : 250/);
  assert.deepEqual(await page.locator('.detail progress').evaluate((it) => [it.value, it.max]), [100, 250]);
});

test('it is asked for when something is opened and when its form is begun, and not for the list', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.waitForTimeout(500);
  assert.equal(asked(page).length, 0);
  await widget(page).link('Tournée du soir').click();
  await until(() => asked(page).length === 1);
  // What the list shows is asked for along with it.
  const ids = new URL(asked(page)[0].url).searchParams.getAll('id');
  assert.equal(ids[0], 'tournee');
  assert.ok(ids.length > 10 && ids.length <= 24 && new Set(ids).size === ids.length, ids.join());
  await widget(page).field('Prénom').focus();
  await until(() => asked(page).length === 2);
  await widget(page).field('Nom').focus();
  await widget(page).back.click();
  await widget(page).detail.waitFor({ state: 'detached' });
  await page.waitForTimeout(300);
  assert.equal(asked(page).length, 2);
});

test('nothing is asked for while the tab is away or the initiative out of sight, nor once the list is back', async (t) => {
  const page = await at.visit(t, { query: '#alentour=tournee', browser: { init: [hiding, hurry].map((it) => `(${it})()`).join(';') } });
  await until(() => asked(page).length >= 2);
  await turn(page, true);
  await page.waitForTimeout(100);
  let before = asked(page).length;
  await page.waitForTimeout(3500);
  assert.equal(asked(page).length, before);
  // Who is back sees what is so now.
  await turn(page, false);
  await until(() => asked(page).length > before, 20);
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('div'), { style: 'height: 5000px' }));
    scrollTo(0, document.documentElement.scrollHeight);
  });
  await page.waitForTimeout(100);
  before = asked(page).length;
  await page.waitForTimeout(3500);
  assert.equal(asked(page).length, before);
  await page.evaluate(() => scrollTo(0, 0));
  await until(() => asked(page).length > before, 60);
  await widget(page).back.click();
  await widget(page).detail.waitFor({ state: 'detached' });
  before = asked(page).length;
  await page.waitForTimeout(3500);
  assert.equal(asked(page).length, before);
});

test('an answer that fails changes nothing and is not spoken of', async (t) => {
  for (const answer of [{ status: 503, body: '{"error":"unavailable"}' }, { status: 200, body: '<html>' }, { status: 200, body: '{"initiatives":[{"id":"tournee","sessions":[null,{"remaining":0}]}]}' }, null]) {
    const page = await openPage(t, at.browser, { init: hurry });
    await page.route('**/v1/live.json*', (route) => (answer ? route.fulfill({ ...answer, headers: { 'access-control-allow-origin': '*' } }) : route.abort()));
    await page.goto((await at.site.page('association', { server: at.server.url })) + '#alentour=tournee');
    await widget(page).field('Prénom').fill('Zoé');
    await until(() => asked(page).length >= 3);
    assert.equal(await widget(page).field('Prénom').inputValue(), 'Zoé');
    assert.equal(await page.locator('.slot.full').count(), 0);
    assert.deepEqual([page.record.errors, page.record.said()], [[], []]);
  }
});

test('nobody is asked of a feed that is not the server’s', async (t) => {
  at.site.json('/own.json', counting());
  const page = await at.visit(t, { attributes: 'data-feed="/own.json"', query: '#alentour=tournee', browser: { init: hurry } });
  await widget(page).field('Prénom').focus();
  await waitForFocus(page, 'in-givenName');
  await page.waitForTimeout(2000);
  assert.equal(asked(page).length, 0);
});
