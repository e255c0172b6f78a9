import * as protocol from '../lib/index.js';
import type { IRoute } from '../lib/index.js';

export type Json =
  null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const { ERRORS, ROUTES } = protocol;

const FOLDER = { control: '', job: '', lab: '/jupyterlab-batch' };

/** Plain JSON: what TypeBox keeps beside the schema (symbols) falls away. */
function plain(schema: unknown): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}

/**
 * The OpenAPI document of every route. A schema with an `$id` becomes a
 * component, and every use of it a reference, so that each shape has one name
 * here, in Python and in the docs.
 */
export function openapi(version: string): JsonObject {
  const schemas: JsonObject = {};

  function refer(node: Json): Json {
    if (Array.isArray(node)) {
      return node.map(refer);
    }
    if (node === null || typeof node !== 'object') {
      return node;
    }
    const { $id, ...rest } = node;
    const inside: JsonObject = {};
    for (const [key, value] of Object.entries(rest)) {
      inside[key] = refer(value);
    }
    if (typeof $id !== 'string') {
      return inside;
    }
    const known = schemas[$id];
    if (known && JSON.stringify(known) !== JSON.stringify(inside)) {
      throw new Error(`two schemas are named ${$id}`);
    }
    schemas[$id] = inside;
    return { $ref: `#/components/schemas/${$id}` };
  }

  for (const exported of Object.values(protocol)) {
    if (exported && typeof exported === 'object' && '$id' in exported) {
      refer(plain(exported));
    }
  }
  const paths: { [path: string]: JsonObject } = {};
  for (const [name, route] of Object.entries(ROUTES)) {
    const path = FOLDER[route.socket] + braces(route.path);
    const verbs = (paths[path] ??= {});
    verbs[route.method.toLowerCase()] = operation(name, route, refer);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'jupyterlab-batch',
      version,
      description:
        'Every route there is. `x-socket` says where it is served: `control` ' +
        "and `job` are the broker's two Unix sockets, `lab` is the Jupyter " +
        'server, which also passes on the `control` routes marked `x-browser` ' +
        'under `/jupyterlab-batch`. Generated from protocol/src: do not edit.',
      license: { name: 'BSD-3-Clause' }
    },
    paths: sorted(paths),
    components: {
      schemas: sorted(schemas)
    }
  };
}

function mediaType({ stream, binary }: IRoute): string {
  return binary
    ? 'application/octet-stream'
    : stream
      ? 'text/event-stream'
      : 'application/json';
}

function operation(
  name: string,
  route: IRoute,
  refer: (node: Json) => Json
): JsonObject {
  const parameters: Json[] = [...route.path.matchAll(/:(\w+)/g)].map(
    ([, key]) => ({
      name: key ?? '',
      in: 'path',
      required: true,
      schema: { type: 'string' }
    })
  );
  const query = route.query ? plain(route.query) : null;
  const required = Array.isArray(query?.required) ? query.required : [];
  for (const [key, schema] of Object.entries(
    (query?.properties ?? {}) as JsonObject
  )) {
    const optional = (schema as JsonObject).default !== undefined;
    parameters.push({
      name: key,
      in: 'query',
      required: required.includes(key) && !optional,
      schema
    });
  }
  const codes = [...new Set([...route.errors, 'invalid_request', 'internal'])];
  const responses: JsonObject = {
    [route.status]: {
      description: route.summary,
      content: {
        [mediaType(route)]: {
          schema: refer(plain(route.reply))
        }
      }
    }
  };
  for (const code of codes as (keyof typeof ERRORS)[]) {
    const [status, title] = ERRORS[code];
    const known = responses[status] as { description: string } | undefined;
    responses[status] = {
      description: known
        ? `${known.description}; \`${code}\`: ${title}`
        : `\`${code}\`: ${title}`,
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' }
        }
      }
    };
  }
  return {
    operationId: name,
    summary: route.summary,
    'x-socket': route.socket,
    'x-browser': route.browser ?? false,
    'x-errors': codes,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: refer(plain(route.body)) }
            }
          }
        }
      : {}),
    responses
  };
}

function braces(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function sorted<T extends Json>(object: {
  [key: string]: T;
}): {
  [key: string]: T;
} {
  return Object.fromEntries(
    Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
  );
}
