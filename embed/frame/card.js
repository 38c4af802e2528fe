// Runs in what oEmbed shows (`/embed`, `/i/ID/embed`). WordPress puts it into a sandbox that has an opaque origin, opens no window and leads
// nowhere: its script (wp-embed.js) takes a height, and the address of a link that somebody has pressed, from a frame that knows its secret.

const { parent } = window;
const secret = () => /secret=([\da-z]{10})/i.exec(location.hash)?.[1];

/** To whatever embeds us, of which nothing is known: there is nothing in it but our own height and our own addresses. */
function tell(message, value) {
  if (parent !== window && secret()) parent.postMessage({ message, value, secret: secret() }, '*');
}

const measure = () => tell('height', Math.ceil(document.body.getBoundingClientRect().height));

addEventListener('DOMContentLoaded', () => {
  measure(); // Until it is told a height WordPress hides the frame, and in a hidden one nothing is observed.
  new ResizeObserver(measure).observe(document.body);
});
addEventListener('load', measure);
addEventListener('message', ({ source, data }) => {
  if (source === parent && data?.message === 'ready' && data.secret === secret()) measure();
});
addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  if (!link || parent === window || !secret() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.host !== location.host) return;
  event.preventDefault();
  tell('link', link.href);
});
