// The broker, with a clock beside it: on SIGUSR2 it writes for how long its
// event loop was blocked at most since it was last asked, in ms.
'use strict';

const { renameSync, writeFileSync } = require('node:fs');

const TICK = 2;
const out = process.env.BENCH_BROKER_PROBE;
let longest = { wall: 0, cpu: 0 };
let before = now();

function now() {
  const { user, system } = process.threadCpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

setInterval(() => {
  const then = now();
  const wall = then.wall - before.wall - TICK;
  if (wall > longest.wall) {
    longest = { wall, cpu: then.cpu - before.cpu };
  }
  before = then;
}, TICK).unref();

process.on('SIGUSR2', () => {
  writeFileSync(`${out}.part`, JSON.stringify(longest));
  renameSync(`${out}.part`, out);
  longest = { wall: 0, cpu: 0 };
});

require('../../jupyterlab_batch/broker/broker.cjs');
