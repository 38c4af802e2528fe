// What only the document makes, and children that come and go, for `browser.rs`; whether the document is seen, for `pause.mjs`.

/**
 * A property of the document as the browser defines it: an <img name="createElement"> of the page's stands in the place of the document's
 * own ("DOM clobbering"), but not of the prototypes'.
 */
const native = (name) => Reflect.get(Object.getPrototypeOf(document), name, document);

export const createElement = (tag) => native('createElement').call(document, tag);
export const createSvgElement = (tag) => native('createElementNS').call(document, 'http://www.w3.org/2000/svg', tag);
export const createTextNode = (text) => native('createTextNode').call(document, text);
export const isHidden = () => native('hidden');

/** Puts elements in front of `end` in the place of others. One that stays is not touched, and so keeps its focus. */
export function replace(before, now, end) {
  for (const child of before) if (!now.includes(child)) child.remove();
  for (const child of now.reverse()) {
    if (child.nextSibling !== end) end.before(child);
    end = child;
  }
}
