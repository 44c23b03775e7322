// Calling and being called. Fetched once somebody has said who they are; what the tab's title says is in `strings.ts`.
export const ringWords = {
  calling: 'Calling…',
  ringing: 'Ringing…',
  cancel: 'Cancel',
  incoming: (name: string) => `Incoming call from ${name}`,
  wantsVideo: 'Video call',
  wantsAudio: 'Audio call',
  hint: 'Nothing of you is seen or heard until you accept.',
  accept: 'Accept',
  acceptAudio: 'Accept with audio only',
  decline: 'Decline',
  declineAndBlock: 'Decline and block',
  /** The accessible name of a list of them. */
  several: (count: number) => `${count} incoming calls`,
  severalTitle: 'Several people are calling',
  question: {
    title: (name: string) => `End your current call and talk to ${name}?`,
    detail: (name: string) =>
      `A call cannot be put on hold. You can also ask ${name} into your current call.`,
    endAndAccept: 'End and accept',
    add: (name: string) => `Add ${name} to this call`,
    cancel: 'Cancel',
  },
  added: (name: string) => `${name} was asked into this call`,
  failed: 'The call could not be answered.',
  addFailed: {
    call_full: 'There is no place left in this call.',
    not_host: 'Only a host invites people into this room.',
    other: (name: string) => `${name} could not be asked into this call.`,
  },
  noRelay:
    'This server cannot hide your IP address. To answer, turn “Hide my IP address” off in the settings.',
};
