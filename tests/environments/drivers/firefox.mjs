// Firefox, by WebDriver BiDi, which it speaks without a driver between.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { freePort, start } from '../../support/programs.mjs';
import { carried, key, once, press, typed } from './actions.mjs';

/** Starts it. */
export async function startFirefox() {
  const profile = await mkdtemp(join(tmpdir(), 'alentour-firefox-'));
  const port = await freePort();
  const isReady = () => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
  const options = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', port];
  const program = await start('firefox-esr', options.map(String), isReady);
  const { send, close } = await connect(`ws://127.0.0.1:${port}/session`);
  const { capabilities } = await send('session.new', { capabilities: {} });
  return {
    name: `Firefox ${capabilities.browserVersion}`,
    window: (t, size) => open(t, send, size),
    async stop() {
      close();
      await program.stop();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function open(t, send, size) {
  const { userContext } = await send('browser.createUserContext', {});
  const close = once(() => send('browser.removeUserContext', { userContext }));
  t.after(close);
  const { context } = await send('browsingContext.create', { type: 'tab', userContext });
  await send('browsingContext.setViewport', { context, viewport: size });
  const act = (actions) => send('input.performActions', { context, actions });
  return {
    open: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    async evaluate(work, value = null) {
      const { result, exceptionDetails } = await send('script.callFunction', {
        functionDeclaration: carried(work),
        arguments: [{ type: 'string', value: JSON.stringify(value) }],
        target: { context },
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.text);
      return JSON.parse(result.value);
    },
    press: (point) => act(press(point)),
    type: (text) => act(typed(text)),
    key: (name) => act(key(name)),
    back: () => send('browsingContext.traverseHistory', { context, delta: -1 }),
    close,
  };
}

/** A connection: `send()` gives a command's result. */
async function connect(url) {
  const socket = new WebSocket(url);
  await new Promise((done, failed) => socket.once('open', done).once('error', failed));
  const waiting = new Map();
  let last = 0;
  socket.on('message', (text) => {
    const { id, result, error, message } = JSON.parse(text);
    const { done, failed } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) failed?.(new Error(`${error}: ${message}`));
    else done?.(result);
  });
  socket.on('close', () => waiting.forEach(({ failed }) => failed(new Error('Firefox has gone'))));
  const send = (method, params) =>
    new Promise((done, failed) => {
      waiting.set(++last, { done, failed });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return { send, close: () => socket.close() };
}
