// A small server of the sign-ups' contract (docs/ARCHITECTURE.md) that can be told how to misbehave: challenges, the honeypot, keys,
// what became of a key. All else, such as bundle and feed, comes from the real server.

import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto';
import { createServer, request as send } from 'node:http';

/** Starts one in front of `target`. */
export async function startApi(target, options = {}) {
  const api = Object.assign(new Api(target), options);
  await new Promise((done) => api.http.listen(0, '127.0.0.1', done));
  api.url = `http://127.0.0.1:${api.http.address().port}`;
  return api;
}

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, idempotency-key',
  'access-control-expose-headers': 'retry-after',
};
const secret = randomBytes(32);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const sign = (text) => createHmac('sha256', secret).update(text).digest('hex');

class Api {
  /** Every request: method, path with its query, key, body, and when it came. */
  requests = [];
  /** The sign-ups that were stored, by key. */
  stored = new Map();
  /** What happens to a request: `(method, path, nth) => 'pass' | 'cut' | 'swallow' | 'hang' | { status, headers?, body? }`. */
  fault = () => 'pass';
  /** Numbers of a challenge, and of an easy one; 0 for a server that asks for none. */
  most = 2_000;
  easy = 100;
  /** What challenges say of waiting, in seconds; nothing unless it is set. */
  wait = 0;
  slowWait = 0;
  /** Seconds after which a solution is believed. */
  least = 0;
  /** What follows: `confirm` where mails are sent. */
  next = undefined;
  /** Requests to /signups that are being answered now, and the most there ever were. */
  open = 0;
  mostOpen = 0;
  #spent = new Set();
  #seen = new Map();

  constructor(target) {
    this.target = target;
    this.http = createServer((request, response) => void this.#answer(request, response));
  }

  /** The requests of a method and a path. */
  of(method, path) {
    return this.requests.filter((request) => request.method === method && request.path.split('?')[0] === path);
  }

  async #answer(request, response) {
    const { method, url: path } = request;
    const place = path.split('?')[0];
    if (!place.startsWith('/signups')) return this.#forward(request, response);
    if (method === 'OPTIONS') return response.writeHead(204, cors).end();
    const chunks = [];
    if (method === 'POST') this.mostOpen = Math.max(this.mostOpen, ++this.open);
    response.on('close', () => method === 'POST' && this.open--);
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks)) : undefined;
    const key = request.headers['idempotency-key'];
    this.requests.push({ method, path, key, body, headers: request.headers, at: Date.now() });
    const name = `${method} ${place}`;
    const nth = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, nth);
    const fault = await this.fault(method, place, nth);
    if (fault === 'cut') return response.destroy();
    if (fault === 'hang') return;
    const { status, headers, body: text } = typeof fault === 'object' ? fault : this.#respond(method, path, key, body);
    if (fault === 'swallow') return response.destroy();
    if (status === 204) return response.writeHead(204, { ...cors, ...headers }).end();
    response.writeHead(status, { 'content-type': 'application/json', ...cors, ...headers });
    response.end(typeof text === 'string' ? text : JSON.stringify(text ?? {}));
  }

  #respond(method, path, key, body) {
    if (method === 'GET' && path.startsWith('/signups/challenge')) return this.most ? this.#challenge(path.includes('slow=1')) : { status: 204 };
    if (method === 'GET' && path === '/signups/status') return { status: 200, body: this.stored.has(key) ? { status: 'received', next: this.next } : { status: 'unknown' } };
    if (method !== 'POST' || path !== '/signups') return { status: 404 };
    if (!this.stored.has(key)) {
      if (body.website || (this.most && !this.#believes(body.altcha))) return { status: 422, body: { error: 'proof' } };
      this.stored.set(key, body);
    }
    return { status: 201, body: { status: 'received', next: this.next } };
  }

  #challenge(isEasy) {
    const now = Math.floor(Date.now() / 1000);
    const most = isEasy ? this.easy : this.most;
    const salt = `${randomBytes(12).toString('hex')}?expires=${now + 600}&issued=${now}`;
    const challenge = sha256(salt + randomInt(most + 1));
    const wait = isEasy ? this.slowWait : this.wait;
    return { status: 200, body: { algorithm: 'SHA-256', challenge, salt, signature: sign(challenge), maxnumber: most, wait } };
  }

  #believes(altcha) {
    if (!altcha) return false;
    const { algorithm, challenge, number, salt, signature, ...more } = JSON.parse(Buffer.from(altcha, 'base64'));
    const { expires, issued } = Object.fromEntries(new URLSearchParams(salt.split('?')[1]));
    const now = Date.now() / 1000;
    const isRight = algorithm === 'SHA-256' && Object.keys(more).length === 0 && sha256(salt + number) === challenge && sign(challenge) === signature;
    const isNew = !this.#spent.has(challenge) && now < expires && now - issued >= this.least;
    this.#spent.add(challenge);
    return isRight && isNew;
  }

  #forward(request, response) {
    const { hostname, port } = new URL(this.target);
    const { method, url: path, headers } = request;
    const onward = send({ hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  stop() {
    this.http.closeAllConnections();
    return new Promise((done) => this.http.close(done));
  }
}
