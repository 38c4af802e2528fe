// Pictures for docs/pictures: made again by the tests that look, with ALENTOUR_PICTURES=docs/pictures.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = process.env.ALENTOUR_PICTURES;

/** What is seen of the page, as a small WebP of that name, where pictures are wanted. */
export async function picture(page, name) {
  if (!folder) return;
  const png = (await page.screenshot({ animations: 'disabled' })).toString('base64');
  const blank = await page.context().newPage();
  // The driver makes PNG alone; the browser that it drives makes what is a fifth of it.
  const webp = await blank.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.6).split(',')[1];
  }, png);
  await blank.close();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.webp`), Buffer.from(webp, 'base64'));
}
