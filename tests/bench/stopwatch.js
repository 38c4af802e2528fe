// Runs before a page's own scripts, and tells when what it shows has changed. The same for the widget and the yardstick.

(() => {
  const stopwatch = (window.stopwatch = {});
  const STILL = 90; // Frames without a change after which no more is expected: a second and a half.

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

  // What is under way, and when texts have come: loader and yardsticks read them with text().
  let pending = 0;
  let texts = [];
  const whileItLasts = (promise) => {
    pending++;
    const end = () => pending--;
    promise.then(end, end);
    return promise;
  };
  const { fetch } = window;
  window.fetch = (...asked) => whileItLasts(fetch(...asked));
  const { text } = Response.prototype;
  Response.prototype.text = function () {
    const body = whileItLasts(text.call(this));
    body.then(() => texts.push(performance.now()), () => {});
    return body;
  };

  /** When the application has its first list, and has said so. */
  stopwatch.ready = new Promise((done) => addEventListener('alentour:ready', done, { once: true }));

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
   * takes the place of a first page, its filter is another element, and is pressed again. `among`: where the filter is.
   */
  stopwatch.answered = (among = '') =>
    new Promise((done) => {
      let pressed = null;
      let before = '';
      const look = () => {
        const filter = root()?.querySelector(among + ' button.chip:not(.none)[aria-pressed]');
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

  /**
   * Does something, and waits until all that follows from it has come: nothing is under way, and nothing has changed for `STILL` frames. Frames,
   * because a processor that is busy draws none. Gives the moments of the press (`pressed`), of the first and the last change (`first`, `last`;
   * `null` where nothing changed), and of the first text that came in between (`text`). `other`: as for `words`.
   */
  stopwatch.after = (act, other) =>
    new Promise((done) => {
      const came = { first: null, last: null };
      let still = 0;
      const observer = new MutationObserver(() => {
        came.last = performance.now();
        came.first ??= came.last;
        still = 0;
      });
      observer.observe(other ? document.body : root(), { childList: true, subtree: true, characterData: true });
      texts = [];
      const pressed = performance.now();
      const look = () => {
        still = pending > 0 ? 0 : still + 1;
        if (still < STILL) return requestAnimationFrame(look);
        observer.disconnect();
        done({ pressed, ...came, text: texts[0] ?? null });
      };
      act();
      requestAnimationFrame(look);
    });

  /** Lets go of a filter that is pressed. */
  stopwatch.release = (among) => root().querySelector(among + ' button.chip[aria-pressed=true]').click();

  /** What the widget says of how many there are. */
  stopwatch.count = () => root().querySelector('.count').textContent;

  /** Opens the first card: once all that its initiative says is on the screen, its form included where it has one. */
  stopwatch.opened = () =>
    new Promise((done) => {
      const pressed = performance.now();
      const look = () => {
        if (!root().querySelector('.detail .links')) return requestAnimationFrame(look);
        stopwatch.painted().then((shown) => done({ pressed, shown }));
      };
      root().querySelector('li.card h3 a').click();
      look();
    });

  /** Puts a word into the field, as pasting it does. */
  stopwatch.enter = (word, other) => {
    const field = stopwatch.words(other);
    field.focus();
    field.value = word;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  /** Where words are typed. `other`: the yardstick's, where a page has both. */
  stopwatch.words = (other) => (!other && root()?.querySelector('input[type=search]')) || window.bare.words;

  /** Gets ready for one key, and gives what `settled` will say of it. `other`: as for `words`. */
  stopwatch.arm = (other) => {
    const list = (!other && root()?.querySelector('.results')) || document.body;
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
