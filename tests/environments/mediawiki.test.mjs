// MediaWiki with its default settings, by the guide in docs/integrer/mediawiki.md.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { openPage, startWholeBrowser } from '../support/browser.mjs';
import { environment } from '../support/environment.mjs';
import { snippet } from '../support/guide.mjs';
import { startMediaWiki } from '../support/mediawiki.mjs';
import { startServer } from '../support/server.mjs';
import { assertNoEmptyScreen, isAround, signUp } from '../support/visitor.mjs';

let browser, server, wiki;
before(async () => {
  [browser, server, wiki] = await Promise.all([startWholeBrowser(), startServer(), startMediaWiki()]);
});
after(() => Promise.all([browser?.close(), server?.stop(), wiki?.stop()]));

const mediaWiki = (way, work, options) => environment(() => `MediaWiki ${wiki.version}`, way, work, options);

for (const language of ['integrer', 'embedding']) {
  const code = (mark) => snippet(`${language}/mediawiki.md`, mark, server.url);
  mediaWiki(`Common.js and a div, default settings, by docs/${language}`, async (t) => {
    const admin = await openPage(t, browser);
    await wiki.signIn(admin);
    await wiki.write(admin, 'MediaWiki:Common.js', await code('script'));
    const url = await wiki.write(admin, `Près de chez nous (${language})`, `Voici nos actions.\n\n${await code('page')}\n\nÀ bientôt.`);
    const page = await openPage(t, browser);
    await page.goto(url);
    await isAround(page, 'Lyon');
    assert.equal(await page.locator('#alentour a[href*="/near"]').isVisible(), false, 'the link is shown beside the list');
    await signUp(page, server, `${language}@example.org`);
    await assertNoEmptyScreen(page);
    assert.deepEqual(page.record.errors, []);
    return 'found, opened, signed up';
  });
}

mediaWiki('the tag in a page', async (t) => {
  const admin = await openPage(t, browser);
  await wiki.signIn(admin);
  const url = await wiki.write(admin, 'La balise', await snippet('integrer/wordpress.md', 'tag', server.url));
  await admin.goto(url);
  assert.equal(await admin.locator('script[src*="alentour.js"], alentour-widget').count(), 0);
  await admin.getByText('<script async').waitFor();
  return { result: 'text', seen: 'MediaWiki shows the tag as text; the guide’s way works' };
});
