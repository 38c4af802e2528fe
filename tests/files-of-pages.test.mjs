// What is written as files: the pages of a published site, and the doctor's report with the widget's cards. Both in a browser that runs no script.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { audit } from './support/axe.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';

const root = resolve(import.meta.dirname, '..');
const binary = resolve(root, process.env.ALENTOUR_BIN ?? 'target/debug/alentour');
const bundle = resolve(root, process.env.ALENTOUR_BUNDLE ?? 'dist');

let browser, folder, pages;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alentour-test-'));
  const [feed, site, report] = ['feed.json', 'site', 'report.html'].map((name) => join(folder, name));
  await writeFile(feed, JSON.stringify(neighbourhood()));
  const run = (...options) => promisify(execFile)(binary, options);
  await run('publish', feed, site, '--bundle', bundle, '--api', 'https://agir.example.org');
  await run('check', feed, '--html', report).catch(({ code }) => assert.equal(code, 1));
  const own = (await readdir(join(site, 'i'))).find((name) => name.startsWith('aider-aux-devoirs'));
  pages = [join(site, 'all.html'), join(site, 'i', own), report].map((file) => pathToFileURL(file).href);
  browser = await startBrowser();
});
after(() => Promise.all([browser?.close(), rm(folder, { recursive: true })]));

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['a telephone', { viewport: { width: 320, height: 780 } }],
];

for (const [how, options] of looks) {
  test(`accessible in ${how}: a published list, an initiative of it, a report`, async (t) => {
    const { look, assertClean } = audit();
    const page = await openPage(t, browser, { ...options, bypassCSP: true });
    for (const address of pages) {
      await page.goto(address);
      await look(page, address.split('/').at(-1), false);
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.ok(scrollWidth <= clientWidth, `${address}: ${scrollWidth} > ${clientWidth}`);
    }
    assertClean();
  });
}

test('the policies of files allow their own style', async (t) => {
  const page = await openPage(t, browser, { javaScriptEnabled: false });
  for (const address of pages) {
    await page.goto(address);
    const sign = page.locator('.kind svg').first();
    assert.equal((await sign.boundingBox()).width, 36, address);
  }
});

test('a card of a report is the card of a list, and nothing of it is pressed in vain', async (t) => {
  const page = await openPage(t, browser);
  const read = async (address) => {
    await page.goto(address);
    const card = page.locator('.card', { hasText: 'Aider aux devoirs' }).first();
    return [await card.innerText(), await card.locator('.action').evaluate((action) => getComputedStyle(action).borderRadius)];
  };
  assert.deepEqual(await read(pages[2]), await read(pages[0]));
  await page.goto(pages[2]);
  assert.equal(await page.locator('.preview :is(button, a:not([href^="http"]))').count(), 0);
});
