// From the thanks, and from a page without a script, into the visitor's calendar: the link leads to the file, and nobody leaves the page.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { openPage, startBrowser } from './support/browser.mjs';
import { day, neighbourhood } from './support/feeds.mjs';
import { SETTINGS, startServer } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { introduce, widget } from './support/widget.mjs';

const MAILING = `public-url = "https://agir.example.org"\n${SETTINGS}[mail]\nsmtp = "smtp://127.0.0.1:1"\nfrom = "Agir <bonjour@example.org>"\n`;

let browser, server, site;
before(async () => ([browser, server, site] = await Promise.all([startBrowser(), startServer(neighbourhood(), MAILING), startSite()])));
after(() => Promise.all([browser?.close(), server?.stop(), site?.stop()]));

/** Presses the link within an element, and gives the file that the browser saves, and the days on which its events begin. */
async function saved(page, within) {
  const url = page.url();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    within.getByRole('link', { name: 'Ajouter à mon agenda' }).click(),
  ]);
  assert.equal(page.url(), url);
  const text = await readFile(await download.path(), 'utf8');
  const events = text.split('BEGIN:VEVENT').slice(1);
  const days = events.map((event) => /^DTSTART;TZID=Europe\/Paris:(\d{8})T/m.exec(event)[1]);
  return { name: download.suggestedFilename(), days };
}

const digits = (days) => day(days).replaceAll('-', '');

test('the thanks lead to a file of the session that was sent, the detail to one of all dates', async (t) => {
  const page = await openPage(t, browser);
  await page.goto((await site.page('association', { server: server.url })) + '#alentour=devoirs');
  const { detail, field, send, status } = widget(page);
  await detail.waitFor();
  assert.deepEqual(await saved(page, detail), { name: 'aider-aux-devoirs-a-la-guillotiere.ics', days: [3, 10, 17].map(digits) });
  await page.locator('.slot input[value=deux]').check();
  await introduce(page, { email: 'agenda@example.org' });
  await field('Code postal').fill('69007');
  await field('Collège').check();
  await send('Je participe').click();
  await status.getByRole('link', { name: 'Ajouter à mon agenda' }).waitFor();
  assert.deepEqual((await saved(page, status)).days, [digits(10)]);
  assert.deepEqual(page.record.errors, []);
});

test('so they do on a page without a script', async (t) => {
  const page = await openPage(t, browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/i/reunion?lang=fr`);
  assert.deepEqual(await saved(page, page.locator('.links')), { name: 'reunion-publique-sur-le-logement.ics', days: [digits(5)] });
  const form = page.locator('.join form');
  await form.locator('#in-givenName').fill('Camille');
  await form.locator('#in-familyName').fill('Durand');
  await form.locator('#in-email').fill('sans-script@example.org');
  await form.locator('[id="in-consents.contact"]').check();
  await form.locator('button[type=submit]').click();
  const thanks = page.locator('.received');
  await thanks.waitFor();
  assert.deepEqual((await saved(page, thanks)).days, [digits(5)]);
});
