// Runs before a page's own scripts, and tells when what it shows has changed. The same for the widget and the yardstick.

(() => {
  const stopwatch = (window.stopwatch = { arrived: 0 });

  /** After the next frame has been drawn: its callbacks run before it is painted, a message they send arrives after. */
  stopwatch.painted = () =>
    new Promise((done) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(0);
      });
    });

  /** The part of the page that is measured: what holds the cards, and what cards are called. */
  stopwatch.cards = () => {
    const widget = root();
    if (widget) return widget.querySelectorAll('li.card h3');
    return (document.querySelector('event-agenda')?.shadowRoot ?? document).querySelectorAll('ul > li');
  };

  const root = () => document.querySelector('alentour-widget')?.shadowRoot;

  // When the feed's text is there. The loader and the yardstick both read it with text().
  const { text } = Response.prototype;
  Response.prototype.text = async function () {
    const body = await text.call(this);
    if (new URL(this.url).pathname.endsWith('/feed.json')) stopwatch.arrived = performance.now();
    return body;
  };

  /** The first card on the screen; looked for in each frame. `found`: when it was in the page, and not yet drawn. */
  stopwatch.first = new Promise((done) => {
    const look = () => {
      if (stopwatch.cards().length === 0) return requestAnimationFrame(look);
      stopwatch.found = performance.now();
      stopwatch.painted().then(done);
    };
    requestAnimationFrame(look);
  });

  /**
   * Presses a filter until the application answers: it stays pressed, and what is said and listed has changed. Where the application
   * takes the place of a first page, its filter is another element, and is pressed again.
   */
  stopwatch.answered = () =>
    new Promise((done) => {
      let pressed = null;
      let before = '';
      const look = () => {
        const filter = root()?.querySelector('button.chip:not(.none)[aria-pressed]');
        const said = root()?.querySelector('.results')?.textContent ?? '';
        if (pressed && filter?.getAttribute('aria-pressed') === 'true' && said !== before) return stopwatch.painted().then(done);
        if (filter && filter !== pressed && filter.getAttribute('aria-pressed') !== 'true') {
          [pressed, before] = [filter, said];
          filter.click();
        }
        requestAnimationFrame(look);
      };
      look();
    });

  /** Has the feed fetched again, and says how long it takes from its text to the list on the screen. */
  stopwatch.refresh = async () => {
    const widget = document.querySelector('alentour-widget');
    const ready = new Promise((done) => addEventListener(widget ? 'alentour:ready' : 'bare:ready', done, { once: true }));
    (widget ?? window.bare).refresh();
    await ready;
    const end = await stopwatch.painted();
    if (stopwatch.cards().length === 0) throw new Error('the list is empty');
    return end - stopwatch.arrived;
  };

  /** Where words are typed. */
  stopwatch.words = () => root()?.querySelector('input[type=search]') ?? window.bare.words;

  /** Gets ready for one key, and gives what `settled` will say of it. */
  stopwatch.arm = () => {
    const list = root()?.querySelector('.results') ?? document.body;
    stopwatch.settled = new Promise((done) => {
      let pressed = 0;
      const press = async (event) => {
        pressed = event.timeStamp;
        // A letter that changes nothing within three frames is no sample: the input's own event comes before the next.
        for (let frame = 0; frame < 3; frame++) await stopwatch.painted();
        if (!changed) finish(null);
      };
      addEventListener('keydown', press, { capture: true, once: true });
      const finish = (found) => {
        observer.disconnect();
        done(found);
      };
      let changed = 0;
      const observer = new MutationObserver(() => {
        changed = performance.now();
        observer.disconnect();
        stopwatch.painted().then((end) => finish({ changed: changed - pressed, painted: end - pressed }));
      });
      observer.observe(list, { childList: true, subtree: true, characterData: true });
    });
  };
})();
