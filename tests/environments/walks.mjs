// What visitors do, in the words of the widget's texts: the same walk in each language, at each width, in each browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../support/widget.mjs';

const MEETING = 'Réunion publique sur le logement';
const PETITION = 'Pour un toit digne à Lyon';

/** The widget's texts in a language: by their keys. */
async function texts(lang) {
  const text = await readFile(join(import.meta.dirname, `../../texts/${lang}/widget.txt`), 'utf8');
  const lines = text.split('\n').map((line) => line.split(' = ')).filter((pair) => pair.length > 1);
  const known = Object.fromEntries(lines.map(([key, ...rest]) => [key, rest.join(' = ').replace(/\s+/g, ' ').trim()]));
  return (key) => known[key] ?? assert.fail(`there is no text ${key}`);
}

/** One walk for each row of the table. Each has the hands of a visitor who has just opened the page, and the texts. */
const walks = {
  async 'find a place, and filter'({ hands, say }) {
    await hands.fill('combobox', say('place'), '42000');
    await hands.window.key('Enter');
    await hands.see('link', 'Jardin partagé de Saint-Étienne');
    const [project, training, fold, clear] = ['project', 'training', 'filters', 'clear_filters'].map((key) => new RegExp('^' + say(key)));
    await hands.press('button', project);
    await until(async () => (await hands.find('button', project))?.pressed === 'true');
    await hands.see('link', 'Jardin partagé de Saint-Étienne');
    await hands.press('button', project);
    await hands.press('button', training);
    await hands.gone('link', 'Jardin partagé de Saint-Étienne');
    // Where there is little room the rest of the filters is folded away.
    if (!(await hands.find('button', clear))) await hands.press('button', fold);
    await hands.press('button', clear);
    await hands.see('link', 'Jardin partagé de Saint-Étienne');
  },

  async 'open, and go back by the button and by the browser'({ hands, say }) {
    for (const back of [() => hands.press('button', say('back')), () => hands.window.back()]) {
      await hands.press('link', MEETING);
      await hands.see('article', new RegExp(MEETING));
      await hands.see('textbox', say('given_name'));
      await back();
      await hands.gone('article', new RegExp(MEETING));
      // One goes on where one was.
      await until(async () => (await hands.see('link', MEETING)).hasFocus);
    }
    await hands.press('link', PETITION);
    await hands.see('article', new RegExp(PETITION));
  },

  async 'sign up'({ hands, say, server, email }) {
    await hands.press('link', MEETING);
    await hands.see('textbox', say('given_name'));
    // Sent empty, the form says what is missing.
    await hands.press('submit', new RegExp('^' + say('send_rsvp')));
    await hands.see('link', new RegExp(say('given_name')));
    await hands.fill('textbox', say('given_name'), 'Zoé');
    await hands.fill('textbox', say('family_name'), 'O’Brien ليلى');
    await hands.fill('textbox', say('email'), email);
    await hands.press('checkbox', /^J’accepte/);
    await hands.press('submit', new RegExp('^' + say('send_rsvp')));
    await hands.see('status', new RegExp(say('received').replace(/[?!.]/g, '\\$&')));
    const rows = JSON.stringify((await server.signups('reunion')).filter((row) => row.email === email));
    assert.match(rows, /O’Brien ليلى/);
    assert.equal(rows.split(email).length, 2, `not stored once: ${rows}`);
  },
};

/** The rows: each walk in French, and all of them in Arabic as one. */
export const WALKS = [
  ...Object.entries(walks).map(([name, walk]) => ({ name, lang: 'fr', steps: [walk] })),
  { name: 'all of it in Arabic', lang: 'ar', steps: Object.values(walks) },
];

/** Goes a walk in a window, on a page that `visit` opens. */
export async function go({ lang, steps }, context) {
  const { hands, visit } = context;
  const say = await texts(lang);
  for (const step of steps) {
    await visit(lang);
    // Until the application has taken the painted list over, what leads to the form is a link.
    await hands.see('button', new RegExp(MEETING));
    assert.equal((await hands.see('heading', MEETING)).direction, lang === 'ar' ? 'rtl' : 'ltr');
    await step({ ...context, say });
    assert.deepEqual(await hands.window.evaluate(() => window.complaints), []);
  }
}
