// The stand-in for the lightest peer: an element that fetches one JSON of events and lists them, as the embeds of calendars do.
// Written for the measurement of cold starts, with what such an element has: states, attributes, five languages, a style sheet. No
// search, no form. The element and its twelve events weigh about as much as those that are in use: 7 kB.

(() => {
  const TIMEOUT = 15_000; // ms

  const STYLE = `
    :host { display: block; container-type: inline-size; color: var(--agenda-text, #1d2430); font: var(--agenda-font, 1rem/1.45 system-ui, sans-serif); }
    :host([hidden]) { display: none; }
    :host([theme="dark"]) { --agenda-text: #eef1f6; --agenda-surface: #1b212b; --agenda-line: #3a4352; --agenda-accent: #9cc2ff; --agenda-muted: #b4bdcb; }
    h2 { margin: 0 0 .75rem; font-size: 1.3em; line-height: 1.2; }
    ul { display: grid; gap: .75rem; margin: 0; padding: 0; list-style: none; }
    li { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; padding: 1rem; background: var(--agenda-surface, #fff);
      border: 1px solid var(--agenda-line, #d9dee7); border-radius: var(--agenda-radius, 8px); }
    li:focus-within { border-color: var(--agenda-accent, #1b5fc1); }
    h3 { margin: 0 0 .25rem; font-size: 1.05em; line-height: 1.3; }
    p { margin: .15rem 0; }
    a { color: var(--agenda-accent, #1b5fc1); text-underline-offset: .15em; }
    a:focus-visible, button:focus-visible { outline: 3px solid var(--agenda-accent, #1b5fc1); outline-offset: 2px; border-radius: 2px; }
    .day { min-width: 3.2rem; text-align: center; line-height: 1.1; }
    .day b { display: block; font-size: 1.7em; }
    .day span, .where, .who, footer { color: var(--agenda-muted, #566173); font-size: .9em; }
    .when { font-weight: 600; }
    .about { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
    .message { padding: 1rem; border: 1px dashed var(--agenda-line, #d9dee7); border-radius: var(--agenda-radius, 8px); }
    .wait::after { content: ""; display: inline-block; width: 1em; height: 1em; margin-inline-start: .5em; vertical-align: -.15em;
      border: 2px solid; border-inline-end-color: transparent; border-radius: 50%; animation: turn 1s linear infinite; }
    button { margin-inline-start: .75rem; padding: .35rem .8rem; color: inherit; font: inherit; background: none; border: 1px solid; border-radius: 6px; cursor: pointer; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    footer { margin-top: .75rem; }
    @keyframes turn { to { rotate: 1turn; } }
    @media (prefers-reduced-motion: reduce) { .wait::after { animation: none; } }
    @container (min-width: 46rem) { :host([layout="grid"]) ul { grid-template-columns: 1fr 1fr; } }
    @container (max-width: 22rem) { li { grid-template-columns: 1fr; } .day { display: none; } }
    @media (prefers-color-scheme: dark) {
      :host([theme="auto"]) { --agenda-text: #eef1f6; --agenda-surface: #1b212b; --agenda-line: #3a4352; --agenda-accent: #9cc2ff; --agenda-muted: #b4bdcb; }
    }
    @media print { li { break-inside: avoid; } button, footer { display: none; } }`;

  const WORDS = {
    en: {
      loading: 'Loading events', empty: 'No upcoming events.', error: 'The events could not be loaded.', retry: 'Try again', by: 'By',
      online: 'Online', all: 'All events', tab: '(opens in a new tab)', cancelled: 'Cancelled', full: 'Fully booked', left: '{} places left',
    },
    fr: {
      loading: 'Chargement des événements', empty: 'Aucun événement à venir.', error: 'Les événements n’ont pas pu être chargés.',
      retry: 'Réessayer', by: 'Par', online: 'En ligne', all: 'Tous les événements', tab: '(nouvel onglet)', cancelled: 'Annulé', full: 'Complet',
      left: '{} places restantes',
    },
    de: {
      loading: 'Termine werden geladen', empty: 'Keine kommenden Termine.', error: 'Die Termine konnten nicht geladen werden.',
      retry: 'Erneut versuchen', by: 'Von', online: 'Online', all: 'Alle Termine', tab: '(neuer Tab)', cancelled: 'Abgesagt', full: 'Ausgebucht',
      left: '{} freie Plätze',
    },
    es: {
      loading: 'Cargando eventos', empty: 'No hay próximos eventos.', error: 'No se pudieron cargar los eventos.', retry: 'Reintentar', by: 'Por',
      online: 'En línea', all: 'Todos los eventos', tab: '(pestaña nueva)', cancelled: 'Cancelado', full: 'Completo', left: '{} plazas libres',
    },
    nl: {
      loading: 'Evenementen laden', empty: 'Geen komende evenementen.', error: 'De evenementen konden niet worden geladen.',
      retry: 'Opnieuw proberen', by: 'Door', online: 'Online', all: 'Alle evenementen', tab: '(nieuw tabblad)', cancelled: 'Geannuleerd',
      full: 'Volgeboekt', left: '{} plaatsen vrij',
    },
  };

  /** An element with a class, a part and children; what is empty is left out. */
  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (className) element.setAttribute('part', className);
    element.append(...children.filter(Boolean));
    return element;
  }

  /** An address that a link may have: events come from strangers. */
  function safe(url, base) {
    try {
      const address = new URL(url, base);
      return /^https?:$/.test(address.protocol) ? address.href : null;
    } catch {
      return null;
    }
  }

  class EventAgenda extends HTMLElement {
    static observedAttributes = ['src', 'lang', 'limit', 'heading', 'time-zone', 'target', 'all'];

    #root = this.attachShadow({ mode: 'open' });
    #body = make('div');
    #abort = null;
    #events = null;

    connectedCallback() {
      this.#root.replaceChildren(Object.assign(document.createElement('style'), { textContent: STYLE }), this.#body);
      this.load();
    }

    disconnectedCallback() {
      this.#abort?.abort();
    }

    attributeChangedCallback(name, before, after) {
      // Of an element that stood in the page before its class came, the browser tells all attributes first.
      if (!this.#abort || before === after) return;
      if (name === 'src') this.load();
      else if (this.#events) this.#show();
    }

    get locale() {
      return this.lang || this.closest('[lang]')?.lang || navigator.language || 'en';
    }

    get limit() {
      const limit = parseInt(this.getAttribute('limit'), 10);
      return limit > 0 ? limit : 12;
    }

    get words() {
      return WORDS[this.locale.slice(0, 2).toLowerCase()] ?? WORDS.en;
    }

    /** Fetches the events, again if it is asked to. */
    async load() {
      this.#abort?.abort();
      const abort = (this.#abort = new AbortController());
      const timer = setTimeout(() => abort.abort(), TIMEOUT);
      this.setAttribute('aria-busy', 'true');
      this.#message('wait', this.words.loading);
      try {
        const response = await fetch(this.getAttribute('src'), { signal: abort.signal, headers: { accept: 'application/json' } });
        if (!response.ok) throw new Error(`status ${response.status}`);
        const { events } = await response.json();
        this.#events = events.filter((event) => event.title && event.start);
        this.#show();
        this.dispatchEvent(new CustomEvent('agenda-load', { bubbles: true, composed: true, detail: { count: this.#events.length } }));
      } catch (error) {
        if (abort !== this.#abort || !this.isConnected) return;
        const retry = make('button', 'retry', this.words.retry);
        retry.type = 'button';
        retry.addEventListener('click', () => this.load());
        this.#message('error', this.words.error, retry);
        this.dispatchEvent(new CustomEvent('agenda-error', { bubbles: true, composed: true, detail: { error } }));
      } finally {
        clearTimeout(timer);
        if (abort === this.#abort) this.removeAttribute('aria-busy');
      }
    }

    #message(kind, ...children) {
      const message = make('p', `message ${kind}`, ...children);
      message.setAttribute('role', kind === 'error' ? 'alert' : 'status');
      this.#body.replaceChildren(message);
    }

    #show() {
      const { words } = this;
      const events = this.#events.slice(0, this.limit);
      if (events.length === 0) return this.#message('empty', words.empty);
      const heading = this.getAttribute('heading');
      const list = make('ul', 'list', ...events.map((event) => this.#item(event)));
      list.setAttribute('role', 'list'); // Safari forgets it where there are no bullets.
      list.setAttribute('aria-label', heading || words.all);
      const all = safe(this.getAttribute('all') ?? '', undefined);
      const parts = [heading && make('h2', 'heading', heading), list, all && make('footer', 'all', this.#link(all, words.all))];
      this.#body.replaceChildren(...parts.filter(Boolean));
    }

    #item(event) {
      const { words } = this;
      const url = safe(event.url, this.getAttribute('src'));
      const cancelled = event.status === 'cancelled' && make('small', 'cancelled', `${words.cancelled} · `);
      const title = make('h3', 'title', cancelled, url ? this.#link(url, event.title) : event.title);
      const where = this.#where(event);
      const organizer = event.organizer?.name;
      const text = make(
        'div', 'event', title, this.#when(event), where && make('p', 'where', where),
        organizer && make('p', 'who', `${words.by} ${organizer}`), this.#places(event), event.description && make('p', 'about', event.description),
      );
      return make('li', 'item', this.#day(event), text);
    }

    #link(url, text) {
      const link = make('a', 'link', text);
      link.href = url;
      if (this.getAttribute('target') === '_blank') {
        link.target = '_blank';
        link.rel = 'noopener';
        link.append(make('span', 'unseen', ` ${this.words.tab}`));
      }
      return link;
    }

    #format(event, options) {
      return new Intl.DateTimeFormat(this.locale, { timeZone: this.getAttribute('time-zone') || event.timeZone || undefined, ...options });
    }

    /** The day as on a tear-off calendar. The date is told in words beside it. */
    #day(event) {
      const start = new Date(event.start);
      const part = (name, options) => make(name, '', this.#format(event, options).format(start));
      const day = make('div', 'day', part('b', { day: 'numeric' }), part('span', { month: 'short' }));
      day.setAttribute('aria-hidden', 'true');
      return day;
    }

    #when(event) {
      const [start, end] = [new Date(event.start), new Date(event.end ?? event.start)];
      const hours = event.allDay ? {} : { hour: 'numeric', minute: '2-digit' };
      const format = this.#format(event, { weekday: 'long', day: 'numeric', month: 'long', ...hours });
      const time = make('time', 'time', end > start ? format.formatRange(start, end) : format.format(start));
      time.dateTime = event.start;
      return make('p', 'when', time);
    }

    #places({ attendance }) {
      if (!(attendance?.remaining >= 0)) return null;
      return make('p', 'places', attendance.remaining > 0 ? this.words.left.replace('{}', attendance.remaining) : this.words.full);
    }

    #where({ location, online }) {
      if (online) return this.words.online;
      const town = [location?.postalCode, location?.city].filter(Boolean).join(' ');
      return [location?.name, location?.address, town].filter(Boolean).join(', ');
    }
  }

  if (!customElements.get('event-agenda')) customElements.define('event-agenda', EventAgenda);
})();
