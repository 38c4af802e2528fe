// DokuWiki with its default settings and the plugin, by the guide in docs/integrer/dokuwiki.md.

import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { openPage, startWholeBrowser } from '../support/browser.mjs';
import { startDokuWiki } from '../support/dokuwiki.mjs';
import { environment } from '../support/environment.mjs';
import { snippet } from '../support/guide.mjs';
import { startServer } from '../support/server.mjs';
import { assertNoEmptyScreen, isAround, signUp } from '../support/visitor.mjs';

const GUIDE = 'integrer/dokuwiki.md';
const plugin = join(resolve(process.env.ALENTOUR_PLUGINS ?? 'dist'), 'alentour-dokuwiki.zip');

let browser, server, wiki;
before(async () => {
  [browser, server, wiki] = await Promise.all([startWholeBrowser(), startServer(), startDokuWiki()]);
});
after(() => Promise.all([browser?.close(), server?.stop(), wiki?.stop()]));

const dokuWiki = (way, work, options) => environment(() => `DokuWiki ${wiki.version}`, way, work, options);
const code = (mark) => snippet(GUIDE, mark, server.url);

/** A page of the wiki, written by its administrator, for a visitor. */
async function visit(t, id, text) {
  const admin = await openPage(t, browser);
  await wiki.signIn(admin);
  const url = await wiki.write(admin, id, text);
  const page = await openPage(t, browser);
  await page.goto(url);
  return page;
}

dokuWiki('plugin, default settings', async (t) => {
  const admin = await openPage(t, browser);
  await wiki.signIn(admin);
  const administer = (page) => admin.getByRole('link', { name: 'Administrer' }).first().click().then(() => admin.getByRole('link', { name: page }).click());
  await administer(/^Gestionnaire d.extensions/);
  await admin.getByRole('link', { name: 'Installation manuelle' }).click();
  await admin.locator('input[name="installfile"]').setInputFiles(plugin);
  await admin.getByRole('button', { name: 'Installer' }).last().click();
  await admin.getByText(/alentour.*install|install.*alentour/i).first().waitFor();
  await administer('Paramètres de configuration');
  await admin.getByLabel(/Adresse du serveur Alentour/).fill(await code('server'));
  await admin.getByRole('button', { name: 'Enregistrer' }).click();
  await admin.getByText(/mis à jour|sauvegardé|enregistré/i).first().waitFor();
  const page = await visit(t, 'pres-de-chez-nous', `Voici nos actions.\n\n${await code('page')}\n\nÀ bientôt.`);
  await isAround(page, 'Lyon');
  await signUp(page, server, 'dokuwiki@example.org');
  await assertNoEmptyScreen(page);
  assert.deepEqual(page.record.errors, []);
  return 'found, opened, signed up';
});

dokuWiki('the tag in a page', async (t) => {
  const page = await visit(t, 'balise', await snippet('integrer/wordpress.md', 'tag', server.url));
  await page.getByText('<script async').waitFor();
  assert.equal(await page.locator('script[src*="alentour.js"], alentour-widget').count(), 0);
  return { result: 'text', seen: 'DokuWiki shows the tag as text; the plugin works' };
});

test('choices are those of the guide, and what else is written stays text', async (t) => {
  const hostile = '{{alentour>"><img src=x onerror=window.hit=1>?onclick=x&lang="><b>&open[]=1|<script>window.hit=1</script>}}';
  const page = await visit(t, 'choix', `${await code('more')}\n\n${hostile}\n\n{{alentour>?open=un%20bal}}`);
  const elements = await page.evaluate(() => [...document.querySelectorAll('alentour-widget')].map((it) => Object.fromEntries([...it.attributes].map(({ name, value }) => [name, value]))));
  assert.deepEqual(elements, [
    { place: 'Lyon', radius: '10', kinds: 'volunteering,petition' },
    { place: '"><img src=x onerror=window.hit=1>', lang: '"><b>' },
    { open: 'un bal', only: '' },
  ]);
  const links = await page.evaluate(() => [...document.querySelectorAll('alentour-widget > a')].map((link) => [link.textContent, link.getAttribute('href')]));
  assert.deepEqual(links[0], ['Toutes les actions autour de chez nous', `${server.url}/near?lang=fr&place=Lyon&radius=10&kinds=volunteering%2Cpetition`]);
  assert.equal(links[1][0], '<script>window.hit=1</script>');
  assert.equal(await page.evaluate(() => window.hit), undefined);
});
