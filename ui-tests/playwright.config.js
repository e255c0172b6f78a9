const { execFileSync } = require('node:child_process');
const { existsSync, mkdtempSync } = require('node:fs');
const { join } = require('node:path');
const { tmpdir } = require('node:os');
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

/** One that the system gives: other tests may run on this machine. */
function freePort() {
  const ask = `
    const server = require('node:net').createServer();
    server.listen(0, '127.0.0.1', () => {
      process.stdout.write(String(server.address().port));
      server.close();
    });
  `;
  return execFileSync(process.execPath, ['-e', ask], { encoding: 'utf8' });
}

// The workers load this file again, and inherit what is set here.
const port = (process.env.JLB_UI_PORT ??= freePort());
process.env.JLB_UI_PLACE ??= mkdtempSync(join(tmpdir(), 'jlb-ui-'));
const url = `http://127.0.0.1:${port}`;
const chromium = [
  process.env.JLB_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser'
].find(path => path && existsSync(path));

module.exports = {
  ...baseConfig,
  testDir: './tests',
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [
    ['list'],
    // where to: PLAYWRIGHT_JSON_OUTPUT_NAME
    ...(process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['json']] : [])
  ],
  use: {
    ...baseConfig.use,
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      // undefined: the browser that playwright has downloaded
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-dev-shm-usage',
        '--disable-gpu',
        '--disable-background-networking'
      ]
    },
    screenshot: 'only-on-failure',
    trace: 'off',
    video: 'off' // video needs playwright's own ffmpeg, which is a download
  },
  projects: [
    { name: 'tests', testIgnore: '**/screenshots.spec.ts' },
    { name: 'screenshots', testMatch: '**/screenshots.spec.ts' }
  ],
  webServer: {
    command: 'exec python serve.py',
    url: `${url}/lab`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: process.env.JLB_UI_DEBUG ? 'pipe' : 'ignore',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 }
  }
};
