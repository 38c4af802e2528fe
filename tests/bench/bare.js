// The yardstick: what a developer would write in an afternoon to show the same feed. One place, words, a list of the
// nearest; no filters, no forms, no languages, no care for a feed that is broken. It folds, measures and sorts as the widget
// does, because a list that does less is no comparison.

(() => {
  const { feed, place, radius, limit = 12 } = document.currentScript.dataset;
  const within = radius === 'any' ? Infinity : Number(radius);
  const [latitude, longitude] = place.split(',').map((degrees) => (Number(degrees) * Math.PI) / 180);
  const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ');
  const days = new Intl.DateTimeFormat('fr', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'Europe/Paris' });
  const numbers = new Intl.NumberFormat('fr', { maximumFractionDigits: 1 });

  const words = document.createElement('input');
  words.type = 'search';
  const count = document.createElement('p');
  const list = document.createElement('ul');
  document.currentScript.after(words, count, list);

  let entries = [];

  /** Kilometres, by the haversine formula. */
  function distance(point) {
    const north = (point.latitude * Math.PI) / 180;
    const half = (difference) => Math.sin(difference / 2) ** 2;
    const along = half((point.longitude * Math.PI) / 180 - longitude);
    return 2 * 6371.0088 * Math.asin(Math.sqrt(half(north - latitude) + Math.cos(north) * Math.cos(latitude) * along));
  }

  function prepare(initiative) {
    const { name, summary = '', description = '', keywords = [], location = [], sessions = [], organizer } = initiative;
    const text = [name, summary, description, ...keywords, organizer?.name, ...location.flatMap((it) => [it.addressLocality, it.postalCode])];
    const points = location.filter((it) => it.latitude !== undefined);
    const next = sessions.map(({ startDate }) => Date.parse(startDate)).filter((start) => start > Date.now()).sort((a, b) => a - b)[0];
    return { initiative, text: ' ' + fold(text.join(' ')), far: Math.min(...points.map(distance)), next };
  }

  function show() {
    const wanted = fold(words.value).split(' ').filter(Boolean);
    const found = entries.filter(({ text, far }) => far <= within && wanted.every((word) => text.includes(' ' + word)));
    found.sort((a, b) => a.far - b.far || a.next - b.next);
    count.textContent = `${found.length} actions`;
    list.replaceChildren(...found.slice(0, limit).map(item));
  }

  function item({ initiative, far, next }) {
    const element = document.createElement('li');
    const title = document.createElement('h3');
    const link = document.createElement('a');
    link.href = initiative.url ?? '#';
    link.textContent = initiative.name;
    title.append(link);
    const facts = document.createElement('p');
    facts.textContent = [next && days.format(next), `${numbers.format(far)} km`, initiative.location?.[0]?.addressLocality].filter(Boolean).join(' · ');
    element.append(title, facts);
    return element;
  }

  async function begin() {
    const response = await fetch(feed);
    entries = JSON.parse(await response.text()).initiatives.map(prepare);
    show();
  }

  words.addEventListener('input', show);
  window.bare = { words };
  begin();
})();
