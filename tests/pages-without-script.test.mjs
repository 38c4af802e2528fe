// The server's pages of initiatives, in a browser that runs no script: from the list to the thanks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { SETTINGS, startServer } from './support/server.mjs';

const MAILING = `public-url = "https://agir.example.org"\n${SETTINGS}[mail]\nsmtp = "smtp://127.0.0.1:1"\nfrom = "Agir <bonjour@example.org>"\n`;

let browser, server;
before(async () => ([browser, server] = await Promise.all([startBrowser(), startServer(neighbourhood(), MAILING)])));
after(() => Promise.all([browser?.close(), server?.stop()]));

/** No page is wider than its screen. */
async function assertFits(page) {
  const { scrollWidth, clientWidth } = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
  assert.ok(scrollWidth <= clientWidth, `${page.url()}: ${scrollWidth} > ${clientWidth}`);
}

/** Fills a form in, as nothing is wrong with it but perhaps the address. */
async function fillIn(form, email) {
  await form.locator('.slot input[value=un]').check();
  await form.locator('#in-givenName').fill('Camille');
  await form.locator('#in-familyName').fill('Durand');
  await form.locator('#in-email').fill(email);
  await form.locator('#in-postalCode').fill('69007');
  await form.locator('[id="in-answers.niveau"]').check();
  await form.locator('[id="in-consents.contact"]').check();
}

const looks = [
  ['light', 'fr', { colorScheme: 'light' }],
  ['dark', 'fr', { colorScheme: 'dark' }],
  ['right to left', 'ar', { colorScheme: 'light' }],
  ['a telephone', 'fr', { viewport: { width: 360, height: 780 } }],
];

for (const [how, lang, options] of looks) {
  test(`from the list to the thanks without any script, in ${how}`, async (t) => {
    const page = await openPage(t, browser, { ...options, javaScriptEnabled: false });
    await page.goto(`${server.url}/near?lang=${lang}`);
    await page.locator('#place').fill('69007');
    await page.locator('.search button[type=submit]').click();
    assert.match(page.url(), /place=69007/);
    await assertFits(page);
    await page.locator('.card a[href*="/i/devoirs"]').first().click();
    const form = page.locator('.join form');
    await form.locator('button[type=submit]').click();
    // Browsers hold nothing up: what is wrong is said by the server, beside the fields.
    await page.locator('#to-mend a').first().click();
    await assertFits(page);
    await fillIn(form, 'no address');
    await form.locator('button[type=submit]').click();
    assert.equal(await form.locator('#in-givenName').inputValue(), 'Camille');
    assert.ok(await form.locator('.slot input[value=un]').isChecked());
    assert.ok(await form.locator('[id="in-consents.contact"]').isChecked());
    await form.locator('#in-email').fill(`${how.replaceAll(' ', '')}@example.org`);
    await form.locator('button[type=submit]').click();
    await page.locator('.received').waitFor();
    await assertFits(page);
    assert.ok(!page.url().includes('@'), page.url());
  });

  test(`accessible in ${how}: the pages of a list and of an initiative`, async (t) => {
    const { look, assertClean } = audit();
    const page = await openPage(t, browser, options);
    for (const path of ['/near?', '/near?place=69007&kinds=training&', '/i/devoirs?', '/i/unknown?']) {
      await page.goto(`${server.url}${path}lang=${lang}`);
      await look(page, path, false);
      if (process.env.ALENTOUR_SCREENSHOTS) await page.screenshot({ path: `${process.env.ALENTOUR_SCREENSHOTS}/${how}${path.replace(/\W/g, '-')}.png`, fullPage: true });
    }
    assertClean();
  });
}

test('the thanks may be loaded again, and gone back from, and nothing is sent for it', async (t) => {
  const page = await openPage(t, browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/i/devoirs?lang=fr`);
  await fillIn(page.locator('.join form'), 'encore@example.org');
  await page.locator('.join form button[type=submit]').click();
  const thanks = page.locator('.received');
  await thanks.waitFor();
  const posts = () => page.record.requests.filter(({ method }) => method === 'POST').length;
  assert.equal(posts(), 1);
  const { url, said } = { url: page.url(), said: await thanks.textContent() };
  assert.match(url, /\/i\/devoirs\/received\//);
  await page.reload();
  assert.equal(await thanks.textContent(), said);
  await page.goBack();
  await page.locator('.join form').waitFor();
  await page.goForward();
  assert.equal(await thanks.textContent(), said);
  assert.deepEqual([page.url(), posts()], [url, 1]);
});
