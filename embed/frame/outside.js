// `/v1/frame.js`, for pages with a frame that may have a script: gives the frame the height of its list, and scrolls to what it shows.

const [LOWEST, LONGEST] = [150, 30_000]; // px

const from = new URL((document.currentScript || document.querySelector('script[src*="/frame.js"]')).src).origin;

/** The frames of this script's server. One that is closed off has no origin that its messages could be known by. */
const frames = () =>
  [...document.querySelectorAll('iframe[src*="/frame?"]')].filter(
    (frame) => new URL(frame.src).origin === from && (!frame.hasAttribute('sandbox') || frame.sandbox.contains('allow-same-origin')),
  );

const open = /[#&]alentour=([^&]+)/.exec(location.hash)?.[1];

/** Tells a frame where its messages go, once its page is there, and what a permanent link to this page asks for. */
function greet(frame) {
  if (frame.contentDocument?.URL === 'about:blank') return;
  frame.contentWindow.postMessage({ alentour: 'hello', open }, from);
  if (open) frame.scrollIntoView();
}

addEventListener('message', ({ origin, source, data }) => {
  const frame = origin === from && source && frames().find((frame) => frame.contentWindow === source);
  if (!frame) return;
  const { alentour, height, top } = Object(data);
  if (alentour === 'height' && Number.isInteger(height)) {
    // Of a border box the border is a part.
    const border = getComputedStyle(frame).boxSizing === 'border-box' ? frame.offsetHeight - frame.clientHeight : 0;
    frame.style.setProperty('height', Math.min(Math.max(height, LOWEST), LONGEST) + border + 'px', 'important');
  }
  if (alentour === 'show' && Number.isInteger(top)) {
    const y = frame.getBoundingClientRect().top + top;
    // A quarter down: below whatever the page keeps at the top.
    if (y < innerHeight * 0.1 || y > innerHeight * 0.9) scrollBy(0, y - innerHeight / 4);
  }
});
// A frame that comes later, or loads again, is greeted when it has loaded.
// Not the window: it hears of no other load than its own.
document.addEventListener('load', ({ target }) => frames().includes(target) && greet(target), true);
frames().forEach(greet);
