// The guides of docs/, read as their readers do: what a test pastes is what a guide says.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');

/** The address that stands in every guide for the reader's own server. */
const PLACEHOLDER = 'https://agir.example.org';

/**
 * The code block after the mark `<!-- NAME -->` of a guide (`integrer/wordpress.md`), with the server's address in place of the
 * guide's.
 */
export async function snippet(guide, name, server) {
  const text = await readFile(join(docs, guide), 'utf8');
  const [, code] = new RegExp(`<!-- ${name} -->\\s*\`\`\`\\w*\\n([^]*?)\\n\`\`\``).exec(text) ?? [];
  if (code === undefined) throw new Error(`docs/${guide} has no code after <!-- ${name} -->`);
  return code.replaceAll(PLACEHOLDER, server);
}
