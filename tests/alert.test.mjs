// Where there is nothing near, one asks to be told: from the empty list to the confirmed alert.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { startMailbox } from './support/mailbox.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { listed, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const TELL = 'Prévenez-moi quand il y aura du nouveau';

/** A server that sends mail, and what it has sent. */
async function mailing(t) {
  const mailbox = await startMailbox();
  t.after(() => mailbox.stop());
  const mail = `[mail]\nsmtp = "${mailbox.url}"\nfrom = "Agir <bonjour@example.org>"\n`;
  const server = await startServer(neighbourhood(), `public-url = "https://agir.example.org"\n${SETTINGS}${mail}`);
  t.after(() => server.stop());
  return { server, mailbox };
}

/** An empty list, for what nobody announces. */
async function empty(page) {
  await listed(page);
  const { fold, words } = widget(page);
  if (await fold.isVisible()) await fold.click();
  await words.fill('introuvable');
  await page.locator('.notice').first().waitFor();
}

const looks = [
  ['light', {}],
  ['dark, on a telephone', { colorScheme: 'dark', viewport: { width: 360, height: 780 } }],
];

for (const [how, browser] of looks) {
  test(`from an empty list to a confirmed alert, in ${how}`, async (t) => {
    const { server, mailbox } = await mailing(t);
    const { look, assertClean } = audit();
    const head = '<style>:root{color-scheme:light dark}body{background:Canvas}</style>';
    const page = await at.visit(t, { origin: server.url, attributes: 'data-place="69007" data-causes="education"', head, browser });
    await empty(page);
    const form = page.locator('.alert form');
    await look(page, 'empty');
    await page.getByRole('button', { name: TELL }).click();
    await page.waitForFunction(() => document.querySelector('alentour-widget').shadowRoot.activeElement?.id === 'alert-title');
    assert.equal(await form.getByLabel('Ville ou code postal').inputValue(), 'Lyon 7e (69007)');
    assert.equal(await form.getByLabel('Distance').inputValue(), '25');
    assert.ok(!(await form.getByRole('checkbox').isChecked()));
    assert.match(await form.textContent(), /Éducation/);
    await look(page, 'form');
    // What is wrong is said, and goes as soon as it is mended.
    await form.getByRole('button', { name: TELL }).click();
    await widget(page).summary.waitFor();
    await form.getByText('Votre accord est nécessaire pour vous écrire.').first().waitFor();
    await look(page, 'to mend');
    const email = form.getByLabel('Adresse e-mail');
    await email.fill('zoe@example.org');
    await until(async () => (await form.locator('#error-email').textContent()) === '');
    await form.getByRole('checkbox').check();
    // The list is looked through anew, and found, beside what is typed.
    await widget(page).words.fill('');
    await form.waitFor({ state: 'hidden' });
    await widget(page).words.fill('introuvables');
    assert.equal(await email.inputValue(), 'zoe@example.org');
    await form.getByRole('button', { name: TELL }).click();
    await widget(page).status.getByText('Dernière étape').waitFor();
    await look(page, 'thanks');
    await until(() => mailbox.mails.length > 0);
    const [path] = /\/confirm\/[0-9a-f]{64}/.exec(mailbox.mails[0]);
    await page.goto(server.url + path);
    await look(page, 'mail', false);
    await page.getByRole('button', { name: 'Je confirme' }).click();
    await page.getByText('C’est noté').waitFor();
    await until(() => mailbox.mails.length > 1);
    const [own] = /\/alerts\/[0-9a-f]{64}/.exec(mailbox.mails[1]);
    await page.goto(server.url + own);
    assert.match(await page.locator('dl').textContent(), /Éducation/);
    await look(page, 'own', false);
    await page.goto(server.url + '/alerts/new?place=69007&causes=education&lang=fr');
    await look(page, 'without a script', false);
    assertClean();
  });
}

test('where no mail is sent nothing is offered, and where something is near nobody asks', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const asked = () => page.record.requests.filter(({ url }) => new URL(url).pathname === '/alerts').length;
  assert.equal(asked(), 0);
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/alerts');
  await empty(page);
  assert.equal((await answered).status(), 204);
  assert.deepEqual(page.record.console, []);
  // Whoever shows what is offered has done so by the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.ok(!(await page.getByRole('button', { name: TELL }).isVisible()));
});
