// What a tag says beside the place: one initiative alone, and values as people write them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { hear, openPage } from './support/browser.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { introduce, listed, numberIn, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

test('one initiative alone is shown without a list, nothing of the list is fetched, and one signs up', async (t) => {
  const page = await at.visit(t, { attributes: 'data-open="reunion" data-only data-loading="eager"' });
  const { detail, back, send, status, place } = widget(page);
  await detail.getByLabel('Prénom').waitFor();
  assert.deepEqual([await back.isVisible(), await place.isVisible(), await widget(page).cards.first().isVisible().catch(() => false)], [false, false, false]);
  assert.equal(page.record.requests.filter(({ url }) => /tiles\.txt|\/t\/|first\.json|feed\.json/.test(url)).length, 0);
  // Nobody has asked for it: the page stays where it was, and so does the focus.
  assert.deepEqual(await page.evaluate(() => [scrollY, document.activeElement.localName]), [0, 'body']);
  await detail.getByRole('heading').first().click();
  await page.keyboard.press('Escape');
  await introduce(page, { email: 'seule@example.org' });
  await send('Je participe').click();
  await status.getByText('Merci').waitFor();
  assert.ok((await at.server.signups('reunion')).some(({ email }) => email === 'seule@example.org'));
});

test('an initiative that is open at first has its list behind it', async (t) => {
  const page = await at.visit(t, { attributes: 'data-open="reunion" data-place="69007" data-loading="eager"', browser: { init: hear } });
  await widget(page).detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  await widget(page).detail.getByLabel('Prénom').waitFor();
  await widget(page).back.click();
  await widget(page).detail.waitFor({ state: 'detached' });
  await listed(page);
  // An anchor of the page's own opens nothing again.
  await page.evaluate(() => (location.hash = 'apres'));
  await page.waitForTimeout(200);
  assert.equal(await widget(page).detail.count(), 0);
  await page.evaluate(() => document.querySelector('alentour-widget').setAttribute('open', 'petition'));
  await widget(page).detail.waitFor();
  assert.deepEqual((await page.evaluate(() => heard)).filter(({ name }) => name === 'open').map(({ detail }) => detail.id), ['reunion', 'petition']);
});

test('one that the feed does not have leaves the list', async (t) => {
  const page = await at.visit(t, { attributes: 'data-open="nulle-part" data-only data-loading="eager"' });
  await listed(page);
  assert.equal(await widget(page).place.isVisible(), true);
});

test('kinds and causes as people call them, and a radius with its unit, are understood before and after the application has come', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007" data-kinds="Pétitions" data-causes="logement" data-radius="50 km" data-loading="eager"' });
  await listed(page);
  assert.equal(await widget(page).radius.inputValue(), '50');
  const first = await (await fetch(`${at.server.url}/v1/first.json?lang=fr&kinds=P%C3%A9titions`)).text();
  const same = await (await fetch(`${at.server.url}/v1/first.json?lang=fr&kinds=petition`)).text();
  assert.deepEqual(JSON.parse(first).tree, JSON.parse(same).tree);
  for (const name of ['Pétition', 'Logement']) assert.equal(await page.locator('.search .chips').getByRole('button', { name, pressed: true, includeHidden: true }).count(), 1, name);
  assert.deepEqual(page.record.said(), []);
});

test('what is misspelt is as good as none, and named in the console with what could stand there', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007" data-kinds="benevolant" data-radius="loin" data-loading="eager"' });
  await listed(page);
  await until(() => page.record.said().length === 2, 200, () => page.record.said().join());
  assert.match(page.record.said().join('\n'), /data-radius="loin" is not understood\. Use kilometres \(1 to 20000\), or any/);
  assert.match(page.record.said().join('\n'), /data-kinds="benevolant" is not understood\. Use volunteering, campaign/);
  assert.ok((await widget(page).cards.count()) > 3);
});

test('a button says what one does and how many have, and opens the form in place', async (t) => {
  const page = await openPage(t, at.browser);
  const html = `<!doctype html><html lang="fr"><meta charset="utf-8"><body><p>Avant</p><alentour-action open="petition"><a href="https://example.org/agir">Signer</a></alentour-action>
    <alentour-action open="nulle-part"><a href="https://example.org/rien">Nos actions</a></alentour-action>
    <script async src="${at.server.url}/v1/alentour.js"></script>`;
  await page.goto(await at.site.html(html));
  const button = page.getByRole('button', { name: /^Signer : / });
  await button.waitFor();
  assert.match(await page.locator('alentour-action').first().locator('div span').textContent(), /^\d[\d\s]* signatures?$/);
  assert.equal(await page.locator('alentour-widget').count(), 0, 'a tag for buttons brings no list');
  // Of what nobody announces the page's own link is what there is.
  assert.equal(await page.getByRole('link', { name: 'Nos actions' }).isVisible(), true);
  assert.equal(page.record.said().length, 1);
  await button.press('Enter');
  await introduce(page, { email: 'bouton@example.org' });
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  await widget(page).send('Je signe').click();
  await widget(page).status.getByText('Merci').waitFor();
  assert.ok((await at.server.signups('petition')).some(({ email }) => email === 'bouton@example.org'));
  await button.click();
  assert.equal(await widget(page).detail.isVisible(), false);
});

test('a button on a telephone brings the form to where it is typed in, and names the region by its action', async (t) => {
  const page = await openPage(t, at.browser, { viewport: { width: 360, height: 740 } });
  const html = `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body>${'<p>Avant</p>'.repeat(9)}<alentour-action open="petition"></alentour-action>
    ${'<p>Après</p>'.repeat(30)}<script async src="${at.server.url}/v1/alentour.js"></script>`;
  await page.goto(await at.site.html(html));
  const button = page.getByRole('button', { name: /^Signer : / });
  const isSeen = () => widget(page).field('Prénom').evaluate((it) => it.getBoundingClientRect().top > 0 && it.getBoundingClientRect().bottom < innerHeight);
  await button.click();
  await until(isSeen);
  const name = await page.locator('#detail-title').innerText();
  assert.equal(await page.getByRole('region', { name, exact: true }).count(), 1);
  assert.equal(await page.getByRole('region', { name: 'Trouver une action près de chez vous' }).count(), 0);
  // Away and back again it is the same.
  await button.click();
  await page.evaluate(() => scrollTo(0, 0));
  await button.click();
  await until(isSeen);
  assert.deepEqual(page.record.errors, []);
});

test('a button opens beside a list that somebody is typing in, and being moved keeps what it has open', async (t) => {
  const page = await openPage(t, at.browser);
  await page.goto(await at.site.html(`<!doctype html><html lang="fr"><meta charset="utf-8"><body><main></main><script async src="${at.server.url}/v1/alentour.js"></script>`));
  await widget(page).link('Réunion publique sur le logement').click();
  await widget(page).field('Prénom').fill('Camille');
  await page.evaluate(() => document.querySelector('main').append(Object.assign(document.createElement('alentour-action'), { id: 'bouton' })));
  await page.evaluate(() => (document.querySelector('#bouton').setAttribute('open', 'petition'), document.body.append(document.querySelector('#bouton'))));
  const button = page.getByRole('button', { name: /^Signer : / });
  await button.click();
  await page.locator('#bouton').getByLabel('Prénom').fill('Ines');
  assert.equal(await page.locator('body > alentour-widget').getByLabel('Prénom').inputValue(), 'Camille');
  await page.evaluate(() => document.querySelector('main').append(document.querySelector('#bouton')));
  assert.equal(await page.locator('#bouton').getByLabel('Prénom').inputValue(), 'Ines');
});

test('an attribute that says nothing at length, and one that is put right at once, hold nothing up', async (t) => {
  const page = await at.visit(t, { attributes: `data-place="69007" data-kinds="${' , '.repeat(40)}x" data-loading="eager"` });
  await listed(page);
  // What the first value meant comes after the second has been set.
  await page.evaluate(() => {
    const widget = document.querySelector('alentour-widget');
    widget.setAttribute('radius', '50 km');
    return Promise.resolve().then(() => widget.setAttribute('radius', '10'));
  });
  await until(async () => (await widget(page).radius.inputValue()) === '10', 100, () => widget(page).radius.inputValue());
  await page.waitForTimeout(200);
  assert.equal(await widget(page).radius.inputValue(), '10');
});
