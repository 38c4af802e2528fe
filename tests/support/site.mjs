// Partners' pages and feeds, at an origin of their own: what the test puts there, with the headers it chooses.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const pages = join(import.meta.dirname, '../pages');

/** Starts a host for pages. Every request is kept in `requests`, as `METHOD /path`. */
export async function startSite() {
  const site = new Site();
  await new Promise((done) => site.http.listen(0, '127.0.0.1', done));
  site.url = `http://127.0.0.1:${site.http.address().port}`;
  return site;
}

class Site {
  requests = [];
  #files = new Map();
  #made = 0;
  http = createServer(async (request, response) => {
    const path = request.url.split('?')[0];
    this.requests.push(`${request.method} ${path}`);
    const file = this.#files.get(path);
    if (!file) return response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    if (typeof file === 'function') return file(request, response);
    response.writeHead(file.status ?? 200, { 'cache-control': 'no-store', ...file.headers });
    response.end(file.body);
  });

  /** Puts a body at a path, or a function that answers. Gives its address. */
  put(path, file) {
    this.#files.set(path, typeof file === 'string' ? { body: file } : file);
    return this.url + path;
  }

  /** Puts JSON at a path, readable from everywhere. */
  json(path, value) {
    const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
    return this.put(path, { body: typeof value === 'string' ? value : JSON.stringify(value), headers });
  }

  /** Puts HTML at a path of its own. */
  html(body, headers = {}) {
    const page = { body, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } };
    return this.put(`/page-${++this.#made}`, page);
  }

  /**
   * Puts a page of `tests/pages/` at a path of its own. `{{server}}` in it becomes the server's address; `{{attributes}}` the
   * attributes of the tag; other names what `values` says.
   */
  async page(name, { server, attributes = '', lang = 'fr', headers, ...values }) {
    const names = { server, attributes, lang, ...values };
    const html = await readFile(join(pages, name + '.html'), 'utf8');
    return this.html(html.replace(/\{\{(\w+)\}\}/g, (_, key) => names[key] ?? ''), headers);
  }

  stop() {
    this.http.closeAllConnections();
    return new Promise((done) => this.http.close(done));
  }
}
