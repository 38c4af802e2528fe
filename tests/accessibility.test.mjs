// Every state of the widget, in light, in dark, and from right to left: nothing that axe objects to.

import { test } from 'node:test';
import { audit } from './support/axe.mjs';
import { bench } from './support/bench.mjs';
import { hurry } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { listed } from './support/widget.mjs';

const at = bench(neighbourhood());

// By structure, not by words: this runs in two languages.
const inside = (page) => {
  const find = (selector) => page.locator(selector);
  return {
    place: find('#place'), words: find('.words input'), chips: find('#filters .chip'), cards: find('[id^=card-]'), notice: find('.notice'), detail: find('.detail'),
    form: find('.join form'), send: find('.join button[type=submit]'), back: find('.back'), fold: find('.fold'), options: find('#places [role=option]'),
  };
};

const looks = [
  ['light', { lang: 'fr', browser: { colorScheme: 'light' } }],
  ['dark', { lang: 'fr', browser: { colorScheme: 'dark' }, head: '<style>:root{color-scheme:light dark}body{background:Canvas}</style>' }],
  ['right to left', { lang: 'ar', browser: { colorScheme: 'light' } }],
  ['a telephone', { lang: 'fr', browser: { viewport: { width: 360, height: 780 } } }],
];

for (const [how, options] of looks) {
  const visit = (t, more) => at.visit(t, { ...options, ...more, browser: { ...options.browser, ...more?.browser } });

  test(`accessible in ${how}: the list, the filters, the proposals, an empty list`, async (t) => {
    const { look, assertClean } = audit();
    const page = await visit(t, { attributes: 'data-place="69007"' });
    await listed(page);
    const { place, words, chips, options: proposals, fold, notice } = inside(page);
    await look(page, 'list');
    if (await fold.isVisible()) await fold.click();
    await chips.nth(0).click();
    await chips.last().click(); // Two dates.
    await look(page, 'filters');
    await place.fill('');
    await place.pressSequentially('vill');
    await proposals.first().waitFor();
    await page.keyboard.press('ArrowDown');
    await look(page, 'proposals');
    await page.keyboard.press('Escape');
    await place.fill('');
    await words.fill('introuvable');
    await notice.first().waitFor();
    await look(page, 'empty');
    assertClean();
  });

  test(`accessible in ${how}: a detail, its form, what is to mend, the thanks`, async (t) => {
    const { look, assertClean } = audit();
    const page = await visit(t, { query: '#alentour=devoirs' });
    const { detail, form, send } = inside(page);
    await detail.waitFor();
    await look(page, 'detail');
    await send.click();
    await page.locator('#to-mend').waitFor();
    await look(page, 'to mend');
    await form.locator('.slot input[value=un]').check();
    await form.locator('#in-givenName').fill('Camille');
    await form.locator('#in-familyName').fill('Durand');
    await form.locator('#in-email').fill(`${how.replaceAll(' ', '')}@example.org`);
    await form.locator('#in-postalCode').fill('69007');
    await form.locator('[id="in-answers.niveau"]').check();
    await form.locator('[id="in-consents.contact"]').check();
    await send.click();
    await page.locator('.received').waitFor();
    await look(page, 'received');
    assertClean();
  });

  test(`accessible in ${how}: loading, failed, not sent`, async (t) => {
    const { look, assertClean } = audit();
    at.site.put('/never.json', () => {});
    const loading = await visit(t, { attributes: 'data-feed="/never.json"' });
    await loading.locator('.count').waitFor();
    await look(loading, 'loading');
    const failed = await visit(t, { attributes: 'data-feed="/missing.json"' });
    await failed.getByRole('alert').waitFor();
    await look(failed, 'failed');
    const unsent = await visit(t, { query: '#alentour=petition', browser: { init: hurry } });
    const { form, send } = inside(unsent);
    await form.locator('#in-givenName').fill('Camille');
    await form.locator('#in-familyName').fill('Durand');
    await form.locator('#in-email').fill('camille@example.org');
    await form.locator('[id="in-consents.contact"]').check();
    await unsent.route('**/signups', (route) => route.abort());
    await send.click();
    await unsent.locator('#form-status:not(:empty)').waitFor();
    await look(unsent, 'trying');
    await unsent.locator('.join button[type=submit]:not([aria-disabled=true])').waitFor();
    await look(unsent, 'not sent');
    assertClean();
  });
}
