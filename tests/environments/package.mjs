// The package as its users have it: unpacked among the others.

import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from '../support/programs.mjs';

const archive = join(resolve(process.env.ALENTOUR_PLUGINS ?? 'dist'), 'alentour-widget.tgz');
let installed;

/** Puts it into this folder's `node_modules`, once. */
export function install() {
  return (installed ??= unpack(join(import.meta.dirname, 'node_modules/alentour-widget')));
}

async function unpack(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run('tar', ['--extract', '--gzip', '--file', archive, '--strip-components=1', '--directory', folder]);
}
