import type { JsonObject } from '../lifecycle/types.ts';

/** JSON objects of ours, as they come back from a column. */
export function parse(text: unknown): JsonObject {
  return JSON.parse(String(text)) as JsonObject;
}

export function parseOrNull(text: unknown): JsonObject | null {
  return text === null || text === undefined ? null : parse(text);
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
