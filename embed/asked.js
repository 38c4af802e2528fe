// What a page asks a widget for: by attributes, by its language, by its address.

import { bundle, call, find, native } from './loading.js';

export const ATTRIBUTES = ['feed', 'place', 'countries', 'radius', 'causes', 'kinds', 'lang', 'theme', 'limit', 'api', 'loading', 'open', 'only'];

/** An attribute's value, under its own name or with `data-`. */
export function attribute(element, name) {
  return element.getAttribute(name) ?? element.getAttribute('data-' + name) ?? '';
}

const WORD = /^\s*((volunteering|gathering|petition|group|project|campaign|training|poverty|education|health|employment|housing|inclusion|environment|culture)\s*)?$/;

/** Whether an attribute says something else than our words: a kind's name, a distance with its unit, a mistake. */
export const isOdd = ([name, value]) => (name === 'radius' ? !/^\s*(any|\d*)\s*$/.test(value) : value.split(',').some((word) => !WORD.test(word)));

/** Whose places are meant: what is said, or a neighbour's by the language's region ("fr-BE"), then France's. Nothing: France's alone. */
export function countries(element) {
  const [, region] = /-(BE|CH|DE|ES|GB|IT|LU|MC)\b/i.exec(attribute(element, 'lang') + ' ' + find(':root').lang) || [];
  return attribute(element, 'countries') || (region ? region + ' FR' : '');
}

/** The language of the bundle that suits this element best. */
export function language(element) {
  let wanted = attribute(element, 'lang');
  for (let node = element; node && !wanted; node = native(node.getRootNode(), 'host')) {
    const nearest = node.closest('[lang]');
    wanted = nearest && call(nearest, 'getAttribute', 'lang'); // It may be a <form> with a field of that name.
  }
  const primary = (wanted || navigator.language || 'fr').toLowerCase().split(/[-_]/)[0];
  return [primary, 'en', 'fr'].find((lang) => bundle.messages[lang]) || Object.keys(bundle.messages)[0];
}

export const direction = (lang) => (/^(ar|fa|he|ur)$/.test(lang) ? 'rtl' : 'ltr');

/** The initiative that a permanent link asks for: `#alentour=ID`, or `?alentour=ID` where a page needs its own hash. */
export function linked() {
  const found = /[#?&]alentour=([^&#]*)/.exec(location.hash) || /[?&]alentour=([^&#]*)/.exec(location.search);
  try {
    return found ? decodeURIComponent(found[1]) : null;
  } catch {
    return null;
  }
}
