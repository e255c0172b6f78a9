/** What the contract takes to be spoken: every schema, and what checks them. */
export { call as exchange } from '@jupyterlab-batch/protocol';
