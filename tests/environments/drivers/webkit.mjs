// WebKitGTK, by WebDriver. It draws on a screen: one that nobody sees.

import { freePort, start } from '../../support/programs.mjs';
import { carried, key, once, press, typed } from './actions.mjs';

const MINUTE = 60_000; // ms

/** Starts its driver; each window is a session, and a browser, of its own. */
export async function startWebKit() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const isReady = () => fetch(url + '/status').then((answer) => answer.ok, () => false);
  const program = await start('xvfb-run', ['--auto-servernum', '--server-args=-screen 0 1400x1000x24', 'WebKitWebDriver', `--port=${port}`], isReady);
  /** It runs one at a time. */
  const begin = async () => {
    const { sessionId, capabilities } = await send(url, 'POST', '/session', { capabilities: { alwaysMatch: {} } });
    const session = `${url}/session/${sessionId}`;
    return { session, version: capabilities.browserVersion, close: once(() => send(session, 'DELETE', '')) };
  };
  const { version, close } = await begin();
  await close();
  return {
    name: `WebKitGTK ${version}`,
    async window(t, size) {
      const { session, close } = await begin();
      t.after(close);
      return { ...(await open(session, size)), close };
    },
    stop: () => program.stop(),
  };
}

async function open(session, size) {
  const post = (path, body = {}) => send(session, 'POST', path, body);
  const act = (actions) => post('/actions', { actions });
  const evaluate = async (work, value = null) =>
    JSON.parse(await post('/execute/sync', { script: `return (${carried(work)})(arguments[0])`, args: [JSON.stringify(value)] }));
  // What is set is the whole window's size; the page's is what is asked for.
  await post('/window/rect', size);
  const page = await evaluate(() => ({ width: innerWidth, height: innerHeight }));
  await post('/window/rect', { width: size.width + Math.max(0, size.width - page.width), height: 2 * size.height - page.height });
  return {
    // No window of it is as narrow as a telephone's: a frame is.
    open: (url) => (page.width > size.width ? openFramed(url) : post('/url', { url })),
    evaluate,
    press: (point) => act(press(point)),
    type: (text) => act(typed(text)),
    key: (name) => act(key(name)),
    // Its own `back` waits for a page to load, and none does.
    back: () => evaluate(() => history.back()),
  };

  async function openFramed(url) {
    await post('/frame', { id: null });
    await post('/url', { url: 'about:blank' });
    await evaluate(
      ({ url, size }) => {
        const frame = Object.assign(document.createElement('iframe'), { src: url, width: size.width, height: size.height });
        frame.style = 'border: 0';
        document.body.style = 'margin: 0';
        document.body.replaceChildren(frame);
      },
      { url, size },
    );
    await post('/frame', { id: 0 });
  }
}

async function send(base, method, path, body) {
  const answer = await fetch(base + path, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(MINUTE) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
