// The table of environments in docs/embedding.md: one test, one row.

import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';

let number = 0;

/**
 * A test that is a row of the table. `where`: the environment, or a function that gives it once the environment is there, with its
 * version. `way`: how the widget came there. `work`: the test; what it returns is what the row says was seen, or `{ result, seen }` where
 * the environment lets something else happen, and that is what the test asserts. `todo`: why it does not work yet; then a failure fails
 * nothing.
 */
export function environment(where, way, work, { todo } = {}) {
  const order = `${basename(process.argv[1])}:${String(++number).padStart(2, '0')}`;
  test(`${way}`, { todo }, async (t) => {
    const name = typeof where === 'function' ? await where() : where;
    const row = { order, environment: name, way };
    try {
      const seen = (await work(t)) ?? '';
      await write({ ...row, result: 'works', ...(typeof seen === 'string' ? { seen } : seen) });
    } catch (error) {
      await write({ ...row, result: todo ? 'not yet' : 'fails', seen: todo ?? String(error.message).split('\n')[0] });
      throw error;
    }
  });
}

async function write(row) {
  const folder = process.env.ALENTOUR_RESULTS;
  if (folder) await writeFile(join(folder, row.order.replace(/\W+/g, '-') + '.json'), JSON.stringify(row));
}
