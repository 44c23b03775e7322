/** What is said beside a name. */
export const nameWords = {
  confusable: 'Somebody else here has a name that looks like this one.',
  confusableShort: 'Name looks like another',
};

/** Whose calls do not ring here. */
export const blockWords = {
  title: 'Blocked',
  hint: 'Their calls do not ring here, and they are not told. You can still call them.',
  blocked: 'Blocked',
  unknown: 'Somebody who is not online',
  unblock: (name: string) => `Unblock ${name}`,
  unblockShort: 'Unblock',
  failed: 'The server did not take that. Try again in a moment.',
};
