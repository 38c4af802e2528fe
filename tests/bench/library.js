// The second yardstick: the best libraries there are for it, MiniSearch for words and geokdbush for what is near, put together as their
// documentation says. It shows the nearest twelve of the cards that say the words; no filters and no counts of them, no forms.
//
// It begins with the first focus on its field, as the widget reads more then.

import { around } from 'geokdbush';
import KDBush from 'kdbush';
import MiniSearch from 'minisearch';

const { cards: address, latitude, longitude, limit } = document.currentScript.dataset;
const days = new Intl.DateTimeFormat('fr', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'Europe/Paris' });
const numbers = new Intl.NumberFormat('fr', { maximumFractionDigits: 1 });
const fold = (term) => term.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const point = [Number(longitude), Number(latitude)];

const words = document.createElement('input');
words.type = 'search';
const count = document.createElement('p');
const list = document.createElement('ul');
document.currentScript.after(words, count, list);

let cards;
let texts;
let places;

async function begin() {
  const response = await fetch(address);
  cards = JSON.parse(await response.text());
  texts = new MiniSearch({
    fields: ['name', 'summary', 'description', 'organizer', 'town', 'postcode'],
    processTerm: (term) => fold(term) || null,
    searchOptions: { prefix: true, combineWith: 'AND', boost: { name: 2 } },
  });
  texts.addAll(cards);
  places = new KDBush(cards.length);
  for (const card of cards) places.add(card.longitude, card.latitude);
  places.finish();
  show();
}

function show() {
  if (!places) return;
  const wanted = words.value.trim();
  const found = wanted && new Set(texts.search(wanted).map(({ id }) => id));
  const nearest = around(places, ...point, Number(limit), Infinity, found ? (id) => found.has(id) : undefined);
  count.textContent = `${found ? found.size : cards.length} actions`;
  list.replaceChildren(...nearest.map((id) => item(cards[id])));
}

function item(card) {
  const element = document.createElement('li');
  const title = document.createElement('h3');
  const link = document.createElement('a');
  link.href = card.url;
  link.textContent = card.name;
  title.append(link);
  const gist = document.createElement('p');
  gist.textContent = card.summary;
  const facts = document.createElement('p');
  facts.textContent = [days.format(new Date(card.start)), `${numbers.format(far(card))} km`, card.town, card.organizer].join(' · ');
  element.append(title, gist, facts);
  return element;
}

/** Kilometres, by the haversine formula. */
function far(card) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const half = (difference) => Math.sin(radians(difference) / 2) ** 2;
  const along = half(card.longitude - point[0]) * Math.cos(radians(point[1])) * Math.cos(radians(card.latitude));
  return 2 * 6371.0088 * Math.asin(Math.sqrt(half(card.latitude - point[1]) + along));
}

words.addEventListener('focus', begin, { once: true });
words.addEventListener('input', show);
window.bare = { words };
