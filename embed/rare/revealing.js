// What a permanent link leads to may be in a part of the page that is closed: it is opened, or that is said.

const words = __WORDS__; // By language, in the order of `texts/<lang>/rare.txt`.
const STYLE = 'all:initial;position:fixed;inset:auto 12px 12px;z-index:2147483647;padding:14px 18px;border:2px solid;border-radius:10px;background:#fff;color:#2a211c;font:16px/1.4 sans-serif;text-align:center;text-decoration:underline;cursor:pointer';

// A form's field may be named like a property of the form's.
const native = (name, node) => Reflect.get(Node.prototype, name, node);

// What is in a closed `<details>` has its boxes all the same.
const isSeen = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;

const isHarmless = (it) => (it.localName === 'button' ? it.type === 'button' || !it.form : it.matches('[role=tab]:not([href]), a[href^="#"]'));

/** Opens what hides an element: each `<details>` around it, and each panel whose tab says so. Only what cannot lead away or send is pressed. */
function open(element) {
  const around = [];
  for (let node = element; node; node = native('parentElement', node) || native('getRootNode', node).call(node).host) around.unshift(node);
  for (const node of around) {
    if (node.localName === 'details') node.open = true;
    if (node.id && getComputedStyle(node).display === 'none') {
      const tabs = document.querySelectorAll(`[aria-controls~="${CSS.escape(node.id)}"]`);
      [...tabs].find(isHarmless)?.click();
    }
  }
}

/** Shows an element, or says in a language that it is there, with a link to `page`, until it is seen. */
export function reveal(element, lang, page) {
  open(element);
  if (isSeen(element)) return;
  const note = document.createElement('a');
  note.textContent = words[lang][0];
  note.lang = lang;
  if (page) note.href = page;
  note.style.cssText = STYLE;
  document.body.append(note);
  const watch = new ResizeObserver(() => {
    if (!isSeen(element) && element.isConnected) return;
    watch.disconnect();
    note.remove();
  });
  watch.observe(element);
}
