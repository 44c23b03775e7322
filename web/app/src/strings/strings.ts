import type { MediaProblemReason } from '@visavis/client';

import { rooms } from './rooms.ts';

/**
 * Every word that people see or hear read out. The accessible names in it are a contract with tests and
 * with people who use screen readers; another language is another object of this shape.
 */
const english = {
  brand: 'Vis-à-vis',
  claim: 'Face to face, with nobody in between.',
  lead: 'Type your name, see who is here, call. Video and sound go straight from one browser to the other.',
  documentTitle: 'Vis-à-vis',

  join: {
    name: 'Your name',
    namePlaceholder: 'What others call you',
    nameMissing: 'Type a name first, so that others know who is calling.',
    submit: 'Join',
    joining: 'Joining…',
    promise: 'Encrypted end to end. The server never sees or hears you.',
    failed: (detail: string) => `That did not work. ${detail}`,
    unreachable: 'The server does not answer. Check your connection and try again.',
    check: 'Check my connection',
  },

  connection: {
    online: 'Online',
    connecting: 'Connecting…',
    reconnecting: 'Connection to the server lost. Reconnecting…',
    replacedTitle: 'Open in another tab',
    replaced: 'Vis-à-vis goes on in another tab of this browser. This one has stepped aside.',
    useHere: 'Use here',
    refusedTitle: 'The server closed the connection',
    refused: 'It asked this page not to come back on its own.',
    tryAgain: 'Try again',
  },

  media: {
    ownVideo: 'Your video',
    level: 'Microphone level',
    asking: 'Allow your browser to use camera and microphone',
    askingHint: 'Others see and hear you only in a call.',
    cameraOff: 'Your camera is off',
    noCamera: 'No camera',
    starting: 'Getting your camera and microphone ready…',
    retry: 'Try again',
    mute: 'Mute microphone',
    unmute: 'Unmute microphone',
    cameraTurnOff: 'Turn camera off',
    cameraTurnOn: 'Turn camera on',
    choose: 'Choose camera and microphone',
    joinAnyway: 'You can still join and call.',
    problem: {
      both: 'Camera and microphone',
      camera: 'Camera',
      microphone: 'Microphone',
      screen: 'Screen',
    },
    reason: {
      cancelled: 'not chosen.',
      denied:
        'not allowed. Click the camera symbol in the address bar, choose “Allow”, then try again.',
      no_device: 'not found. Plug one in, then try again.',
      in_use: 'used by another program. Close that program, then try again.',
      insecure_context:
        'blocked by your browser, because this page did not come over HTTPS. Open it with https:// or on localhost.',
      overconstrained: 'cannot deliver what was asked of it. Choose another one, then try again.',
      unsupported:
        'not supported by this browser. A current Firefox, Chrome, Edge or Safari works.',
      unknown: 'did not start. Unplug it, plug it in again, then try again.',
    } satisfies Record<MediaProblemReason, string>,
  },

  people: {
    title: 'People online',
    count: (total: number) => (total === 1 ? '1 person' : `${total} people`),
    search: 'Search people',
    searching: 'Searching…',
    noMatch: (query: string) => `Nobody called “${query}” is online.`,
    more: (hidden: number) => `And ${hidden} more. Search to find them.`,
    moreFound: 'There are more. Type more of the name.',
    available: 'Available',
    inCall: 'In a call',
    call: (name: string) => `Call ${name}`,
    callShort: 'Call',
    waitForMedia: 'Your camera and microphone are still starting',
    waitForServer: 'Wait until the connection is back',
    pause: (seconds: number) =>
      `Try again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`,
    emptyTitle: 'Nobody else is here yet',
    empty:
      'Open this page on another device, or send someone the link. They show up here as soon as they join.',
    emptyHere:
      'Open this page in another tab and join under another name to try a call. This address works on this computer only.',
    link: 'Link to this page',
    copyLink: 'Copy link',
    copied: 'Link copied',
    arrived: (name: string) => `${name} is online`,
    gone: (name: string) => `${name} has left`,
  },

  settings: {
    open: 'Settings',
  },

  ring: {
    title: (name: string) => `${name} is calling`,
  },

  rooms,

  ended: {
    cannotCallAgain: (name: string) => `${name} is not online at the moment.`,
  },

  dismiss: 'Dismiss',
};

export type Strings = typeof english;
export const strings: Strings = english;
