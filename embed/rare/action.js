// <alentour-action open="ID">: a button with its count ("Signer, 1 284 signatures") that opens the form in place. Until the server has said what
// it says, and where it does not, the page's own links in the element.

// The accent and what is filled with it are the widget's own (style/list/base.css): the build puts them here.
const STYLE = `:host{display:block}button{--accent:${__ACCENT__};font:inherit;font-weight:600;min-height:48px;padding:8px 22px;border:0;border-radius:99px;background:var(--accent);color:#fff;cursor:pointer}
@supports (color:oklch(from red l c h)){button{background:${__FILL__}}}
button:focus-visible{outline:3px solid;outline-offset:3px}span{margin-inline-start:12px}alentour-widget{margin-top:16px}[hidden]{display:none}`;

/** Names the region by the one action that is in it, and brings its form to where it is read and typed in; its text, where there is none. */
function show({ shadowRoot: root }) {
  const title = root.querySelector('#detail-title');
  const heading = root.querySelector('#form-title') ?? title;
  if (!heading) return;
  root.querySelector('section').setAttribute('aria-label', title.textContent);
  heading.focus({ preventScroll: true });
  const { top } = heading.getBoundingClientRect();
  if (top > 0 && top < innerHeight / 3) return;
  heading.style.scrollMarginTop = '140px'; // The page may have a header that stays.
  heading.scrollIntoView();
}

const make = (name, properties) => Object.assign(document.createElement(name), properties);

/** Fills the element in, from `base`, the bundle's address. `adopt` gives a shadow root a style sheet that no policy blocks. */
export async function act(element, { base, lang, direction, adopt, text }) {
  const id = element.getAttribute('open') ?? element.getAttribute('data-open') ?? '';
  if (element.shadowRoot?.querySelector('button')) return; // It was moved.
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
  root.replaceChildren(make('slot'));
  const address = `${base}action.json?${new URLSearchParams({ id, lang })}`;
  const { action, count, label } = JSON.parse(await text(address, true));
  const button = make('button', { type: 'button', textContent: action });
  button.part = 'action';
  button.setAttribute('aria-label', label);
  button.setAttribute('aria-expanded', false);
  const said = make('span', { textContent: count ?? '' });
  said.part = 'count';
  const row = make('div', { lang, dir: direction(lang) });
  row.append(button, said);
  let widget;
  button.addEventListener('click', () => {
    if (!widget) {
      widget = make('alentour-widget', { open: id, only: 'true', lang, loading: 'eager' });
      root.append(widget);
      widget.addEventListener('alentour:open', () => setTimeout(() => show(widget)), { once: true });
    } else {
      widget.hidden = !widget.hidden;
      if (!widget.hidden) show(widget);
    }
    button.setAttribute('aria-expanded', !widget.hidden);
  });
  root.replaceChildren(row);
  adopt(root, STYLE);
}
