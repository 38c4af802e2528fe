// What only the document makes, for `browser.rs`, and whether it is seen, for `pause.mjs`.

/**
 * A property of the document as the browser defines it: an <img name="createElement"> of the page's stands in the place of the document's
 * own ("DOM clobbering"), but not of the prototypes'.
 */
const native = (name) => Reflect.get(Object.getPrototypeOf(document), name, document);

export const createElement = (tag) => native('createElement').call(document, tag);
export const createSvgElement = (tag) => native('createElementNS').call(document, 'http://www.w3.org/2000/svg', tag);
export const createTextNode = (text) => native('createTextNode').call(document, text);
export const isHidden = () => native('hidden');
