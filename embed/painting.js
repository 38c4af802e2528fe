// The first page of results: the tree that the server's views have made, shown before the application is there. Whatever is pressed or
// typed in it meanwhile is kept, and done once the application has come.

import { Map, Object, URLSearchParams, absolute, base, document, native, setTimeout, text as fetched } from './loading.js';
import { near } from '../src/locale/near.mjs';

const VERSION = 1; // of the tree
export const QUERY = ['place', 'radius', 'kinds', 'causes', 'limit'];
const SVG = 'http://www.w3.org/2000/svg';

const COORDINATES = /^([-+.\de]+) *, *([-+.\de]+)$/i;

/** Coordinates to a kilometre: an address is kept in logs, and a page may have got them from its visitor. */
const rounded = (text) => text.replace(COORDINATES, (_, ...degrees) => degrees.slice(0, 2).map((it) => (+it).toFixed(2)).join());

/**
 * The first page that answers a query about a feed in a language: one of those that came with the page's scripts or, of their server's
 * feed, one more small request. `null` where there is none.
 */
export function firstPage(pages, query, lang, feed) {
  const is = (page) =>
    page?.version === VERSION &&
    page.lang === lang &&
    page.query.countries === query.countries &&
    absolute(page.feed || 'feed.json', 'href', page.base) === feed &&
    QUERY.every((name) => rounded(page.query[name]) === rounded(query[name])) &&
    page;
  const known = pages.find(is);
  if (known) return Promise.resolve(known);
  if (feed !== base + 'feed.json') return Promise.resolve(null);
  const url = base + 'first.json?' + new URLSearchParams({ ...query, place: rounded(query.place), lang });
  const read = (text) => is(Object.assign(JSON.parse(text), { base })) || null;
  return fetched(url).then(read).catch(() => null);
}

const [createElement, createElementNS, createTextNode] = ['createElement', 'createElementNS', 'createTextNode'].map((name) => native(document, name));

/** The element of a tree: `["li", { "class": "card" }, ...]`. Text stays text. `above`: what its addresses begin with "../" for. */
function build(tree, above, svg) {
  if (typeof tree === 'string') return createTextNode.call(document, tree);
  const isSvg = svg || tree[0] === 'svg';
  const element = isSvg ? createElementNS.call(document, SVG, tree[0]) : createElement.call(document, tree[0]);
  for (let position = 1; position < tree.length; position++) {
    const part = tree[position];
    // Not `Array.isArray`: an array of the page's own making may be none.
    if (typeof part === 'string' || part.length !== undefined) element.appendChild(build(part, above, isSvg));
    else for (const [name, value] of Object.entries(part)) element.setAttribute(name, name === 'href' && value.startsWith('../') ? above + value.slice(3) : value);
  }
  return element;
}

/** The page's element, with near days in a word, and without what is over since it was made: then nothing is counted either. */
export function paint({ tree, ends, near: words = [], base }) {
  const page = build(tree, absolute('..', 'href', base));
  for (const time of page.querySelectorAll('time')) time.textContent = near(...words, time.dateTime, time.textContent);
  const over = Object.keys(ends).filter((card) => ends[card] * 1000 <= Date.now());
  for (const card of over) page.querySelector('#' + card)?.remove();
  if (over.length) page.querySelector('.count')?.replaceChildren();
  return page;
}

// ms. After that long without the application a link that was pressed is followed. Out of a frame it is into a window of its own, which
// browsers let open for five seconds after the press.
const PATIENCE = window.top === window ? 8000 : 4000;

/** What was pressed, typed and looked at in a painted page, until the application takes over. */
export class Visit {
  page;
  presses = [];
  typed = new Map(); // by field: the type of the event that says so
  #query;
  #base;
  isBegun = false; // Somebody has touched it.
  #held = false; // A finger is down, or a list of choices is open: what is under it must not go.

  /** Keeps what happens in the page; `began` is called when something does. `isAlone`: no application comes, and links are just links. */
  constructor(page, query, base, began, isAlone) {
    this.page = page;
    this.#query = query;
    this.#base = base;
    const listen = (type, act) => page.addEventListener(type, act);
    const begin = () => {
      this.isBegun = true;
      began();
    };
    const keep = (event, element) => {
      event.preventDefault();
      if (isAlone()) return this.#search();
      element.setAttribute('aria-busy', 'true');
      this.presses.push(element);
      if (element.href) setTimeout(() => page.isConnected && this.giveUp(), PATIENCE);
      begin();
    };
    // Before anything else hears of it: who takes over now would take the button from under the finger.
    listen('pointerdown', () => (this.#held = true));
    for (const type of ['pointerdown', 'focusin', 'keydown']) listen(type, () => isAlone() || begin());
    for (const type of ['pointerup', 'pointercancel', 'click', 'change', 'focusout']) {
      // The click comes after the finger has gone up.
      listen(type, () => setTimeout(() => (this.#held = false)));
    }
    listen('focusin', ({ target }) => (this.#held ||= target.localName === 'select'));
    listen('input', ({ target }) => this.typed.set(target, 'input'));
    listen('change', ({ target }) => {
      this.typed.set(target, target.localName === 'select' ? 'change' : 'input');
      if (target.localName === 'select' && isAlone()) this.#search();
    });
    listen('submit', (event) => keep(event, page.querySelector('#place')));
    listen('keydown', (event) => event.key === 'Enter' && event.target.id === 'place' && keep(event, event.target));
    listen('click', (event) => {
      const pressed = event.target.closest('a, button');
      // With a modifier the link opens a tab of its own, and so does one that says so.
      if (!pressed || pressed.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!isAlone() || !pressed.href) return keep(event, pressed);
      event.preventDefault();
      follow(pressed.href);
    });
  }

  /** Searches on the server's page of the list, which needs no script. */
  #search() {
    const { place, radius } = Object.fromEntries(['place', 'radius'].map((name) => [name, this.page.querySelector(`.${name} :is(input, select)`)?.value]));
    // A position is nothing for an address, and that page takes none, however it is written: two numbers with decimals.
    const named = /\d[.,]\d\d.*\d[.,]\d\d/.test(place) || COORDINATES.test(place.trim()) ? {} : { place, radius };
    follow(absolute('../near?' + new URLSearchParams({ ...this.#query, place: '', ...named }), 'href', this.#base));
  }

  /** No application comes: the link that was pressed last is followed, or what was typed is searched. */
  giveUp() {
    const pressed = this.presses.splice(0);
    for (const element of pressed) element.removeAttribute('aria-busy');
    const last = pressed.pop();
    if (last?.href) follow(last.href);
    else if (last?.id === 'place') this.#search();
  }

  /** Whether something waits to be done that only the application does. */
  get isWaiting() {
    return this.typed.size > 0 || this.presses.some((element) => !element.href);
  }

  get isHeld() {
    return this.#held;
  }
}

/** Leads to a page of the server's, which is in no frame. */
export function follow(address) {
  if (window.top === window) location.href = address;
  else window.open(address, '_blank', 'noopener');
}
