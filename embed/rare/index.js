// What only few pages need of the loader, fetched when one does.

export { act } from './action.js';
export { reveal } from './revealing.js';
export { understand } from './understanding.js';
