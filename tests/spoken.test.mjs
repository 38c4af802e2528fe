// What is spoken of each state of the widget, in French and from right to left, against tests/spoken/. Where a change is meant:
// ALENTOUR_SPOKEN=write writes these files anew, to be read before they are kept.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { spoken } from './support/spoken.mjs';
import { listed, until } from './support/widget.mjs';

const MEETING = 'Réunion publique sur le logement';
const location = [{ name: 'Maison des voisins', postalCode: '69007', addressLocality: 'Lyon', latitude: 45.7512, longitude: 4.8426 }];
const organizer = { name: 'Maison des voisins', url: 'https://example.org', sector: 'association' };
const consents = [{ id: 'contact', version: '1', text: 'J’accepte que la Maison des voisins m’écrive au sujet de cette action.', purpose: 'contact', required: true }];

// Of one day, so far away that nothing of it changes from day to day.
const sessions = [{ id: 'soir', startDate: '2099-05-04T18:00:00+02:00', endDate: '2099-05-04T20:00:00+02:00' }];
const at = bench({
  alentour: '1',
  inLanguage: 'fr',
  initiatives: [
    { id: 'reunion', kind: 'gathering', name: MEETING, summary: 'On y parle des loyers.', causes: ['housing'], organizer, location, sessions, participation: { way: 'rsvp', telephone: 'optional', partySize: 3, consents } },
    { id: 'petition', kind: 'petition', sensitive: false, name: 'Pour un toit digne à Lyon', causes: ['housing'], organizer, location, petition: { target: 5000, signatures: 1240 }, participation: { way: 'signature', consents } },
    { id: 'collectif', kind: 'group', name: 'Le collectif du quartier', causes: ['poverty'], organizer, location, participation: { way: 'membership', consents } },
  ],
});

for (const lang of ['fr', 'ar']) {
  test(`each state is spoken as it should be, in ${lang}`, async (t) => {
    const page = await at.visit(t, { page: 'bare', lang, attributes: 'data-place="69007" data-loading="eager"', browser: { viewport: { width: 360, height: 780 } } });
    await listed(page);
    await heard(page, lang, 'list');
    await page.locator('.fold').click();
    await page.locator('#filters').waitFor();
    await heard(page, lang, 'filters');
    await page.locator('h3').getByRole('link', { name: MEETING, exact: true }).click();
    await page.locator('#in-givenName').waitFor();
    await heard(page, lang, 'detail');
    await page.locator('.join [type=submit]').click();
    await page.locator('#to-mend').waitFor();
    await heard(page, lang, 'errors');
    await page.locator('#in-givenName').fill('Camille');
    await page.locator('#in-familyName').fill('Durand');
    await page.locator('#in-email').fill(`${lang}@example.org`);
    await page.getByLabel(/J’accepte/).check();
    await page.locator('.join [type=submit]').click();
    await page.locator('#in-givenName').waitFor({ state: 'hidden' });
    await heard(page, lang, 'thanks');
  });
}

/** Holds what is spoken now against the file; it comes a moment after what is seen. */
async function heard(page, lang, state) {
  const path = join(import.meta.dirname, 'spoken', lang, `${state}.txt`);
  if (process.env.ALENTOUR_SPOKEN === 'write') {
    await page.waitForTimeout(700);
    await mkdir(join(path, '..'), { recursive: true });
    return writeFile(path, await spoken(page));
  }
  const expected = await readFile(path, 'utf8');
  let text;
  await until(async () => (text = await spoken(page)) === expected, 60).catch(() => assert.equal(text, expected, `${state} is spoken otherwise`));
}
