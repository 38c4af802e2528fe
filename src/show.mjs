// What is said without anybody having asked, for `app.rs`.

/** Scrolls to it, and no farther than needed, where whoever is there is in the middle of the initiative that it belongs to. */
export function show(element) {
  const { top, bottom } = element.closest('article').getBoundingClientRect();
  if (top < 50 && bottom > 0) element.scrollIntoView({ block: 'nearest' }); // Beside the list it sticks below the screen's edge.
}
