// WordPress, as its administrators, authors and visitors use it: the plugin and the tag, by the guide in docs/integrer/wordpress.md.

import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { audit } from '../support/axe.mjs';
import { openPage, startWholeBrowser } from '../support/browser.mjs';
import { insertBlock, newClassicPost, newPost, pasteText, publish, publishClassic, typeVisually, update } from '../support/editors.mjs';
import { environment } from '../support/environment.mjs';
import { snippet } from '../support/guide.mjs';
import { startServer } from '../support/server.mjs';
import { MEETING, assertNoEmptyScreen, isAround, signUp, signUpThere } from '../support/visitor.mjs';
import { startWordPress } from '../support/wordpress.mjs';

const GUIDE = 'integrer/wordpress.md';
const plugin = join(resolve(process.env.ALENTOUR_PLUGINS ?? 'dist'), 'alentour-wordpress.zip');

let browser, server, wordpress, name;
before(async () => {
  [browser, server, wordpress] = await Promise.all([startWholeBrowser(), startServer(), startWordPress()]);
  name = `WordPress ${await wordpress.version()}`;
});
after(() => Promise.all([browser?.close(), server?.stop(), wordpress?.stop()]));

const wordPress = (way, work, options) => environment(() => name, way, work, options);
const code = (mark) => snippet(GUIDE, mark, server.url);

/** A page of somebody who has signed in. */
async function as(t, user) {
  const page = await openPage(t, browser);
  await wordpress.signIn(page, user);
  return page;
}

/** A page of a visitor, on that address. */
async function visit(t, url) {
  const page = await openPage(t, browser);
  await page.goto(url);
  return page;
}

/** Whom the page asked for anything. */
const asked = (page) => [...new Set(page.record.requests.map(({ url }) => new URL(url).origin))].filter((origin) => origin.startsWith('http') && !origin.endsWith('.w.org'));

wordPress('plugin: uploaded, activated and set up in wp-admin', async (t) => {
  const page = await as(t, 'admin');
  await page.goto(wordpress.url + '/wp-admin/plugin-install.php');
  await page.getByRole('button', { name: /Téléverser une extension|Mettre une extension en ligne/ }).click();
  await page.locator('#pluginzip').setInputFiles(plugin);
  await page.getByRole('button', { name: 'Installer maintenant' }).click();
  await page.getByRole('link', { name: 'Activer l’extension' }).click();
  await page.getByRole('row', { name: /Alentour/ }).getByRole('link', { name: 'Réglages' }).click();
  const save = async (text) => {
    await page.getByLabel('Adresse du serveur').fill(text);
    await page.getByRole('button', { name: 'Enregistrer les modifications' }).click();
  };
  await save('nous-mêmes');
  await page.getByText('Ce n’est pas l’adresse d’un serveur').waitFor();
  await save(wordpress.url);
  await page.getByText(/il n’a pas de .*alentour\.js \(statut 404\)|ce n’est pas le script/).waitFor();
  await save(await code('server'));
  await page.getByText(/^Trouvé\s: Alentour \d+\.\d+\.\d+/).waitFor();
  assert.equal(await page.getByLabel('Adresse du serveur').inputValue(), server.url);
  const { look, assertClean } = audit();
  await look(page, 'settings', false, '.wrap');
  assertClean();
});

wordPress('plugin: the block, by an author in the block editor', async (t) => {
  const author = await as(t, 'author');
  await newPost(author, wordpress, 'Près de chez nous');
  await insertBlock(author, 'Alentour');
  const block = author.locator('[data-type="alentour/actions"]');
  await block.getByRole('textbox', { name: 'Ville ou code postal' }).fill('69007');
  // The preview is the list itself.
  await isAround(author, 'Lyon');
  // In a frame of its own, too, as the editor shows a page on a tablet.
  await author.getByRole('button', { name: 'Preview', exact: true }).click();
  await author.getByRole('menuitemradio', { name: 'Tablet' }).or(author.getByRole('menuitem', { name: 'Tablet' })).click();
  await author.frameLocator('[name="editor-canvas"]').locator('alentour-widget').getByText('Lyon').first().waitFor();
  await author.keyboard.press('Escape');
  const url = await publish(author);
  const page = await visit(t, url);
  await isAround(page, 'Lyon');
  await signUp(page, server, 'bloc@example.org');
  await assertNoEmptyScreen(page);
  assert.equal(page.record.fetched('/v1/alentour.js'), 1);
  assert.ok(await page.evaluate(() => document.querySelector('script[src$="/v1/alentour.js"]').hasAttribute('async')), 'the page waits for the script');
  assert.deepEqual(asked(page), [wordpress.url, server.url]);
  assert.deepEqual(page.record.errors, []);
  return 'found, opened, signed up';
});

wordPress('plugin: the shortcode, by an author in the classic editor', async (t) => {
  const author = await as(t, 'author');
  await newClassicPost(author, wordpress, 'Avec un code court');
  await typeVisually(author, ['Voici nos actions.', await code('shortcode'), 'À bientôt.']);
  const page = await visit(t, await publishClassic(author));
  await isAround(page, 'Lyon');
  // No paragraph around it, and none that is empty.
  assert.equal(await page.evaluate(() => document.querySelector('alentour-widget').closest('p')), null);
  await signUp(page, server, 'code.court@example.org');
  await assertNoEmptyScreen(page);
  return 'found, opened, signed up';
});

wordPress('plugin: a single initiative, and one as a button, by an author in the block editor', async (t) => {
  const author = await as(t, 'author');
  await newPost(author, wordpress, 'Une seule action');
  await insertBlock(author, 'Alentour');
  await author.getByRole('button', { name: 'Settings', exact: true }).click();
  await author.getByRole('button', { name: 'Une seule action', exact: true }).click();
  await author.getByLabel('Son adresse ou son identifiant').fill(`${server.url}/i/${MEETING.id}?lang=fr`);
  const preview = author.locator('[data-type="alentour/actions"]');
  await preview.getByRole('heading', { name: MEETING.name }).first().waitFor();
  const page = await visit(t, await publish(author));
  await signUpThere(page, server, 'seule@example.org');
  assert.equal(await page.getByRole('combobox', { name: 'Ville ou code postal' }).count(), 0, 'there is a list as well');
  await author.getByLabel('Un bouton avec le nombre de personnes').check();
  await preview.getByRole('button', { name: `Participer : ${MEETING.name}` }).waitFor();
  await update(author);
  await page.reload();
  await page.getByRole('button', { name: `Participer : ${MEETING.name}` }).click();
  await signUpThere(page, server, 'bouton@example.org');
  return 'opened, signed up';
});

for (const user of ['admin', 'editor']) {
  wordPress(`the tag in a Custom HTML block, by an ${user === 'admin' ? 'administrator' : user}`, async (t) => {
    const writer = await as(t, user);
    await newPost(writer, wordpress, 'La balise');
    await insertBlock(writer, 'Custom HTML');
    await writer.locator('.block-editor-plain-text').fill(await code('tag'));
    const page = await visit(t, await publish(writer));
    await isAround(page, 'Lyon');
    await signUp(page, server, `${user}@example.org`);
    await assertNoEmptyScreen(page);
    return 'found, opened, signed up';
  });
}

wordPress('the tag in the classic editor’s Text tab, by an administrator', async (t) => {
  const admin = await as(t, 'admin');
  await newClassicPost(admin, wordpress, 'La balise, éditeur classique');
  await pasteText(admin, `Voici nos actions.\n\n${await code('tag')}\n\nÀ bientôt.`);
  const page = await visit(t, await publishClassic(admin));
  await isAround(page, 'Lyon');
  await signUp(page, server, 'classique@example.org');
  await assertNoEmptyScreen(page);
  return 'found, opened, signed up';
});

wordPress('the tag, by an author', async (t) => {
  const author = await as(t, 'author');
  await newPost(author, wordpress, 'La balise d’un auteur');
  await insertBlock(author, 'Custom HTML');
  await author.locator('.block-editor-plain-text').fill(await code('tag'));
  const page = await visit(t, await publish(author));
  assert.equal(await page.locator('script[src*="alentour.js"], alentour-widget').count(), 0, 'the guide says that authors cannot');
  assert.equal(await page.getByRole('link', { name: 'Toutes les actions autour de chez nous' }).count(), 1);
  return { result: 'a link', seen: 'WordPress removes the script without a word; the link stays. The plugin works' };
});
