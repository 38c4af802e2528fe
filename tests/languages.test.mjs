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
  assert.match(await when(page, 'paris'), /18:30/);
  assert.match(await when(page, 'reunion'), /19:00 \(.*Réunion.*\)/);
  assert.doesNotMatch(await when(page, 'jour'), /\d\d:\d\d/);
});

test('a time that the feed writes in UTC is shown on the clocks of the place, on its day there', async (t) => {
  at.site.json('/clocks.json', clocks);
  const page = await at.visit(t, { attributes: 'data-feed="/clocks.json"' });
  await listed(page);
  assert.match(await when(page, 'utc'), /16:00/);
  assert.match(await when(page, 'nuit'), /02:30/);
  const date = Number(day(6).slice(8));
  assert.match(await when(page, 'nuit'), new RegExp(`\\b${date} `));
});

test('a visitor elsewhere sees the clocks of the place, not their own', async (t) => {
  at.site.json('/clocks.json', clocks);
  const page = await at.visit(t, { attributes: 'data-feed="/clocks.json"', browser: { timezoneId: 'America/New_York' } });
  await listed(page);
  assert.match(await when(page, 'paris'), /18:30/);
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
