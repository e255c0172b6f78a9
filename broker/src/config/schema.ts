import { Type, type Static } from 'typebox';

/**
 * The shape of `jupyterlab_batch_config.toml`. The descriptions complete the
 * sentence "expected …" in what a user reads.
 */
const Text = Type.String({ minLength: 1, description: 'a text' });
const Path = Type.String({ minLength: 1, description: 'a path in quotes' });
const Duration = Type.Union([Type.String(), Type.Integer({ minimum: 0 })], {
  description: 'a duration such as "24h", "2h30m" or "45s"'
});
const Size = Type.Union([Type.String(), Type.Integer({ minimum: 0 })], {
  description: 'a size such as "64MiB"'
});
const Url = Type.String({
  minLength: 1,
  description: 'an address that starts with https://'
});

const Names = Type.Array(
  Type.String({ pattern: '^[A-Za-z0-9_][\\w.:+@-]*$' }),
  {
    description: 'a list of names such as ["main"]'
  }
);
const Most = Type.Integer({
  minimum: 1,
  maximum: 9_999_999,
  description: 'a whole number from 1'
});

export const TargetResources = Type.Object(
  {
    partitions: Type.Optional(Names),
    accounts: Type.Optional(Names),
    qos: Type.Optional(Names),
    reservations: Type.Optional(Names),
    max_nodes: Type.Optional(Most),
    max_tasks: Type.Optional(Most),
    max_cpus: Type.Optional(Most),
    max_memory: Type.Optional(Size),
    max_gpus: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 9_999_999,
        description: 'a whole number from 0'
      })
    )
  },
  { description: 'a table' }
);
export type TargetResources = Static<typeof TargetResources>;

export const Target = Type.Object(
  {
    scheduler: Type.Optional(
      Type.Enum(['local', 'slurm'], { description: '"local" or "slurm"' })
    ),
    slots: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1024,
        description: 'a whole number from 1 to 1024'
      })
    ),
    time_limit: Type.Optional(Duration),
    work: Type.Optional(Path),
    identity: Type.Optional(
      Type.String({ minLength: 1, description: 'the name of an identity' })
    ),
    env: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({ description: 'a text in quotes' }),
        { description: 'a table of names and texts' }
      )
    ),
    grace: Type.Optional(Duration),
    output_cap: Type.Optional(Size),
    runtime: Type.Optional(Text),
    slurm_conf: Type.Optional(Path),
    munge: Type.Optional(
      Type.Enum(['off', 'used', 'required'], {
        description: '"off", "used" or "required"'
      })
    ),
    resources: Type.Optional(TargetResources)
  },
  { description: 'a table' }
);
export type Target = Static<typeof Target>;

export const Identity = Type.Object(
  {
    provider: Type.Enum(['oauth2'], { description: '"oauth2"' }),
    issuer: Url,
    client: Type.Optional(
      Type.Enum(['per_lease', 'shared'], {
        description: '"per_lease" or "shared"'
      })
    ),
    client_id: Type.Optional(Text),
    client_secret_file: Type.Optional(Path),
    registration_token_file: Type.Optional(Path),
    scopes: Type.Optional(
      Type.Array(
        // RFC 6749 section 3.3
        Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' }),
        { description: 'a list of scopes such as ["jobs:read"]' }
      )
    ),
    resource_probe: Type.Optional(Url),
    renewal: Type.Optional(
      Type.Enum(['mint', 'refresh', 'refresh_only'], {
        description: '"mint", "refresh" or "refresh_only"'
      })
    ),
    trusted_user: Type.Optional(Type.Boolean({ description: 'true or false' }))
  },
  { description: 'a table' }
);
export type Identity = Static<typeof Identity>;

const Pin = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  description: 'a text in quotes'
});

export const ConfigFile = Type.Object(
  {
    default_target: Type.Optional(
      Type.String({ minLength: 1, description: 'the name of a target' })
    ),
    targets: Type.Optional(
      Type.Record(Type.String(), Target, {
        description: 'tables named [targets.NAME]'
      })
    ),
    identities: Type.Optional(
      Type.Record(Type.String(), Identity, {
        description: 'tables named [identities.NAME]'
      })
    ),
    pins: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Record(Type.String(), Pin, { description: 'a table' }),
        { description: 'tables named [pins.PREFIX]' }
      )
    )
  },
  { description: 'a table' }
);
export type ConfigFile = Static<typeof ConfigFile>;
