// Who comes along, where one meets, when somebody has time, and the poster on the wall.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { openPage } from './support/browser.mjs';
import { at as moment } from './support/feeds.mjs';
import { startMailbox } from './support/mailbox.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { introduce, listed, until, widget } from './support/widget.mjs';

const contact = { id: 'contact', version: '1', text: 'J’accepte d’être contacté·e.', purpose: 'contact', required: true };
const place = { postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.75, longitude: 4.85, approximate: true };
const long = 'Un très long titre qui n’en finit pas, comme en écrivent des associations réunies en collectif de collectifs. '.repeat(4);
const date = (n) => ({ id: `${n}`, name: 'Avec un nom de date qui est long, lui aussi, et qui prend toute une ligne', startDate: moment(n, 18), endDate: moment(n, 20) });

const feed = {
  alentour: '1',
  initiatives: [
    {
      id: 'repas', kind: 'gathering', name: 'Repas partagé', summary: 'On cuisine, on mange.', location: [place], organizer: { name: 'La Tablée' },
      participation: { way: 'rsvp', partySize: 4, guests: 'required', venue: 'participants', consents: [contact] },
      sessions: [{ id: 'un', startDate: moment(3, 18), endDate: moment(3, 20), location: 0, maximumAttendeeCapacity: 12 }],
    },
    {
      id: 'benevoles', kind: 'volunteering', name: 'Coups de main', location: [place],
      participation: {
        way: 'shift', consents: [contact],
        questions: [
          { id: 'quand', label: 'Quand êtes-vous disponible ?', type: 'availability', required: true },
          { id: 'cles', label: 'Avez-vous les clés ?', type: 'yesNo', required: true, onlyIf: { question: 'quand', answer: 'sat-morning' } },
        ],
      },
    },
    {
      id: 'long', kind: 'gathering', name: long, summary: long, organizer: { name: long }, location: [1, 2, 3, 4, 5].map((n) => ({ ...place, name: `Maison numéro ${n} ${long}` })),
      participation: { way: 'rsvp', consents: [contact] }, sessions: [1, 2, 4, 5, 9].map((n, at) => ({ ...date(n), location: at })),
    },
  ],
};
const at = bench(feed);

/** A server that sends mail, and what it has sent. */
async function mailing(t) {
  const mailbox = await startMailbox();
  t.after(() => mailbox.stop());
  const mail = `[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n`;
  const server = await startServer(feed, `public-url = "https://agir.example.org"\n${SETTINGS}${mail}`);
  t.after(() => server.stop());
  return { server, mailbox };
}

const looks = [
  ['light', {}],
  ['dark, on a telephone', { colorScheme: 'dark', viewport: { width: 360, height: 780 } }],
];
const head = '<style>:root{color-scheme:light dark}body{background:Canvas}</style>';
const name = (of, n) => of.locator(`[id="in-guests.${n}"]`);

for (const [how, browser] of looks) {
  test(`from the list to a confirmed party whose guests are named, and told where one meets, in ${how}`, async (t) => {
    const { server, mailbox } = await mailing(t);
    const { look, assertClean } = audit();
    const page = await at.visit(t, { origin: server.url, attributes: 'data-place="69007"', head, browser });
    await listed(page);
    await widget(page).title('Repas partagé').click();
    const { field, send, status, summary, detail } = widget(page);
    await detail.getByText('Le lieu exact est communiqué aux personnes inscrites.').waitFor();
    await field(/^Nombre de personnes/).waitFor();
    assert.equal(await name(page, 0).isVisible(), false);
    await field(/^Nombre de personnes/).selectOption('3');
    await name(page, 0).fill('Ana Ruiz');
    await name(page, 1).fill('Léo Petit');
    assert.equal(await name(page, 2).isVisible(), false);
    // Fewer come, and more again: nothing is typed twice, and what is hidden is not sent.
    await field(/^Nombre de personnes/).selectOption('2');
    assert.equal(await name(page, 1).isVisible(), false);
    await field(/^Nombre de personnes/).selectOption('4');
    assert.equal(await name(page, 1).inputValue(), 'Léo Petit');
    await introduce(page);
    await look(page, 'form');
    await send(/^Je participe/).click();
    await summary.waitFor();
    assert.equal(await page.locator('[id="error-guests.2"]').textContent(), 'Indiquez le nom de cette personne.');
    await look(page, 'to mend');
    // Who does not come needs no name.
    await field(/^Nombre de personnes/).selectOption('3');
    await until(async () => (await page.locator('[id="error-guests.2"]').textContent()) === '');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await send(/^Je participe/).click();
    assert.deepEqual((await sent).postDataJSON().guests, ['Ana Ruiz', 'Léo Petit']);
    await status.getByText('Dernière étape').waitFor();

    const binary = resolve(import.meta.dirname, '..', process.env.ALENTOUR_BIN ?? 'target/debug/alentour');
    const venue = (...rest) => execFileSync(binary, ['venue', '--database', server.database, 'set', 'repas', ...rest], { encoding: 'utf8' });
    assert.equal(venue('--text', 'Cour du fond', '--link', 'https://visio.example.org/repas').trim(), '0');
    await until(() => mailbox.mails.length > 0);
    assert.ok(!mailbox.mails[0].includes('Cour du fond'));
    const [path] = /\/confirm\/[0-9a-f]{64}/.exec(mailbox.mails[0]);
    await page.goto(server.url + path);
    await page.getByText('Ana Ruiz · Léo Petit').waitFor();
    await look(page, 'confirm', false);
    await page.getByRole('button', { name: 'Je confirme' }).click();
    await until(() => mailbox.mails.length > 1);
    assert.ok(mailbox.mails[1].includes('Cour du fond'), mailbox.mails[1]);
    const [own] = /\/mine\/[0-9a-f]{64}/.exec(mailbox.mails[1]);
    await page.goto(server.url + own);
    await page.getByText('Cour du fond').waitFor();
    await page.getByText(/^Changer de/).click();
    await look(page, 'own', false);
    await page.getByLabel('Nombre de personnes').selectOption('4');
    await page.getByLabel(/noms des personnes en plus/).fill('Max Roy');
    await page.getByRole('button', { name: /Changer|Enregistrer/ }).last().click();
    await page.getByText('C’est changé').waitFor();
    const [{ guests, partySize }] = await server.signups('repas');
    assert.deepEqual([partySize, guests], [4, ['Ana Ruiz', 'Léo Petit', 'Max Roy']]);
    assertClean();
  });

  test(`times of the week are ticked by keyboard, kept, and ask what depends on them, in ${how}`, async (t) => {
    const { look, assertClean } = audit();
    const page = await at.visit(t, { query: '#alentour=benevoles', head, browser });
    const { field, send, status, summary } = widget(page);
    const box = (label) => field(label);
    await box('samedi matin').waitFor();
    assert.equal(await page.locator('.week input').count(), 21);
    assert.equal(await page.locator('.week').getByRole('rowheader').count(), 7);
    await introduce(page);
    await send('Je participe').click();
    await summary.getByRole('link', { name: 'Quand êtes-vous disponible ?' }).click();
    assert.ok(await page.locator('[id="in-answers.quand"]').evaluate((it) => it.getRootNode().activeElement === it));
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    assert.ok((await box('lundi matin').isChecked()) && (await box('lundi après-midi').isChecked()));
    await until(async () => (await page.locator('[id="error-answers.quand"]').textContent()) === '');
    assert.equal(await field('Oui').isVisible(), false);
    await box('samedi matin').check();
    await field('Oui').check();
    await box('lundi matin').uncheck();
    await look(page, 'form');
    for (const label of await page.locator('.week label').all()) {
      const { width, height } = await label.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${width} x ${height}`);
    }
    await send('Je participe').click();
    await status.getByText('Merci').waitFor();
    const [{ answers }] = (await at.server.signups('benevoles')).slice(-1);
    assert.deepEqual(answers, { quand: 'mon-afternoon\nsat-morning', cles: 'yes' });
    assertClean();
  });
}

test('from right to left the week begins at the right, and says its days in Arabic', async (t) => {
  const page = await at.visit(t, { query: '#alentour=benevoles', attributes: 'data-lang="ar"', browser: { viewport: { width: 360, height: 780 } } });
  const boxes = page.locator('.week input');
  await boxes.first().waitFor();
  const left = (n) => boxes.nth(n).evaluate((box) => box.getBoundingClientRect().left);
  assert.ok((await left(0)) > (await left(2)));
  assert.match(await boxes.first().getAttribute('aria-label'), /^إثنين صباحًا$/);
});

test('without a script names are lines and the week is the same table', async (t) => {
  const { server } = await mailing(t);
  const page = await openPage(t, at.browser, { javaScriptEnabled: false, viewport: { width: 360, height: 780 } });
  await page.goto(`${server.url}/i/repas?lang=fr`);
  await page.getByLabel(/^Nombre de personnes/).selectOption('2');
  await page.getByLabel('Qui vous accompagne').fill('Ana Ruiz');
  await page.goto(`${server.url}/i/benevoles?lang=fr`);
  await page.getByLabel('mardi soir').check();
  const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.ok(scrollWidth <= clientWidth, `${scrollWidth} > ${clientWidth}`);
});

test('a poster is one page, however much there is to say, and fits a telephone', async (t) => {
  const { look, assertClean } = audit();
  const page = await openPage(t, at.browser, { viewport: { width: 360, height: 780 } });
  for (const id of ['repas', 'benevoles', 'long']) {
    for (const lang of ['fr', 'ar']) {
      await page.goto(`${at.server.url}/i/${id}/poster?lang=${lang}`);
      const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
      assert.ok(scrollWidth <= clientWidth, `${id}: ${scrollWidth} > ${clientWidth}`);
      await look(page, `${id} ${lang}`, false);
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, `${id} ${lang}`);
      // Nothing is cut off.
      await page.emulateMedia({ media: 'print' });
      const cut = await page.locator('main').evaluate((sheet) => sheet.scrollHeight - sheet.clientHeight);
      assert.ok(cut <= 0, `${id} ${lang}: ${cut}`);
      await page.emulateMedia({ media: null });
    }
  }
  assertClean();
});
