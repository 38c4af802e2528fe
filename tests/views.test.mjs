// The views are one: what the application builds in a browser is the tree that they give where there is none (`examples/views.rs`).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { openPage, startBrowser } from './support/browser.mjs';
import { at, day, neighbourhood, questions } from './support/feeds.mjs';
import { startServer } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { listed } from './support/widget.mjs';

const program = resolve(import.meta.dirname, '..', process.env.ALENTOUR_VIEWS ?? 'target/debug/examples/views');

/** All in which the two may differ. */
const differences = {
  /** CLDR's no-break, thin and narrow no-break spaces: browsers make usual ones of some. */
  spaces: (text) => text.replace(/[\u00a0\u2009\u202f]/g, ' '),
  /** Texts beside each other are one once they are written, and an empty one is none. */
  texts: (children) => children.reduce((all, child) => {
    if (typeof child === 'string' && typeof all.at(-1) === 'string') all.push(all.pop() + child);
    else if (child !== '') all.push(child);
    return all;
  }, []),
  /** Days that are near have a word in a browser (`src/locale/near.mjs`): of these only the attribute is compared. */
  relativeDays: (tag, { datetime }, children) => (tag === 'time' && [day(), day(1)].includes(datetime.slice(0, 10)) ? [] : children),
};

/** What the neighbourhood lacks: what is over, what is full, what goes on, several places, another zone, a feed's own words. */
function feed() {
  const feed = neighbourhood();
  const [devoirs] = feed.initiatives;
  const { organizer, participation, location } = devoirs;
  const vienne = feed.initiatives.find(({ id }) => id === 'vienne').location[0];
  const seats = (left) => ({ maximumAttendeeCapacity: 4, remainingAttendeeCapacity: left });
  feed.initiatives.push(
    { id: 'complet', kind: 'volunteering', name: 'Tout est pris', organizer, location, sessions: [{ id: 's', startDate: at(4), endDate: at(4, 19), ...seats(0) }], participation },
    { id: 'fini', kind: 'gathering', name: 'C’était hier', organizer, location, sessions: [{ id: 's', startDate: at(-1), endDate: at(-1, 19) }], participation: { way: 'rsvp' } },
    {
      id: 'partout', kind: 'project', name: 'Deux villes', organizer, location: [...location, vienne], participation: { way: 'offer', message: 'required' },
      sessions: [{ id: 'a', startDate: at(2), endDate: at(2, 19), location: 0, ...seats(0) }, { id: 'b', startDate: at(6), endDate: at(6, 19), location: 1, ...seats(3) }],
    },
    { id: 'abidjan', kind: 'tontine', name: 'Ailleurs', causes: ['eau'], organizer, location, sessions: [{ id: 's', startDate: '2031-03-01T18:00:00Z', endDate: '2031-03-01T20:00:00Z', timeZone: 'Africa/Abidjan' }] },
    { id: 'maintenant', kind: 'gathering', name: 'C’est commencé', organizer, location, sessions: [{ id: 's', startDate: at(-1), endDate: at(1, 19) }] },
    { id: 'questions', kind: 'volunteering', name: 'Beaucoup de questions', organizer, location, participation: { way: 'offer', questions } },
    { id: 'longtemps', kind: 'training', name: 'Une semaine', organizer, location, sessions: [{ id: 's', startDate: '2031-03-01', endDate: '2031-03-07' }], participation: { way: 'enrolment' } },
  );
  return feed;
}

const LANGUAGES = ['fr', 'en', 'es', 'ar'];
const lyon = '45.75,4.85';
const QUERIES = [
  {}, { place: lyon }, { place: lyon, radius: 'any', limit: '3' }, { place: lyon, kinds: 'training,group' }, { place: lyon, causes: 'housing', radius: '5' },
  { place: '46.5,-20', radius: '10' }, { place: '46.5,-20', radius: '10', kinds: 'petition' },
];
const OPENED = ['devoirs', 'reunion', 'petition', 'collectif', 'campagne', 'tutorat-en-ligne', 'complet', 'fini', 'partout', 'abidjan', 'maintenant', 'longtemps', 'questions'];

/** Runs in the browser: the tree of what is shown. What stands in a field or is chosen is an attribute, as where it begins. */
function shown() {
  const tree = (node) => {
    if (node.nodeType === 3) return node.data;
    const attributes = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]));
    // What asks for an alert comes with the form's code, and is hidden until the server has said that it sends mail.
    const children = [...node.childNodes].filter(({ className }) => className !== 'alert').map(tree);
    if (node.localName === 'input' && node.type !== 'checkbox' && node.value) attributes.value = node.value;
    if (node.localName === 'textarea') children.push(node.value);
    if (node.checked) attributes.checked = '';
    if (node.localName === 'select') attributes.chosen = node.value;
    return [node.localName, attributes, ...children];
  };
  return tree(document.querySelector('alentour-widget').shadowRoot.querySelector('.root > section'));
}

/** A tree as both have it. */
function plain(node) {
  if (typeof node === 'string') return differences.spaces(node);
  const [tag, ...rest] = node;
  const given = rest[0] && !Array.isArray(rest[0]) && typeof rest[0] === 'object' ? rest.shift() : {};
  const attributes = Object.entries(given).map(([name, value]) => [name, differences.spaces(value)]);
  const options = tag === 'select' ? rest.map((option) => option[1]) : [];
  if (tag === 'select' && !('chosen' in given)) attributes.push(['chosen', (options.find((it) => 'selected' in it) ?? options[0])?.value]);
  // A card is numbered by its place in what has been read: tiles in a browser, a whole feed without one.
  const unnumbered = attributes.map(([name, value]) => [name, name === 'id' ? value.replace(/^card-\d+$/, 'card') : value]);
  const kept = unnumbered.filter(([name]) => name !== 'selected').sort(([one], [other]) => (one < other ? -1 : 1));
  return [tag, Object.fromEntries(kept), ...differences.relativeDays(tag, given, differences.texts(rest.map(plain)))];
}

let browser, server, site, document;
before(async () => {
  [browser, server, site] = await Promise.all([startBrowser(), startServer(feed()), startSite()]);
  document = await (await fetch(server.url + '/v1/feed.json')).json();
});
after(() => Promise.all([browser?.close(), server?.stop(), site?.stop()]));

for (const lang of LANGUAGES) {
  test(`in ${lang}, the list and each initiative are the same in a browser and without one`, async (t) => {
    const page = await openPage(t, browser);
    // What has changed since the feed was written is no view's: it is asked for here, and there is nobody to ask there.
    await page.route('**/v1/live.json*', (route) => route.abort());
    await page.route('**/v1/first.json*', async (route) => {
      const answer = await route.fetch();
      const first = await answer.json();
      if (first) delete first.live;
      await route.fulfill({ response: answer, json: first });
    });
    const instant = Math.floor(Date.now() / 1000);
    await page.clock.setFixedTime(instant * 1000);
    const scenes = [...QUERIES.map((query) => ({ query })), ...OPENED.map((opened) => ({ query: { place: lyon }, opened }))];
    const seen = [];
    for (const { query, opened } of scenes) {
      const attributes = Object.entries(query).map(([name, value]) => `data-${name}="${value}"`);
      const url = await site.page('bare', { server: server.url, lang, attributes: attributes.join(' ') });
      await page.goto(url + (opened ? '#alentour=' + opened : ''));
      await listed(page);
      // All that it says is there, not its card alone.
      if (opened) await page.locator('article p.links').waitFor();
      // The form comes by itself.
      await page.locator('.join[aria-busy]').waitFor({ state: 'detached' });
      const config = { ...query, api: server.url, page: url };
      const point = query.place?.split(',').map(Number);
      seen.push({ tree: await page.evaluate(shown), given: { lang, instant, zone: 'Europe/Paris', config, label: query.place, point, opened } });
    }
    const input = JSON.stringify({ feed: document, scenes: seen.map(({ given }) => given) });
    const trees = JSON.parse(execFileSync(program, { input, encoding: 'utf8', maxBuffer: 64 << 20 }));
    assert.equal(trees.length, scenes.length);
    for (const [n, { tree }] of seen.entries()) assert.deepEqual(plain(tree), plain(trees[n]), JSON.stringify(scenes[n]));
  });
}
