// <alentour-widget>: keeps its room on the page, starts the application once it is near the viewport, and leaves the painted list or
// shows the plain links where that fails.

import { ATTRIBUTES, attribute, countries, direction, isOdd, language, linked } from './asked.js';
import {
  CustomEvent, IntersectionObserver, Set, WebAssembly, absolute, application, base, bundle, feed, first, isCrash, make, messages,
  places, rare, say, setTimeout, text, tiles, whenIdle,
} from './loading.js';
import { adopt } from './sheets.js';
import { QUERY, Visit, firstPage, follow, paint } from './painting.js';

const PATIENCE = 3000; // ms. So long the application waits for the first page to be there before it.
const NEAR = '400px'; // Distance to the viewport at which loading starts: about one flick of a finger.

const PLAIN = ':host{display:block}:host([hidden]){display:none}';

export function element() {
  const widgets = new Set(); // on the page
  let crashed = false;

  class AlentourWidget extends HTMLElement {
    static version = bundle.version;
    static base = base;
    static pages = [first]; // Those that came with this script and others like it.
    static spare; // One that a tag without attributes has put in place, until there is another.
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
    #meant = {}; // by attributes that have no words of ours
    #asked; // language and query of what is shown
    #live; // what was counted of what it shows
    #propose; // where one proposes an action
    #report; // what the addresses begin with where one reports one
    #painted; // the box of the first page, until the application takes over
    #alone = false; // its links lead to pages: it is of use without the application
    #visit; // what has happened in it
    #box; // the application's
    #stuck = false; // the application has no feed
    #partial = false; // it has read a part only, and what is painted tells more, until somebody looks for something
    #state = 'out'; // out (of the page), waiting (to come near), loading, mounted, failed
    #lang = '';
    #host;
    #glue; // the application's module
    #handle;
    #changing = false;
    #calls = []; // of search() and refresh() that came before the application

    connectedCallback() {
      widgets.add(this);
      // The page's scripts have made one: the tag was there to define it. What a button opens is none of these.
      const { spare } = AlentourWidget;
      if (spare && spare !== this && this.getRootNode() === document) {
        AlentourWidget.spare = null;
        spare.replaceWith(...spare.childNodes);
      }
      if (this.#state !== 'out') return; // Moved: a move is a disconnect and a connect.
      for (const name of ATTRIBUTES) {
        // Set before the element was defined, and in the way of the property since.
        if (Object.prototype.hasOwnProperty.call(this, name)) {
          const value = this[name];
          delete this[name];
          this[name] = value;
        }
      }
      this.#understand(() => this.#wait());
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
        this.#understand(() => this.#changed());
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

    /** Does something once it is known what attributes mean that have no words of ours: a name, a unit. */
    #understand(then) {
      const odd = Object.fromEntries(['radius', 'kinds', 'causes'].map((name) => [name, attribute(this, name)]).filter(isOdd));
      const meant = (this.#meant = {});
      if (!Object.keys(odd).length) return then();
      if (this.#state === 'out') this.#skeleton();
      const learning = rare().then(({ understand }) => Object.assign(meant, understand(odd, language(this), say)));
      learning.catch(() => {}).then(() => this.isConnected && then());
    }

    #attribute(name) {
      return this.#meant[name] ?? attribute(this, name);
    }

    /** Attributes or the permanent link have changed. */
    #changed() {
      const isOther = this.#question() !== this.#asked;
      if (this.#state === 'waiting' && (isOther || this.#eager())) return this.#wait();
      if (isOther && (this.#state === 'loading' || this.#state === 'failed')) {
        // What is shown answers another question. An application that is under way is told of it once it is there.
        this.#asked = this.#question();
        this.#painted = null;
        if (this.#state === 'loading') this.#skeleton();
        else this.#plain();
        this.#paint();
      }
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

    /** Starts what is waiting or has failed; with a low priority where nobody waits for it. */
    async #start(priority) {
      if (crashed) return this.#fail('crash');
      if (this.#state !== 'waiting' && this.#state !== 'failed') return;
      if (this.#state === 'failed' && !this.#painted) this.#skeleton();
      this.#observer?.disconnect();
      this.#state = 'loading';
      const lang = (this.#lang = language(this));
      try {
        // The application asks for it as well, and is told.
        const { feed: address, only } = this.#config();
        if (address !== base + 'feed.json') feed(address, false, priority).catch(() => {});
        else if (!only) tiles(priority).catch(() => {});
        if (attribute(this, 'place') && !countries(this)) places().catch(() => {}); // So it does for this.
        const [glue, words] = await Promise.all([application(priority), messages(lang, priority)]);
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

    /** Shows the painted list, or the plain links in the page's own style. The application is not asked: it may be what has failed. */
    #fail(kind) {
      if (this.#state === 'failed' || this.#state === 'out') return;
      this.#observer?.disconnect();
      this.#state = 'failed';
      this.#handle = null;
      this.#box?.remove();
      if (this.#painted && this.#alone) {
        this.#painted.className += ' alone';
        this.#visit.giveUp();
      } else this.#plain();
      this.#emit('error', { kind });
      if (!this.#painted) this.#paint();
    }

    #plain() {
      this.#painted = null;
      const empty = !this.childElementCount && !this.textContent.trim();
      const lang = language(this);
      const note = make('p', '', bundle.words[lang][1]);
      note.dir = direction(lang);
      this.#shadow.replaceChildren(empty ? note : make('slot'));
      adopt(this.#shadow, PLAIN);
    }

    #eager() {
      return attribute(this, 'loading') === 'eager' || typeof IntersectionObserver !== 'function' || linked() || this.#calls.length > 0;
    }

    async #wait() {
      this.#lang = language(this);
      this.#asked = this.#question();
      this.#painted = null;
      this.#skeleton();
      this.#state = 'waiting';
      if (crashed) return this.#fail('crash');
      // Whoever follows a permanent link wants that initiative, and not the list before it.
      const painting = linked() || attribute(this, 'open') ? false : this.#paint();
      if (this.#eager()) return this.#start();
      this.#observer?.disconnect();
      this.#observer = new IntersectionObserver(
        async (entries) => {
          if (!entries.some((it) => it.isIntersecting)) return;
          this.#observer.disconnect();
          const asked = this.#asked;
          // Nothing competes with the list; and then with nothing else that the page is doing.
          const isPainted = await Promise.race([painting, new Promise((done) => setTimeout(done, PATIENCE))]);
          if (this.#asked !== asked || this.#state !== 'waiting') return;
          if (!isPainted) this.#start();
          else if (!navigator.connection?.saveData) whenIdle(() => this.#start('low'));
        },
        { rootMargin: NEAR },
      );
      this.#observer.observe(this);
    }

    #query() {
      const query = Object.fromEntries(QUERY.map((name) => [name, this.#attribute(name).trim()]));
      if (query.place && countries(this)) query.countries = countries(this);
      return query;
    }

    #question() {
      return JSON.stringify([language(this), this.#query(), attribute(this, 'feed')]);
    }

    /** Shows the first page of results, where there is one: `true` once it is there. */
    async #paint() {
      const asked = this.#asked;
      try {
        const lang = language(this);
        const page = await firstPage(AlentourWidget.pages, this.#query(), lang, this.#config().feed);
        if (!page || this.#asked !== asked || this.#handle || this.#state === 'out') return false;
        // A published site's has no server's pages behind it.
        this.#alone = !page.feed;
        if (this.#state === 'failed' && !this.#alone) return false;
        const content = paint(page);
        this.#live = page.live ?? [];
        this.#propose = page.propose;
        this.#report = page.report;
        this.#painted = this.#makeBox(lang);
        this.#painted.className += this.#state === 'failed' ? ' painted alone' : ' painted';
        this.#painted.append(content);
        const began = () => (this.#stuck ? this.#takeOver() : this.#partial ? this.#look() : this.#start());
        this.#visit = new Visit(content, { ...this.#query(), lang }, page.base, began, () => this.#state === 'failed');
        this.#shadow.replaceChildren(this.#painted);
        adopt(this.#shadow, bundle.css);
        return true;
      } catch (error) {
        say('the first page cannot be shown: ' + error);
        return false;
      }
    }

    #skeleton() {
      const words = make('p', '', bundle.words[language(this)][0]);
      words.setAttribute('role', 'status');
      const rows = [1, 2, 3, 4, 5].map(() => make('i')); // Not `Array.from`: MooTools has another.
      this.#shadow.replaceChildren(make('div', 'skeleton', words, ...rows));
      adopt(this.#shadow, bundle.css);
    }

    #makeBox(lang) {
      const box = make('div', 'root');
      box.lang = lang;
      box.dir = direction(lang);
      return box;
    }

    #mount(glue, words) {
      const box = (this.#box = this.#makeBox(this.#lang));
      this.#host = {
        config: this.#config(),
        messages: words,
        base,
        live: this.#live,
        gazetteer: base + bundle.gazetteer,
        feed: (again) => feed(this.#config().feed, again),
        text,
        emit: (name, detail) => {
          // What it shows is on the page once its effects have run, which is before the next task.
          this.#stuck = name === 'error';
          if (name === 'ready') {
            this.#partial = detail.part && !this.#visit?.isBegun;
            delete detail.part;
          }
          if (this.#stuck || name === 'ready') setTimeout(() => this.#takeOver());
          if (name === 'open' && detail.id === linked()) setTimeout(() => this.#reveal(detail.id));
          return this.#emit(name, detail);
        },
      };
      // Beside a painted page it is in no document yet: there is one of everything.
      if (!this.#painted) this.#shadow.append(box);
      adopt(this.#shadow, bundle.css, glue.style);
      const handle = glue.mount(box, this.#host);
      if (!handle) throw new Error('not mounted');
      this.#handle = handle;
      this.#glue = glue;
      this.#state = 'mounted';
      this.#shadow.querySelector('.skeleton')?.remove();
      for (const [method, ...values] of this.#calls.splice(0)) this.#run(method, ...values);
      if (language(this) !== this.#lang) this.#changed();
    }

    /** Somebody looks for something: what the application knows is better than what is painted. */
    #look() {
      this.#partial = false;
      this.#takeOver();
    }

    /** Puts the application in the place of the painted page, in one task. Without a feed it waits until somebody asks for something. */
    #takeOver() {
      const painted = this.#painted;
      if (!painted || !this.#handle) return;
      // Without a feed there is nothing better than what is painted, until somebody asks for what only the application does.
      if (this.#stuck && !this.#visit.isWaiting) return this.#visit.giveUp();
      if (this.#partial) return;
      if (this.#visit.isHeld) return void setTimeout(() => this.#takeOver(), 100);
      const swap = () => {
        this.#painted = null;
        painted.replaceWith(this.#box);
      };
      this.#glue.replay(this.#visit, this.#box.firstElementChild, this.#shadow.activeElement, swap, follow);
    }

    /** What a permanent link leads to is to be seen. Of its own feed the server has a page. */
    async #reveal(id) {
      if (this.checkVisibility?.()) return;
      const { feed, lang } = this.#config();
      const page = feed === base + 'feed.json' && absolute(`../i/${encodeURIComponent(id)}?lang=${lang}`, 'href', base);
      (await rare()).reveal(this, lang, page);
    }

    #unmount() {
      this.#observer?.disconnect();
      if (!this.#handle) return;
      this.#run('unmount');
      this.#run('free');
      this.#handle = null;
      this.#painted = null;
      this.#stuck = this.#partial = false;
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
        if (this.#partial) this.#look();
      } catch (error) {
        if (isCrash(error)) AlentourWidget.#crash(error);
        else say(`${method}: ${error}`);
      }
    }

    #config() {
      const config = {};
      for (const name of ATTRIBUTES) config[name] = this.#attribute(name);
      config.lang = this.#lang;
      config.countries = countries(this);
      config.feed = config.feed ? absolute(config.feed) : base + 'feed.json';
      config.api = absolute(config.api || base, 'origin');
      config.propose = this.#propose;
      config.report = this.#report;
      config.shown = config.open;
      config.only = (this.getAttribute('only') ?? this.getAttribute('data-only') ?? 'false') !== 'false';
      config.open = config.only ? null : linked();
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
        return attribute(this, name);
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

/** <alentour-action>: what it does comes when there is one. */
export const action = () =>
  class extends HTMLElement {
    connectedCallback() {
      const lang = language(this);
      rare().then(({ act }) => act(this, { base, lang, direction, adopt, text })).catch((error) => say('alentour-action: ' + (error?.status || error)));
    }
  };
