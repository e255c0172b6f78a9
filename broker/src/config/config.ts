import type { Runtime } from '@jupyterlab-batch/protocol';

/** The configuration as the rest of the broker sees it: whole, checked, absolute. */

export interface ITargetConfig {
  readonly name: string;
  readonly scheduler: 'local' | 'slurm';
  /** runs at once; null: the scheduler decides */
  readonly slots: number | null;
  /** seconds; default and upper bound of a run's limit */
  readonly timeLimit: number;
  /** absolute */
  readonly work: string;
  /** name of an `[identities.NAME]`, or null: runs hold no credential */
  readonly identity: string | null;
  /** added to the environment of jobs */
  readonly env: Readonly<Record<string, string>>;
  /** seconds between interrupt and kill */
  readonly grace: number;
  /** bytes of output kept in the notebook, per cell */
  readonly outputCap: number;
  /** environment of a run that names none; null: as-is */
  readonly runtime: Runtime | null;
  /** Slurm: absolute; null: the installation's own */
  readonly slurmConf: string | null;
  /** Slurm: whether a job's claim has to come with a MUNGE credential */
  readonly munge: 'off' | 'used' | 'required';
  /** what runs may ask a cluster for */
  readonly resources: IResourceLimits;
}

/** null: whatever the cluster allows */
export interface IResourceLimits {
  readonly partitions: readonly string[] | null;
  readonly accounts: readonly string[] | null;
  readonly qos: readonly string[] | null;
  readonly reservations: readonly string[] | null;
  readonly nodes: number | null;
  readonly tasks: number | null;
  readonly cpus: number | null;
  /** MiB, on each node */
  readonly memory: number | null;
  readonly gpus: number | null;
}

/** In the file's own words; paths absolute. */
export interface IIdentityConfig {
  readonly provider: 'oauth2';
  readonly issuer: string;
  readonly client: 'per_lease' | 'shared';
  readonly client_id: string | null;
  readonly client_secret_file: string | null;
  readonly registration_token_file: string | null;
  readonly scopes: readonly string[];
  readonly resource_probe: string | null;
  readonly renewal: 'mint' | 'refresh' | 'refresh_only';
  readonly trusted_user: boolean;
}

export interface IPin {
  readonly text: string;
  /** `file:line` */
  readonly origin: string;
}

/** Something the user should know that is no reason to refuse. */
export interface IConfigNote {
  readonly message: string;
  readonly origin: string;
}

export interface IConfig {
  /** the files that were read, low to high */
  readonly files: readonly string[];
  readonly defaultTarget: string;
  readonly targets: ReadonlyMap<string, ITargetConfig>;
  readonly identities: ReadonlyMap<string, IIdentityConfig>;
  /** prefix → name → what the site has set */
  readonly pins: ReadonlyMap<string, ReadonlyMap<string, IPin>>;
  readonly notes: readonly IConfigNote[];
  /**
   * What of the environment it was read with, null where that is not set: whoever
   * reads it again has to have the same
   */
  readonly environment: Readonly<Record<string, string | null>>;
}
