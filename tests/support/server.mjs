// The real server, on a port and a database of its own.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
/** The program. */
export const binary = resolve(root, process.env.ALENTOUR_BIN ?? 'target/debug/alentour');
/** The folder of the bundle that is served unless a test says otherwise. */
export const BUNDLE = resolve(root, process.env.ALENTOUR_BUNDLE ?? 'dist');

/**
 * Forms are filled in at a program's pace, all from one address, on a machine that may be busy: nobody is held up for being quick, and so
 * little work is asked that no browser takes itself for a slow device, which waits instead. It is proved all the same.
 */
export const SETTINGS = '[robots]\nwork = 500\nfill-seconds = 0\nper-address = 0\n';

/**
 * Starts `alentour serve` with a feed (an object, or a file's name); without one with the demo. `settings` is the text of its file of
 * settings, `bundle` the folder of the widget's files. Stop it with `stop()`.
 */
export async function startServer(feed, settings = SETTINGS, bundle = BUNDLE, more = []) {
  const folder = await mkdtemp(join(tmpdir(), 'alentour-test-'));
  await writeFile(join(folder, 'settings.toml'), settings);
  const file = typeof feed === 'object' ? join(folder, 'feed.json') : feed;
  if (typeof feed === 'object') await writeFile(file, JSON.stringify(feed));
  const server = new Server(folder, file);
  server.bundle = bundle;
  server.more = more;
  await server.start();
  return server;
}

class Server {
  constructor(folder, file) {
    this.folder = folder;
    this.file = file;
    this.database = `sqlite:${join(folder, 'signups.db')}`;
    this.listen = '127.0.0.1:0';
    /** Where it keeps the files of earlier releases. */
    this.kept = join(folder, 'kept');
  }

  /** Starts it, or starts it again at the same address with the same database. */
  async start() {
    const options = ['--listen', this.listen, '--database', this.database, '--bundle', this.bundle];
    options.push('--keep-bundles', this.kept, '--settings', join(this.folder, 'settings.toml'));
    if (this.file) options.push('--feed', this.file);
    options.push(...(this.more ?? []));
    const environment = { ...process.env, ALENTOUR_LOG: 'warn' };
    this.process = spawn(binary, ['serve', ...options], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    this.url = await new Promise((done, failed) => {
      const read = (chunk) => {
        said += chunk;
        /** What it has written to standard output. */
        this.output = said;
        const address = /listening on (http:\S+)/.exec(said)?.[1];
        if (address) done(address);
      };
      this.process.stdout.on('data', read);
      this.process.stderr.on('data', (chunk) => (said += chunk));
      this.process.on('error', failed);
      this.process.on('exit', (code) => failed(new Error(`the server ended (${code}) before it listened: ${said}`)));
    });
    this.listen = this.url.replace('http://', '');
    // Until the feed has been read there is nothing to show.
    for (let tries = 0; tries < 100; tries++) {
      const answer = await fetch(this.url + '/v1/feed.json');
      if (answer.ok && (await answer.json()).initiatives.length > 0) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Ends it at once, as a power cut would. */
  async kill() {
    const process = this.process;
    if (process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((done) => process.once('exit', done));
    process.kill('SIGKILL');
    await ended;
  }

  async stop() {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The rows of an initiative in SQLite, as the command that organisers use exports them. */
  async signups(initiative) {
    return JSON.parse(await this.run('signups', 'export', '--initiative', initiative, '--format', 'json'));
  }

  /** What a command says of its database. */
  async run(group, action, ...options) {
    const { stdout } = await promisify(execFile)(binary, [group, action, '--database', this.database, ...options]);
    return stdout;
  }
}
