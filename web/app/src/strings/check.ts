// Checking one's connection and devices. Loaded with the check, not before.
import type { MediaProblemReason, NatKind, RelayTransport } from '@visavis/client';

const ms = (value: number): string => `${Math.round(value)} ms`;
const people = (count: number): string =>
  ['', 'one person', 'two people', 'three people', 'four people', 'five people', 'six people'][
    count
  ] ?? `${count} people`;
const number = (count: number): string => people(count).split(' ')[0] ?? '';

const over: Record<RelayTransport, string> = {
  udp: 'UDP',
  tcp: 'TCP',
  tls: 'TLS',
};

const DEVICE_REASONS: Record<MediaProblemReason, string> = {
  cancelled: 'was not chosen.',
  denied: 'may not be used by this page.',
  no_device: 'was not found.',
  in_use: 'is used by another program.',
  insecure_context: 'is not given to this page, because it did not come over HTTPS.',
  overconstrained: 'cannot deliver what was asked of it.',
  unsupported: 'is not offered to pages by this browser.',
  unknown: 'did not start.',
};
const BOTH_REASONS: Record<MediaProblemReason, string> = {
  cancelled: 'not chosen.',
  denied: 'not allowed for this page.',
  no_device: 'not found.',
  in_use: 'used by another program.',
  insecure_context: 'not given to this page, because it did not come over HTTPS.',
  overconstrained: 'cannot deliver what was asked of them.',
  unsupported: 'not offered to pages by this browser.',
  unknown: 'did not start.',
};
const DEVICE_ADVICE: Record<MediaProblemReason, string> = {
  cancelled: 'Choose one in the settings.',
  denied:
    'Click the camera symbol in the address bar, choose “Allow”, then reload this page. Also look into the privacy settings of your system.',
  no_device: 'Plug one in, then check again.',
  in_use: 'Close the other program, then check again.',
  insecure_context: 'Open this page with https:// in its address.',
  overconstrained: 'Choose another one in the settings.',
  unsupported: 'Use a current Firefox, Chrome, Edge or Safari.',
  unknown: 'Unplug it, plug it in again, then check again.',
};

export const checkWords = {
  title: 'Check my connection',
  lead: 'Finds out whether calls work here, and what to do where they do not. It takes up to twenty seconds.',
  withoutCode:
    'Camera, microphone and the way to the server are checked. How much your connection carries can be measured only after you have joined, or with a link from whoever runs this server.',
  start: 'Start check',
  again: 'Check again',
  running: 'Checking…',
  copy: 'Copy report',
  copied: 'Report copied',
  copyHint: 'The report has no addresses and no names in it.',
  report: 'Report',
  toLobby: 'Back to lobby',
  details: 'Details',
  steps: {
    server: 'Asking the server…',
    ways: 'Trying every way to the relay…',
    load: 'Measuring what your connection carries, for five seconds…',
  },

  levels: {
    good: 'Good',
    warn: 'Limited',
    bad: 'Does not work',
    unknown: 'Not known',
    waiting: '…',
  },

  devices: {
    title: 'Camera, microphone and speaker',
    hear: 'Hear yourself',
    recording: 'Recording. Say something…',
    playing: 'Playing what was recorded…',
    cannotRecord: 'This browser cannot record here. Watch the microphone level instead.',
    cannotPlay: 'No sound could be played. Is a speaker or headphone plugged in?',
    heardVoice: 'Did you hear yourself?',
    heardSound: 'Did you hear the notes?',
    yes: 'Yes',
    no: 'No',
    thanks: 'Thank you. That is in the report.',
  },

  subjects: {
    browser: 'Browser',
    camera: 'Camera',
    microphone: 'Microphone',
    speaker: 'Speaker',
    server: 'Server',
    relay: 'Relay',
    udp: 'Direct connections',
    bandwidth: 'Bandwidth',
    steadiness: 'Delay and loss',
  },

  browser: {
    good: (name: string) => `${name} can do all that calls need.`,
    untried: (name: string) => `${name} should work, but has not been tried with Vis-à-vis.`,
    unnamed: 'This browser',
    insecure: 'This page did not come over HTTPS, so no browser gives it a camera or microphone.',
    insecureAdvice: 'Open this page with https:// in its address.',
    noCalls: 'This browser makes no calls: WebRTC is missing or turned off.',
    noCallsAdvice:
      'Turn off extensions that block WebRTC, or use a current Firefox, Chrome, Edge or Safari.',
    label: 'Browser',
    choosesSpeaker: 'Lets one choose the speaker',
    sharesScreen: 'Can share the screen',
  },

  device: {
    starting: 'Your browser asks whether this page may use it.',
    camera: {
      works: 'Your camera works.',
      off: 'Your camera is off.',
      problem: (reason: MediaProblemReason) => `A camera ${DEVICE_REASONS[reason]}`,
      harm: 'Others will not see you. ',
    },
    microphone: {
      works: 'A microphone is there. Hear yourself to know how you sound.',
      heard: 'Your microphone works: you heard yourself.',
      loud: 'Your microphone hears you.',
      silent: 'Your microphone is there, but the recording is silent.',
      silentAdvice:
        'Look for a switch on the microphone or headset that mutes it, or choose another microphone in the settings.',
      notHeard: 'The recording has a voice, but you did not hear it.',
      notHeardAdvice: 'Turn up the volume, or choose another speaker in the settings.',
      problem: (reason: MediaProblemReason) => `A microphone ${DEVICE_REASONS[reason]}`,
      harm: 'Others will not hear you. ',
    },
    both: {
      problem: (reason: MediaProblemReason) => `Camera and microphone: ${BOTH_REASONS[reason]}`,
      harm: 'Others will neither see nor hear you. ',
    },
    advice: DEVICE_ADVICE,
    speaker: {
      untried: 'Play the test sound to hear whether your speaker works.',
      works: 'Your speaker works: you heard it.',
      silent: 'You did not hear the test sound.',
      silentAdvice: 'Turn up the volume, or choose another speaker in the settings.',
    },
    peak: 'Loudest moment of the recording',
  },

  server: {
    good: (roundTrip: number) => `The server answers within ${ms(roundTrip)}.`,
    slow: (roundTrip: number) => `The server answers, but only after ${ms(roundTrip)}.`,
    slowAdvice:
      'Ringing and joining will be slow. See whether something else uses your connection.',
    unreachable: 'The server cannot be reached from here.',
    unreachableAdvice:
      'See whether other pages load. If they do, try another network, and tell whoever runs this server.',
    noSocket: 'The server answers, but WebSocket connections do not get through. Calls need them.',
    noSocketAdvice:
      'Try another network, or without VPN, proxy and virus scanner. If it works for nobody, tell whoever runs this server: its reverse proxy may not pass on WebSocket upgrades or the name in the address bar (Host). The log of the server tells which.',
    silent: 'A WebSocket opens, but nothing comes back over it.',
    silentAdvice:
      'Something on the way holds it back, such as a proxy that collects what it passes on. Try another network, and tell whoever runs this server.',
    broken: (afterMs: number) =>
      `The connection to the server is cut after ${(afterMs / 1_000).toFixed(0)} seconds.`,
    brokenAdvice:
      'Something on the way ends connections that are quiet for a moment. If it is so for everybody, the reverse proxy of the server needs a longer time-out: tell whoever runs it.',
    opened: 'WebSocket opened after',
    roundTrip: 'Round trip',
  },

  relay: {
    good: (ways: string) => `The relay can be reached over ${ways}.`,
    goodButUdp:
      'Your network lets no UDP through, so calls take a detour over TCP. They work, but pictures and voices can stall for moments.',
    goodButUdpAdvice:
      'Try another network, or ask whoever runs yours to let UDP out to the port of this server.',
    none: 'The relay cannot be reached in any way.',
    noneButUdp:
      'The relay cannot be reached. Calls connect only where both networks allow a direct connection.',
    noneAdvice:
      'Try another network. If it is so for everybody, the port of the relay is not open at the server: tell whoever runs it.',
    refused: 'The relay was reached, but gave no address.',
    refusedAdvice: 'It may have reached a limit. Check again in a minute.',
    noCode: 'The relay was not tried.',
    noCodeAdvice:
      'Get a link to this page from whoever runs this server, or join first, then check again.',
    codeInvalid: 'The relay was not tried: the code in the link is not one of this server.',
    codeExpired: 'The relay was not tried: the code in the link is too old.',
    codeUsedUp:
      'The relay was not tried: the link is used up. That says nothing about your network.',
    codeAdvice: 'Ask whoever sent you the link for a new one.',
    noRelay:
      'This server has no relay. Calls connect only where both networks allow a direct connection.',
    limited: 'The relay was not tried: too many checks run at the moment.',
    limitedAdvice: 'Check again in a minute.',
    unavailable: 'Not tried: the server offers no check.',
    unreachable: 'Not tried: the server could not be reached.',
    trying: 'Trying…',
    way: (transport: RelayTransport) => `Over ${over[transport]}`,
    works: (roundTripMs: number | null) => (roundTripMs === null ? 'works' : ms(roundTripMs)),
    fails: {
      no_answer: 'no answer',
      refused: 'refused',
      no_path: 'address given, nothing comes through',
      no_name: 'the name of the relay could not be looked up',
      unsupported: 'not possible in this browser',
    },
    code: (code: number) => ` (error ${code})`,
    over: (transports: readonly RelayTransport[]) =>
      new Intl.ListFormat('en').format(transports.map((transport) => over[transport])),
  },

  udp: {
    works: 'UDP gets to the server and back. ',
    blocked: 'UDP does not get to the server: connections straight to others are unlikely.',
    unknown: 'It is not known whether UDP gets out: this browser does not tell.',
    noName: 'The name of the server could not be looked up, so UDP was not tried.',
    noNameAdvice: 'Check again, or try another network or another DNS server.',
    errorText: 'What the browser says',
    nat: {
      none: 'No router changes the address of this device on the way to the server: direct connections are likely.',
      same_port: 'Your router is easy to get through: direct connections are likely.',
      other_port:
        'Your router gives each destination another port (a “symmetric” NAT): direct connections work with some people only, the others take the relay.',
      keeps_port: 'Your router keeps port numbers: direct connections are likely.',
      changes_port:
        'Your router changes port numbers. Whether it is easy to get through cannot be told with one server only.',
      unknown: 'What kind of router is on the way cannot be told.',
    } satisfies Record<NatKind, string>,
    mapped: 'Seen from outside as',
    limits: 'What cannot be known',
    limitsText: 'What your router lets in from outside. A page has no means to learn that.',
  },

  bandwidth: {
    rate: (bitrate: number) =>
      bitrate >= 950_000
        ? `${(bitrate / 1_000_000).toFixed(1)} Mbit/s`
        : `${Math.round(bitrate / 1_000)} kbit/s`,
    atLeast: (rate: string) => `${rate} or more`,
    carries: (rate: string) => `${rate} up and down at the same time, through the relay.`,
    apart: (up: string, down: string) => `${up} up, ${down} down.`,
    notMeasured: 'Not measured.',
    measuring: 'Not measured yet.',
    failed: 'It could not be measured: the connection through the relay broke.',
    hidden: 'It was measured while this page was in the background, which slows it down.',
    hiddenAdvice: 'Check again and leave this page in front.',
    advice:
      'See whether something else uses your connection, come closer to the Wi-Fi, or use a cable. “Save data” in the settings helps, too.',
    over: 'Measured over',
    up: 'Up',
    down: 'Down',
    how: 'How',
    howText: 'What this page sends comes back to it, so the slower of up and down counts.',
    howApart:
      'What this page sends through the relay comes back to it: that is the slower direction. What comes down was then measured alone, by loading a file of this page again. If that is much more, up is the slower direction, or something slows down the relay.',
  },

  steadiness: {
    good: 'A voice arrives evenly.',
    fair: 'A voice arrives with small gaps or some delay.',
    poor: 'A voice arrives with gaps or long delays: talking will be hard.',
    advice: 'Come closer to the Wi-Fi, use a cable, or stop what else uses your connection.',
    delay: 'Delay through the relay',
    jitter: 'Jitter',
    loss: 'Loss',
    percent: (part: number) => `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`,
    ms,
  },

  enough: {
    all: 'Enough for six people with video.',
    video: (count: number) =>
      `Enough for ${people(count)} with video, not for ${number(count + 1)}.`,
    voice: (count: number) => `Enough for ${people(count)} who talk, not for video.`,
    nothing: 'Not enough for a call.',
  },

  verdict: {
    good: 'Everything works.',
    goodAsFarAsTried: 'Everything that was checked works.',
    warn: 'Calls work, with limits.',
    bad: 'Calls do not work here as things are.',
    noWay:
      'Not known whether calls work: UDP was not seen to reach the server, and the relay was not tried.',
    relayUntried: 'Only partly known whether calls work: the relay was not tried.',
  },
};
