// The libraries' yardstick on a site: the program with both libraries in it, and the cards as a file of their own.

import { join } from 'node:path';
import { build } from 'esbuild';
import { compressed } from './support.mjs';

/** Puts them on a site, and gives the tag. `feed`: the canonical one, of initiatives with a place and sessions; near `latitude`, `longitude`. */
export async function library(site, feed, { latitude, longitude }, limit) {
  const entryPoints = [join(import.meta.dirname, 'library.js')];
  const { outputFiles } = await build({ entryPoints, bundle: true, minify: true, format: 'iife', write: false });
  const shared = { 'access-control-allow-origin': '*' };
  const script = site.put('/library.js', compressed(outputFiles[0].text, 'text/javascript; charset=utf-8', shared));
  const cards = site.put('/cards.json', compressed(JSON.stringify(feed.initiatives.map(card)), 'application/json', shared));
  return `<script src="${script}" data-cards="${cards}" data-latitude="${latitude}" data-longitude="${longitude}" data-limit="${limit}"></script>`;
}

function card({ name, summary, description, url, organizer, location: [place], sessions: [session] }, id) {
  const { latitude, longitude, addressLocality: town, postalCode: postcode } = place;
  return { id, name, summary, description, url, organizer: organizer.name, town, postcode, latitude, longitude, start: session.startDate };
}
