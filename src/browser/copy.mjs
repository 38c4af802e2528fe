// The permanent link of `share.rs`: followed it would lead to where one is, so it is shared.

/**
 * Shares the address of the link that was pressed: telephones ask with whom, elsewhere it is copied, which is said in the element behind it.
 * Where the browser does not let pages copy, the link is followed, and stands in the address bar.
 */
export function copy(event, said) {
  const { clipboard } = navigator; // Pages without https have none.
  const link = event.currentTarget;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const url = link.href;
  if (navigator.canShare?.({ url }) && matchMedia('(pointer: coarse)').matches) {
    event.preventDefault();
    // Who does not choose anybody has shared nothing, and knows it.
    navigator.share({ url }).catch(() => {});
    return;
  }
  if (!clipboard) return;
  event.preventDefault();
  clipboard.writeText(link.href).then(
    () => (link.nextSibling.textContent = said),
    () => (location.href = link.href),
  );
}

/** Copies the text beside what was pressed, or that of its letter, and says so beside the text. It is selected as well: it can be copied by hand. */
export function copyText({ currentTarget }, said) {
  const block = currentTarget.closest('.copied') ?? currentTarget.closest('.letter').querySelector('.copied');
  const text = block.querySelector('textarea');
  const say = () => (block.lastChild.textContent = said);
  text.select();
  // Pages without https have no clipboard.
  if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(say, () => {});
  else if (document.execCommand('copy')) say();
}

/** Shares the text beside what was pressed; where the device cannot, it is copied. */
export function shareText(event, said) {
  const text = event.currentTarget.parentNode.querySelector('textarea').value;
  // Who does not choose anybody has shared nothing, and knows it.
  if (navigator.canShare?.({ text })) navigator.share({ text }).catch(() => {});
  else copyText(event, said);
}
