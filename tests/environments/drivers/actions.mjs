// What a hand does, in the words of WebDriver, which its two protocols share.

/** Keys that write nothing. */
const KEYS = { Enter: '\uE007', Escape: '\uE00C', Tab: '\uE004' };

/** A press of the mouse at a point of the window. */
export const press = ({ x, y }) => [
  {
    type: 'pointer',
    id: 'mouse',
    parameters: { pointerType: 'mouse' },
    actions: [{ type: 'pointerMove', x, y, duration: 0 }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }],
  },
];

const strokes = (values) => [
  { type: 'key', id: 'keyboard', actions: values.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) },
];

/** A text, letter by letter. */
export const typed = (text) => strokes([...text]);

/** A key by its name. */
export const key = (name) => strokes([KEYS[name]]);

/** A function as a text that takes and gives JSON: what both protocols can carry. */
export const carried = (work) => `(text) => JSON.stringify((${work})(JSON.parse(text)) ?? null)`;

/** Does something the first time only. */
export function once(work) {
  let done;
  return () => (done ??= work());
}
