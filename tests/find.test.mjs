// Finding what is near: by postcode, by name, by words, as far as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { around, focused, listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

test('a postcode finds what is near, and says how much and how far', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await around(page, '69007', 'Lyon 7e (69007)');
  const { count, cards, elsewhere, place } = widget(page);
  assert.equal(await place.inputValue(), 'Lyon 7e (69007)');
  assert.match(await said(count), /^25 actions à moins de 25 km · Lyon 7e \(69007\) · 9 places libres$/);
  assert.equal(await elsewhere.count(), 2);
  await page.getByRole('heading', { name: 'Dans tout le pays et en ligne (2)' }).waitFor();
  // Nearest first.
  const distances = await cards.locator('.distance').allTextContents();
  assert.match(distances[0], /^à \d+\sm$/);
  assert.match(distances.at(-1), /km/);
});

test('the place of the tag is searched before anything is typed', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="38000" data-radius="10"' });
  await listed(page);
  assert.match(await said(widget(page).count), /^1 action à moins de 10 km · Grenoble/);
});

test('coordinates in the tag are searched, and not taken for the visitor’s own', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="45.5255,4.8743" data-radius="5"' });
  await listed(page);
  assert.equal(await widget(page).place.inputValue(), '45.5255,4.8743');
  assert.match(await said(widget(page).count), /^1 action à moins de 5 km · 45\.5255,4\.8743$/);
});

test('a name is completed and chosen with the keyboard alone', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { place, proposals, count } = widget(page);
  await place.focus();
  await page.keyboard.type('saint etien');
  await proposals.first().waitFor();
  assert.equal(await place.getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('ArrowDown');
  const active = page.locator('#places [aria-selected=true]');
  assert.equal(await active.count(), 1);
  assert.equal(await place.getAttribute('aria-activedescendant'), await active.getAttribute('id'));
  const chosen = await said(active);
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await said(active), chosen);
  await page.keyboard.press('ArrowUp');
  assert.equal(await said(active), chosen);
  await page.keyboard.press('Enter');
  await count.getByText(/Saint-Étienne/).waitFor();
  assert.equal(await place.inputValue(), chosen);
  assert.equal(await place.getAttribute('aria-expanded'), 'false');
  assert.equal((await focused(page)).id, 'place');
});

test('a name is completed and chosen with the mouse', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { place, proposals, count } = widget(page);
  await place.pressSequentially('villeurb');
  await proposals.filter({ hasText: 'Villeurbanne' }).first().click();
  await count.getByText(/Villeurbanne/).waitFor();
  assert.match(await place.inputValue(), /^Villeurbanne/);
});

test('what is typed into a field that has a place stands instead of it', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { place, count } = widget(page);
  await place.click();
  await page.keyboard.type('38000');
  assert.equal(await place.inputValue(), '38000');
  await page.keyboard.press('Enter');
  await count.getByText(/Grenoble/).waitFor();
});

test('once a place is chosen with a finger, no keyboard covers what is found', async (t) => {
  const page = await at.visit(t, { browser: { viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true } });
  await listed(page);
  const { place, proposals, count } = widget(page);
  await place.tap();
  await page.keyboard.type('villeurb');
  await proposals.filter({ hasText: 'Villeurbanne' }).first().tap();
  await count.getByText(/Villeurbanne/).waitFor();
  assert.notEqual((await focused(page)).id, 'place');
  await place.tap();
  await page.keyboard.type('38000');
  await page.keyboard.press('Enter');
  await count.getByText(/Grenoble/).waitFor();
  assert.notEqual((await focused(page)).id, 'place');
});

test('Escape closes the proposals and keeps what was typed', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { place, proposals } = widget(page);
  await place.pressSequentially('gren');
  await proposals.first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await proposals.count(), 0);
  assert.equal(await place.inputValue(), 'gren');
});

test('leaving the field takes what was typed', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await widget(page).place.fill('69100');
  await page.keyboard.press('Tab');
  await widget(page).count.getByText(/Villeurbanne/).waitFor();
});

test('an unknown place is said beside the field, and the actions stay', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { cards } = widget(page);
  const note = await around(page, 'Xyzzyville', 'Nous ne trouvons pas « Xyzzyville »');
  await note.getByText('Xyzzyville').waitFor();
  assert.ok((await cards.count()) > 0);
});

test('after an unknown place the list is around none, and its count says so', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { count, radius } = widget(page);
  await count.getByText(/Lyon/).waitFor();
  await around(page, 'Xyzzyville', 'Nous ne trouvons pas « Xyzzyville »');
  await count.getByText(/^27 actions · \d+ places libres$/).waitFor();
  assert.equal(await page.locator('.card .distance').count(), 0);
  assert.equal(await radius.isVisible(), false);
});

test('emptying the field searches everywhere again', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="38000"' });
  await listed(page);
  await widget(page).place.fill('');
  await widget(page).count.getByText(/^27 actions/).waitFor();
});

test('the radius takes in what is farther', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { radius, count } = widget(page);
  for (const [km, expected] of [['5', 17], ['50', 26], ['100', 27], ['any', 27]]) {
    await radius.selectOption(km);
    assert.match(await said(count), new RegExp(`^${expected} action`), km);
  }
});

test('where nothing is near, a wider circle is proposed, and keeps its promise', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="42000" data-radius="5" data-kinds="volunteering"' });
  await listed(page);
  const { cards, count } = widget(page);
  const wider = page.getByRole('button', { name: /Chercher jusqu’à/ });
  const [, radius, found] = /jusqu’à (\d+) km : (\d+) action/.exec(await said(wider));
  await wider.click();
  await cards.first().waitFor();
  assert.match(await said(count), new RegExp(`^${found} actions? à moins de ${radius}\ km`));
  assert.equal(await widget(page).radius.inputValue(), radius);
});

test('widening the circle does not lose the focus with the button that did it', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="42000" data-radius="5" data-kinds="volunteering"' });
  await listed(page);
  const wider = page.getByRole('button', { name: /Chercher jusqu’à/ });
  await wider.focus();
  await page.keyboard.press('Enter');
  await widget(page).nearby.first().waitFor();
  await page.waitForTimeout(100); // The focus moves in the next frame.
  assert.notEqual((await focused(page)).name, 'body');
});

test('where words or a filter leave nothing anywhere, taking them off is proposed', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  await widget(page).words.fill('introuvable');
  await page.getByRole('heading', { name: 'Aucune action ne correspond' }).waitFor();
  await page.locator('.notice').getByRole('button', { name: 'Effacer les mots-clés' }).click();
  await widget(page).cards.first().waitFor();
  assert.equal(await widget(page).words.inputValue(), '');
  await widget(page).chip('Projet').click();
  await widget(page).words.fill('introuvable');
  await page.locator('.notice').getByRole('button', { name: 'Retirer les filtres' }).click();
  await widget(page).cards.first().waitFor();
});

test('words are found whatever their case and accents', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { words, cards, nearby } = widget(page);
  for (const text of ['epicerie', 'ÉPICERIE vienne', 'solid']) {
    await words.fill(text);
    await page.waitForFunction(() => document.querySelector('alentour-widget').shadowRoot.querySelectorAll('[id^=card-]').length === 1);
    assert.match(await said(cards.first()), /Épicerie solidaire de Vienne/);
  }
  await words.fill('');
  assert.equal(await nearby.count(), 12);
});

test('"Voir plus" shows the next page and moves to its first card', async (t) => {
  const page = await at.visit(t, { attributes: 'data-limit="10"' });
  await listed(page);
  const { more, nearby } = widget(page);
  assert.equal(await nearby.count(), 10);
  assert.match(await said(more), /Voir plus \(17 autres\)/);
  await more.click();
  assert.equal(await nearby.count(), 20);
  const name = await nearby.nth(10).getByRole('link').textContent();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.localName === 'a');
  assert.equal((await focused(page)).text, name);
  await more.click();
  assert.equal(await nearby.count(), 27);
  assert.equal(await more.isVisible(), false);
});
