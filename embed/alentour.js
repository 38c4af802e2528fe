// The script tag: defines <alentour-widget>, keeps its room on the page, and fetches the application once it is near the
// viewport. Whatever goes wrong, the partner's page has its plain links, and one line in its console.
//
// `cargo xtask build` wraps this in a function, so that nothing here is global, and puts the names of the bundle's files in
// place of __ALENTOUR__. What the application may rely on is in docs/ARCHITECTURE.md, "Loader and application".

const bundle = __ALENTOUR__;

const NAME = 'alentour-widget';
const ATTRIBUTES = ['feed', 'place', 'radius', 'causes', 'kinds', 'lang', 'theme', 'limit', 'api', 'loading'];
const FEED_TIMEOUT = 20_000; // ms. Long enough for a bad mobile network, short enough to say so before the visitor leaves.
const NEAR = '400px'; // Distance to the viewport at which loading starts: about one flick of a finger.
const DELIBERATE = 240; // px. Fallback links in a box as high as this have had room kept for the widget on purpose.

// Taken now: the page may replace them later. `fetch` may be the page's own already, and is not trusted to abort.
const { WebAssembly, IntersectionObserver, AbortController, CustomEvent, URL, Map, Set, customElements, document } = window;
const fetch = window.fetch.bind(window);
const setTimeout = window.setTimeout.bind(window);
const clearTimeout = window.clearTimeout.bind(window);

// `currentScript` is null when a page loads us as a module, against the advice.
const tag = document.currentScript || document.querySelector('script[src*="/alentour.js"]');
const base = new URL('.', tag?.src || document.baseURI).href;

// The only words that do not come with the application: they are needed before it, or without it.
const WORDS = {
  fr: ['Les actions près de chez vous arrivent…', 'Les actions près de chez vous ne peuvent pas s’afficher pour le moment.'],
  en: ['Actions near you are on their way…', 'Actions near you cannot be shown at the moment.'],
  es: ['Cargando las acciones cerca de usted…', 'Las acciones cerca de usted no se pueden mostrar en este momento.'],
  ar: ['جارٍ تحميل المبادرات القريبة منكم…', 'يتعذّر عرض المبادرات القريبة منكم حاليًا.'],
};

const said = new Set();

/** One line in the console, once for each cause. */
function say(why) {
  if (!said.has(why)) console.warn('[alentour] ' + why);
  said.add(why);
}

function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function whenParsed(work) {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', work, { once: true });
  else work();
}

// ---------------------------------------------------------------------------------------------------- what is fetched

const requests = new Map();

/** One request for all widgets of the page; a failed one is forgotten, so that a retry works. */
function shared(key, start, again) {
  if (again || !requests.has(key)) {
    const promise = start();
    requests.set(key, promise);
    promise.catch(() => requests.get(key) === promise && requests.delete(key));
  }
  return requests.get(key);
}

/** The text at an address. Rejects with `{ kind: 'network' | 'status' | 'timeout', status? }` and nothing else. */
function text(url, again) {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      reject({ kind: 'timeout' });
      abort.abort();
    }, FEED_TIMEOUT);
    Promise.resolve()
      .then(() => fetch(url, { credentials: 'omit', cache: again ? 'no-cache' : 'default', signal: abort.signal }))
      .then((response) => (response.ok ? response.text() : Promise.reject({ kind: 'status', status: response.status })))
      .then(resolve, (error) => reject(error?.kind ? error : { kind: 'network' }))
      .then(() => clearTimeout(timer));
  });
}

/**
 * The canonical feed in a text; what is none is made one by the module that knows other people's formats. The application is told
 * of anything else, and says so.
 */
async function parse(url, text) {
  const read = (text) => {
    try {
      const feed = JSON.parse(text);
      return feed.initiatives.map && feed;
    } catch {}
  };
  return read(text) || (text && read(await (await import(base + bundle.formats)).read(url, text, base + bundle.gazetteer)));
}

const places = base + bundle.gazetteer + 'fr/index.txt';
const feed = (url, again) => shared('feed ' + url, () => text(url, again).then((text) => parse(url, text)), again);
const messages = (lang) => shared('messages ' + lang, () => text(base + bundle.messages[lang]));

let attempts = 0;

/** The application's exports, once it runs. Its two files are fetched together. */
function application() {
  return shared('application', async () => {
    try {
      // The smallest module there is: a page's policy that forbids WebAssembly is found out before anything is downloaded.
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch (error) {
      throw { kind: 'unsupported', error };
    }
    // Some browsers remember that a module failed to load: another attempt needs another address.
    const retry = attempts++ ? '?' + attempts : '';
    const wasm = fetch(base + bundle.wasm, { credentials: 'omit' }).then((response) =>
      response.ok ? response : Promise.reject({ kind: 'status', status: response.status }),
    );
    wasm.catch(() => {}); // Reported below; without this also by the browser, when the glue fails first.
    const glue = await import(base + bundle.app + retry);
    await glue.default({ module_or_path: wasm });
    return glue;
  });
}

// --------------------------------------------------------------------------------------------------- when it all fails

/**
 * Whether this is our application's death. A panic is compiled to `unreachable`, and running out of stack leaves it just as
 * undefined. The stack tells ours from another WebAssembly on the page.
 */
function isCrash(error) {
  const fatal = error?.name === 'RuntimeError' || /call stack|recursion/.test(error?.message);
  return fatal && String(error.stack).includes(base + 'a/app.');
}

// ------------------------------------------------------------------------------------------------- language and address

/** An attribute's value, under its own name or with `data-`. */
function own(element, name) {
  return element.getAttribute(name) ?? element.getAttribute('data-' + name) ?? '';
}

/** The language of the bundle that suits this element best. */
function language(element) {
  let wanted = own(element, 'lang');
  for (let node = element; node && !wanted; node = node.getRootNode().host) wanted = node.closest('[lang]')?.lang;
  const primary = (wanted || navigator.language || 'fr').toLowerCase().split(/[-_]/)[0];
  return [primary, 'en', 'fr'].find((lang) => bundle.messages[lang]) || Object.keys(bundle.messages)[0];
}

const direction = (lang) => (/^(ar|fa|he|ur)$/.test(lang) ? 'rtl' : 'ltr');

/** Absolute, as seen from the page. What is no address is left for `fetch` to refuse. */
function absolute(url) {
  try {
    return new URL(url, document.baseURI).href;
  } catch {
    return url;
  }
}

/** The initiative that a permanent link asks for: `#alentour=ID`, or `?alentour=ID` where a page needs its own hash. */
function asked() {
  const found = /[#?&]alentour=([^&#]*)/.exec(location.hash) || /[?&]alentour=([^&#]*)/.exec(location.search);
  try {
    return found ? decodeURIComponent(found[1]) : '';
  } catch {
    return '';
  }
}

// ------------------------------------------------------------------------------------------------------ style sheets

const sheets = new Map();

/** Constructed sheets are not blocked by a page's policy; a <style> may be, and is for browsers that have nothing else. */
function dress(root, css) {
  try {
    if (!sheets.has(css)) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      sheets.set(css, sheet);
    }
    root.adoptedStyleSheets = [sheets.get(css)];
  } catch {
    root.prepend(make('style', '', css));
  }
}

const PLAIN = ':host{display:block}:host([hidden]){display:none}';

// -------------------------------------------------------------------------------------------------------- the element

function element() {
  const widgets = new Set(); // on the page
  let crashed = false;

  class AlentourWidget extends HTMLElement {
    static version = bundle.version;
    static base = base;
    static observedAttributes = ATTRIBUTES.flatMap((name) => [name, 'data-' + name]);

    static listen() {
      addEventListener('hashchange', () => widgets.forEach((widget) => widget.#changed()));
      addEventListener('online', () => widgets.forEach((widget) => widget.#state === 'failed' && widget.#start()));
      const listen = (type, read) =>
        addEventListener(type, (event) => {
          if (!isCrash(read(event))) return;
          event.preventDefault(); // Said once, by us.
          AlentourWidget.#crash(read(event));
        });
      listen('error', (event) => event.error);
      listen('unhandledrejection', (event) => event.reason);
    }

    /** All widgets of a page share one memory: where one has panicked, none is to be trusted. */
    static #crash(error) {
      crashed = true;
      say('stopped by an error of its own: ' + error);
      for (const widget of widgets) widget.#fail('crash');
    }

    #shadow = this.attachShadow({ mode: 'open' });
    #observer;
    #state = 'out'; // out (of the page), waiting (to come near), loading, mounted, failed
    #lang = '';
    #host;
    #handle;
    #changing = false;
    #calls = []; // of search() and refresh() that came before the application

    connectedCallback() {
      widgets.add(this);
      if (this.#state !== 'out') return; // Moved: a move is a disconnect and a connect.
      for (const name of ATTRIBUTES) {
        // Set before the element was defined, and in the way of the property since.
        if (Object.prototype.hasOwnProperty.call(this, name)) {
          const value = this[name];
          delete this[name];
          this[name] = value;
        }
      }
      this.#wait();
    }

    disconnectedCallback() {
      Promise.resolve().then(() => {
        if (this.isConnected) return;
        widgets.delete(this);
        this.#unmount();
        this.#state = 'out';
      });
    }

    attributeChangedCallback() {
      if (this.#changing || this.#state === 'out') return;
      this.#changing = true;
      Promise.resolve().then(() => {
        this.#changing = false;
        this.#changed();
      });
    }

    /** Asks for other results: `{ place?, radius?, words?, kinds?, causes?, when? }`. */
    search(query = {}) {
      this.#call('search', Object(query));
    }

    /** Fetches the feed again; where the widget has failed, tries again. */
    refresh() {
      this.#call('refresh');
    }

    /** Attributes or the permanent link have changed. */
    #changed() {
      if (this.#state === 'waiting' && this.#eager()) this.#start();
      if (this.#state !== 'mounted') return;
      if (language(this) !== this.#lang) {
        // The messages belong to the mounted application.
        this.#unmount();
        this.#wait();
      } else {
        const config = this.#config();
        // An anchor of the page's own is no news, and must not undo what the visitor is looking for.
        if (JSON.stringify(config) === JSON.stringify(this.#host.config)) return;
        this.#host.config = config;
        this.#run('update', config);
      }
    }

    /** Starts what is waiting or has failed. */
    async #start() {
      if (crashed) return this.#fail('crash');
      if (this.#state !== 'waiting' && this.#state !== 'failed') return;
      if (this.#state === 'failed') this.#skeleton();
      this.#observer?.disconnect();
      this.#state = 'loading';
      const lang = (this.#lang = language(this));
      try {
        feed(this.#config().feed).catch(() => {}); // The application asks for it as well, and is told.
        if (own(this, 'place')) shared('text ' + places, () => text(places)).catch(() => {}); // So it does for this.
        const [glue, words] = await Promise.all([application(), messages(lang)]);
        if (this.#state !== 'loading' || this.#lang !== lang) return; // Removed, or started again, meanwhile.
        this.#mount(glue, words);
      } catch (error) {
        if (isCrash(error)) return AlentourWidget.#crash(error);
        if (this.#state !== 'loading' || this.#lang !== lang) return;
        const kind = error?.kind || (error instanceof WebAssembly.CompileError ? 'unsupported' : 'network');
        say(
          kind === 'unsupported'
            ? `this page does not allow WebAssembly (its script-src needs 'wasm-unsafe-eval')`
            : `could not be loaded from ${base}: ${error?.status || error?.message || kind}`,
        );
        this.#fail(kind);
      }
    }

    /** Shows the plain links, in the page's own style. The application is not asked: it may be what has failed. */
    #fail(kind) {
      if (this.#state === 'failed' || this.#state === 'out') return;
      this.#observer?.disconnect();
      this.#state = 'failed';
      this.#handle = null;
      const empty = !this.childElementCount && !this.textContent.trim();
      const note = make('p', '', (WORDS[language(this)] || WORDS.en)[1]);
      note.dir = direction(language(this));
      this.#shadow.replaceChildren(empty ? note : make('slot'));
      dress(this.#shadow, PLAIN);
      this.#emit('error', { kind });
    }

    #eager() {
      return own(this, 'loading') === 'eager' || !IntersectionObserver || asked() || this.#calls.length > 0;
    }

    #wait() {
      this.#skeleton();
      this.#state = 'waiting';
      if (crashed || this.#eager()) return void this.#start();
      this.#observer = new IntersectionObserver((entries) => entries.some((it) => it.isIntersecting) && this.#start(), {
        rootMargin: NEAR,
      });
      this.#observer.observe(this);
    }

    #skeleton() {
      const words = make('p', '', (WORDS[language(this)] || WORDS.en)[0]);
      words.setAttribute('role', 'status');
      const rows = Array.from({ length: 5 }, () => make('i'));
      this.#shadow.replaceChildren(make('div', 'skeleton', words, ...rows));
      dress(this.#shadow, bundle.css);
    }

    #mount(glue, words) {
      const root = make('div', 'root');
      root.lang = this.#lang;
      root.dir = direction(this.#lang);
      this.#host = {
        config: this.#config(),
        messages: words,
        base,
        gazetteer: base + bundle.gazetteer,
        feed: (again) => feed(this.#config().feed, again),
        text: (url) => shared('text ' + url, () => text(url)),
        emit: (name, detail) => this.#emit(name, detail),
      };
      this.#shadow.append(root);
      const handle = glue.mount(root, this.#host);
      if (!handle) throw new Error('not mounted');
      this.#handle = handle;
      this.#state = 'mounted';
      this.#shadow.querySelector('.skeleton')?.remove();
      for (const [method, ...values] of this.#calls.splice(0)) this.#run(method, ...values);
      if (language(this) !== this.#lang) this.#changed();
    }

    #unmount() {
      this.#observer?.disconnect();
      if (!this.#handle) return;
      this.#run('unmount');
      this.#run('free');
      this.#handle = null;
    }

    #call(method, ...values) {
      if (this.#state === 'mounted') return this.#run(method, ...values);
      // The latest search replaces an earlier one; what a retry fetches is fresh anyway.
      this.#calls = method === 'search' ? [[method, ...values]] : this.#calls;
      if (this.#state !== 'out') this.#start();
    }

    #run(method, ...values) {
      try {
        this.#handle?.[method](...values);
      } catch (error) {
        if (isCrash(error)) AlentourWidget.#crash(error);
        else say(`${method}: ${error}`);
      }
    }

    #config() {
      const config = {};
      for (const name of ATTRIBUTES) config[name] = own(this, name);
      config.lang = this.#lang;
      config.feed = config.feed ? absolute(config.feed) : base + 'feed.json';
      config.api = (config.api ? absolute(config.api) : new URL(base).origin).replace(/\/+$/, '');
      config.open = asked();
      return config;
    }

    #emit(name, detail) {
      return this.dispatchEvent(
        new CustomEvent('alentour:' + name, { detail, bubbles: true, composed: true, cancelable: true }),
      );
    }
  }

  for (const name of ATTRIBUTES) {
    if (name === 'lang') continue; // Every element has it.
    Object.defineProperty(AlentourWidget.prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        return own(this, name);
      },
      set(value) {
        if (value == null) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }

  AlentourWidget.listen();
  return AlentourWidget;
}

// ------------------------------------------------------------------------------------------------------------ the tag

/** Puts a widget in place for the tag: into `data-target`, or right after the tag. */
function insert(data) {
  const target = data.target && document.querySelector(data.target);
  if (data.target && !target) return say(`data-target: there is no ${data.target} on this page`);
  if (!target && (!tag.isConnected || tag.closest('head'))) {
    return say('a tag in the <head> needs a data-target="#id" that says where the widget goes');
  }
  const widget = document.createElement(NAME);
  for (const name of ATTRIBUTES) if (data[name] !== undefined) widget.setAttribute(name, data[name]);
  const other = customElements.get(NAME)?.base;
  if (other && other !== base) {
    // The page's first tag is from elsewhere, and its code runs this widget too.
    if (!data.feed) widget.setAttribute('feed', base + 'feed.json');
    if (!data.api) widget.setAttribute('api', new URL(base).origin);
  }
  const before = tag.previousElementSibling;
  const links = data.fallback
    ? document.querySelector(data.fallback)
    : before?.matches('.alentour-fallback, [data-alentour-fallback]') && before;
  if (links) {
    // The links become the widget's own: hidden while it works, and back in their place when it does not.
    const height = links.offsetHeight;
    if (height >= DELIBERATE) widget.style.setProperty('--alentour-height', height + 'px');
    widget.append(links);
  }
  if (target) target.append(widget);
  else tag.after(widget);
}

try {
  const known = customElements.get(NAME);
  if (!known) customElements.define(NAME, element());
  else if (known.version !== bundle.version) {
    say(`version ${known.version} is on this page already, and ${bundle.version} leaves it the place`);
  }
  const data = tag ? { ...tag.dataset } : {};
  const insertSafely = () => {
    try {
      insert(data);
    } catch (error) {
      say(String(error));
    }
  };
  if (data.target && !document.querySelector(data.target)) whenParsed(insertSafely);
  else if (['feed', 'place', 'target'].some((name) => name in data)) insertSafely();
  else whenParsed(() => tag && !document.querySelector(NAME) && insertSafely());
} catch (error) {
  say(String(error));
}
