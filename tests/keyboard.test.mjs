// The whole way with the keyboard alone: no mouse, no script that helps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { neighbourhood } from './support/feeds.mjs';
import { focused, listed, widget } from './support/widget.mjs';

const at = bench(neighbourhood());

/** What has the focus, as a screen reader would name it. */
const name = (page) =>
  page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    const label = active.labels?.[0]?.textContent ?? active.getAttribute('aria-label') ?? active.textContent;
    return `${active.localName} ${label.replace(/\s+/g, ' ').trim()}`;
  });

/** Presses Tab until the focus is on what is meant. */
async function tabTo(page, pattern, most = 80, key = 'Tab') {
  const passed = [];
  for (let n = 0; n < most; n++) {
    await page.keyboard.press(key);
    const now = await name(page);
    passed.push(now);
    if (pattern.test(now)) return passed;
  }
  assert.fail(`${pattern} cannot be reached: ${passed.join(' > ')}`);
}

test('from the top of the page to the thanks with the keyboard alone', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  await tabTo(page, /^input Ville ou code postal/);
  await page.keyboard.type('69007');
  await page.locator('#places [role=option]').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await widget(page).count.getByText(/Lyon 7e/).waitFor();
  await tabTo(page, /^button Bénévolat/);
  await page.keyboard.press('Space');
  await tabTo(page, /^input Mots-clés/);
  await page.keyboard.type('devoirs');
  await tabTo(page, /^a Aider aux devoirs/);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'detail-title');
  await tabTo(page, /^input .*Première séance/);
  // It begins with the date of the card: the next one is chosen in its stead.
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await tabTo(page, /^input Prénom/);
  await page.keyboard.type('Camille');
  await tabTo(page, /^input Nom/, 1);
  await page.keyboard.type('Durand');
  await tabTo(page, /^input Adresse e-mail/, 1);
  await page.keyboard.type('clavier@example.org');
  await tabTo(page, /^input Collège/);
  await page.keyboard.press('ArrowDown');
  await tabTo(page, /^input J’accepte/);
  await page.keyboard.press('Space');
  await tabTo(page, /^button Je participe/);
  await page.keyboard.press('Enter');
  // The postcode is missing: the summary has the focus, its link leads there.
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'to-mend');
  await tabTo(page, /^a Code postal/, 1);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'in-postalCode');
  await page.keyboard.type('69007');
  await page.keyboard.press('Enter');
  await widget(page).status.getByText('Merci').waitFor();
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.id === 'form-status');
  const [row] = await at.server.signups('devoirs');
  assert.deepEqual([row.email, row.session, row.postalCode], ['clavier@example.org', 'deux', '69007']);
  await page.keyboard.press('Escape');
  await widget(page).detail.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.localName === 'a');
  assert.equal((await focused(page)).text, 'Aider aux devoirs à la Guillotière');
});

test('the focus can always leave the widget, forwards and backwards, and is seen wherever it is', async (t) => {
  const page = await at.visit(t, { attributes: 'data-limit="2"' });
  await listed(page);
  await tabTo(page, /^input Ville/);
  const unseen = [];
  let within = 0;
  for (let n = 0; n < 80; n++) {
    const seen = await page.evaluate(() => {
      const active = document.activeElement.shadowRoot?.activeElement;
      if (!active) return 'left';
      const outlined = (it) => it && getComputedStyle(it).outlineStyle !== 'none' && parseFloat(getComputedStyle(it).outlineWidth) >= 2;
      return outlined(active) || outlined(active.closest('.card')) ? 'seen' : active.outerHTML.slice(0, 120);
    });
    if (seen === 'left') break;
    within++;
    if (seen !== 'seen') unseen.push(seen);
    await page.keyboard.press('Tab');
  }
  assert.ok(within > 15, `only ${within} stops within the widget`);
  assert.deepEqual(unseen, []);
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'body', 'the focus does not leave');
  await tabTo(page, /^a Aller aux nouvelles/, 80, 'Shift+Tab');
});

test('closed proposals and folded filters are no stop for the keyboard', async (t) => {
  const page = await at.visit(t, { browser: { viewport: { width: 360, height: 780 } } });
  await listed(page);
  assert.equal(await page.locator('#filters button').filter({ hasText: 'Santé' }).count(), 1);
  const passed = await tabTo(page, /^a Aider aux devoirs/);
  assert.ok(!passed.some((it) => it.startsWith('button Santé')), passed.join(' > '));
});

test('a focus within a long detail is never under something else', async (t) => {
  const page = await at.visit(t, { query: '#alentour=devoirs', browser: { viewport: { width: 1200, height: 500 } } });
  await widget(page).detail.waitFor();
  const hidden = [];
  let within = 0;
  for (let n = 0; n < 25; n++) {
    await page.keyboard.press('Tab');
    const covered = await page.evaluate(() => {
      const root = document.activeElement.shadowRoot;
      const active = root?.activeElement;
      if (!active) return 'outside';
      const { left, top, width, height } = active.getBoundingClientRect();
      const at = root.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
      return at && (active.contains(at) || at.contains(active) || at.closest('.card') === active.closest('.card')) ? null : active.outerHTML.slice(0, 100);
    });
    if (covered === 'outside') continue;
    within++;
    if (covered) hidden.push(covered);
  }
  assert.ok(within > 15, `only ${within} stops within the widget`);
  assert.deepEqual(hidden, []);
});
