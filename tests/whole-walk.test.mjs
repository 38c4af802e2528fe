// From an idea to the list of who came: proposed, confirmed, published, found on a partner's page, signed up for, arranged, and handed out as a
// table. One walk, gone in three ways: by pointer with scripts, on a telephone without any, and on one by keyboard alone, from right to left.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { audit } from './support/axe.mjs';
import { openPage, startBrowser } from './support/browser.mjs';
import { at as moment, day } from './support/feeds.mjs';
import { mailing, readable, startMailbox } from './support/mailbox.mjs';
import { startServer, binary } from './support/server.mjs';
import { startSite } from './support/site.mjs';
import { said, until } from './support/widget.mjs';

const location = [{ name: 'Centre social', postalCode: '69007', addressLocality: 'Lyon', addressCountry: 'FR', latitude: 45.7485, longitude: 4.8467 }];
const feed = {
  alentour: '1',
  initiatives: [{ id: 'fete', kind: 'gathering', name: 'Fête du quartier', causes: ['culture'], location, sessions: [{ id: 'un', startDate: moment(3, 18), location: 0 }], participation: { way: 'rsvp' } }],
};

let browser, mailbox, server, site;
before(async () => {
  mailbox = await startMailbox();
  [browser, server, site] = await Promise.all([startBrowser(), startServer(feed, mailing(mailbox)), startSite()]);
});
after(() => Promise.all([browser?.close(), server?.stop(), mailbox?.stop(), site?.stop()]));

/** What a pointer does. */
const pointer = {
  press: (_, target) => target.click(),
  fill: (_, target, text) => target.fill(text),
  tick: (_, target) => target.check(),
};

/** What keys do: whatever is used is found by Tab first. */
const keys = {
  async press(page, target) {
    await reach(page, target);
    await page.keyboard.press('Enter');
  },
  async fill(page, target, text) {
    await reach(page, target);
    // The parts of a date stand in another order in each language.
    if (/date|time/.test(await target.getAttribute('type'))) return target.fill(text);
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  },
  async tick(page, target) {
    await reach(page, target);
    if ((await target.getAttribute('type')) !== 'radio') return page.keyboard.press('Space');
    // One of several is chosen by the arrows.
    if (await target.evaluate((one) => one.getRootNode().activeElement === one)) await page.keyboard.press('Space');
    for (let steps = 0; !(await target.isChecked()); steps++) {
      assert.ok(steps < 20, `no arrow leads to ${target}`);
      await page.keyboard.press('ArrowDown');
    }
  },
};

/** Goes by Tab to an element, or to the one of its radio buttons that Tab leads to; in whatever shadow tree. */
async function reach(page, target) {
  await target.waitFor();
  const isThere = (one) => {
    const active = one.getRootNode().activeElement;
    return active === one || (one.type === 'radio' && active?.type === 'radio' && active.name === one.name);
  };
  for (let tabs = 0; tabs < 250; tabs++) {
    if (await target.evaluate(isThere)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`no key leads to ${target} on ${page.url()}`);
}

/** The list that a visitor sees, with the initiative of that title on it: on a partner's page, of another origin, or where no script runs on our own. */
async function visitor(walk, t, title) {
  const page = await openPage(t, browser, walk.options);
  const partner = walk.hasScript && (await site.page('association', { server: server.url, attributes: 'data-place="69007"', lang: walk.lang }));
  assert.notEqual(partner && new URL(partner).origin, server.url);
  await page.goto(partner || `${server.url}/near?place=69007&lang=${walk.lang}`);
  await page.locator('.card', { hasText: title }).waitFor();
  return page;
}

const ways = [
  ['in French, by pointer, with scripts on a screen', { lang: 'fr', hand: pointer, hasScript: true, width: 1280 }, {
    whom: 'Les voisins', change: 'Les haies sont taillées.', organizer: 'Des voisins', name: 'Taille des haies du parc', summary: 'On taille ensemble.',
  }],
  ['in English, without scripts on a telephone', { lang: 'en', hand: pointer, hasScript: false, width: 360 }, {
    whom: 'Neighbours', change: 'The pond is clean again.', organizer: 'Some neighbours', name: 'Cleaning the pond', summary: 'We clean it together.',
  }],
  ['in Arabic, by keyboard alone on a telephone', { lang: 'ar', hand: keys, hasScript: true, width: 360 }, {
    whom: 'الجيران', change: 'ستُغرس الأشجار.', organizer: 'جيران', name: 'غرس الأشجار في الحديقة', summary: 'نعمل معا.',
  }],
];

for (const [how, way, words] of ways) {
  test(`from the proposal to the table of who came, ${how}`, async (t) => {
    const options = { viewport: { width: way.width, height: 800 }, javaScriptEnabled: way.hasScript };
    const walk = { ...way, options, words, title: words.name, hand: way.hand, audit: audit() };
    const post = await mails(way.lang, words.name);
    const person = (name) => `${name}-${way.lang}@example.org`;

    await proposes(walk, t, person('proposer'));
    await publishes(walk, t, person('operator'));
    const initiative = await published(walk.title);
    const [first, second] = initiative.sessions.map(({ id }) => id);

    for (const [given, isFull] of [['Zoe', false], ['Max', false], ['Lea', true]]) {
      await signsUp(walk, t, { given, email: person(given), session: first, isFull });
    }
    const page = await signsIn(walk, t, person('proposer'));
    const { hand } = walk;
    const see = (state) => audited(walk, t, page, state);
    await leads(page, () => hand.press(page, page.locator('.action a', { hasText: walk.title }).first()));
    await see('the action');
    assert.match(await said(page.locator('table.dates tbody tr').first()), /2 \/ 2.*1/);

    const open = async (given) => {
      await page.goto(`${server.url}/organise/i/${encodeURIComponent(initiative.id)}?lang=${walk.lang}`);
      await leads(page, () => hand.press(page, page.locator('nav.tasks a[href*="/people"]')));
      await see('the participants');
      await leads(page, () => hand.press(page, page.locator('.people a', { hasText: given })));
      await see('a participant');
    };
    await open('Zoe');
    assert.equal(await page.locator('[name=to]').inputValue(), second);
    await leads(page, () => hand.press(page, page.locator('button[value=move]')));
    await see('who was moved');
    await post.arrives(person('Zoe'), 'rebooked');
    await post.arrives(person('Lea'), 'promoted');
    await open('Max');
    await leads(page, () => hand.press(page, page.locator('button[value=give-back]')));
    await see('whose place was given back');
    await post.arrives(person('Max'), 'released');
    // Each has been told once, and nobody of what is another's.
    assert.deepEqual(['Zoe', 'Max', 'Lea'].map((given) => post.told(person(given))), [['rebooked'], ['released'], ['promoted']]);

    await page.goto(`${server.url}/organise/i/${encodeURIComponent(initiative.id)}?lang=${walk.lang}`);
    await leads(page, () => hand.press(page, page.locator('table.dates a').first()));
    await leads(page, () => hand.press(page, page.locator('nav.tasks a[href*="/door"]')));
    await see('the list for the door');
    assert.deepEqual(await page.locator('.door tbody th').allInnerTexts(), ['Essai Lea']);
    await hand.fill(page, page.locator('.came'), '1');
    await leads(page, () => hand.press(page, page.locator('.door ~ .choices button')));
    await page.locator('p.said').waitFor();
    assert.equal(await page.locator('.came').inputValue(), '1');
    await see('the list for the door, saved');

    await page.goto(`${server.url}/organise/i/${encodeURIComponent(initiative.id)}/people?lang=${walk.lang}`);
    const table = async (link) => {
      const download = page.waitForEvent('download');
      await hand.press(page, page.locator(link));
      return readFile(await (await download).path(), 'utf8');
    };
    assertTable(await table('a[href*="export.csv"]:not([href*="for=people"])'), { first, second, person });
    // The table for people says who was there, before what was noted of them.
    const cut = walk.lang === 'en' ? ',' : ';';
    const lea = (await table('a[href*="for=people"]')).split('\r\n').find((line) => line.includes(person('Lea')));
    assert.match(lea, new RegExp(`${cut}1${cut}$`));
    walk.audit.assertClean();
  });
}

/** Does what leads to another page, and waits for that. */
async function leads(page, act) {
  const loaded = page.waitForEvent('domcontentloaded');
  await act();
  await loaded;
}

/** Looks at a page of the server: nothing that axe objects to, in its language, within its screen, small, and with nothing from elsewhere. */
async function audited(walk, t, page, state) {
  const html = page.locator('html');
  assert.equal(await html.getAttribute('lang'), walk.lang, state);
  const wide = await html.evaluate((it) => it.scrollWidth);
  assert.ok(wide <= walk.width, `${state} is ${wide} px wide`);
  const text = await page.content();
  assert.ok(text.length < 60_000, `${state}: ${text.length} characters`);
  const others = page.record.requests.filter(({ url }) => !url.startsWith(server.url));
  assert.deepEqual(others, [], state);
  if (process.env.ALENTOUR_PICTURES) await page.screenshot({ path: `${process.env.ALENTOUR_PICTURES}/walk-${walk.lang}-${state.replace(/\W/g, '-')}.png`, fullPage: true });
  if (walk.hasScript) return walk.audit.look(page, state, false);
  // The audit is a script: it runs beside, on the page as it was sent.
  walk.beside ??= await openPage(t, browser, { ...walk.options, javaScriptEnabled: true });
  const body = (route) => (route.request().isNavigationRequest() ? route.fulfill({ body: text, contentType: 'text/html; charset=utf-8' }) : route.continue());
  await walk.beside.route('**/*', body);
  await walk.beside.goto(page.url());
  await walk.audit.look(walk.beside, state, false);
  await walk.beside.unroute('**/*', body);
}

const to = (email) => mailbox.to(email).map(readable);

/** The mails about what an organiser does, known by their subjects. */
async function mails(lang, title) {
  const texts = await readFile(new URL(`../texts/${lang}/mails.txt`, import.meta.url), 'utf8');
  const plain = (text) => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
  const subject = (kind) => plain(new RegExp(`^${kind}_subject = (.*)$`, 'm').exec(texts)[1].replace('{title}', title));
  // A letter may be cut between two encoded words, so their bytes are joined first.
  const joined = (encoded) => Buffer.concat([...encoded.matchAll(/=\?utf-8\?b\?(.*?)\?=/gi)].map(([, text]) => Buffer.from(text, 'base64'))).toString();
  const subjects = (email) =>
    to(email).map((mail) => plain(/^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(mail)[1].replace(/=\?utf-8\?b\?.*?\?=(?:\s+=\?utf-8\?b\?.*?\?=)*/gi, joined)));
  const kinds = ['promoted', 'rebooked', 'released'];
  const told = (email) => subjects(email).flatMap((known) => kinds.filter((kind) => known === subject(kind)));
  return { told, arrives: (email, kind) => until(() => told(email).includes(kind), 600, () => `${kind}: ${subjects(email).join(' / ')}`) };
}

/** Fills the five steps in, sends them and confirms by the mail's link. */
async function proposes(walk, t, email) {
  const { hand, words } = walk;
  const page = await openPage(t, browser, walk.options);
  const field = (selector) => page.locator(selector);
  const see = (state) => audited(walk, t, page, state);
  const next = () => leads(page, () => hand.press(page, field('form button:not(.unseen)[value=next], form button:not([name])').first()));
  await page.goto(`${server.url}/propose?lang=${walk.lang}`);
  await see('step 1');
  await hand.tick(page, field('[name=causes][value=environment]'));
  await hand.fill(page, field('#whom'), words.whom);
  await hand.fill(page, field('#change'), words.change);
  await next();
  await see('step 2');
  await hand.tick(page, field('[name=kind][value=gathering]'));
  await hand.fill(page, field('#people'), '2');
  await next();
  await see('step 3');
  await hand.tick(page, field('[name=when][value=dates]'));
  for (const [row, days] of [[0, 6], [1, 9]]) {
    if (row > 0) await leads(page, () => hand.press(page, field('button[value=row]')));
    await hand.fill(page, field(`#date-${row}`), day(days));
    await hand.fill(page, field(`#start-${row}`), '14:00');
  }
  await hand.tick(page, field('[name=where][value=place]'));
  await hand.fill(page, field('#town'), '69007');
  await hand.fill(page, field('#venue'), 'Parc Blandan');
  await next();
  await see('step 4');
  await hand.fill(page, field('#organizer'), words.organizer);
  await next();
  await see('step 5');
  await hand.fill(page, field('#name'), words.name);
  await hand.fill(page, field('#summary'), words.summary);
  await next();
  await see('before sending');
  await hand.fill(page, field('#email'), email);
  await hand.tick(page, field('#consent'));
  await leads(page, () => hand.press(page, field('button[value=send]')));
  await see('sent');
  await page.goto(`${server.url}${await mailbox.linked(email, 'proposal')}?lang=${walk.lang}`);
  await see('to be confirmed');
  await leads(page, () => hand.press(page, field('button[value=confirm]')));
  await field('button[value=withdraw]').waitFor();
  await see('waiting');
}

/** Whoever runs the installation publishes it. */
async function publishes(walk, t, email) {
  await new Promise((done, failed) => {
    const child = spawn(binary, ['accounts', 'keep', '--operator', '--language', walk.lang, '--database', server.database], { stdio: ['pipe', 'ignore', 'inherit'] });
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`accounts keep: ${code}`))));
    child.stdin.end(`${email}\n`);
  });
  const page = await signsIn(walk, t, email);
  await leads(page, () => walk.hand.press(page, page.locator('a[href*="/organise/initiatives"]').first()));
  await audited(walk, t, page, 'what waits');
  const proposed = page.locator('.proposed', { hasText: walk.title });
  await leads(page, () => walk.hand.press(page, proposed.locator('button[value=publish]')));
  assert.equal(await page.locator('p.said:not(.wrong)').count(), 1);
  assert.equal(await proposed.count(), 0);
  await audited(walk, t, page, 'published');
}

/** The initiative of that title, once visitors have it. */
async function published(title) {
  let found;
  const isThere = async () => {
    const { initiatives } = await (await fetch(`${server.url}/v1/feed.json`)).json();
    return (found = initiatives.find(({ name }) => name === title));
  };
  await until(isThere, 900);
  return found;
}

/** Somebody finds it and signs up for a date, or for the line of one that is full, and confirms. */
async function signsUp(walk, t, { given, email, session, isFull }) {
  const { hand } = walk;
  let page;
  const slot = () => page.locator(`.slot input[name=session][value="${session}"]`);
  const opened = async () => {
    page = await visitor(walk, t, walk.title);
    await hand.press(page, page.locator('.card h3 a', { hasText: walk.title }));
    await slot().waitFor();
    // What was taken a moment ago is known two seconds later.
    return !isFull || (await page.locator(`.slot.full input[name=session][value="${session}"]`).waitFor({ timeout: 2500 }).then(() => true, () => false));
  };
  await until(opened, 10);
  await hand.tick(page, slot());
  await hand.fill(page, page.locator('#in-givenName'), given);
  await hand.fill(page, page.locator('#in-familyName'), 'Essai');
  await hand.fill(page, page.locator('#in-email'), email);
  for (const box of await page.locator('.join [name^="consents."]').all()) await hand.tick(page, box);
  await hand.press(page, page.locator('.join button[type=submit]'));
  await page.locator('.received').waitFor();
  const own = await openPage(t, browser, walk.options);
  await own.goto(`${server.url}${await mailbox.linked(email, 'confirm')}?lang=${walk.lang}`);
  await audited(walk, t, own, 'a sign-up to be confirmed');
  await leads(own, () => hand.press(own, own.locator('form:has([name=id]) button')));
  await audited(walk, t, own, 'a sign-up that is confirmed');
  await mailbox.linked(email, 'mine');
}

/** A page that is signed in by a mailed link. */
async function signsIn(walk, t, email) {
  const page = await openPage(t, browser, walk.options);
  await page.goto(`${server.url}/organise?lang=${walk.lang}`);
  await audited(walk, t, page, 'signing in');
  await walk.hand.fill(page, page.locator('#email'), email);
  await leads(page, () => walk.hand.press(page, page.locator('form.card button')));
  await audited(walk, t, page, 'a link is on its way');
  await page.goto(`${server.url}${await mailbox.linked(email, 'organise/in')}?lang=${walk.lang}`);
  await audited(walk, t, page, 'the link');
  await leads(page, () => walk.hand.press(page, page.locator('form button').first()));
  await audited(walk, t, page, 'signed in');
  return page;
}

/** The table says where each is now, in the order in which they came. */
function assertTable(table, { first, second, person }) {
  const lines = table.replace('\ufeff', '').trim().split('\r\n');
  const expected = [['Zoe', [`${first} (cancelled)`, `${second} (active)`]], ['Max', [`${first} (cancelled)`]], ['Lea', [`${first} (active)`]]];
  assert.equal(lines.length, 1 + expected.length, table);
  for (const [at, [given, states]] of expected.entries()) {
    const line = lines[at + 1];
    assert.ok(line.includes(`,${given},Essai,${person(given)},`), line);
    for (const state of states) assert.ok(line.includes(state), `${state}: ${line}`);
    assert.equal(line.match(/\((active|waiting|cancelled|offered)\)/g).length, states.length, line);
  }
}
