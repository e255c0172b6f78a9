import { Type, type TProperties, type TSchema } from 'typebox';

/** An object that refuses unknown members: a misspelt field is an error. */
export function Strict<P extends TProperties>(
  properties: P,
  $id: string,
  description?: string
) {
  return Type.Object(properties, {
    $id,
    additionalProperties: false,
    ...(description ? { description } : {})
  });
}

export function Nullable<T extends TSchema>(schema: T, description?: string) {
  return Type.Union([schema, Type.Null()], description ? { description } : {});
}

/** ISO 8601 in UTC, for instance `2026-11-23T12:03:11.042Z`. */
export const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$',
  description: 'ISO 8601, UTC'
});
