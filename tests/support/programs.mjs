// Programs that a test starts for itself: each in a group of its own, on 127.0.0.1 or a socket, and gone at its end.

import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { until } from './widget.mjs';

const exec = promisify(execFile);

/** Runs a program to its end, and gives what it printed. What it said is in the error where it fails. */
export async function run(program, args, options = {}) {
  try {
    return (await exec(program, args, { maxBuffer: 1 << 26, ...options })).stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  }
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * Starts a program that stays, and waits until `isReady` gives true. Its `stop()` ends it and all that it has started: PHP's own server
 * has workers.
 */
export async function start(program, args, isReady, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true, ...options });
  let said = '';
  let ended = false;
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4000)));
  const gone = new Promise((done) => child.on('close', done).on('error', (error) => done((said += error))));
  gone.then(() => (ended = true));
  const stop = async () => {
    try {
      if (!ended) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended meanwhile.
    }
    await gone;
  };
  try {
    await until(
      async () => {
        if (ended) throw new Error(`${program} has ended`);
        return isReady();
      },
      1200,
      () => said,
    );
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${said}`);
  }
  return { stop };
}

/** Serves a folder of PHP. `env`: more of the environment. */
export function servePhp(folder, { port, env = {} }) {
  const isReady = () => fetch(`http://127.0.0.1:${port}/robots.txt`).then(() => true, () => false);
  const settings = ['-d', 'display_errors=0', '-d', 'log_errors=0'];
  // Pages ask for themselves and each other.
  const all = { ...process.env, PHP_CLI_SERVER_WORKERS: '6', ...env };
  return start('php', [...settings, '-S', `127.0.0.1:${port}`, '-t', folder], isReady, { env: all });
}

/** Something once it is installed; where that fails, nothing of it is left. */
export async function installed(site) {
  try {
    await site.install();
  } catch (error) {
    await site.stop();
    throw error;
  }
  return site;
}
