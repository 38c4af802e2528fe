// What `Locale` writes natively is what it writes in a browser: `examples/locale.rs` gives calls and their texts, and the browser's
// `Intl`, asked as `src/locale/intl.rs` asks it, gives the same.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { openPage, startBrowser } from './support/browser.mjs';

const root = resolve(import.meta.dirname, '..');
const read = (path) => readFileSync(resolve(root, path), 'utf8');
const program = resolve(root, process.env.ALENTOUR_LOCALE ?? 'target/debug/examples/locale');

/** The options of `src/locale/intl.rs`, as they stand there. */
const options = {
  language: '{"type":"language"}',
};

/** All in which the two may differ. */
const differences = {
  /** CLDR's spaces: no-break, thin and narrow no-break. Browsers make usual ones of some. */
  spaces: (text) => text.replace(/[\u00a0\u2009\u202f]/g, ' '),
  /** Chromium leaves out names of languages to be smaller, and gives their tag. The others have them. */
  unnamed: ({ call, arguments: [tag] }, theirs) => call === 'language_name' && theirs === tag && /^[a-z]{2,3}$/.test(tag),
};

/** Runs in the browser: the text of each call. `messages` are the widget's by language, `module` is `intl.mjs`. */
function texts(calls, json, messages, module) {
  const { number: written, plural, days, zoneName, offsetAt } = new Function(module + '; return { number, plural, days, zoneName, offsetAt };')();
  const options = Object.fromEntries(Object.entries(json).map(([name, text]) => [name, JSON.parse(text)]));
  const tag = (lang) => (lang === 'en' ? 'en-GB' : lang);
  const noon = (date) => Date.parse(date + 'T12:00:00Z');
  const number = (lang, value, unit) => written(tag(lang), value, unit);
  const answers = {
    number: (lang, value) => number(lang, value, ''),
    kilometres: (lang, value) => number(lang, value, 'kilometer'),
    metres: (lang, value) => number(lang, value, 'meter'),
    plural: (lang, n) => plural(tag(lang), n),
    distance: (lang, value, unit, about) => messages[lang][about ? 'about_distance' : 'at_distance'].replace('{distance}', number(lang, value, unit)),
    days: (lang, first, last, withWeekday, withYear) => days(tag(lang), noon(first), noon(last), withWeekday, withYear),
    language_name: (lang, code) => {
      try {
        return new Intl.DisplayNames(tag(lang), options.language).of(code);
      } catch {
        return code;
      }
    },
    zone: (lang, zone) => zoneName(lang, messages[lang].zone, zone),
    // As `KnownZones` does: taken as UTC first.
    offset: (_, zone, time) => {
      const at = (guess) => offsetAt(zone, Date.parse(time + 'Z') / 1000 - guess);
      const offset = at(at(0));
      return Number.isNaN(offset) ? null : offset;
    },
  };
  return calls.map(({ lang, call, arguments: values }) => answers[call](lang, ...values));
}

test('a text is the same natively and in a browser', async (t) => {
  const calls = JSON.parse(execFileSync(program, { encoding: 'utf8', maxBuffer: 1 << 26 }));
  const message = (lang, key) => new RegExp(`^${key} = (.*)$`, 'm').exec(read(`texts/${lang}/widget.txt`))[1];
  const keys = ['at_distance', 'about_distance', 'zone'];
  const messages = Object.fromEntries(['fr', 'en', 'es', 'ar'].map((lang) => [lang, Object.fromEntries(keys.map((key) => [key, message(lang, key)]))]));
  const browser = await startBrowser();
  t.after(() => browser.close());
  const page = await openPage(t, browser);
  const module = read('src/locale/intl.mjs').replace(/^export /gm, '');
  const theirs = await page.evaluate(`(${texts})(...${JSON.stringify([calls, options, messages, module])})`);
  const wrong = calls.flatMap((call, index) => {
    const [text, browsers] = [call.text, theirs[index]].map((text) => (typeof text === 'string' ? differences.spaces(text) : text));
    return text === browsers || differences.unnamed(call, browsers) ? [] : [{ ...call, browsers: theirs[index] }];
  });
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${calls.length} differ`);
  // Nothing was left out: each of the languages has calls of each kind.
  const kinds = new Set(calls.map(({ lang, call }) => `${lang} ${call}`));
  assert.equal(kinds.size, 4 * 9);
});

test('the browser is asked here as the widget asks it', () => {
  const source = read('src/locale/intl.rs');
  for (const json of Object.values(options)) assert.ok(source.includes(`r#"${json}"#`), json);
  assert.equal(source.match(/r#"/g).length, Object.keys(options).length);
});
