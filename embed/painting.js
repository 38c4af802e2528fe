// The first page of results: the tree that the server's views have made, shown before the application is there. Whatever is pressed or
// typed in it meanwhile is kept, and done once the application has come.

import { Map, Object, URLSearchParams, absolute, base, call, document, setTimeout, text as fetched } from './loading.js';
import { near } from '../src/locale/near.mjs';

const VERSION = 1; // of the tree
export const QUERY = ['place', 'radius', 'kinds', 'causes', 'limit'];
const SVG = 'http://www.w3.org/2000/svg';

/** Coordinates to a kilometre: an address is kept in logs, and a page may have got them from its visitor. */
const rounded = (text) => text.replace(/^(-?\d+\.\d+) *, *(-?\d+\.\d+)$/, (_, ...degrees) => degrees.slice(0, 2).map((it) => (+it).toFixed(2)).join());

/**
 * The first page that answers a query about a feed in a language: one of those that came with the page's scripts or, of their server's
 * feed, one more small request. `null` where there is none.
 */
export function firstPage(pages, query, lang, feed) {
  const own = base + 'feed.json';
  const is = (page) =>
    page?.version === VERSION &&
    page.lang === lang &&
    (page.feed ? absolute(page.feed, 'href', base) : own) === feed &&
    QUERY.every((name) => rounded(page.query[name]) === rounded(query[name])) &&
    page;
  const known = pages.find(is);
  if (known) return Promise.resolve(known);
  if (feed !== own) return Promise.resolve(null);
  const url = base + 'first.json?' + new URLSearchParams({ ...query, place: rounded(query.place), lang });
  return fetched(url).then((text) => is(JSON.parse(text)) || null).catch(() => null);
}

/** The element of a tree: `["li", { "class": "card" }, ...]`. Text stays text. */
export function build(tree, svg) {
  if (typeof tree === 'string') return call(document, 'createTextNode', tree);
  const [name, ...children] = tree;
  const isSvg = svg || name === 'svg';
  const element = isSvg ? call(document, 'createElementNS', SVG, name) : call(document, 'createElement', name);
  // Not `Array.isArray`: an array of the page's own making may be none.
  if (children.length && typeof children[0] !== 'string' && children[0].length === undefined) {
    for (const [name, value] of Object.entries(children.shift())) element.setAttribute(name, name === 'href' && value.startsWith('../') ? absolute(value, 'href', base) : value);
  }
  element.append(...children.map((child) => build(child, isSvg)));
  return element;
}

/** The page's element, with near days in a word, and without what is over since it was made: then nothing is counted either. */
export function paint({ tree, ends, lang }) {
  const page = build(tree);
  for (const time of page.querySelectorAll('time')) time.textContent = near(lang, time.dateTime, time.textContent);
  const over = Object.keys(ends).filter((card) => ends[card] * 1000 <= Date.now());
  for (const card of over) page.querySelector('#' + card)?.remove();
  if (over.length) page.querySelector('.count')?.replaceChildren();
  return page;
}

/** Lets an event happen. MooTools has an `Event` of its own: the document makes one whatever that name means. */
function happen(element, type, key) {
  const event = call(document, 'createEvent', 'Event');
  event.initEvent(type, true, true);
  Object.defineProperty(event, 'key', { value: key });
  call(element, 'dispatchEvent', event);
}

const PATIENCE = 8000; // ms. After that long without the application a link that was pressed is followed.

/** What was pressed, typed and looked at in a painted page, until the application takes over. */
export class Visit {
  #page;
  #query;
  #presses = [];
  #typed = new Map();
  #held = false; // A finger is down, or a list of choices is open: what is under it must not go.

  /** Keeps what happens in the page; `began` is called when something does. `isAlone`: no application comes, and links are just links. */
  constructor(page, query, began, isAlone) {
    this.#page = page;
    this.#query = query;
    const listen = (type, act) => page.addEventListener(type, act);
    const keep = (event, element) => {
      event.preventDefault();
      if (isAlone()) return this.#search();
      element.setAttribute('aria-busy', 'true');
      this.#presses.push(element);
      if (element.href) setTimeout(() => page.isConnected && this.giveUp(), PATIENCE);
      began();
    };
    for (const type of ['pointerdown', 'focusin', 'keydown']) listen(type, () => isAlone() || began());
    listen('pointerdown', () => (this.#held = true));
    for (const type of ['pointerup', 'pointercancel', 'click', 'change', 'focusout']) {
      // The click comes after the finger has gone up.
      listen(type, () => setTimeout(() => (this.#held = false)));
    }
    listen('focusin', ({ target }) => (this.#held ||= target.localName === 'select'));
    listen('input', ({ target }) => this.#typed.set(target, 'input'));
    listen('change', ({ target }) => {
      this.#typed.set(target, target.localName === 'select' ? 'change' : 'input');
      if (target.localName === 'select' && isAlone()) this.#search();
    });
    listen('submit', (event) => keep(event, page.querySelector('#place')));
    listen('keydown', (event) => event.key === 'Enter' && event.target.id === 'place' && keep(event, event.target));
    listen('click', (event) => {
      const pressed = event.target.closest('a, button');
      // With a modifier the link opens a tab of its own.
      if (pressed && !isAlone() && !event.ctrlKey && !event.metaKey && !event.shiftKey) keep(event, pressed);
    });
  }

  /** Searches on the server's page of the list, which needs no script. */
  #search() {
    const { place, radius } = Object.fromEntries(['place', 'radius'].map((name) => [name, this.#page.querySelector(`.${name} :is(input, select)`)?.value]));
    follow(absolute('../near?' + new URLSearchParams({ ...this.#query, place, radius }), 'href', base));
  }

  /** The application's counterpart of an element: of the same initiative, or at the same place in the form. */
  #counterpart(element, root) {
    const card = element.closest('.card');
    if (card) {
      // ".../i/ID?lang=fr" on the server, "...#alentour=ID" on the page.
      const id = (card) => /[^/=]*(?=\?lang=\w+$|$)/.exec(card.querySelector('h3 a')?.href)[0];
      const same = [...root.querySelectorAll('.card')].find((other) => id(other) === id(card));
      return same?.querySelector(element.closest('h3') ? 'h3 a' : '.action');
    }
    const path = [];
    for (let node = element; node !== this.#page; node = node.parentElement) path.unshift([...node.parentElement.children].indexOf(node));
    return path.reduce((node, position) => node?.children[position], root);
  }

  /** Puts the application's page in the place of the painted one, and does in it what was done here. `active` has the focus. */
  replay(root, active, swap) {
    const selection = active && [active.selectionStart, active.selectionEnd];
    const row = this.#page.querySelector('.quick')?.scrollLeft;
    swap();
    for (const [field, type] of this.#typed) {
      const other = this.#counterpart(field, root);
      if (!other) continue;
      other.value = field.value;
      happen(other, type);
      // Whoever has gone on to something else has meant that place.
      if (field.id === 'place' && field !== active) happen(other, 'blur');
    }
    const other = active && this.#counterpart(active, root);
    other?.focus({ preventScroll: true });
    // Some kinds of fields have no selection.
    if (other && selection[0] != null) other.setSelectionRange(...selection);
    if (row) root.querySelector('.quick').scrollLeft = row;
    for (const pressed of this.#presses) {
      const other = this.#counterpart(pressed, root);
      if (other && pressed.id === 'place') happen(other, 'keydown', 'Enter');
      else if (other) other.click();
      else if (pressed.href) follow(pressed.href);
    }
  }

  /** No application comes: the link that was pressed last is followed, or what was typed is searched. */
  giveUp() {
    const pressed = this.#presses.splice(0);
    for (const element of pressed) element.removeAttribute('aria-busy');
    const last = pressed.pop();
    if (last?.href) follow(last.href);
    else if (last?.id === 'place') this.#search();
  }

  /** Whether something waits to be done that only the application does. */
  get isWaiting() {
    return this.#typed.size > 0 || this.#presses.some((element) => !element.href);
  }

  get isHeld() {
    return this.#held;
  }
}

/** Leads to a page of the server's, which is in no frame. */
function follow(address) {
  if (window.top === window) location.href = address;
  else window.open(address, '_blank', 'noopener');
}
