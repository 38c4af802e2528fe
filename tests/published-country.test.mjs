// A site of 50,000 actions, published as files, on a server that knows nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openPage, startBrowser } from './support/browser.mjs';
import { country } from './support/feeds.mjs';
import { serveFolder } from './support/files.mjs';
import { startSite } from './support/site.mjs';
import { listed, painted, said, until, widget } from './support/widget.mjs';

const root = resolve(import.meta.dirname, '..');
const binary = resolve(root, process.env.ALENTOUR_BIN ?? 'target/debug/alentour');
const bundle = resolve(root, process.env.ALENTOUR_BUNDLE ?? 'dist');
const COUNT = 50_000;

const feed = country(COUNT);
const rare = { ...feed.initiatives[30_001], id: 'rare', name: 'Ludothèque itinérante', description: 'Des jeux.' };
feed.initiatives.push(rare);

let browser, files, folder, site;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alentour-test-'));
  await writeFile(join(folder, 'feed.json'), JSON.stringify(feed));
  const options = ['publish', join(folder, 'feed.json'), join(folder, 'site'), '--bundle', bundle, '--api', 'https://agir.example.org'];
  await promisify(execFile)(binary, options, { maxBuffer: 1 << 24 });
  [browser, files, site] = await Promise.all([startBrowser(), serveFolder(join(folder, 'site')), startSite()]);
});
after(() => Promise.all([browser?.close(), files?.stop(), site?.stop(), rm(folder, { recursive: true })]));

/** An association's page with the site's tag. */
async function visit(t, attributes) {
  const page = await openPage(t, browser);
  await page.goto(await site.page('association', { server: files.url, attributes }));
  await painted(page);
  await page.locator('.words input').focus();
  await listed(page);
  return page;
}

const counted = (page, count) => until(async () => count.test(await said(widget(page).count)));

test('the list near a place, its filters and an action are read from files', async (t) => {
  const page = await visit(t, 'data-place="67000"');
  await page.locator('.chips button').first().click();
  await counted(page, /^(plus de )?\d.*Strasbourg/i);
  await widget(page).cards.first().getByRole('link').first().click();
  await widget(page).detail.locator('form').waitFor();
  assert.match(await said(widget(page).detail), /On y parle de/);
  assert.equal(page.record.fetched('feed.json'), 0);
});

test('a word is found wherever it is', async (t) => {
  const page = await visit(t, '');
  await page.locator('.words input').fill('ludothèque');
  await counted(page, /^1 action/);
  await page.getByRole('heading', { name: rare.name }).waitFor();
});
