/** The tests in `cluster/`, with the Slurm cluster whose file JLB_UI_SLURM_CONF names. */
const base = require('./playwright.config');

if (!process.env.JLB_UI_SLURM_CONF) {
  throw new Error('JLB_UI_SLURM_CONF: the slurm.conf of a cluster that runs');
}

module.exports = {
  ...base,
  testDir: './cluster',
  reporter: [['list']],
  projects: [{ name: 'cluster' }]
};
