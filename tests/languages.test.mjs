// Four languages, the direction of writing, and the clocks of the place where something happens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './support/bench.mjs';
import { day, neighbourhood } from './support/feeds.mjs';
import { listed, said, until } from './support/widget.mjs';

const at = bench(neighbourhood());
const root = (page) => page.locator('alentour-widget .root');

const languages = {
  fr: { direction: 'ltr', words: 'Mots-clés', filters: 'Type d’action' },
  en: { direction: 'ltr', words: /keyword/i },
  es: { direction: 'ltr', words: /palabra/i },
  ar: { direction: 'rtl', words: /[\u0600-\u06ff]/ },
};

for (const [lang, { direction, words }] of Object.entries(languages)) {
  test(`the widget speaks ${lang} where the page does`, async (t) => {
    const page = await at.visit(t, { lang, attributes: 'data-place="69007"', query: '#alentour=devoirs' });
    await listed(page);
    assert.equal(await root(page).getAttribute('lang'), lang);
    assert.equal(await root(page).getAttribute('dir'), direction);
    assert.match(await page.locator('.words').textContent(), words instanceof RegExp ? words : new RegExp(words));
    // No blank was left unfilled, no message is missing, nothing is said in another language's words.
    const text = await root(page).textContent();
    assert.doesNotMatch(text, /\{\w+\}|undefined|NaN|null|(one|other|few|many|zero|two): /);
    if (lang !== 'fr') assert.doesNotMatch(text, /Retour à la liste|Prénom|Boucle magnétique|places? restante/);
    const empty = await root(page).evaluate((it) => [...it.querySelectorAll('button, label, h2, h3, h4')].filter((element) => !element.textContent.trim()).map((element) => element.outerHTML));
    assert.deepEqual(empty, []);
    await page.locator('.join button[type=submit]').click();
    await page.locator('#to-mend').waitFor();
    assert.doesNotMatch(await page.locator('#to-mend').textContent(), /\{\w+\}|other: /);
  });
}

test('data-lang is stronger than the page’s language', async (t) => {
  const page = await at.visit(t, { lang: 'fr', attributes: 'data-lang="es"' });
  await listed(page);
  assert.equal(await root(page).getAttribute('lang'), 'es');
});

test('the nearest language of the page counts, not the first', async (t) => {
  const page = await at.visit(t, { lang: 'fr' });
  await listed(page);
  await page.evaluate(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<div lang="en-GB"><alentour-widget id="zwei" loading="eager"></alentour-widget></div>'));
  await until(async () => (await page.locator('#zwei .root').getAttribute('lang').catch(() => '')) === 'en');
});

test('a language that the widget does not speak is answered in English, a page without one in the visitor’s', async (t) => {
  const page = await at.visit(t, { lang: 'is' });
  await listed(page);
  assert.equal(await root(page).getAttribute('lang'), 'en');
  const silent = await at.visit(t, { lang: '', browser: { locale: 'es-ES' } });
  await listed(silent);
  assert.equal(await root(silent).getAttribute('lang'), 'es');
});

test('dates, numbers and plurals are those of the language', async (t) => {
  const expected = { fr: /25 km/, en: /25 km/, ar: /كم|٢٥|25/ };
  for (const [lang, distance] of Object.entries(expected)) {
    const page = await at.visit(t, { lang, attributes: 'data-place="69007"', query: '#alentour=petition' });
    await listed(page);
    assert.match(await said(page.locator('.radius')), distance);
    const number = new Intl.NumberFormat(lang).format(1240).replace(/\s/g, ' ');
    assert.ok((await said(page.locator('.detail'))).includes(number), `${number} in ${lang}`);
  }
});

// Sessions at whose place the clocks show something else than in Paris, or that the feed writes in UTC.
const clocks = {
  initiatives: [
    { id: 'paris', name: 'À Paris', sessions: [{ id: 'a', startDate: `${day(5)}T18:30:00+01:00`, endDate: `${day(5)}T20:00:00+01:00`, timeZone: 'Europe/Paris' }] },
    { id: 'reunion', name: 'À La Réunion', sessions: [{ id: 'a', startDate: `${day(5)}T19:00:00+04:00`, timeZone: 'Indian/Reunion' }] },
    { id: 'utc', name: 'Noté en UTC', sessions: [{ id: 'a', startDate: `${day(5)}T12:00:00Z`, timeZone: 'Indian/Reunion' }] },
    { id: 'nuit', name: 'Noté la veille en UTC', sessions: [{ id: 'a', startDate: `${day(5)}T22:30:00Z`, timeZone: 'Indian/Reunion' }] },
    { id: 'jour', name: 'Toute la journée', sessions: [{ id: 'a', startDate: day(5) }] },
  ],
};
const when = (page, id) => said(page.locator(`[id^=card-]:has(a[href$="=${id}"]) .when`));

test('times are those on the clocks of the place, named where they differ from the visitor’s', async (t) => {
  at.site.json('/clocks.json', clocks);
  const page = await at.visit(t, { attributes: 'data-feed="/clocks.json"' });
  await listed(page);
  assert.match(await when(page, 'paris'), /, 18 h 30 – 20 h$/);
  assert.match(await when(page, 'reunion'), / 19 h \(heure de La Réunion\)$/);
  assert.doesNotMatch(await when(page, 'paris'), /heure/);
  assert.equal(await page.locator('.zone').count(), 0);
  assert.doesNotMatch(await when(page, 'jour'), / h/);
});

test('a time that the feed writes in UTC is shown on the clocks of the place, on its day there', async (t) => {
  at.site.json('/clocks.json', clocks);
  const page = await at.visit(t, { attributes: 'data-feed="/clocks.json"' });
  await listed(page);
  assert.match(await when(page, 'utc'), / 16 h/);
  assert.match(await when(page, 'nuit'), / 2 h 30/);
  const date = Number(day(6).slice(8));
  assert.match(await when(page, 'nuit'), new RegExp(`\\b${date} `));
});

test('a visitor elsewhere sees the clocks of the place, not their own', async (t) => {
  at.site.json('/clocks.json', clocks);
  const page = await at.visit(t, { attributes: 'data-feed="/clocks.json"', browser: { timezoneId: 'America/New_York' } });
  await listed(page);
  assert.match(await when(page, 'paris'), /18 h 30/);
});

test('where all hours are on the same clocks, and not the visitor’s, that is said once: above the list, and in a detail', async (t) => {
  const { at: session } = await import('./support/feeds.mjs');
  const sessions = (...days) => days.map((day) => ({ id: String(day), startDate: session(day), timeZone: 'Europe/Paris' }));
  at.site.json('/paris.json', {
    initiatives: [
      { id: 'un', name: 'Un', sessions: sessions(3, 5), participation: { way: 'rsvp' } },
      { id: 'deux', name: 'Deux', sessions: sessions(4) },
      { id: 'jour', name: 'Toute la journée', sessions: [{ id: 'a', startDate: day(5) }] },
    ],
  });
  const visit = (browser, lang = 'fr') => at.visit(t, { lang, attributes: 'data-feed="/paris.json"', browser });
  const page = await visit({ timezoneId: 'America/New_York' });
  await listed(page);
  assert.equal(await said(page.locator('.zone')), 'heure de Paris');
  assert.equal((await root(page).textContent()).match(/heure/g).length, 1);
  await page.locator('[id^=card-] a[href$="=un"]').click();
  assert.equal(await said(page.locator('.detail .zone')), 'heure de Paris');
  assert.equal((await page.locator('.detail').textContent()).match(/heure/g).length, 1);
  for (const [lang, words] of [['en', 'Paris time'], ['es', 'hora de Paris'], ['ar', /Paris/]]) {
    const other = await visit({ timezoneId: 'America/New_York' }, lang);
    await listed(other);
    assert.match(await said(other.locator('.zone')), new RegExp(words));
  }
  // Whose own clock shows the same is told nothing.
  for (const timezoneId of ['Europe/Paris', 'Europe/Madrid']) {
    const home = await visit({ timezoneId });
    await listed(home);
    assert.equal(await home.locator('.zone').count(), 0, timezoneId);
  }
});

test('dates and hours are written as people write them', async (t) => {
  const year = new Date().getFullYear() + 1;
  at.site.json('/dates.json', {
    initiatives: [
      { id: 'premier', name: 'Le premier', sessions: [{ id: 'a', startDate: `${year}-11-01T14:30:00+01:00`, endDate: `${year}-11-01T16:00:00+01:00`, timeZone: 'Europe/Paris' }], impact: [{ name: 'Arbres plantés', value: 3, asOf: `${year - 1}-05-01` }] },
      { id: 'onze', name: 'Le onze', sessions: [{ id: 'a', startDate: `${year}-11-11` }] },
      { id: 'nuit', name: 'La nuit', sessions: [{ id: 'a', startDate: `${year}-11-28T22:00:00+01:00`, endDate: `${year}-11-29T02:00:00+01:00`, timeZone: 'Europe/Paris' }] },
      { id: 'suite', name: 'Du premier au trois', sessions: [{ id: 'a', startDate: `${year}-10-01`, endDate: `${year}-10-03` }] },
    ],
  });
  const expected = {
    fr: [/^\S+ 1er nov\. \d+, 14 h 30 – 16 h$/, /^\S+\. 11 nov\. \d+$/, /1er – \S+ 3 oct\. \d+$/, /28 nov\. \d+, 22 h – 2 h$/],
    en: [/^\S+ 1 Nov \d+, 14:30 – 16:00$/, /^\S+ 11 Nov \d+$/, /1 Oct – .* 3 Oct \d+$/, /28 Nov \d+, 22:00 – 02:00$/],
    es: [/^\S+ 1 nov \d+, 14:30 – 16:00$/, /^\S+ 11 nov \d+$/, /1 oct – .* 3 oct \d+$/, /28 nov \d+, 22:00 – 02:00$/],
    ar: [/1 نوفمبر \d+، 14:30 – 16:00$/, /11 نوفمبر/, /3 أكتوبر/, /28 نوفمبر \d+، 22:00 – 02:00$/],
  };
  for (const [lang, [first, eleventh, range, night]] of Object.entries(expected)) {
    const page = await at.visit(t, { lang, attributes: 'data-feed="/dates.json"' });
    await listed(page);
    assert.match(await when(page, 'premier'), first);
    assert.match(await when(page, 'onze'), eleventh);
    assert.match(await when(page, 'suite'), range);
    // What ends in the night has one day, and its hours.
    assert.match(await when(page, 'nuit'), night);
    if (lang !== 'fr') continue;
    await page.locator('[id^=card-] a[href$="=premier"]').click();
    assert.match(await said(page.locator('.detail .impact')), new RegExp(`au 1er mai( |$)`));
  }
});

test('in Arabic a distance stands before its town, reads from right to left, and takes nothing of it along', async (t) => {
  const page = await at.visit(t, { lang: 'ar', attributes: 'data-place="69007"' });
  await listed(page);
  const wheres = page.locator('.card .where:has(.distance)');
  assert.ok((await wheres.count()) > 3);
  const places = await wheres.evaluateAll((all) =>
    all.map((where) => {
      const [distance, town] = [where.querySelector('.distance'), where.querySelector('bdi')];
      const letters = (element) => {
        const text = element.firstChild;
        const left = (n) => {
          const range = document.createRange();
          range.setStart(text, n);
          range.setEnd(text, n + 1);
          return range.getBoundingClientRect();
        };
        const number = text.data.search(/[\d٠-٩]/);
        return { number: left(number).left, unit: left(text.data.search(/[كم]/)).left };
      };
      const { number, unit } = letters(distance);
      return { text: where.textContent, number, unit, town: town.getBoundingClientRect().right, distance: distance.getBoundingClientRect().left };
    }),
  );
  for (const { text, number, unit, town, distance } of places) {
    assert.ok(number > unit, `${text}: the unit stands before its number`);
    assert.ok(town <= distance, `${text}: the town stands before the distance, or within it`);
  }
});

test('what stands side by side is not read as one word', async (t) => {
  const page = await at.visit(t, { attributes: 'data-place="69007"' });
  await listed(page);
  const where = await page.locator('.card .where:has(.distance)').allTextContents();
  assert.ok(where.length > 3);
  for (const text of where) assert.match(text, /k?m [A-ZÉÈ]/, text);
  const chips = await page.locator('.chip:has(.number:not(:empty))').allTextContents();
  assert.ok(chips.length > 5);
  for (const text of chips) assert.match(text, /\D \d+$/, text);
  await page.locator('[id^=card-] h3 a[href$="=devoirs"]').click();
  assert.match(await said(page.locator('.slot').first()), /Première séance 8 places restantes$/);
  // Counted once: the unit is in the indicator's own name.
  assert.match(await said(page.locator('.detail .impact')), /^64 Élèves accompagnés au /);
});

test('in Arabic the feed’s French keeps its own direction, and lends it to nothing beside it', async (t) => {
  const page = await at.visit(t, { lang: 'ar', attributes: 'data-place="69007"', query: '#alentour=devoirs' });
  await listed(page);
  /** Where the first and the last letter of a text stand. */
  const ends = (selector, text) =>
    page.locator(selector).first().evaluate((element, text) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      let all = '';
      const places = [];
      for (let node; (node = walker.nextNode()); ) for (let n = 0; n < node.data.length; n++) places.push([node, n]), (all += node.data[n]);
      const at = (position) => {
        const range = document.createRange();
        const [node, n] = places[position];
        range.setStart(node, n);
        range.setEnd(node, n + 1);
        return range.getBoundingClientRect().left;
      };
      const first = all.indexOf(text);
      return { first: at(first), last: at(first + text.length - 1) };
    }, text);
  for (const [selector, text] of [['.detail .lead', 'quartier.'], ['.count', '(69007)'], ['.count', 'Lyon 7e (69007)'], ['.tick:has([id^="in-consents"]) label', 'action.']]) {
    const { first, last } = await ends(selector, text);
    assert.ok(first < last, `${text} in ${selector}: ${first}, ${last}`);
  }
  assert.match(await page.locator('.detail .kind').textContent(), /،/);
  assert.equal(await page.locator('#place').getAttribute('dir'), 'auto');
});
