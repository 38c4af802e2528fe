// What comes with the application's module: what only those need who have it.

export { Handle, default, mount } from './glue.js';

/** The style of all but the list. */
export const style = __STYLE__;

/** A property as the browser defines it, whatever an element of the page is called: see `native` in loading.js. */
const native = (object, name) => Reflect.get(Object.getPrototypeOf(object), name, object);

/** Lets an event happen. MooTools has an `Event` of its own: the document makes one whatever that name means. */
function happen(element, type, key) {
  const event = native(document, 'createEvent').call(document, 'Event');
  event.initEvent(type, true, true);
  Object.defineProperty(event, 'key', { value: key });
  native(element, 'dispatchEvent').call(element, event);
}

/** The identifier of a card's initiative: ".../i/ID?lang=fr&..." on the server, "...#alentour=ID" on the page. */
const initiative = (card) => /[^/=]*(?=\?[^#]*$|$)/.exec(card.querySelector('h3 a')?.href)[0];

/** What a filter's choice says, without its number. */
const choice = (chip) => chip?.firstChild?.data?.trim();

/**
 * The application's counterpart in `root` of an element of a painted page: of the same initiative, of the same words among the choices of
 * filters, which another feed may have more of, or at the same place in the form.
 */
function counterpart(element, page, root) {
  const card = element.closest('.card');
  if (card) {
    const same = [...root.querySelectorAll('.card')].find((other) => initiative(other) === initiative(card));
    return same?.querySelector(element.closest('h3') ? 'h3 a' : '.action');
  }
  const path = [];
  for (let node = element; node !== page; node = node.parentElement) path.unshift([...node.parentElement.children].indexOf(node));
  const there = path.reduce((node, position) => node?.children[position], root);
  if (element.className !== 'chip' || choice(there) === choice(element)) return there;
  return [...root.querySelectorAll('.chip')].find((chip) => choice(chip) === choice(element));
}

/**
 * Puts the application's page `root` in the place of a painted one by `swap`, and does in it what was done there during a `Visit`
 * (painting.js). `active` has the focus; `follow` leads to an address.
 */
export function replay({ page, presses, typed }, root, active, swap, follow) {
  const other = (element) => counterpart(element, page, root);
  const selection = active && [active.selectionStart, active.selectionEnd];
  const row = page.querySelector('.quick')?.scrollLeft;
  swap();
  for (const [field, type] of typed) {
    const twin = other(field);
    if (!twin) continue;
    twin.value = field.value;
    happen(twin, type);
    // Whoever has gone on to something else has meant that place.
    if (field.id === 'place' && field !== active) happen(twin, 'blur');
  }
  const focused = active && other(active);
  focused?.focus({ preventScroll: true });
  // Some kinds of fields have no selection.
  if (focused && selection[0] != null) focused.setSelectionRange(...selection);
  if (row) root.querySelector('.quick').scrollLeft = row;
  for (const pressed of presses) {
    const twin = other(pressed);
    if (twin && pressed.id === 'place') happen(twin, 'keydown', 'Enter');
    else if (twin) twin.click();
    else if (pressed.href) follow(pressed.href);
  }
}
