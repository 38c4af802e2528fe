// The script tag: defines <alentour-widget>, and puts one in place of the page's links. Whatever goes wrong, the partner's page has the
// painted list or its plain links, and one line in its console.
//
// `cargo xtask build` joins the scripts of this folder and wraps them in a function, so that nothing here is global.

import { ATTRIBUTES } from './asked.js';
import { element } from './element.js';
import { URL, base, bundle, call, customElements, document, find, first, make, native, say, tag } from './loading.js';
import { QUERY } from './painting.js';

const NAME = 'alentour-widget';
const DELIBERATE = 240; // px. Fallback links in a box as high as this have had room kept for the widget on purpose.

function whenParsed(work) {
  if (native(document, 'readyState') === 'loading') call(document, 'addEventListener', 'DOMContentLoaded', work, { once: true });
  else work();
}

/** What the tag's address asks for, as attributes would: tag managers take these away. */
function asked(address) {
  const { searchParams } = new URL(address, native(document, 'baseURI'));
  return Object.fromEntries([...QUERY, 'countries', 'lang', 'target', 'fallback'].filter((name) => searchParams.has(name)).map((name) => [name, searchParams.get(name)]));
}

/** Puts a widget in place for the tag: into `data-target`, or right after the tag. */
function insert(data) {
  const target = data.target && find(data.target);
  if (data.target && !target) return say(`data-target: there is no ${data.target} on this page`);
  if (!target && (!tag.isConnected || tag.closest('head'))) {
    return say('a tag in the <head> needs a data-target="#id" that says where the widget goes');
  }
  // A page that was kept (Turbo's cache) has it already, and the tag runs again.
  if (native(target || tag, target ? 'lastElementChild' : 'nextElementSibling')?.localName === NAME) return;
  const widget = make(NAME);
  for (const name of ATTRIBUTES) if (data[name] !== undefined) widget.setAttribute(name, data[name]);
  const other = customElements.get(NAME)?.base;
  if (other && other !== base) {
    // The page's first tag is from elsewhere, and its code runs this widget too.
    if (!data.feed) widget.setAttribute('feed', base + 'feed.json');
    if (!data.api) widget.setAttribute('api', new URL(base).origin);
  }
  const before = tag.previousElementSibling;
  const links = data.fallback
    ? find(data.fallback)
    : before && call(before, 'matches', '.alentour-fallback, [data-alentour-fallback]') && before;
  if (links) {
    // The links become the widget's own: hidden while it works, and back in their place when it does not.
    const height = native(links, 'offsetHeight');
    if (height >= DELIBERATE) widget.style.setProperty('--alentour-height', height + 'px');
    widget.append(links);
  }
  if (target) call(target, 'append', widget);
  else tag.after(widget);
}

try {
  if (!tag) throw 'cannot tell its server: it needs a <script src>, outside of shadow roots';
  const known = customElements.get(NAME);
  if (!known) customElements.define(NAME, element());
  else if (known.version === bundle.version) known.pages.push(first);
  else {
    say(`version ${known.version} is on this page already, and ${bundle.version} leaves it the place`);
  }
  const data = { ...asked(tag.src), ...tag.dataset };
  const insertSafely = () => {
    try {
      insert(data);
    } catch (error) {
      say(String(error));
    }
  };
  if (data.target && !find(data.target)) whenParsed(insertSafely);
  else if (['feed', 'place', 'target'].some((name) => name in data)) insertSafely();
  else whenParsed(() => !find(NAME) && insertSafely());
} catch (error) {
  say(String(error));
}
