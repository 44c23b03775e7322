/** What is said beside a name. */
export const nameWords = {
  confusable: 'Somebody else here has a name that looks like this one.',
  confusableShort: 'Name looks like another',
};
