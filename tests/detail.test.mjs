// One initiative, the way to it, and the way back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { focused, listed, said, until, widget } from './support/widget.mjs';

const at = bench(neighbourhood());
const narrow = { viewport: { width: 360, height: 780 } };

test('the detail says all there is: when, where, who, how accessible, with what result', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { link, detail } = widget(page);
  await link('Aider aux devoirs à la Guillotière').click();
  await detail.getByText('Un premier paragraphe.').waitFor();
  const text = await said(detail);
  for (const expected of [
    'Un premier paragraphe.', 'Un second paragraphe.', 'Première séance', '12 rue de Marseille', '69007 Lyon', 'Maison des voisins', 'Ville (service public)',
    'Accessible en fauteuil roulant', 'Entrée de plain-pied.', '64 Élèves accompagnés', 'français', 'arabe', 'À partir de 16 ans', '8 places restantes', 'Complet', 'Bénévolat',
  ]) assert.ok(text.includes(expected), `${expected} is missing in: ${text}`);
  assert.equal((await focused(page)).id, 'detail-title');
  const outward = await detail.locator('a[target=_blank]').all();
  assert.ok(outward.length >= 3, `${outward.length} links lead away`);
  for (const anchor of outward) {
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
  // The focus comes a task later, and again with the rest of what it says: whoever presses sees it.
  await until(async () => {
    await page.keyboard.press('Escape');
    return (await detail.count()) === 0;
  });
});

const isOpen = (page) => page.evaluate(() => Boolean(document.querySelector('alentour-widget').shadowRoot.querySelector('.detail')));

test('the browser’s way back leads to the list, the way forth to what was typed', async (t) => {
  const page = await at.visit(t, { browser: narrow, query: '?page=1' });
  await listed(page);
  await page.evaluate(() => history.replaceState({ router: 7 }, ''));
  const { link, detail, field, cards } = widget(page);
  const address = page.url();
  await link('Réunion publique sur le logement').click();
  await field('Prénom').fill('Camille');
  // The page's router finds its state, and its address, as they were.
  assert.equal(page.url(), address);
  assert.equal(await page.evaluate(() => history.state.router), 7);
  await page.goBack();
  await detail.waitFor({ state: 'detached' });
  assert.ok((await cards.count()) > 0);
  assert.deepEqual(await page.evaluate(() => history.state), { router: 7 });
  await page.goForward();
  await detail.waitFor();
  assert.equal(await field('Prénom').inputValue(), 'Camille');
});

test('"Retour à la liste" is one step back, pressed once or twice, and leaves the page never', async (t) => {
  const page = await at.visit(t, { browser: narrow });
  await listed(page);
  const { link, detail, back } = widget(page);
  const before = await page.evaluate(() => history.length);
  for (const press of ['click', 'dblclick']) {
    await link('Réunion publique sur le logement').click();
    await detail.waitFor();
    if (press === 'click') await back.click();
    else await back.evaluate((it) => (it.click(), it.click()));
    await detail.waitFor({ state: 'detached' });
    await page.waitForTimeout(200);
    assert.equal(await isOpen(page), false);
    assert.equal(await page.evaluate(() => history.length), before + 1);
  }
  assert.deepEqual(page.record.errors, []);
});

test('an anchor of the page does not close what is open, and the way back passes it', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { link, detail } = widget(page);
  await link('Réunion publique sur le logement').click();
  await detail.waitFor();
  await page.getByRole('link', { name: 'Aller aux nouvelles' }).click();
  await page.waitForTimeout(200);
  assert.equal(await isOpen(page), true);
  await page.goBack();
  await page.waitForTimeout(200);
  assert.equal(await isOpen(page), true);
  await page.goBack();
  await detail.waitFor({ state: 'detached' });
});

test('each of two widgets goes back on its own', async (t) => {
  const page = await at.visit(t, { page: 'two' });
  const [one, two] = [widget(page.locator('#un')), widget(page.locator('#deux'))];
  await one.link('Réunion publique sur le logement').click();
  await one.detail.waitFor();
  await two.link('Connaître ses droits à Grenoble').click();
  await two.detail.waitFor();
  await page.goBack();
  await two.detail.waitFor({ state: 'detached' });
  assert.equal(await one.detail.count(), 1);
  await page.goBack();
  await one.detail.waitFor({ state: 'detached' });
});

test('where the page may not have a history, the button still leads back', async (t) => {
  const init = () => (History.prototype.pushState = History.prototype.replaceState = () => { throw new DOMException('', 'SecurityError'); });
  const page = await at.visit(t, { browser: { init }, query: '#alentour=reunion' });
  const { link, detail, back } = widget(page);
  await detail.waitFor();
  await back.click();
  await detail.waitFor({ state: 'detached' });
  await link('Réunion publique sur le logement').click();
  await detail.waitFor();
  await back.click();
  await detail.waitFor({ state: 'detached' });
  assert.deepEqual(page.record.errors, []);
});

for (const [query, left] of [['#alentour=reunion', ''], ['?a=1&alentour=reunion', '?a=1'], ['?alentour=reunion&a=1', '?a=1']]) {
  test(`going back from ${query} takes it out of the address, and the same link opens it again`, async (t) => {
    const page = await at.visit(t, { query });
    const { detail, back } = widget(page);
    await detail.waitFor();
    await back.click();
    await detail.waitFor({ state: 'detached' });
    assert.equal(page.url(), page.url().split(/[?#]/)[0] + left);
    await page.evaluate(() => (location.hash = '#alentour=reunion'));
    await detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  });
}

test('a permanent link opens its initiative, with the way back in sight and no ring around the title', async (t) => {
  const page = await at.visit(t, { query: '#alentour=reunion', browser: narrow });
  const { detail } = widget(page);
  await detail.getByRole('heading', { name: 'Réunion publique sur le logement' }).waitFor();
  assert.equal((await focused(page)).id, 'detail-title');
  await page.waitForFunction(() => scrollY > 0);
  const { top, ring } = await page.evaluate(() => {
    const find = (selector) => document.querySelector('alentour-widget').shadowRoot.querySelector(selector);
    return { top: find('.back').getBoundingClientRect().top, ring: getComputedStyle(find('#detail-title')).outlineStyle };
  });
  assert.ok(top >= 0, `the way back is ${-top} pixels above the screen`);
  assert.equal(ring, 'none');
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
  const href = await widget(page).link('Partager cette action').evaluate((link) => link.href);
  const other = await page.context().newPage();
  await other.goto(href);
  await widget(other).detail.getByRole('heading', { name: 'Rejoindre le collectif de Bron' }).waitFor();
});

test('the link that a detail gives is copied when it is pressed, and says so', async (t) => {
  const page = await at.visit(t, { head: '<base target="_blank" />', browser: { permissions: ['clipboard-read', 'clipboard-write'] }, query: '#alentour=reunion' });
  const { link, detail } = widget(page);
  await link('Partager cette action').click();
  await detail.getByRole('status').getByText('Lien copié').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  assert.equal(page.context().pages().length, 1);
});

test('the link that a detail gives is of this page, where the page has a <base>', async (t) => {
  const page = await at.visit(t, { head: '<base href="/elsewhere/" />', attributes: 'data-limit="40"' });
  await listed(page);
  await widget(page).link('Rejoindre le collectif de Bron').click();
  const href = await widget(page).link('Partager cette action').evaluate((link) => link.href);
  assert.equal(href, page.url().split('#')[0] + '#alentour=collectif');
});

test('an anchor of the page leaves the search as the visitor made it', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const { radius, chip, place, count } = widget(page);
  await place.fill('38000');
  await place.press('Enter');
  await count.getByText(/Grenoble/).waitFor();
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
