// Types of <alentour-widget>, the element that alentour.js defines. For pages that are written in TypeScript:
//   /// <reference path="alentour.d.ts" />

/** What a page may look for. What is left out stays as it is. */
interface AlentourQuery {
  /** Postcode, town, or `latitude,longitude` (WGS 84 degrees). */
  place?: string;
  /** Kilometres, or `'any'`. */
  radius?: number | 'any';
  words?: string;
  /** `volunteering`, `gathering`, `petition`, `group`, `project`, `campaign`, `training`, or one that the feed names. */
  kinds?: string[];
  /** `poverty`, `education`, `health`, `employment`, `housing`, `inclusion`, `environment`, `culture`, or one that the feed names. */
  causes?: string[];
  /** `week`, `weekend`, `month`, two days as `YYYY-MM-DD/YYYY-MM-DD`, or `''` for any. */
  when?: string;
}

/**
 * The widget. Each property is an attribute of the same name, which may also be written with `data-`; unset is `''`.
 * A value that cannot be read is as good as none.
 */
interface AlentourWidget extends HTMLElement {
  /** Address of the feed; relative ones are relative to the page. By default the feed of the server the script comes from. */
  feed: string;
  /** Where to look first: postcode, town, or `latitude,longitude`. */
  place: string;
  /** Whose places are meant: codes (ISO 3166-1) with spaces between them, the first first. By default that of the page's language, then France. */
  countries: string;
  /** How far around it: kilometres, or `any`. */
  radius: string;
  /** Show these causes at first: names with commas between them. */
  causes: string;
  /** Show these kinds at first: names with commas between them. */
  kinds: string;
  /** `fr`, `en`, `es`, `ar`. By default the language of the page around it. */
  lang: string;
  /** `light`, `dark`, or `auto` for the visitor's choice. By default the page's own `color-scheme`. */
  theme: string;
  /** How many cards at first. */
  limit: string;
  /** Origin of the server that takes the sign-ups. By default that of the script. */
  api: string;
  /** `eager` loads at once; by default the widget loads when it is near the viewport. */
  loading: string;
  /** Identifier of an initiative that is open at first. */
  open: string;
  /** Not empty: nothing but the initiative that `open` names; without a list. */
  only: string;

  /** Looks for something else. May be called at any time: the widget loads, if it has not, and then obeys. */
  search(query?: AlentourQuery): void;
  /** Fetches the feed again; where the widget has failed to load, tries again. */
  refresh(): void;
}

/** Events bubble, and cross shadow roots. None has anything personal in it. */
interface AlentourEventMap {
  /** The feed is there: so many initiatives. */
  'alentour:ready': CustomEvent<{ count: number }>;
  /** There are other results. Neither the place nor the words are said: they are the visitor's. */
  'alentour:search': CustomEvent<{
    count: number;
    nearby: number;
    /** Kilometres; null for any. */
    radius: number | null;
    kinds: string[];
    causes: string[];
    when: string;
  }>;
  /** An initiative is looked at. */
  'alentour:open': CustomEvent<{ id: string }>;
  /** The server has a sign-up. `way`: shift, rsvp, signature, membership, offer, pledge, enrolment. */
  'alentour:signup': CustomEvent<{ id: string; way: string | null }>;
  /**
   * The feed cannot be had (`network`, `status`, `timeout`, `malformed`: the widget says so and offers a retry), or the widget
   * cannot be had: the painted list stays, or the page's plain links are shown (`unsupported`: no WebAssembly; `crash`; or it could not be loaded).
   */
  'alentour:error': CustomEvent<{ kind: 'network' | 'status' | 'timeout' | 'malformed' | 'unsupported' | 'crash' }>;
}

/** A button with its count that opens the form of the initiative that its attribute `open` names. */
interface AlentourAction extends HTMLElement {}

interface HTMLElementTagNameMap {
  'alentour-widget': AlentourWidget;
  'alentour-action': AlentourAction;
}

interface HTMLElementEventMap extends AlentourEventMap {}
interface DocumentEventMap extends AlentourEventMap {}
interface WindowEventMap extends AlentourEventMap {}
