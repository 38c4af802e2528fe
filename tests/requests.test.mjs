// Offering what is needed, and asking to join: from the list to what the organiser has accepted.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { at as moment } from './support/feeds.mjs';
import { startMailbox } from './support/mailbox.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { introduce, listed, said, until, widget } from './support/widget.mjs';

const binary = process.env.ALENTOUR_BIN ?? 'target/debug/alentour';
const contact = { id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true };
const place = { name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 };
const organizer = { name: 'Les Tables communes' };
const meeting = (days) => [{ id: `le-${days}`, startDate: moment(days, 18), endDate: moment(days, 20), location: 0 }];

const feed = {
  alentour: '1',
  initiatives: [
    {
      id: 'local', kind: 'project', name: 'Un local pour tous', location: [place], organizer,
      participation: {
        way: 'offer', message: 'optional', consents: [contact],
        needs: [
          { id: 'tables', name: 'Tables pliantes', type: 'material', quantity: 4, unit: 'tables' },
          { id: 'cles', name: 'Une armoire à clés', type: 'material', quantity: 1 },
          { id: 'bras', name: 'Des bras le samedi', type: 'time' },
        ],
      },
    },
    { id: 'groupe', kind: 'group', name: 'Groupe de quartier', location: [place], organizer, participation: { way: 'membership', message: 'required', consents: [contact] } },
    { id: 'repas', kind: 'gathering', name: 'Repas de mai', location: [place], organizer, sessions: meeting(9) },
    { id: 'balade', kind: 'gathering', name: 'Balade à vélo', location: [place], organizer, sessions: meeting(4) },
    { id: 'autre', kind: 'gathering', name: 'Concert d’ailleurs', location: [place], organizer: { name: 'Autres' }, sessions: meeting(2) },
  ],
};
const at = bench(feed);

/** Runs `alentour requests` on a server's database, as organisers do. */
const requests = async (server, ...options) => (await promisify(execFile)(binary, ['requests', ...options, '--database', server.database])).stdout;
const need = (page, id) => page.locator(`.slot:has(input[value="${id}"])`);
const number = (page) => widget(page).field(/^Tables pliantes.: combien en proposez-vous/);

const looks = [
  ['light', { viewport: { width: 1280, height: 900 } }],
  ['dark, on a telephone', { colorScheme: 'dark', viewport: { width: 360, height: 780 } }],
];

for (const [how, browser] of looks) {
  test(`what is offered is stored, confirmed and accepted, in ${how}`, async (t) => {
    const mailbox = await startMailbox();
    t.after(() => mailbox.stop());
    const mail = `[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n`;
    const server = await startServer(feed, `public-url = "https://agir.example.org"\n${SETTINGS}${mail}`);
    t.after(() => server.stop());
    const { look, assertClean } = audit();
    const head = '<style>:root{color-scheme:light dark}body{background:Canvas}</style>';
    const page = await at.visit(t, { origin: server.url, head, browser });
    await listed(page);
    await widget(page).link('Un local pour tous').click();
    const { field, send, status, summary } = widget(page);
    await page.getByRole('group', { name: 'Ce que vous pouvez apporter (facultatif)' }).waitFor();
    assert.equal(await said(need(page, 'tables')), 'Tables pliantes du matériel · encore 4 tables');
    assert.equal(await said(need(page, 'bras')), 'Des bras le samedi du temps');
    assert.equal(await number(page).isVisible(), false);
    await need(page, 'tables').click();
    await number(page).waitFor();
    assert.equal(await number(page).inputValue(), '1');
    await look(page, 'needs');
    // More than is needed is said beside the field, and at the form's head with the need's name.
    await number(page).fill('5');
    await need(page, 'cles').click();
    await introduce(page, { email: 'zoe@example.org' });
    await send('Je propose mon aide').click();
    await summary.getByRole('link', { name: 'Tables pliantes' }).waitFor();
    await page.getByText('De 1 à 4.').waitFor();
    await look(page, 'to mend');
    await number(page).fill('3');
    await summary.waitFor({ state: 'hidden' });
    // Whoever changes their mind offers nothing of it.
    await need(page, 'cles').click();
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await send('Je propose mon aide').click();
    assert.deepEqual((await sent).postDataJSON().offers, [{ need: 'tables', quantity: 3 }]);
    await status.getByText('Une fois confirmée, votre demande va à Les Tables communes').waitFor();
    await look(page, 'thanks');
    assertClean();

    await until(() => mailbox.mails.length > 0);
    const [confirm] = /\/confirm\/[0-9a-f]{64}/.exec(mailbox.mails[0]);
    await page.goto(server.url + confirm);
    await page.getByText('Tables pliantes : 3 tables').waitFor();
    await page.getByRole('button', { name: 'Je confirme' }).click();
    await page.getByText('L’organisation décidera et vous répondra').first().waitFor();
    const [request] = JSON.parse(await requests(server, 'list', '--json'));
    assert.deepEqual([request.decision, request.offers], ['asked', [{ need: 'tables', quantity: 3, accepted: 0 }]]);
    assert.equal(await requests(server, 'accept', `${request.id}@${request.version}`), '1\n');
    await until(() => mailbox.mails.length > 2);
    const [own] = /\/mine\/[0-9a-f]{64}/.exec(mailbox.mails[2]);
    await page.goto(server.url + own);
    await page.getByText('demande acceptée').waitFor();
    await page.getByText('(accepté : 3)').waitFor();
  });
}

test('what is accepted is needed no more while somebody looks, and cannot be offered once all is found', async (t) => {
  const offer = async (name, quantity) => {
    const body = { initiative: 'local', partySize: 1, givenName: name, familyName: 'Mbarek', email: `${name}@example.org`, language: 'fr' };
    const form = { ...body, consents: [{ id: 'contact', version: '1', text: contact.text }], offers: [{ need: 'tables', quantity }, { need: 'cles', quantity: 1 }] };
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${name}-0123456789abcdef` };
    const answer = await fetch(`${server.url}/signups`, { method: 'POST', headers, body: JSON.stringify(form) });
    assert.equal(answer.status, 201);
  };
  const server = await startServer(feed, '[robots]\nwork = 0\nfill-seconds = 0\nper-address = 0\n');
  t.after(() => server.stop());
  await offer('zoe', 3);
  const open = async () => {
    const page = await at.visit(t, { origin: server.url, query: '#alentour=local' });
    await need(page, 'tables').waitFor();
    return page;
  };
  // What is merely offered changes nothing.
  const before = await open();
  assert.match(await said(need(before, 'tables')), /encore 4 tables$/);
  const [request] = JSON.parse(await requests(server, 'list', '--json'));
  await requests(server, 'accept', `${request.id}@${request.version}`);
  await new Promise((done) => setTimeout(done, 2100));
  const page = await open();
  await need(page, 'tables').getByText('du matériel · encore 1', { exact: true }).waitFor();
  await need(page, 'cles').getByText('déjà trouvé').waitFor();
  assert.ok(await need(page, 'cles').locator('input').isDisabled());
  assert.ok(await need(page, 'tables').locator('input').isEnabled());
});

test('who asks to join writes a word, and sees what else the group does, the next date first', async (t) => {
  const page = await at.visit(t, { query: '#alentour=groupe' });
  const { field, send, status } = widget(page);
  await page.getByText('Aussi avec Les Tables communes').waitFor();
  assert.deepEqual(await page.locator('.others a').allTextContents(), ['Balade à vélo', 'Repas de mai', 'Un local pour tous']);
  await field('Un mot pour le groupe').fill('Bonjour, j’habite en face.');
  await introduce(page);
  await send('Je demande à rejoindre').click();
  await status.getByText('Réponse de Les Tables communes à camille.durand@example.org.').waitFor();
  const [stored] = await at.server.signups('groupe');
  assert.deepEqual([stored.decision, stored.message], ['asked', 'Bonjour, j’habite en face.']);
  await page.locator('.join > .others a').first().click();
  await widget(page).detail.getByRole('heading', { name: 'Balade à vélo' }).waitFor();
});
