// Runs in the page of a frame (`/frame`), before the tag: tells the embedding page how high the list is, where it listens, and what is to be
// seen. Nothing of what somebody does is told.

const LONGEST = 30_000; // px. As in outside.js.
const SETTLED = 500; // ms. After that long the embedding page has done what it was asked for, or will not.

const { parent } = window;
const root = document.documentElement;
const isOrigin = (origin) => /^https?:/.test(origin);

/** The origin of the embedding page: as the browser says it, or the page itself. */
let page = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
let isHeard = false; // The page has the script that sets the height.
let fits = true; // It does as it is told.
let height = 0;
let timer;

function tell(message) {
  if (isOrigin(page)) parent.postMessage(message, page);
}

/** A scroll bar that came and went with each height would move the text. Where the page keeps the frame lower, it stays. */
function bar() {
  root.style.overflowY = isHeard && fits && height <= LONGEST ? 'hidden' : '';
}

function check() {
  fits = innerHeight >= height;
  bar();
}

function measure() {
  height = Math.ceil(document.body.getBoundingClientRect().height);
  tell({ alentour: 'height', height });
  bar();
  clearTimeout(timer);
  timer = setTimeout(check, SETTLED);
}

/** Opens what this frame's address, or the embedding page's, asks for: as a permanent link of the widget's says it. */
function show(id) {
  if (id && !location.hash) location.replace('#alentour=' + id);
}

function listen() {
  let isDown = false; // Somebody presses what they see, with a mouse or a finger.
  let isTouched = false;
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, () => (isTouched = true), true);
  const press = () => {
    isDown = true;
    setTimeout(() => (isDown = false)); // The focus goes to what is pressed before the next task.
  };
  addEventListener('mousedown', press, true);
  // What the focus is led to may be far above or below what the window shows: the frame itself does not scroll.
  addEventListener('focusin', (event) => {
    if (!isTouched || isDown || !isHeard) return;
    measure(); // First: the page cannot scroll to where the frame does not reach yet.
    tell({ alentour: 'show', top: Math.round(event.composedPath()[0].getBoundingClientRect().top) });
  });
  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || data?.alentour !== 'hello' || !isOrigin(origin)) return;
    page = origin;
    isHeard = true;
    measure();
    show(data.open);
  });
  addEventListener('resize', () => innerHeight >= height && check());
  new ResizeObserver(measure).observe(document.body);
}

/** Pages of the server's that are drawn or printed are in no frame: what the widget opens in its place gets a tab. */
function lead(event) {
  const link = event.composedPath().find((it) => it.localName === 'a' && it.target === '_self');
  if (link && link.href.split('#')[0] !== location.href.split('#')[0]) link.target = '_blank';
}

show(/[?&]open=([^&]+)/.exec(location.search)?.[1]);
addEventListener('click', lead, true);
if (parent !== window) addEventListener('DOMContentLoaded', listen);
