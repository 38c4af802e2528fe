/// <reference path="./alentour.d.ts" />

/**
 * Defines `<alentour-widget>` and `<alentour-action>` by the script of a server (`https://agir.example.org`), once for a page; the promise
 * is kept when they are defined, and broken where the script cannot be had: the next call tries again. Without a browser, as where pages are
 * made on a server, it does nothing.
 */
export function load(base: string | URL): Promise<void>;

type Element = AlentourWidget;
type Action = AlentourAction;
type Query = AlentourQuery;
type EventMap = AlentourEventMap;
export type { Element as AlentourWidget, Action as AlentourAction, Query as AlentourQuery, EventMap as AlentourEventMap };

/** What is written on `<alentour-widget>`: its attributes. */
export interface AlentourWidgetAttributes {
  feed?: string;
  place?: string;
  countries?: string;
  radius?: string | number;
  causes?: string;
  kinds?: string;
  lang?: string;
  theme?: 'light' | 'dark' | 'auto';
  limit?: string | number;
  api?: string;
  loading?: 'eager';
  open?: string;
  /** Any text: nothing but the initiative that `open` names. */
  only?: string;
}

/** What is written on `<alentour-action>`. */
export interface AlentourActionAttributes {
  open: string;
}
