// What only some kinds of action have: a letter to those who decide, a series of lessons, offers, a link to give money.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { openPage, startWholeBrowser } from './support/browser.mjs';
import { at as moment } from './support/feeds.mjs';
import { introduce, said, waitForFocus, widget } from './support/widget.mjs';

const contact = { id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true };
const place = { name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 };
const text = 'Madame, Monsieur,\n\nComptez-vous voter l’aide au logement ? Ici 100 % des foyers & écoles en ont besoin.\n\nCordialement,';
const recipients = [
  { name: 'Ministère', office: 'Ville & logement', email: 'ministere@example.org' },
  { name: 'Permanence de Lyon 7e', office: 'Députée', email: 'lyon+7@example.org', areas: ['69007', '69008'] },
  { name: 'Sénatrice du Rhône', email: 'rhone@example.org', url: 'https://example.org/ecrire', areas: ['69'] },
  { name: 'Sénateur de Haute-Corse', url: 'https://example.org/corse', areas: ['2B'] },
];
const lesson = (id, days, seats) => ({ id, startDate: moment(days, 18), endDate: moment(days, 20), location: 0, maximumAttendeeCapacity: 12, remainingAttendeeCapacity: seats });

/** One initiative for each way of taking part that is tried here. */
const feed = {
  alentour: '1',
  initiatives: [
    {
      id: 'lettre', kind: 'campaign', name: 'Un toit par lettre', location: [place],
      participation: { way: 'pledge', consents: [contact] },
      letter: { subject: 'Logement', text, recipients, share: ['Écrivez, vous aussi.'] },
    },
    { id: 'sans', kind: 'campaign', name: 'Lettre seule', location: [place], letter: { subject: 'Budget', text: 'Bonjour, '.repeat(300), recipients: [recipients[0]] } },
    {
      id: 'cours', kind: 'training', name: 'Cours du soir', location: [place], prerequisites: 'Lire le français.',
      participation: { way: 'enrolment', series: true, consents: [contact] }, sessions: [lesson('un', 3, 4), lesson('deux', 10, 0), lesson('trois', 17, 2)],
    },
    { id: 'mot', kind: 'campaign', name: 'Le mot', location: [place], shareTexts: ['Passez le mot : https://example.org/mot', 'Une ligne,\net une autre.'] },
    {
      id: 'ramasse', kind: 'volunteering', name: 'Ramasse du matin', location: [place], participation: { way: 'shift', consents: [contact] },
      sessions: [
        { ...lesson('un', 3, 4), needs: ['un·e conducteur·rice (permis B)', 'une personne pour tenir le hayon du camion frigorifique', 'trente cagettes'] },
        lesson('deux', 10, 2),
      ],
    },
    {
      id: 'local', kind: 'project', name: 'Un local', location: [place], donationUrl: 'https://example.org/don',
      participation: {
        way: 'offer', message: 'optional', consents: [contact],
        questions: [{ id: 'quoi', label: 'Vous proposez', type: 'choices', options: ['Du temps', 'Un local', 'Du matériel'], required: true }],
      },
    },
  ],
};
const at = bench(feed, startWholeBrowser);

const open = (t, id, options) => at.visit(t, { query: `#alentour=${id}`, ...options });
const whom = (page) => page.locator('.whom li');
const mail = async (page, name) => new URL(await whom(page).filter({ hasText: name }).getByRole('link', { name: 'Écrire', exact: true }).getAttribute('href'));

test('a letter is rewritten, its recipients found by postcode, and nothing of it leaves the page', async (t) => {
  const page = await open(t, 'lettre');
  const { field } = widget(page);
  await field('Votre lettre').waitFor();
  assert.deepEqual(await whom(page).locator('b').allTextContents(), ['Ministère']);
  const before = page.record.requests.length;
  await field(/^Votre code postal/).pressSequentially('69007');
  assert.deepEqual(await whom(page).locator('b').allTextContents(), ['Ministère', 'Permanence de Lyon 7e', 'Sénatrice du Rhône']);

  const first = await mail(page, 'Permanence');
  // As programs read it (RFC 6068): a sign of the address is no sign of the link, and lines end as in mails.
  assert.equal(decodeURIComponent(first.pathname), 'lyon+7@example.org');
  const read = (url, name) => decodeURIComponent(url.search.slice(1).split('&').find((part) => part.startsWith(name + '=')).slice(name.length + 1));
  assert.equal(read(first, 'subject'), 'Logement');
  assert.equal(read(first, 'body'), text.replaceAll('\n', '\r\n'));
  await field('Objet').fill('Un toit & vite');
  await field('Votre lettre').fill('Bonjour,\nrépondez-moi.');
  const rewritten = await mail(page, 'Ministère');
  assert.equal(read(rewritten, 'subject'), 'Un toit & vite');
  assert.equal(read(rewritten, 'body'), 'Bonjour,\r\nrépondez-moi.');
  assert.equal(await whom(page).filter({ hasText: 'Sénatrice' }).getByRole('link', { name: 'Formulaire de contact' }).getAttribute('href'), 'https://example.org/ecrire');

  await field(/^Votre code postal/).fill('20250');
  assert.deepEqual(await whom(page).locator('b').allTextContents(), ['Ministère', 'Sénateur de Haute-Corse']);
  const asked = page.record.requests.slice(before).filter(({ url }) => !url.includes('/v1/live.json'));
  assert.deepEqual(asked, []);

  // It is still there after a look at the list, and after the pledge.
  await widget(page).back.click();
  await widget(page).link('Un toit par lettre').click();
  assert.equal(await field('Votre lettre').inputValue(), 'Bonjour,\nrépondez-moi.');
  await introduce(page);
  await widget(page).send('Je m’engage').click();
  await widget(page).status.getByText('Merci').waitFor();
  assert.equal(await field('Votre lettre').inputValue(), 'Bonjour,\nrépondez-moi.');
  const { look, assertClean } = audit();
  await look(page, 'letter');
  assertClean();
});

test('a letter and a text to share are copied', async (t) => {
  const page = await open(t, 'lettre', { browser: { permissions: ['clipboard-read', 'clipboard-write'] } });
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  await press('Copier la lettre');
  await page.locator('.copied').first().getByText('Copié').waitFor();
  assert.equal(await copied(), text);
  await press('Copier');
  await page.locator('.copied').last().getByText('Copié').waitFor();
  assert.equal(await copied(), 'Écrivez, vous aussi.');
});

test('a letter without a form has the way in; too long for a link it is copied', async (t) => {
  const page = await open(t, 'sans', { browser: { permissions: ['clipboard-read', 'clipboard-write'] } });
  // The form covers the way to it once it is seen.
  await page.locator('.bar').getByRole('button', { name: 'Écrire à qui décide' }).press('Enter');
  await waitForFocus(page, 'form-title');
  assert.equal(await page.locator('.join form').count(), 0);
  const link = whom(page).getByRole('link', { name: 'Écrire', exact: true });
  assert.equal(await link.getAttribute('href'), 'mailto:ministere@example.org?subject=Budget');
  await link.click();
  await page.getByText('Lettre copiée').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Bonjour, '.repeat(300).trim());
});

test('without a script the letter and all who decide stand there', async (t) => {
  const page = await openPage(t, at.browser, { javaScriptEnabled: false, viewport: { width: 360, height: 780 } });
  await page.goto(`${at.server.url}/i/lettre`);
  assert.equal(await page.locator('.letter textarea').first().inputValue(), text);
  await page.locator('.whom summary').click();
  assert.deepEqual(await whom(page).locator('b').allTextContents(), ['Ministère', 'Permanence de Lyon 7e', 'Sénatrice du Rhône', 'Sénateur de Haute-Corse']);
  assert.equal(await whom(page).nth(2).locator('a').first().getAttribute('href'), 'mailto:rhone@example.org?subject=Logement');
  const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} > ${clientWidth}`);
});

test('a series is taken as a whole or by lesson, and the next person finds the same dates chosen', async (t) => {
  const page = await open(t, 'cours');
  const { slot, field, send, status } = widget(page);
  await page.getByText('Lire le français.').waitFor();
  const whole = field('Toutes les dates · 3');
  await whole.check();
  for (const id of ['un', 'deux', 'trois']) assert.ok(await slot(id).isChecked(), id);
  await slot('deux').uncheck();
  assert.equal(await whole.isChecked(), false);
  assert.match(await said(send(/^Je m’inscris/)), /· 2 dates$/);
  await slot('deux').check();
  assert.ok(await whole.isChecked());
  await introduce(page, { email: 'famille@example.org' });
  await send(/^Je m’inscris/).click();
  await status.getByText('Merci').waitFor();
  assert.equal(await status.locator('.what').filter({ hasText: '·' }).filter({ hasText: 'iste d’attente' }).count(), 1);

  await page.getByRole('button', { name: /autre personne/ }).click();
  assert.equal(await field('Adresse e-mail').inputValue(), 'famille@example.org');
  assert.equal(await field('Prénom').inputValue(), '');
  assert.equal(await field(/J’accepte/).isChecked(), false);
  for (const id of ['un', 'deux', 'trois']) assert.ok(await slot(id).isChecked(), id);
  await introduce(page, { given: 'Zoé', email: 'famille@example.org' });
  await send(/^Je m’inscris/).click();
  await status.getByText('Merci').waitFor();
});

test('several things are offered at once, and money only by a link that says where it leads', async (t) => {
  const page = await open(t, 'local');
  const { field, send, status } = widget(page);
  const donate = page.getByRole('link', { name: 'Donner de l’argent, sur example.org' });
  assert.equal(await donate.getAttribute('href'), 'https://example.org/don');
  assert.equal(await donate.getAttribute('target'), '_blank');
  await field('Du temps').check();
  await field('Du matériel').check();
  await field(/Ce que vous pouvez apporter/).fill('Un four.');
  await introduce(page);
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await send(/^Je propose/).click();
  await status.getByText('Merci').waitFor();
  const { answers, message } = (await sent).postDataJSON();
  assert.deepEqual([answers[0].question, message], ['quoi', 'Un four.']);
  assert.match(JSON.stringify(answers[0]), /Du temps.*Du matériel/);
});

test('texts to share need no letter: they are copied, a telephone shares them, and they stand there without a script', async (t) => {
  const first = 'Passez le mot : https://example.org/mot';
  const page = await open(t, 'mot', { browser: { permissions: ['clipboard-read', 'clipboard-write'] } });
  await page.locator('#form-title').getByText('Faites passer le mot').waitFor();
  const button = (page, name) => page.locator('.copied').first().getByRole('button', { name, exact: true });
  await button(page, 'Copier').click();
  await page.locator('.copied').first().getByText('Copié').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), first);
  assert.equal(await button(page, 'Partager').count(), 0);
  const { look, assertClean } = audit();
  await look(page, 'texts to share');
  assertClean();

  const narrow = { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true };
  const telephone = await open(t, 'mot', { browser: narrow });
  await telephone.evaluate(() => {
    navigator.canShare = () => true;
    navigator.share = async (what) => (window.shared = what);
  });
  await button(telephone, 'Partager').click();
  assert.deepEqual(await telephone.evaluate(() => window.shared), { text: first });

  const plain = await openPage(t, at.browser, { javaScriptEnabled: false, ...narrow });
  await plain.goto(`${at.server.url}/i/mot`);
  const texts = await plain.locator('.copied textarea').evaluateAll((all) => all.map(({ value }) => value));
  assert.deepEqual(texts, [first, 'Une ligne,\net une autre.']);
  assert.equal(await plain.locator('.copied button').count(), 0);
  // Whom to turn to is still said.
  await plain.locator('.join').getByText(/On ne peut pas s’inscrire/).waitFor();
});

test('a shift says what is still needed at it before it is ticked, with a script and without', async (t) => {
  const needs = /Il manque encore\s: un·e conducteur·rice \(permis B\), une personne pour tenir le hayon du camion frigorifique, trente cagettes/;
  const rows = (page) => page.locator('label.slot');
  const narrow = { viewport: { width: 360, height: 780 } };
  const page = await open(t, 'ramasse', { browser: narrow });
  const { slot, send, status } = widget(page);
  assert.match(await rows(page).first().textContent(), needs);
  assert.doesNotMatch(await rows(page).last().textContent(), /Il manque/);
  const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} > ${clientWidth}`);
  await slot('un').check();
  await introduce(page);
  await send(/^Je participe/).click();
  await status.getByText('Merci').waitFor();

  const plain = await openPage(t, at.browser, { javaScriptEnabled: false, ...narrow });
  await plain.goto(`${at.server.url}/i/ramasse`);
  assert.match((await plain.locator('.wanted').allTextContents()).join('|'), needs);
  assert.equal(await plain.locator('.wanted').count(), 1);
});
