/** What people write and send to each other in a call. */
export const chat = {
  title: 'Chat',
  open: 'Open chat',
  close: 'Close chat',
};
