// The tags that a script answers, and where on the page each of them is. Editors wrap them in paragraphs, optimisers and jQuery run them from the
// head, tag managers and modules without saying which one runs.

import { Symbol, base, call, current, document, folder } from './loading.js';

const SERVED = Symbol.for('alentour'); // On a tag: it has what it asks for. A copy of it has not.
const LINKS = '.alentour-fallback, [data-alentour-fallback]';

/** Whether a tag names this script, be it in an attribute that keeps it from running until an optimiser lets it. */
const isOurs = (script) => [...script.attributes].some(({ name, value }) => /src$/.test(name) && value.includes('/alentour.js') && folder(value) === base);

/**
 * The tags to be served now. That is the one that runs; where that is a stand-in in the head, or none, the first of the body's that nobody
 * has served; and all of these for a module, which runs once for all of them.
 */
export function tags() {
  const isPlaced = current?.src && (!current.closest('head') || current.dataset.target || /[?&]target=/.test(current.src));
  const waiting = isPlaced ? [current] : [...call(document, 'querySelectorAll', 'body script')].filter((it) => !it[SERVED] && isOurs(it));
  const served = current ? [waiting[0] || current] : waiting;
  return served.filter((tag) => !tag[SERVED] && (tag[SERVED] = true));
}

/** Whether an element says nothing: a line break, or a paragraph that an editor has left. */
const isEmpty = (element) => /^(br|p)$/.test(element.localName) && !element.textContent.trim() && !element.firstElementChild;

/** The tag, or the paragraph that an editor has put around it and around nothing else. */
export function placeOf(tag) {
  const parent = tag.parentElement;
  const isAlone = parent?.localName === 'p' && !parent.textContent.trim() && [...parent.children].every((it) => it === tag || isEmpty(it));
  return isAlone ? parent : tag;
}

/** The fallback links before a tag, with nothing between. */
export function linksOf(tag) {
  let before = placeOf(tag).previousElementSibling;
  while (before && isEmpty(before) && !call(before, 'matches', LINKS)) before = before.previousElementSibling;
  return before && call(before, 'matches', LINKS) && before;
}
