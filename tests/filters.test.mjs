// Filters: what, for which cause, when. Each says beforehand how much it gives.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { at as hour, day, neighbourhood } from './support/feeds.mjs';
import { listed, numberIn, said, widget } from './support/widget.mjs';

// Today, too: on a Sunday nothing else of the neighbourhood's is within the week, and on the last of a month within the month.
const feed = neighbourhood();
const [devoirs] = feed.initiatives;
const today = [{ id: 'jour', startDate: hour(0, 0), endDate: hour(1, 1) }];
feed.initiatives.push({ ...devoirs, id: 'aujourd-hui', name: 'Une journée à la Guillotière', sessions: today });
const at = bench(feed);

/** How many there are in all, as the line above the list and the heading further down say. */
async function total(page) {
  const near = /^(\d+) action/.exec(await said(widget(page).count));
  const heading = page.locator('.elsewhere h2');
  const elsewhere = (await heading.count()) > 0 && /\((\d+)\)/.exec(await said(heading));
  return Number(near?.[1] ?? 0) + Number(elsewhere ? elsewhere[1] : 0);
}

const KINDS = ['Bénévolat', 'Rassemblement', 'Pétition', 'Groupe local', 'Projet', 'Campagne', 'Formation'];
const CAUSES = ['Pauvreté', 'Éducation', 'Santé', 'Emploi', 'Logement', 'Inclusion', 'Environnement', 'Culture'];
const DATES = ['Cette semaine', 'Ce week-end', 'Ce mois-ci'];

test('each filter gives as much as it says', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007" data-radius="50"' });
  await listed(page);
  const { chip } = widget(page);
  for (const name of [...KINDS, ...CAUSES]) {
    const promised = await numberIn(chip(name));
    assert.ok(promised > 0, name);
    await chip(name).click();
    assert.equal(await chip(name).getAttribute('aria-pressed'), 'true', name);
    assert.equal(await total(page), promised, name);
    await chip(name).click();
    assert.equal(await chip(name).getAttribute('aria-pressed'), 'false');
  }
  for (const name of DATES) {
    const promised = await numberIn(chip(name));
    assert.ok(promised > 0, name);
    await chip(name).click();
    assert.equal(await total(page), promised, name);
  }
});

test('the numbers follow the other filters', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { chip } = widget(page);
  await chip('Bénévolat').click();
  let all = 0;
  for (const name of CAUSES) {
    const promised = await numberIn(chip(name));
    all += promised;
    await chip(name).click();
    assert.equal(await total(page), promised, name);
    await chip(name).click();
  }
  assert.ok(all > 0, 'no filter promises anything');
});

test('two kinds find either, a kind and a cause both', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { chip, cards } = widget(page);
  const [petitions, groups] = [await numberIn(chip('Pétition')), await numberIn(chip('Groupe local'))];
  await chip('Pétition').click();
  await chip('Groupe local').click();
  assert.equal(await total(page), petitions + groups);
  await chip('Logement').click();
  assert.equal(await cards.count(), 1);
  assert.match(await said(cards.first()), /Pour un toit digne à Lyon/);
});

test('two dates, or one, find what lies between', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { chip, filters, cards } = widget(page);
  await chip('Entre deux dates').click();
  await filters.getByLabel('Du', { exact: true }).fill(day(5));
  await filters.getByLabel('Au', { exact: true }).fill(day(5));
  // What has no dates goes on at any time; of the dated, only those of that day.
  await page.waitForTimeout(100);
  const names = await cards.getByRole('link').allTextContents();
  assert.ok(names.includes('Réunion publique sur le logement'), names.join());
  assert.ok(!names.includes('Aider aux devoirs à la Guillotière'), names.join());
  assert.ok(!names.some((name) => name.endsWith('numéro 1')), names.join());
  await filters.getByLabel('Du', { exact: true }).fill(day(58));
  await filters.getByLabel('Au', { exact: true }).fill('');
  await page.waitForTimeout(100);
  const later = await cards.getByRole('link').allTextContents();
  assert.ok(later.some((name) => name.endsWith('numéro 20')), later.join());
  assert.ok(!later.includes('Réunion publique sur le logement'), later.join());
});

test('the filters of the tag are set, and can be taken off', async (t) => {
  const page = await at.visit(t, { attributes: 'data-kinds="petition,group" data-causes="housing"' });
  await listed(page);
  const { chip, unfilter, cards } = widget(page);
  assert.equal(await chip('Pétition').getAttribute('aria-pressed'), 'true');
  assert.equal(await chip('Groupe local').getAttribute('aria-pressed'), 'true');
  assert.equal(await cards.count(), 1);
  await unfilter.click();
  assert.equal(await total(page), feed.initiatives.length);
  assert.equal(await unfilter.count(), 0);
});

test('a kind or cause of the tag that no action has is as good as none', async (t) => {
  const page = await at.visit(t, { attributes: 'data-kinds="zzz,petition" data-causes="poverti"' });
  await listed(page);
  const { chip, cards } = widget(page);
  await page.waitForFunction(() => document.querySelector('alentour-widget').shadowRoot.querySelectorAll('[id^=card-]').length === 1);
  assert.match(await said(cards.first()), /Pour un toit digne à Lyon/);
  assert.equal(await chip('Pétition').getAttribute('aria-pressed'), 'true');
  await page.locator('alentour-widget').evaluate((it) => it.search({ kinds: ['nothing of the kind'] }));
  await page.waitForFunction(() => document.querySelector('alentour-widget').shadowRoot.querySelectorAll('[id^=card-]').length > 10);
});

test('a range whose end comes before its start is searched the other way round, and says so', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { chip, filters, cards } = widget(page);
  await chip('Entre deux dates').click();
  const [from, to] = [filters.getByLabel('Du', { exact: true }), filters.getByLabel('Au', { exact: true })];
  const note = filters.getByText(/La fin vient avant le début/);
  await from.fill(day(2));
  await to.fill(day(6));
  const expected = await cards.count();
  assert.ok(expected > 0);
  assert.equal(await note.count(), 0);
  await from.fill(day(6));
  await to.fill(day(2));
  await note.waitFor();
  assert.equal(await note.getAttribute('role'), 'status');
  const words = (date) => new Intl.DateTimeFormat('fr', { day: 'numeric', timeZone: 'UTC' }).format(new Date(date));
  assert.match(await said(note), new RegExp(`va du ${words(day(2))}(er)? .* au ${words(day(6))}(er)? `));
  assert.equal(await cards.count(), expected);
  // The fields stay as they were filled in.
  assert.deepEqual([await from.inputValue(), await to.inputValue()], [day(6), day(2)]);
  await to.fill(day(9));
  await note.waitFor({ state: 'detached' }).catch(() => {});
  assert.equal(await filters.getByText(/La fin vient/).count(), 0);
});

test('taking the filters off keeps the place, the radius, and the focus', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007" data-radius="10"' });
  await listed(page);
  const { chip, unfilter, place, radius } = widget(page);
  await chip('Projet').click();
  await unfilter.focus();
  await page.keyboard.press('Enter');
  assert.equal(await place.inputValue(), 'Lyon 7e (69007)');
  assert.equal(await radius.inputValue(), '10');
  await page.waitForTimeout(100);
  const active = await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.textContent);
  assert.match(active ?? '', /Entre deux dates/, 'the focus is lost with the button, or far from it');
});

test('a filter that is pressed differs from the others in forced colours, too', async (t) => {
  const page = await at.visit(t, { browser: { forcedColors: 'active' } });
  await listed(page);
  const { chip } = widget(page);
  await chip('Projet').click();
  const ground = (name) => chip(name).evaluate((it) => getComputedStyle(it).backgroundColor);
  assert.notEqual(await ground('Projet'), await ground('Formation'));
});

test('a filter that is pressed keeps the focus', async (t) => {
  const page = await at.visit(t);
  await listed(page);
  const { chip } = widget(page);
  await chip('Santé').focus();
  await page.keyboard.press('Space');
  assert.equal(await chip('Santé').getAttribute('aria-pressed'), 'true');
  const text = await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.textContent ?? 'lost');
  assert.match(text, /^Santé/);
});

test('where there is little room the filters are folded behind a button that counts them', async (t) => {
  const page = await at.visit(t, { browser: { viewport: { width: 360, height: 780 } } });
  await listed(page);
  const { fold, filters, chip } = widget(page);
  assert.equal(await filters.isVisible(), false);
  assert.equal(await fold.getAttribute('aria-expanded'), 'false');
  await fold.click();
  assert.equal(await fold.getAttribute('aria-expanded'), 'true');
  await chip('Santé').click();
  await chip('Projet').click();
  assert.equal(await said(fold), 'Filtres (2 actifs)');
  await fold.click();
  assert.equal(await filters.isVisible(), false);
  await fold.click();
  // At their end one goes on to what they find, and does not scroll back.
  await filters.getByRole('button', { name: /^Voir les actions \(\d+\)$/ }).click();
  assert.equal(await filters.isVisible(), false);
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.className === 'count');
});
