// The page that makes the tag: what is chosen there is copied, pasted as different places take it, and works on that page with what was chosen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { BUNDLE, SETTINGS, startServer } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { listed, widget } from './support/widget.mjs';

const feed = neighbourhood();
let browser, server, site;
before(async () => {
  [browser, server, site] = await Promise.all([startBrowser(), startServer(feed), startSite()]);
});
after(() => Promise.all([browser?.close(), server?.stop(), site?.stop()]));

const picture = async (page, name) => process.env.ALENTOUR_PICTURES && (await page.screenshot({ path: `${process.env.ALENTOUR_PICTURES}/tag-maker-${name}.png`, fullPage: true }));
const code = (page) => page.locator('textarea.code').evaluateAll((all) => all.map((area) => area.value));

/** The kinds of the cards there. */
const kinds = (within) => within.locator('.card [data-kind], .card[data-kind]').evaluateAll((all) => [...new Set(all.map((it) => it.dataset.kind))]);

/** What is to be pasted somewhere, for a query. */
async function made(page, where, query = 'place=69007&radius=10&kinds=petition') {
  await page.goto(`${server.url}/embed-it?lang=fr&where=${where}&${query}`);
  return code(page);
}

/** A partner's page with that in its body and its head. */
const partner = (body, head = '') => site.html(`<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Agir</title>${head}</head><body><h1>Agir</h1>${body}<p>La suite</p></body></html>`);

test('chosen without a script on a telephone, and what is in the address is chosen again', async (t) => {
  const page = await openPage(t, browser, { javaScriptEnabled: false, viewport: { width: 360, height: 780 } });
  await page.goto(`${server.url}/integrer`);
  assert.match(page.url(), /\/embed-it\?lang=fr$/);
  await page.getByLabel('Autour de quel lieu').fill('Saint-Denis');
  await page.getByText('Type d’action, Cause').click();
  await page.getByLabel('Pétition').check();
  await page.getByLabel('WordPress, éditeur de blocs').check();
  await page.getByRole('button', { name: 'Préparer le code' }).click();
  // Several towns have that name.
  await page.getByRole('alert').getByRole('link', { name: 'Saint-Denis (93200)' }).click();
  const [tag] = await code(page);
  assert.match(tag, /data-place="Saint-Denis \(93200\)" data-kinds="petition" data-lang="fr"><\/script>$/);
  assert.match(tag, new RegExp(`^<div class="alentour-fallback" style="min-height: 100vh"><a href="${server.url}/near\\?place=`));
  assert.equal(await page.getByRole('img').getAttribute('aria-label'), 'D’abord le bouton + en haut de l’éditeur, puis le bloc HTML personnalisé, enfin la case où coller le code.');
  await page.goto(page.url());
  assert.deepEqual(await code(page), [tag]);
  assert.ok(await page.getByLabel('Pétition').isChecked());
  assert.equal(await page.getByLabel('Autour de quel lieu').inputValue(), 'Saint-Denis (93200)');
});

test('after the button the question is on screen, and so is the code, with and without a script', async (t) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await openPage(t, browser, { javaScriptEnabled, viewport: { width: 360, height: 740 } });
    const isSeen = async (locator) => {
      const { y, height } = await locator.boundingBox();
      assert.ok(y >= 0 && y + height <= 740, `at ${y}, ${height} high`);
    };
    await page.goto(`${server.url}/integrer`);
    await page.locator('#place').fill('Saint-Denis');
    await page.getByRole('button', { name: 'Préparer le code' }).click();
    await page.waitForURL(/place=Saint-Denis.*#answer$/);
    assert.match(await page.title(), /^Il reste une chose à préciser – Mettre les actions/);
    const question = page.getByRole('alert');
    await isSeen(question.getByRole('link', { name: 'Laquelle' }));
    await isSeen(question.getByRole('link', { name: 'Saint-Denis (93200)' }));
    // The way to the field, which says it as well.
    await question.getByRole('link', { name: 'Laquelle' }).click();
    await isSeen(page.locator('#place'));
    assert.equal(await page.locator('#place').getAttribute('aria-describedby'), 'place-hint mend');
    assert.match(await page.locator('#mend').innerText(), /^Laquelle/);
    await question.getByRole('link', { name: 'Saint-Denis (93200)' }).click();
    await isSeen(page.getByRole('heading', { name: 'Le code à coller' }));
    assert.match(await page.title(), /^Mettre les actions/);
    // From a page with its code on to a question about something else.
    await page.getByLabel('Un bouton qui ouvre une action').check();
    await page.getByRole('button', { name: 'Préparer le code' }).click();
    await page.waitForURL(/show=button.*#answer$/);
    await isSeen(page.getByRole('alert').getByRole('link', { name: 'Dites quelle action.' }));
  }
});

test('a button is shown as a button, in the light that it will have', async (t) => {
  const page = await openPage(t, browser, { colorScheme: 'dark' });
  const { name } = feed.initiatives.find((one) => one.kind === 'petition');
  await page.goto(`${server.url}/embed-it?lang=fr&where=html&show=button&initiative=${encodeURIComponent(name)}&colour=%230a7a4b`);
  const wide = page.frameLocator('.seen .wide iframe');
  await page.locator('.seen').scrollIntoViewIfNeeded();
  const button = wide.getByRole('button', { name: new RegExp(` : ${name}$`) });
  await button.waitFor();
  // The hue of #0a7a4b: as dark as the widget needs it.
  assert.match(await button.evaluate((it) => getComputedStyle(it).backgroundColor), /^oklch\([\d.]+ [\d.]+ 157\./);
  assert.equal(await wide.locator('html').evaluate((it) => getComputedStyle(it).colorScheme), 'light');
  assert.equal(await wide.getByText('Toutes les actions').filter({ visible: true }).count(), 0, 'the link is for where nothing runs');
  await button.click();
  await wide.locator('#detail-title').waitFor();
  assert.equal(await wide.locator('#detail-title').innerText(), name);
  await picture(page, 'button');
  assert.deepEqual(page.record.errors, []);
});

test('a place is completed while it is typed, chosen by keyboard, and asked about no more', async (t) => {
  const page = await openPage(t, browser);
  const asked = [];
  page.on('request', (request) => request.url().includes('/places.json') && asked.push(new URL(request.url()).searchParams));
  await page.goto(`${server.url}/embed-it?lang=fr`);
  const field = page.getByRole('combobox', { name: 'Autour de quel lieu' });
  const options = field.locator('~ [role=listbox]').getByRole('option');
  await field.pressSequentially('Villeurb', { delay: 20 });
  await options.first().waitFor();
  assert.deepEqual([asked.map((it) => it.get('place')), await options.allInnerTexts()], [['Villeurb'], ['Villeurbanne (69100)']]);
  assert.ok(await page.getByRole('status').filter({ hasText: /^1 suggestion$/ }).count());
  // Escape and what one goes on typing put the list away; nothing is taken until it is chosen.
  await field.press('Escape');
  assert.deepEqual([await options.count(), await field.getAttribute('aria-expanded'), await field.inputValue()], [0, 'false', 'Villeurb']);
  await field.fill('Saint-Den');
  await options.nth(2).waitFor();
  await field.press('ArrowUp');
  await field.press('ArrowDown');
  assert.equal(await page.locator(`#${await field.getAttribute('aria-activedescendant')}`).getAttribute('aria-selected'), 'true');
  const chosen = await options.first().innerText();
  await field.press('Enter');
  assert.deepEqual([await field.inputValue(), await options.count()], [chosen, 0]);
  assert.equal(new URL(page.url()).searchParams.get('place'), null, 'the first Enter chooses');
  await field.press('Enter');
  await page.locator('textarea.code').waitFor();
  assert.equal(await page.locator('#mend').count(), 0);
  assert.ok((await code(page))[0].includes(`/near?place=${encodeURIComponent(chosen)}&amp;`), chosen);
  // In the countries that are ticked, by touch.
  await page.getByText('Type d’action, Cause').click();
  await page.getByLabel('Belgique').check();
  await field.fill('Lièg');
  await options.filter({ hasText: '(BE-4000)' }).click();
  assert.match(await field.inputValue(), /\(BE-4000\)$/);
  assert.deepEqual(asked.at(-1).getAll('countries'), ['BE']);
  assert.deepEqual(page.record.errors, []);
});

test('the button copies it, and the live list beside it has what was chosen', async (t) => {
  const page = await openPage(t, browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const [tag] = await made(page, 'html', 'place=69007&radius=10&kinds=petition&colour=%230a7a4b');
  await page.getByRole('button', { name: 'Copier' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Copié' }).waitFor();
  assert.equal((await page.evaluate(() => navigator.clipboard.readText())).replace(/\r/g, ''), tag);
  const wide = page.frameLocator('.seen .wide iframe');
  await page.locator('.seen').scrollIntoViewIfNeeded();
  await wide.locator('.root:not(.painted) [id^=card-]').first().waitFor();
  assert.deepEqual(await kinds(wide), ['petition']);
  // Each says what is in it, and the keyboard passes both.
  const titles = await page.locator('.seen iframe').evaluateAll((all) => all.map((it) => it.title));
  const what = 'Toutes les actions autour de 69007';
  assert.deepEqual(titles, [`Aperçu sur un écran large\u00a0: ${what}`, `Aperçu sur un téléphone\u00a0: ${what}`]);
  const skip = page.getByRole('link', { name: 'Passer les aperçus' });
  await skip.focus();
  assert.ok((await skip.boundingBox()).x >= 0, 'it is seen once it has the focus');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Revenir aux choix');
  const accent = await wide.locator('alentour-widget').evaluate((it) => getComputedStyle(it).getPropertyValue('--alentour-accent'));
  assert.equal(accent, '#0a7a4b');
  const phone = page.frameLocator('.seen .phone iframe');
  await phone.locator('[id^=card-]').first().waitFor();
  assert.ok((await phone.locator('html').evaluate(() => innerWidth)) < 400);
  assert.deepEqual(page.record.errors, []);
});

/** How different places take what is pasted: the body of a page, and its head. */
const places = {
  html: ([tag]) => [tag],
  'wordpress-block': ([tag]) => [tag],
  // As `wpautop` leaves it.
  'wordpress-classic': ([tag]) => [tag.replace(/(<script.*<\/script>)/, '<p>$1</p>')],
  joomla: ([tag]) => [`<div class="mod-custom">${tag}</div>`],
  static: ([template, call]) => [call === '{{< alentour >}}' && template],
  // Managers make a script of their own, and keep its address alone.
  'tag-manager': ([container, script]) => [container, `<script>addEventListener('DOMContentLoaded', () => {
    const made = document.createElement('script');
    made.src = ${JSON.stringify(/src="([^"]*)"/.exec(script)[1].replaceAll('&amp;', '&'))};
    document.head.append(made);
  })</script>`],
  wix: ([address]) => [`<iframe src="${address.replaceAll('&', '&amp;')}" title="Agir" width="900" height="700"></iframe>`],
  app: ([script, element]) => [element, script],
  // Its parser makes a link of the brackets, and runs the common script at the end.
  mediawiki: ([common, page]) => [`${page.replace(/\[(\S+) ([^\]]*)\]/, '<a href="$1">$2</a>')}<script>${common}</script>`],
};

for (const [where, pasted] of Object.entries(places)) {
  test(`pasted as “${where}” takes it, it works with what was chosen`, async (t) => {
    const maker = await openPage(t, browser);
    const [body, head] = pasted(await made(maker, where));
    const page = await openPage(t, browser);
    await page.goto(await partner(body, head));
    const there = where === 'wix' ? page.frames()[1] : page;
    await listed(there);
    assert.equal(await there.locator('alentour-widget').count(), 1);
    assert.equal((await widget(there).place.inputValue()).replace(/\s/g, ' '), 'Lyon 7e (69007)');
    assert.equal(await widget(there).radius.inputValue(), '10');
    assert.deepEqual(await kinds(there), ['petition']);
    // The link is there for where nothing runs, and in its place where the list is.
    const link = there.getByRole('link', { name: /^Toutes les actions autour de 69007/ });
    assert.equal(await link.isVisible(), false);
    assert.deepEqual(page.record.errors, []);
  });
}

test('a town abroad without a postcode is found by the widget that is made for it', async (t) => {
  const maker = await openPage(t, browser);
  for (const where of ['joomla', 'html', 'tag-manager', 'mediawiki', 'wix']) {
    const [body, head] = places[where](await made(maker, where, 'place=Gen%C3%A8ve&radius=any'));
    const page = await openPage(t, browser);
    await page.goto(await partner(body, head));
    const there = where === 'wix' ? page.frames()[1] : page;
    await listed(there);
    assert.equal(await widget(there).place.inputValue(), 'Genève (CH)', where);
    assert.doesNotMatch(await there.locator('alentour-widget').innerText(), /ne trouvons pas/, where);
    // From Geneva Lyon is some way.
    assert.match(await there.locator('.card').first().innerText(), /\b1\d\d\skm\b/, where);
  }
});

test('without a script the page has the link, which leads to the same list', async (t) => {
  const maker = await openPage(t, browser);
  const [tag] = await made(maker, 'html');
  const page = await openPage(t, browser, { javaScriptEnabled: false });
  await page.goto(await partner(tag));
  await page.getByRole('link', { name: 'Toutes les actions autour de 69007' }).click();
  await page.locator('.card').first().waitFor();
  assert.deepEqual(await kinds(page), ['petition']);
});

test('one initiative, and a button that opens it', async (t) => {
  const maker = await openPage(t, browser);
  const { id, name } = feed.initiatives.find((one) => one.kind === 'petition');
  for (const where of ['joomla', 'tag-manager', 'app', 'wix']) {
    const [body, head] = places[where](await made(maker, where, `show=one&initiative=${encodeURIComponent(name)}`));
    const page = await openPage(t, browser);
    await page.goto(await partner(body, head));
    const there = where === 'wix' ? page.frames()[1] : page;
    await widget(there).detail.waitFor();
    assert.equal(await there.locator('#detail-title').innerText(), name, where);
    assert.equal(await widget(there).place.isVisible(), false, where);
  }
  const [tag] = await made(maker, 'html', `show=button&initiative=${encodeURIComponent(id)}`);
  const page = await openPage(t, browser);
  await page.goto(await partner(tag));
  await page.getByRole('button', { name: new RegExp(` : ${name}$`) }).click();
  await widget(page).detail.waitFor();
});

test('each page reads well on a telephone, in the dark and from right to left, and is small', async (t) => {
  const look = audit();
  const checking = await startServer(feed, SETTINGS, BUNDLE, ['--allow-private-checks']);
  t.after(() => checking.stop());
  const tag = `<script async src="${checking.url}/v1/alentour.js" data-kinds="x" data-raduis="5" data-place="Xyzzyville"></script>`;
  const address = await site.html(`<!doctype html><title>Agir</title><body>${tag}`, { 'content-security-policy': "default-src 'self'" });
  for (const [lang, colorScheme, query] of [
    ['fr', 'light', 'where=wordpress-block&place=69007'],
    ['ar', 'dark', 'where=wix&place=69007&colour=%23ffe45c'],
    ['es', 'light', 'show=one'],
    ['en', 'dark', 'place=Saint-Denis'],
  ]) {
    const page = await openPage(t, browser, { viewport: { width: 360, height: 780 }, colorScheme });
    const see = async (name) => {
      await look.look(page, `${lang} ${name}`, false);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      assert.ok(width <= 360, `${lang} ${name} is ${width} px wide`);
      const size = (await (await fetch(page.url())).text()).length;
      assert.ok(size < 60_000, `${lang} ${name}: ${size} characters`);
      await picture(page, `${lang}-${name}`);
    };
    await page.goto(`${server.url}/embed-it?lang=${lang}&${query}`);
    await see('maker');
    await page.locator('#place').fill('saint');
    await page.locator('#place-places li').nth(7).waitFor();
    await page.locator('#place').press('ArrowDown');
    const box = await page.locator('#place-places li').first().boundingBox();
    assert.ok(box.height >= 44 && box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
    await see('completing');
    await page.goto(`${server.url}/embed-it/check?lang=${lang}`);
    await page.locator('#page').fill(`${site.url}/agir`);
    await page.keyboard.press('Enter');
    await page.locator('[data-finding=unreached]').waitFor();
    await see('check');
    await page.goto(`${checking.url}/embed-it/check?lang=${lang}`);
    await page.locator('#page').fill(address);
    await page.keyboard.press('Enter');
    await page.locator('[data-finding=policy_script]').waitFor();
    await see('found');
    // What is code is read from left to right in every language, and copied as the tag is.
    const directions = await page.locator('.findings :is(code, textarea)').evaluateAll((all) => all.map((it) => getComputedStyle(it).direction));
    assert.ok(directions.length > 3 && directions.every((it) => it === 'ltr'), `${lang}: ${directions}`);
    assert.equal(await page.locator('.findings textarea ~ p button').count(), await page.locator('.findings textarea').count());
  }
  look.assertClean();
});
