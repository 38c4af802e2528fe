// Completes a place while it is typed, in inputs that say by `data-places` whom to ask: a combobox with a list box (ARIA 1.2). Without it the form asks after it was sent.
const STILL = 150; // ms without a key, after which it asks

const made = (name, attributes) => {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
};

for (const input of document.querySelectorAll('input[data-places]')) {
  const list = made('ul', { id: `${input.id}-places`, class: 'places', role: 'listbox', 'aria-label': input.labels[0].textContent });
  const counted = made('p', { class: 'counted', role: 'status' });
  let active = -1, question, pause;

  const reach = (at) => {
    list.children[active]?.setAttribute('aria-selected', false);
    active = at;
    const option = list.children[active];
    option?.setAttribute('aria-selected', true);
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  };
  const show = (places, said) => {
    reach(-1);
    list.replaceChildren(...places.map((place, at) => {
      const option = made('li', { id: `${list.id}-${at}`, role: 'option', 'aria-selected': false });
      option.append(made('bdi', {}));
      option.firstChild.textContent = place;
      return option;
    }));
    list.hidden = !places.length;
    input.setAttribute('aria-expanded', !list.hidden);
    counted.textContent = said;
  };
  const close = () => {
    clearTimeout(pause);
    question?.abort();
    show([], '');
  };
  const choose = (option) => {
    input.value = option.textContent;
    close();
  };
  const ask = async () => {
    const address = new URL(input.dataset.places, location);
    address.searchParams.set('place', input.value.trim());
    for (const box of input.form.querySelectorAll('[name=countries]:checked')) address.searchParams.append('countries', box.value);
    question = new AbortController();
    try {
      const answer = await fetch(address, { signal: question.signal });
      if (answer.ok) {
        const { places, said } = await answer.json();
        show(places, said);
      }
    } catch {
      // Somebody went on typing, or is offline: the form works without.
    }
  };

  input.addEventListener('input', () => {
    close();
    if (input.value.trim().length > 1) pause = setTimeout(ask, STILL);
  });
  input.addEventListener('keydown', (event) => {
    const count = list.children.length;
    if (!count || event.isComposing) return;
    if (event.key === 'ArrowDown') reach((active + 1) % count);
    else if (event.key === 'ArrowUp') reach((Math.max(active, 0) + count - 1) % count);
    else if (event.key === 'Enter' && active >= 0) choose(list.children[active]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
  input.addEventListener('blur', close);
  list.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps its focus
  list.addEventListener('click', (event) => {
    const option = event.target.closest('li');
    if (option) choose(option);
  });

  for (const [attribute, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id })) input.setAttribute(attribute, value);
  input.after(list, counted);
  close();
}
