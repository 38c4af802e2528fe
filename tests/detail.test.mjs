// One initiative, the way to it, and the way back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { focused, listed, said, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const narrow = { viewport: { width: 360, height: 780 } };

test('the detail says all there is: when, where, who, how accessible, with what result', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { link, detail } = widget(page);
  await link('Aider aux devoirs à la Guillotière').click();
  const text = await said(detail);
  for (const expected of [
    'Un premier paragraphe.', 'Un second paragraphe.', 'Première séance', '12 rue de Marseille', '69007 Lyon', 'Maison des voisins', 'Ville (service public)',
    'Accessible en fauteuil roulant', 'Entrée de plain-pied.', '64 élèves', 'français', 'arabe', 'À partir de 16 ans', '8 places restantes', 'Complet', 'Bénévolat',
  ]) assert.ok(text.includes(expected), `${expected} is missing in: ${text}`);
  assert.equal((await focused(page)).id, 'detail-title');
  for (const anchor of await detail.locator('a[target=_blank]').all()) {
    assert.match(await anchor.getAttribute('rel'), /noopener/);
  }
});

test('the button of a card goes straight to the form', async (t) => {
  const page = await at.visit(t, { attributes: 'data-limit="40"' });
  await listed(page);
  await widget(page).join('Signer', 'Pour un toit digne à Lyon').click();
  await widget(page).detail.waitFor();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'form-title');
});

for (const [size, browser] of [['a telephone', narrow], ['a wide screen', {}]]) {
  test(`on ${size}, going back returns to the same place and the same card`, async (t) => {
    const page = await at.visit(t, { browser });
    await listed(page);
    const { nearby, back, detail } = widget(page);
    const card = nearby.nth(9);
    const link = card.getByRole('link');
    const name = await link.textContent();
    await link.scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollBy(0, 37));
    const before = await page.evaluate(() => scrollY);
    await link.click();
    await detail.waitFor();
    await back.click();
    await detail.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.localName === 'a');
    assert.equal((await focused(page)).text, name);
    assert.ok(Math.abs((await page.evaluate(() => scrollY)) - before) <= 2, 'the page has moved');
  });
}

test('Escape goes back, too', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { nearby, detail } = widget(page);
  await nearby.first().getByRole('link').click();
  await detail.waitFor();
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
});

test('a permanent link opens its initiative', async (t) => {
  const page = await at.visit(t, { query: '#alentour=reunion' });
  const { detail } = widget(page);
  await detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  assert.equal((await focused(page)).id, 'detail-title');
});

test('a page that needs its own hash links with ?alentour=', async (t) => {
  const page = await at.visit(t, { query: '?alentour=reunion' });
  await widget(page).detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
});

test('a permanent link to what is no longer there shows the list', async (t) => {
  const page = await at.visit(t, { query: '#alentour=parti' });
  await listed(page);
  assert.equal(await widget(page).detail.count(), 0);
  assert.deepEqual(page.record.errors, []);
});

test('a link of the page to an initiative opens it without loading the page again', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await page.evaluate(() => (location.hash = '#alentour=petition'));
  await widget(page).detail.getByRole('heading', { name: 'Pour un toit digne à Lyon' }).waitFor();
});

test('the link that a detail gives opens that detail', async (t) => {
  const page = await at.visit(t, { attributes: 'data-limit="40"' });
  await listed(page);
  await widget(page).link('Rejoindre le collectif de Bron').click();
  const href = await widget(page).link('Lien vers cette action').evaluate((link) => link.href);
  const other = await page.context().newPage();
  await other.goto(href);
  await widget(other).detail.getByRole('heading', { name: 'Rejoindre le collectif de Bron' }).waitFor();
});

test('the link that a detail gives is of this page, where the page has a <base>', async (t) => {
  const page = await at.visit(t, { head: '<base href="/elsewhere/" />', attributes: 'data-limit="40"' });
  await listed(page);
  await widget(page).link('Rejoindre le collectif de Bron').click();
  const href = await widget(page).link('Lien vers cette action').evaluate((link) => link.href);
  assert.equal(href, page.url().split('#')[0] + '#alentour=collectif');
});

test('an anchor of the page leaves the search as the visitor made it', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { radius, chip, place, count } = widget(page);
  await place.fill('38000');
  await place.press('Enter');
  await count.getByText(/^Grenoble/).waitFor();
  await radius.selectOption('50');
  await chip('Formation').click();
  await page.getByRole('link', { name: 'Aller aux nouvelles' }).click();
  await page.waitForTimeout(300);
  assert.match(await place.inputValue(), /^Grenoble/);
  assert.equal(await radius.inputValue(), '50');
  assert.equal(await chip('Formation').getAttribute('aria-pressed'), 'true');
});

test('a card is opened in a tab of its own by whoever wants that', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const opened = page.context().waitForEvent('page');
  await widget(page).link('Réunion publique sur le logement').click({ modifiers: ['ControlOrMeta'] });
  const other = await opened;
  await widget(other).detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  assert.equal(await widget(page).detail.count(), 0);
});
