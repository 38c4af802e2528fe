// What only few pages need of the loader, fetched when one does.

export { reveal } from './revealing.js';
