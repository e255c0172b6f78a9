/** The tests in `hosts/`, on the server of the environment JLB_UI_PROGRAMS. */
const base = require('./playwright.config');

const programs = process.env.JLB_UI_PROGRAMS;
if (!programs) {
  throw new Error('JLB_UI_PROGRAMS: the folder of the programs of a host');
}

module.exports = {
  ...base,
  testDir: './hosts',
  reporter: [['list']],
  projects: [
    { name: 'oldest', testIgnore: '**/beside.spec.ts' },
    { name: 'newest', testIgnore: '**/beside.spec.ts' },
    { name: 'beside', testMatch: '**/beside.spec.ts' }
  ],
  webServer: {
    ...base.webServer,
    command: `exec ${programs}/python serve.py`,
    env: { PATH: `${programs}:${process.env.PATH}` }
  }
};
