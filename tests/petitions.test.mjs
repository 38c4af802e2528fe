// Who signs and agrees to be named, what is new of a petition, pledges that are counted, and how both have come along.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { hurry, openPage } from './support/browser.mjs';
import { startMailbox } from './support/mailbox.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { introduce, listed, said, until, widget } from './support/widget.mjs';

const contact = { id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true };
const named = { id: 'nom', version: '1', text: 'Mon prénom et ma commune peuvent paraître.', use: 'signers' };
const written = { id: 'suite', version: '1', text: 'Donnez-moi des nouvelles.', use: 'updates' };
const place = { name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 };
const updates = [
  { date: '2026-11-02', text: 'Remise <b>au maire</b>.\n\nNous y étions.' },
  { id: 'vote', date: '2026-11-20', text: 'Le conseil vote.', url: 'https://example.org/vote' },
];
const feed = {
  alentour: '1',
  initiatives: [
    {
      id: 'petition', kind: 'petition', name: 'Rouvrir la piscine', sensitive: false, location: [place], petition: { target: 100, signatures: 60, updates },
      participation: { way: 'signature', consents: [contact, named, written] },
      impact: [{ name: 'Enfants qui savent nager', value: 1240, source: { name: 'Bilan 2025', url: 'https://example.org/bilan' } }],
    },
    { id: 'campagne', kind: 'campaign', name: 'Une heure par semaine', location: [place], participation: { way: 'pledge', consents: [contact] } },
  ],
};
const at = bench(feed);
let mailing, mailbox;
before(async () => {
  mailbox = await startMailbox();
  mailing = await startServer(feed, `public-url = "https://agir.example.org"\n${SETTINGS}[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n`);
});
after(() => Promise.all([mailing?.stop(), mailbox?.stop()]));

/** A page that is told this of how things have come along. */
async function visitTold(t, id, course, browser = {}) {
  const page = await openPage(t, at.browser, browser);
  await page.route('**/v1/course.json*', (route) => route.fulfill({ json: course, headers: { 'access-control-allow-origin': '*' } }));
  await page.goto((await at.site.page('association', { server: at.server.url })) + `#alentour=${id}`);
  return page;
}

test('who agrees to be named gives a town, is looked at, is named, and is named no more when that is taken back', async (t) => {
  const page = await at.visit(t, { origin: mailing.url, browser: { init: hurry } });
  await listed(page);
  await widget(page).link('Rouvrir la piscine').click();
  const { field, send, status } = widget(page);
  await field('Prénom').waitFor();
  const box = field(/^Mon prénom et ma commune/);
  const town = field(/^Commune/);
  assert.equal(await box.isChecked(), false);
  assert.equal(await town.isVisible(), false);
  await introduce(page, { given: 'Amina', email: 'amina@example.org' });
  await box.check();
  await send(/^Je signe/).click();
  await page.getByText('Indiquez votre commune.').first().waitFor();
  await town.fill('Lyon');
  assert.equal(await page.locator('#error-town').textContent(), '');
  const { look, assertClean } = audit();
  await look(page, 'a town is asked');
  assertClean();
  await send(/^Je signe/).click();
  await status.getByText('Merci').waitFor();

  await until(() => mailbox.mails.some((mail) => mail.includes('/confirm/')));
  const own = await openPage(t, at.browser);
  await own.goto(mailing.url + /\/confirm\/[0-9a-f]{64}/.exec(mailbox.mails[0])[0]);
  assert.match(await said(own.locator('main')), /Commune ?Lyon/);
  await own.getByRole('button', { name: 'Je confirme' }).click();
  await own.getByText('C’est confirmé').waitFor();
  const names = page.getByText('Parmi les signataires');
  await page.locator('.detail > .needed').getByText('61 sur 100').waitFor();
  assert.equal(await names.count(), 0, 'nobody has looked at it');

  const [waiting] = JSON.parse(await mailing.run('signers', 'list', '--waiting', '--json'));
  assert.deepEqual([waiting.name, waiting.town], ['Amina', 'Lyon']);
  await mailing.run('signers', 'approve', `${waiting.id}@${waiting.version}`);
  await names.waitFor();
  assert.equal(await said(names), 'Parmi les signataires : Amina (Lyon)');
  await mailing.run('signers', 'refuse', `${waiting.id}@${waiting.version}`);
  await names.waitFor({ state: 'detached' });
});

test('a town that was typed by who then does not agree is not sent', async (t) => {
  const page = await at.visit(t, { query: '#alentour=petition' });
  const { field, send, status } = widget(page);
  await introduce(page, { email: 'luc@example.org' });
  await field(/^Mon prénom et ma commune/).check();
  await field(/^Commune/).fill('Bron');
  await field(/^Mon prénom et ma commune/).uncheck();
  assert.equal(await field(/^Commune/).isVisible(), false);
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await send(/^Je signe/).click();
  assert.doesNotMatch((await sent).postData(), /town|Bron/);
  await status.getByText('Merci').waitFor();
});

test('news stand newest first and as text, and an indicator says whose it is', async (t) => {
  const page = await at.visit(t, { query: '#alentour=petition' });
  const news = page.locator('.block', { hasText: 'Nouvelles' });
  await news.waitFor();
  assert.match(await said(news), /Nouvelles.*20 nov.*Le conseil vote\..*2 nov.*Remise <b>au maire<\/b>\./);
  assert.equal(await news.locator('b').count(), 0);
  assert.equal(await news.getByRole('link').getAttribute('href'), 'https://example.org/vote');
  const indicator = page.locator('.impact');
  assert.match(await said(indicator), /1 240 Enfants qui savent nager · source : Bilan 2025/);
  assert.equal(await indicator.getByRole('link').getAttribute('href'), 'https://example.org/bilan');
});

test('pledges are counted, and said from five on', async (t) => {
  const page = await at.visit(t, { browser: { init: hurry } });
  await listed(page);
  const card = page.locator('.card', { hasText: 'Une heure par semaine' });
  await widget(page).link('Une heure par semaine').click();
  const { send, status } = widget(page);
  for (let n = 0; n < 5; n++) {
    assert.doesNotMatch(await said(card), /engagement/);
    await introduce(page, { given: `Max ${n}`, email: `max-${n}@example.org` });
    await send('Je m’engage').click();
    await status.getByText('Merci').waitFor();
    if (n < 4) await page.getByRole('button', { name: /autre personne/ }).click();
  }
  await page.locator('.detail > .needed').getByText('5 engagements').waitFor();
  assert.match(await said(card), /5 engagements/);
});

test('a course is asked for once something is opened, drawn, and its figures are there to read', async (t) => {
  const course = [[20400, 12], [20410, 300], [20420, 610]];
  const page = await visitTold(t, 'petition', course);
  const drawn = page.locator('.course');
  await drawn.waitFor();
  assert.equal(await drawn.locator('polyline').getAttribute('points'), '0,59 150,31 300,0');
  assert.match(await said(drawn.locator('p')), /^12 · 8 nov.*610 · 28 nov/);
  await drawn.getByText('Voir les chiffres').click();
  assert.deepEqual(await drawn.locator('td').allTextContents(), ['12', '300', '610']);
  assert.equal(page.record.requests.filter(({ url }) => url.includes('/v1/course.json')).length, 1);
  const { look, assertClean } = audit();
  await look(page, 'a course');
  assertClean();
});

test('less than three days are no course, and the list asks for none', async (t) => {
  const page = await visitTold(t, 'petition', [[20400, 12], [20410, 300]]);
  await widget(page).field('Prénom').waitFor();
  await until(() => page.record.requests.some(({ url }) => url.includes('/v1/course.json')));
  assert.equal(await page.locator('.course').count(), 0);
  const list = await at.visit(t);
  await listed(list);
  await list.waitForTimeout(300);
  assert.equal(list.record.requests.filter(({ url }) => url.includes('/v1/course.json')).length, 0);
});

test('without a script the town says who needs it, and is not kept from who does not agree', async (t) => {
  const page = await openPage(t, at.browser, { javaScriptEnabled: false });
  await page.goto(mailing.url + '/i/petition?lang=fr');
  assert.match(await said(page.locator('.field', { hasText: 'Commune' }).last()), /\(facultatif\).*si vous acceptez que votre prénom/);
  await page.getByLabel('Prénom', { exact: true }).fill('Zoé');
  await page.getByLabel('Nom', { exact: true }).fill('Mbarek');
  await page.getByLabel('Adresse e-mail').fill('zoe@example.org');
  await page.getByLabel(/^J’accepte d’être/).check();
  await page.getByLabel(/^Commune/).fill('Lyon');
  await page.getByRole('button', { name: /^Je signe/ }).click();
  await page.getByText('Merci').waitFor();
  const stored = await mailing.signups('petition');
  assert.equal(stored.find(({ email }) => email === 'zoe@example.org').town, null);
});
