// What attributes mean that are said as people say it: `data-kinds="bénévolat"`, `data-radius="25 km"`.

const NAMES = __NAMES__; // By language and attribute: our words, by what people call them.

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

function radius(said) {
  const [, number] = /^\s*(\d+)\s*(?:km)?\s*$/i.exec(said) || [];
  return number ? [number] : ['', 'kilometres (1 to 20000), or any'];
}

/** The words for names; what is neither may be a word of the feed's own, and stays. */
function words(said, names) {
  const known = new Map(Object.entries(names).map(([name, word]) => [folded(name), word]));
  const all = new Set(known.values());
  const meant = said.split(',').map((name) => known.get(folded(name)) ?? known.get(folded(name).replace(/s$/, '')) ?? name.trim());
  const isKnown = meant.every((word) => !word || all.has(word));
  return [meant.join(), isKnown ? '' : [...all].join(', ') + '; or a word of the feed’s own'];
}

/** The values of attributes in our words. Of what is not understood `say` is told, with what could stand there. */
export function understand(odd, lang, say) {
  const meant = {};
  for (const [name, said] of Object.entries(odd)) {
    const [value, instead] = name === 'radius' ? radius(said) : words(said, NAMES[lang][name]);
    meant[name] = value;
    if (instead) say(`data-${name}="${said}" is not understood. Use ${instead}`);
  }
  return meant;
}
