// A release before this one, as caches may still have its tag: the same widget with files of other contents, and so of other names.

import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What changes a file without changing what it does: a comment, an empty line at the end, a section that WebAssembly ignores. */
const changes = {
  js: (bytes) => Buffer.concat([bytes, Buffer.from('\n// The release before.\n')]),
  txt: (bytes) => Buffer.concat([bytes, Buffer.from('\n')]),
  css: (bytes) => Buffer.concat([bytes, Buffer.from('/* The release before. */')]),
  wasm: (bytes) => Buffer.concat([bytes, Buffer.from([0, 7, 6]), Buffer.from('before')]),
};

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 10);

async function write(path, bytes) {
  await writeFile(path, bytes);
  // Quickly: nobody measures it.
  await writeFile(path + '.br', brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }));
  await writeFile(path + '.gz', gzipSync(bytes));
}

/**
 * Copies a bundle into a folder of its own, and gives every hashed file but the gazetteer's other contents and the name that goes with
 * them. `names`: for each name of the bundle (`app.0123456789.js`) the one that it has in the copy.
 */
export async function previousRelease(bundle) {
  const folder = await mkdtemp(join(tmpdir(), 'alentour-release-'));
  await cp(bundle, folder, { recursive: true });
  const files = join(folder, 'v1/a');
  const names = new Map();
  const renamed = (script) => [...names].reduce((script, [name, before]) => script.replaceAll(name, before), script);
  // Scripts last: they name the others.
  const all = (await readdir(files)).sort((one, other) => one.endsWith('.js') - other.endsWith('.js'));
  for (const name of all) {
    const [, stem, ending] = /^([\w.-]+)\.[0-9a-f]{10}\.(\w+)$/.exec(name) ?? [];
    if (!ending) continue;
    let bytes = await readFile(join(files, name));
    if (ending === 'js') bytes = Buffer.from(renamed(bytes.toString()));
    bytes = changes[ending](bytes);
    names.set(name, `${stem}.${hash(bytes)}.${ending}`);
    for (const sibling of ['', '.br', '.gz']) await rename(join(files, name + sibling), join(files, names.get(name) + sibling));
    await write(join(files, names.get(name)), bytes);
  }
  const tag = join(folder, 'v1/alentour.js');
  const script = renamed(await readFile(tag, 'utf8')).replace(/version:"[^"]+"/, 'version:"0.0.9"');
  await write(tag, Buffer.from(script));
  return { folder, names, remove: () => rm(folder, { recursive: true, force: true }) };
}
