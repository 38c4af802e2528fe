// The guides in French and in English say the same. `cargo xtask environments` follows them.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const docs = join(import.meta.dirname, '../docs');

/** The code of a guide by its mark; what is said in the reader's language, texts and comments, left out. */
function marked(text) {
  const blocks = text.matchAll(/<!-- (\w+) -->\s*```\w*\n([^]*?)\n```/g);
  return Object.fromEntries([...blocks].map(([, mark, code]) => [mark, code.replace(/lang=(fr|en)/g, 'lang=').replace(/(>|\||69007&lang= )[^<>\]|}\n]+(?=[<\]}])/g, '$1')]));
}

// What is about all sites (README.md) is in French alone: docs/embedding.md is the English one.
const french = (await readdir(join(docs, 'integrer'))).filter((name) => name !== 'README.md');

test('each guide is there in both languages, with the same code', async () => {
  assert.deepEqual((await readdir(join(docs, 'embedding'))).sort(), french.toSorted());
  for (const name of french) {
    const [fr, en] = await Promise.all(['integrer', 'embedding'].map((folder) => readFile(join(docs, folder, name), 'utf8')));
    assert.notDeepEqual(marked(fr), {}, `${name} has no code that a test could follow`);
    assert.deepEqual(marked(fr), marked(en), name);
    assert.ok(fr.includes(`(../embedding/${name})`) && en.includes(`(../integrer/${name})`), `${name}: the two do not lead to each other`);
  }
});

test('a guide names no server but the placeholder', async () => {
  for (const folder of ['integrer', 'embedding']) {
    for (const name of french) {
      const text = await readFile(join(docs, folder, name), 'utf8');
      const others = [...text.matchAll(/https?:\/\/[^\s/`)"']+/g)].map(([address]) => address).filter((address) => address !== 'https://agir.example.org');
      assert.deepEqual(others, [], `${folder}/${name}`);
    }
  }
});
