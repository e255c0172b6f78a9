// A stand-in for the broker that keeps the launcher's side of the bargain: it
// listens, says so on the ready descriptor, answers health and shutdown, and has the
// lock for as long as it lives. DOUBLE names one bad behaviour.
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const args = {};
for (let at = 2; at < process.argv.length; at += 2) {
  args[process.argv[at].slice(2)] = process.argv[at + 1];
}
const mode = process.env.DOUBLE ?? '';
const ready = Number(args['ready-fd']);
fs.fstatSync(Number(args['lock-fd'])); // throws when it was not inherited

function say(line) {
  fs.writeSync(ready, JSON.stringify(line) + '\n');
  fs.closeSync(ready);
}

if (mode === 'crash') {
  throw new Error('the double falls over');
}
if (mode === 'refuse') {
  say({
    ok: false,
    code: 'malformed_config',
    message: '/etc/jupyter/jupyterlab_batch_config.toml:3: unknown key "slot". Did you mean "slots"?'
  });
  process.exit(1);
}
if (mode === 'silent') {
  setInterval(() => undefined, 1000);
} else {
  const calls = [];
  const server = http.createServer((request, reply) => {
    let body = '';
    request.on('data', piece => (body += piece));
    request.on('end', () => {
      const send = (status, value) => {
        reply.writeHead(status, { 'Content-Type': 'application/json' });
        reply.end(JSON.stringify(value));
      };
      calls.push(`${request.method} ${request.url}`);
      if (request.url === '/v1/health') {
        send(200, {
          ok: true,
          version: process.env.DOUBLE_VERSION ?? '1.0.0',
          pid: process.pid,
          data: args.data,
          since: '2026-11-23T12:00:00Z',
          active_runs: 0,
          open_leases: 0,
          revision: 0,
          config_files: args['config-path'].split(':'),
          problems: []
        });
      } else if (request.url === '/v1/shutdown') {
        if (mode === 'busy' && JSON.parse(body).only_if_idle) {
          send(409, {
            type: 'urn:jupyterlab-batch:error:broker_busy',
            title: 'The broker has active runs or open leases',
            status: 409,
            detail: '1 run is active.',
            code: 'broker_busy',
            errors: [],
            retry_after: null
          });
        } else {
          send(200, { stopping: true });
          reply.on('finish', () => process.exit(0));
        }
      } else if (request.url === '/v1/about') {
        send(200, {
          environ: Object.keys(process.env),
          core: fs
            .readFileSync('/proc/self/limits', 'utf8')
            .split('\n')
            .find(line => line.startsWith('Max core file size')),
          cwd: process.cwd(),
          umask: process.umask(),
          session: Number(fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[3]),
          argv: process.execArgv,
          calls
        });
      } else if (request.url === '/v1/events') {
        reply.writeHead(200, { 'Content-Type': 'text/event-stream' });
        reply.write(': hello\n\n');
        reply.write('event: change\nid: 7\ndata: {"id":"a","state":"running","revision":7}\n\n');
      } else if (request.url === '/v1/html') {
        reply.writeHead(502, { 'Content-Type': 'text/html' });
        reply.end('<html>bad gateway</html>');
      } else {
        send(404, {
          type: 'urn:jupyterlab-batch:error:not_found',
          title: 'There is nothing of that name',
          status: 404,
          detail: 'No such route.',
          code: 'not_found',
          errors: [],
          retry_after: null
        });
      }
    });
  });
  fs.rmSync(args.control, { force: true }); // stale: the lock is ours
  server.listen(args.control, () => say({ ok: true, pid: process.pid }));
}
