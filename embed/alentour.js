// The script tag: defines <alentour-widget>, and puts one in place of the page's links. Whatever goes wrong, the partner's page has the
// painted list or its plain links, and one line in its console.
//
// `cargo xtask build` joins the scripts of this folder and wraps them in a function, so that nothing here is global.

import { ATTRIBUTES } from './asked.js';
import { action, element } from './element.js';
import { URL, address, base, bundle, call, customElements, document, find, first, make, native, say } from './loading.js';
import { QUERY } from './painting.js';
import { linksOf, placeOf, tags } from './tags.js';

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

/** Puts a widget in place for a tag: into `data-target`, or right after the tag. `isSpare`: it gives way to any other. */
function insert(tag, data, isSpare) {
  const target = data.target && find(data.target);
  if (data.target && !target) return say(`data-target: there is no ${data.target} on this page`);
  if (!target && (!tag.isConnected || tag.closest('head'))) {
    return say('a tag in the <head> needs a data-target="#id" that says where the widget goes');
  }
  const place = target || placeOf(tag);
  // A page that was kept (Turbo's cache) has it already, and the tag runs again.
  if (native(place, target ? 'lastElementChild' : 'nextElementSibling')?.localName === NAME) return;
  const widget = make(NAME);
  for (const name of ATTRIBUTES) if (data[name] !== undefined) widget.setAttribute(name, data[name]);
  const known = customElements.get(NAME);
  if (known?.base && known.base !== base) {
    // The page's first tag is from elsewhere, and its code runs this widget too.
    if (!data.feed) widget.setAttribute('feed', base + 'feed.json');
    if (!data.api) widget.setAttribute('api', new URL(base).origin);
  }
  if (isSpare) known.spare = widget;
  const links = data.fallback ? find(data.fallback) : linksOf(tag);
  if (links) {
    // The links become the widget's own: hidden while it works, and back in their place when it does not.
    const height = native(links, 'offsetHeight');
    if (height >= DELIBERATE) widget.style.setProperty('--alentour-height', height + 'px');
    widget.append(links);
  }
  if (target) call(target, 'append', widget);
  else place.after(widget);
}

/** Does what a tag asks for, once there is what it needs. */
function serve(tag) {
  const data = { ...asked(tag.src || address), ...tag.dataset };
  const isSpare = !['feed', 'place', 'target'].some((name) => name in data);
  const put = () => {
    try {
      if (!isSpare || !find(NAME + ',alentour-action')) insert(tag, data, isSpare);
    } catch (error) {
      say(String(error));
    }
  };
  if (isSpare || (data.target && !find(data.target))) whenParsed(put);
  else put();
}

try {
  if (!address) throw 'cannot tell its server: it needs a <script src>, outside of shadow roots';
  const known = customElements.get(NAME);
  if (!known) {
    customElements.define(NAME, element());
    customElements.define('alentour-action', action());
  } else if (known.version === bundle.version) known.pages.push(first);
  else {
    say(`version ${known.version} is on this page already, and ${bundle.version} leaves it the place`);
  }
  for (const tag of tags()) serve(tag);
} catch (error) {
  say(String(error));
}
