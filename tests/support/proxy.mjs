// A line to the server that fails when told to: every request passes through here.

import { createServer, request as send } from 'node:http';

/** Starts a proxy to `target`. Set `fault` to break the line; requests are kept in `requests`, as `METHOD /path`. */
export async function startProxy(target) {
  const proxy = new Proxy(target);
  await new Promise((done) => proxy.http.listen(0, '127.0.0.1', done));
  proxy.url = `http://127.0.0.1:${proxy.http.address().port}`;
  return proxy;
}

class Proxy {
  requests = [];
  /** What happens to a request: `(method, path, nth) => 'pass' | 'cut' | 'swallow' | 'hang' | { status, headers?, body? }`. */
  fault = () => 'pass';
  #seen = new Map();

  constructor(target) {
    this.target = target;
    this.http = createServer((request, response) => {
      const path = request.url.split('?')[0];
      const name = `${request.method} ${path}`;
      this.requests.push(name);
      const nth = (this.#seen.get(name) ?? 0) + 1;
      this.#seen.set(name, nth);
      const fault = request.method === 'OPTIONS' ? 'pass' : this.fault(request.method, path, nth);
      if (fault === 'cut') return response.destroy();
      if (fault === 'hang') return;
      if (typeof fault === 'object') {
        response.writeHead(fault.status, { 'access-control-allow-origin': '*', ...fault.headers });
        return response.end(fault.body ?? '');
      }
      this.#forward(request, response, fault === 'swallow');
    });
  }

  /** `swallow`: the server has answered, so what it did is done, and nobody hears of it. */
  #forward(request, response, swallow) {
    const { hostname, port } = new URL(this.target);
    const { method, url: path, headers } = request;
    const onward = send({ hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } }, (answer) => {
      if (swallow) {
        answer.resume();
        return answer.on('end', () => response.destroy());
      }
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  count(name) {
    return this.requests.filter((other) => other === name).length;
  }

  stop() {
    this.http.closeAllConnections();
    return new Promise((done) => this.http.close(done));
  }
}
