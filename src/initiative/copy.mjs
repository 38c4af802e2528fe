// The permanent link of `detail.rs`: followed it would lead to where one is, so it is copied.

/** Copies the address of the link that was pressed. Where the browser does not let pages copy, the link is followed and stands in the address bar. */
export function copy(event) {
  const { clipboard } = navigator; // Pages without https have none.
  const { href } = event.currentTarget;
  if (!clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  return clipboard.writeText(href).then(
    () => true,
    () => void (location.href = href),
  );
}
