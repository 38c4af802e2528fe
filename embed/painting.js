// The first page of results: the tree that the server's views have made, shown before the application is there. Whatever is pressed or
// typed in it meanwhile is kept, and done once the application has come.

import { Map, Object, URLSearchParams, absolute, base, call, document, download, first, shared } from './loading.js';

const VERSION = 1; // of the tree
export const QUERY = ['place', 'radius', 'kinds', 'causes', 'limit'];
const SVG = 'http://www.w3.org/2000/svg';

/**
 * The first page that answers a query about a feed in a language: the one that came with the script or, of its server's feed, one more
 * small request. `null` where there is none.
 */
export function firstPage(query, lang, feed) {
  const own = base + 'feed.json';
  const is = (page) =>
    page?.version === VERSION &&
    page.lang === lang &&
    (page.feed ? absolute(page.feed, 'href', base) : own) === feed &&
    QUERY.every((name) => page.query[name] === query[name]) &&
    page;
  if (is(first)) return Promise.resolve(first);
  if (feed !== own) return Promise.resolve(null);
  const url = base + 'first.json?' + new URLSearchParams({ ...query, lang });
  return shared('first ' + url, () => download(url)).then((text) => is(JSON.parse(text)) || null).catch(() => null);
}

/** The element of a tree: `["li", { "class": "card" }, ...]`. Text stays text. */
export function build(tree, svg) {
  if (typeof tree === 'string') return call(document, 'createTextNode', tree);
  const [name, ...children] = tree;
  const isSvg = svg || name === 'svg';
  const element = isSvg ? call(document, 'createElementNS', SVG, name) : call(document, 'createElement', name);
  // Not `Array.isArray`: an array of the page's own making may be none.
  if (children.length && typeof children[0] !== 'string' && children[0].length === undefined) {
    for (const [name, value] of Object.entries(children.shift())) element.setAttribute(name, name === 'href' ? absolute(value, 'href', base) : value);
  }
  element.append(...children.map((child) => build(child, isSvg)));
  return element;
}

/** The page's element, without what is over since it was made: then nothing is counted either. */
export function paint({ tree, ends }) {
  const page = build(tree);
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

/** What was pressed, typed and looked at in a painted page, until the application takes over. */
export class Visit {
  #page;
  #presses = [];
  #typed = new Map();

  /** Keeps what happens in the page; `began` is called when something does. `isAlone`: no application comes, and links are just links. */
  constructor(page, began, isAlone) {
    this.#page = page;
    const listen = (type, act) => page.addEventListener(type, (event) => isAlone() || act(event));
    const keep = (event, element) => {
      event.preventDefault();
      element.setAttribute('aria-busy', 'true');
      this.#presses.push(element);
      began();
    };
    for (const type of ['pointerdown', 'focusin', 'keydown']) listen(type, began);
    listen('input', ({ target }) => this.#typed.set(target, 'input'));
    listen('change', ({ target }) => this.#typed.set(target, target.localName === 'select' ? 'change' : 'input'));
    listen('submit', (event) => keep(event, page.querySelector('#place')));
    listen('keydown', (event) => event.key === 'Enter' && event.target.id === 'place' && keep(event, event.target));
    listen('click', (event) => {
      const pressed = event.target.closest('a, button');
      // With a modifier the link opens a tab of its own.
      if (pressed && !event.ctrlKey && !event.metaKey && !event.shiftKey) keep(event, pressed);
    });
  }

  /** The application's counterpart of an element: of the same initiative, or at the same place in the form. */
  #counterpart(element, root) {
    const card = element.closest('.card');
    if (card) {
      // ".../i/ID?lang=fr" on the server, "...#alentour=ID" on the page.
      const id = (card) => /[^/=]*(?=\?lang=\w+$|$)/.exec(card.querySelector('h3 a').href)[0];
      const same = [...root.querySelectorAll('.card')].find((other) => id(other) === id(card));
      return same?.querySelector(element.closest('h3') ? 'h3 a' : '.action');
    }
    const path = [];
    for (let node = element; node !== this.#page; node = node.parentElement) path.unshift([...node.parentElement.children].indexOf(node));
    return path.reduce((node, position) => node?.children[position], root);
  }

  /** Does it all again in the application's page, which has just taken the painted one's place. `active` had the focus. */
  replay(root, active) {
    for (const [field, type] of this.#typed) {
      const other = this.#counterpart(field, root);
      if (!other) continue;
      other.value = field.value;
      happen(other, type);
    }
    const other = active && this.#counterpart(active, root);
    other?.focus({ preventScroll: true });
    // Some kinds of fields have no selection.
    if (other && active.id === 'place') other.setSelectionRange(active.selectionStart, active.selectionEnd);
    for (const pressed of this.#presses) {
      const other = this.#counterpart(pressed, root);
      if (pressed.id === 'place') happen(other, 'keydown', 'Enter');
      else other?.click();
    }
  }

  /** No application comes: the link that was pressed last is followed. */
  giveUp() {
    const pressed = this.#presses.splice(0);
    for (const element of pressed) element.removeAttribute('aria-busy');
    const link = pressed.reverse().find((element) => element.localName === 'a');
    if (link) location.href = link.href;
  }

  /** Whether something waits to be done. */
  get isWaiting() {
    return this.#presses.length > 0;
  }
}
