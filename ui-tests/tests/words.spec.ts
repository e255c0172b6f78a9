import { expect, test } from '@playwright/test';

import { messagesOfSource } from '../access/messages';

/** What can be one or many, where it is counted. */
const COUNTED =
  /%\d (chosen |new |earlier |named )?(times|runs|files|cells|outputs|parameters|values|edits|targets|minutes|seconds|hours|days)\b/;
/** Here it is what a run does. */
const VERBS = ['%1 runs as batch.'];

test('what is counted has its plural, and a number the digits of its reader', () => {
  const messages = messagesOfSource();
  const without = messages
    .filter(({ many }) => many === null)
    .map(({ one }) => one)
    .filter(one => COUNTED.test(one) && !VERBS.includes(one));
  expect(without).toEqual([]);
  // %1 is the bare number that chooses among the forms.
  const bare = messages.flatMap(({ one, many }) =>
    many === null ? [] : [one, many].filter(text => text.includes('%1'))
  );
  expect(bare).toEqual([]);
  expect(messages.filter(({ many }) => many !== null)).not.toEqual([]);
});
