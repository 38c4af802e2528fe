// Where the focus and the page go, for `focus.rs`.

/** Scrolls to what is said without anybody having asked, and no farther than needed, where whoever is there is in the middle of the initiative that it belongs to. */
export function show(element) {
  const { top, bottom } = element.closest('article').getBoundingClientRect();
  if (top < 50 && bottom > 0) element.scrollIntoView({ block: 'nearest' }); // Beside the list it sticks below the screen's edge.
}

/** Moves the focus; with `scroll`, to the top of what is seen of it. */
export function focus(element, scroll) {
  element.focus({ preventScroll: true });
  if (scroll) element.scrollIntoView();
}

/** Selects what stands in a field. */
export const select = (field) => field.select();

/** Whether fingers type here, on a keyboard that covers a part of the screen. */
export const hasTouchKeyboard = () => matchMedia('(pointer:coarse)').matches;
