// Where the focus and the page go, for `focus.rs`.

/** Scrolls to what is said without anybody having asked, and no farther than needed, where whoever is there is in the middle of the initiative that it belongs to. */
export function show(element) {
  const { top, bottom } = element.closest('article').getBoundingClientRect();
  if (top < 50 && bottom > 0) element.scrollIntoView({ block: 'nearest' }); // Beside the list it sticks below the screen's edge.
}

/** As the browser defines it: a form's field may be named like a property of the form's. */
const native = (name, node) => Reflect.get(Node.prototype, name, node);

/** How much of the screen, at its top, something covers that stays there: the page's own header, in most cases. */
function covered(element) {
  const { left, width } = element.getBoundingClientRect();
  const within = new Set();
  for (let node = element; node; node = native('parentNode', node) ?? (node.nodeType === 11 ? node.host : null)) within.add(node);
  let node = document.elementFromPoint(left + width / 2, 1);
  while (node && !within.has(node) && !/fixed|sticky/.test(getComputedStyle(node).position)) node = native('parentElement', node);
  return node && !within.has(node) ? node.getBoundingClientRect().bottom : 0;
}

/** Moves the focus; with `scroll`, to the top of what is seen of it. */
export function focus(element, scroll) {
  element.focus({ preventScroll: true });
  if (!scroll) return;
  const behavior = 'instant'; // Where the page scrolls smoothly, nothing could be measured yet.
  element.scrollIntoView({ behavior });
  const hidden = covered(element) + parseFloat(getComputedStyle(element).scrollMarginTop) - element.getBoundingClientRect().top;
  if (hidden > 0) scrollBy({ top: -hidden, behavior });
}

/** Selects what stands in a field. */
export const select = (field) => field.select();

/** Whether fingers type here, on a keyboard that covers a part of the screen. */
export const hasTouchKeyboard = () => matchMedia('(pointer:coarse)').matches;
