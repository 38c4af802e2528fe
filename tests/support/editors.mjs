// WordPress' editors, as people use them. Debian's block editor speaks English: its French is not packaged.

/** Opens the block editor on a new post, and gives it a title. */
export async function newPost(page, wordpress, title) {
  await page.goto(wordpress.url + '/wp-admin/post-new.php');
  await page.getByRole('textbox', { name: 'Add title' }).fill(title);
}

/** Inserts a block by its name. */
export async function insertBlock(page, name) {
  await page.getByRole('button', { name: 'Toggle block inserter' }).click();
  await page.getByPlaceholder('Search').fill(name);
  await page.getByRole('option', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Toggle block inserter' }).click();
}

/** Publishes what is in the block editor, and gives its address. */
export async function publish(page) {
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('region', { name: 'Editor publish' }).getByRole('button', { name: 'Publish', exact: true }).click();
  const address = await page.locator('.post-publish-panel__postpublish-buttons a.is-primary').getAttribute('href');
  await page.getByRole('button', { name: 'Close panel' }).click();
  return address;
}

/** Stores what was changed in a post that is published. */
export async function update(page) {
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await page.locator('.components-snackbar').getByText(/updated|mis à jour/i).waitFor();
}

/** Opens the classic editor on a new post, and gives it a title. */
export async function newClassicPost(page, wordpress, title) {
  await page.context().addCookies([{ name: 'classic', value: '1', url: wordpress.url }]);
  await page.goto(wordpress.url + '/wp-admin/post-new.php');
  await page.locator('#title').fill(title);
}

/** Types into the visual tab of the classic editor. */
export async function typeVisually(page, lines) {
  await page.locator('#content-tmce').click();
  const body = page.frameLocator('#content_ifr').locator('body');
  await body.click();
  for (const line of lines) {
    await body.pressSequentially(line);
    await body.press('Enter');
  }
}

/** Pastes into the text tab. */
export async function pasteText(page, text) {
  await page.locator('#content-html').click();
  await page.locator('textarea#content').fill(text);
}

/** Publishes what is in the classic editor, and gives its address. */
export async function publishClassic(page) {
  await page.locator('#publish').click();
  return page.locator('#message a').first().getAttribute('href');
}
