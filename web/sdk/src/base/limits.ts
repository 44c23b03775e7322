import type { TrafficRate } from './traffic_budget.ts';

// Every limit of this package. Those of the server come with `welcome.limits`.

/** How long `connect()` tries before it says `unreachable`. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** A socket that neither opens nor fails, or opens and is not welcomed, is given up after this. */
export const HANDSHAKE_TIMEOUT_MS = 8_000;
/** Reconnecting: the first attempt is at once, then full jitter below a bound that doubles up to the cap. */
export const RECONNECT_BASE_MS = 250;
export const RECONNECT_CAP_MS = 10_000;
/** A welcomed socket that dies sooner died young; two in a row, and reconnecting is delayed. */
export const STABLE_AFTER_MS = 2_000;
/** How long a hidden tab's wake-up probe waits for a pong before the socket is replaced. */
export const PROBE_TIMEOUT_MS = 1_000;
/** What is sent and not yet acknowledged; a call's set-up is some 25 messages of at most 64 KiB. */
export const UNACKNOWLEDGED_MESSAGES_MAX = 512;
export const UNACKNOWLEDGED_BYTES_MAX = 1_048_576;
/** Acknowledge at once after so much; PROTOCOL.md section 3. */
export const ACK_AFTER_MESSAGES = 32;
export const ACK_AFTER_BYTES = 8_192;
/** Requests without an answer yet. Signals are answered only when they fail: the oldest are forgotten. */
export const PENDING_REQUESTS_MAX = 256;
/** Used until the first welcome tells the server's own. */
export const MESSAGE_BYTES_MAX = 65_536;

/** TURN credentials are renewed for an ICE restart when they are older, or older than half of their time. */
export const CREDENTIALS_FRESH_MS = 3_600_000;
/** How long an ICE restart waits for them: without the server it goes on with the ones it has. */
export const CREDENTIALS_WAIT_MS = 500;

/** A signal that the server refused because of its rate limit is sent again after this. */
export const SIGNAL_RETRY_MS = 1_000;

/** Candidates that came before their description, and of one description. Browsers gather a few dozen. */
export const KEPT_CANDIDATES_MAX = 128;
export const CANDIDATES_MAX = 128;
/** What a description may have: four media lines and the data channels', and what browsers write into them. */
export const SDP_MEDIA_LINES_MAX = 5;
export const SDP_CANDIDATES_MAX = 128;
export const SDP_LINES_MAX = 2_500;
/** New connections that one participant may begin with us at once, and how many more a minute; and we with them. */
export const FRESH_CONNECTIONS_MAX = 12;
export const FRESH_CONNECTIONS_PER_MINUTE = 12;
/** Descriptions from one participant at once, and how many more a second: every ICE restart has one. */
export const DESCRIPTIONS_MAX = 40;
export const DESCRIPTIONS_PER_S = 1;
/** Signals that are kept for a link while its code is being loaded: an offer and its candidates, a few times. */
export const AWAITED_SIGNALS_MAX = 256;
/** People who have left a call and whose standing is kept, for when they come back. */
export const STANDINGS_KEPT_MAX = 64;
/** How long a participant is shown as `unstable` whose signals were refused. */
export const UNSTABLE_SHOWN_MS = 60_000;
/** Of what is refused for these two reasons, so much at once and a minute is trouble; more is an attack. */
export const REFUSED_SIGNALS_MAX = 30;
/** A connection that is to replace one that works must be up after this. */
export const REPLACEMENT_TIMEOUT_MS = 15_000;
/** How long one that is up waits for its pictures to arrive before it takes over. */
export const REPLACEMENT_MEDIA_MS = 1_000;
/** A link that is not up so long after its start gets an ICE restart. */
export const FIRST_CONNECT_PATIENCE_MS = 8_000;
/** How often a link is looked at while a call is up. */
export const LINK_CHECK_INTERVAL_MS = 500;
/** `disconnected` often heals by itself within a moment; testing.md measured 5 s lost by waiting longer. */
export const DISCONNECTED_GRACE_MS = 1_000;
export const STALL_AFTER_MS = 2_000;
/** Between attempts to bring a link back: doubles from the first to the second. */
export const RESTART_BACKOFF_BASE_MS = 2_000;
export const RESTART_BACKOFF_CAP_MS = 8_000;
/** ICE restarts in a row, after which the connection object is made anew instead. */
export const ICE_RESTARTS_MAX = 3;
/** Attempts in a row, of either kind. */
export const RESTART_ATTEMPTS_MAX = 10;
/** A link that is not up for so long is lost; the server waits as long for a lost session. */
export const LINK_TIMEOUT_MS = 30_000;
/** How long a closing link may go on so that its `bye` can leave, when the server is out of reach. */
export const BYE_LINGER_MS = 500;
/** After the other side's `bye`, how long the server's own word is awaited before we leave the call there. */
export const FAREWELL_MS = 1_000;

/** A link that was given up is made anew after this, then after twice as long, up to the cap, while both are in the call. */
export const LINK_RETRY_BASE_MS = 2_000;
export const LINK_RETRY_CAP_MS = 60_000;

/** After a restart of the server, who is on the way into a room lets those inside come back to it first. */
export const REENTER_AFTER_RESTART_MS = 5_000;
/**
 * Whoever was without the server for longer does not go back into a room by themselves: a laptop that is opened the next
 * morning must not put its camera on show.
 */
export const REENTER_WITHIN_MS = 300_000;
/** Names of rooms, as the server has it. */
export const ROOM_NAME_CHARS_MIN = 3;
export const ROOM_NAME_CHARS_MAX = 64;
/** Far more than a call can have; a preview shows no endless list. */
export const ROOM_PREVIEW_PEOPLE_MAX = 64;
/** A longer passphrase protects no better, and its link can hardly be sent. */
export const PASSPHRASE_CHARS_MAX = 256;
/** Of PBKDF2-SHA-256, as OWASP advises; some 300 ms on a phone, once for each room. */
export const PASSPHRASE_ITERATIONS = 600_000;
/** How long the other side may take to prove that it knows the passphrase, once the channel is open. */
export const PROOF_TIMEOUT_MS = 10_000;

/** One message over a data channel, in bytes. Every browser takes this much in one piece. */
export const DATA_MESSAGE_BYTES_MAX = 65_536;
/** What may wait in a data channel, in bytes. */
export const DATA_BUFFERED_BYTES_MAX = 1_048_576;

/** Work that one participant's messages may cause before something else has a turn. A frame at 60 Hz takes 16.7 ms. */
export const INBOUND_SLICE_MS = 4;
export const INBOUND_FRAME_MS = 16;
/** Of everybody together, beside what was asked for: more than this at once, or every second, is a storm for so long. */
export const STORM_MESSAGES = 200;
export const STORM_MESSAGES_PER_S = 500;
export const STORM_LASTS_MS = 1_000;
/** Messages of one participant that wait for their turn: more than the rates below let come at once. */
export const INBOUND_QUEUE_MESSAGES_MAX = 8_192;
export const INBOUND_QUEUE_BYTES_MAX = 16_777_216;
/** What an app may send by `Call.send`; beyond it `send` throws `rate_limited`. */
export const DATA_RATE: TrafficRate = {
  messages: 100,
  messagesPerSecond: 50,
  bytes: 1_048_576,
  bytesPerSecond: 262_144,
};
/** States (`media`, `view`) are sent, and taken, at most once in this time: the latest. */
export const STATE_INTERVAL_MS = 50;
/** Reactions that we send to everyone; more are not sent. */
export const REACTIONS_SENT_MAX = 8;
export const REACTIONS_SENT_PER_S = 4;
/** Reactions of one participant that are shown; more are dropped. */
export const REACTIONS_TAKEN_MAX = 10;
export const REACTIONS_TAKEN_PER_S = 5;
/**
 * What one person may send us over each channel, beside what we ask for; who sends more is removed. Ours sends at most 96
 * control messages a second. What 30 s without a path have kept back, LINK_TIMEOUT_MS, may come all at once: 1,600
 * messages of an app's data, 128 reactions, and the states that were sent before something waited.
 */
export const INBOUND_RATES = {
  control: {
    messages: 2_000,
    messagesPerSecond: 150,
    bytes: 8_388_608,
    bytesPerSecond: 524_288,
  },
  chat: { messages: 1_000, messagesPerSecond: 50, bytes: 8_388_608, bytesPerSecond: 524_288 },
  files: { messages: 1_000, messagesPerSecond: 50, bytes: 2_097_152, bytesPerSecond: 131_072 },
} satisfies Record<string, TrafficRate>;
/** And over all of them together. */
export const PARTICIPANT_RATE: TrafficRate = {
  messages: 3_000,
  messagesPerSecond: 200,
  bytes: 12_582_912,
  bytesPerSecond: 786_432,
};
/** A control message that is no app's data, in UTF-16 units. */
export const CONTROL_CHARS_MAX = 1_024;
/** A chat message that is neither a text nor a history, and any message about files. */
export const CHAT_OTHER_CHARS_MAX = 1_024;
export const FILE_MESSAGE_CHARS_MAX = 8_192;

/** One chat message, in UTF-16 units: some three pages, and in any script less than half of a data message. */
export const CHAT_TEXT_CHARS_MAX = 8_000;
/** Messages of one call that are kept, and their texts together; the oldest go. */
export const CHAT_MESSAGES_MAX = 1_000;
export const CHAT_CHARS_MAX = 2_000_000;
/** Messages that wait for one receiver: who is away longer than this takes has left. Not more than the rate allows at once. */
export const CHAT_PENDING_MAX = 100;
/** What one sender may write at once, and how much more every second; the fastest typists are far below. */
export const CHAT_BURST_MAX = 100;
export const CHAT_RATE_PER_S = 5;
/** What we send each of them, below that: more waits. */
export const CHAT_SENT_BURST_MAX = 80;
export const CHAT_SENT_PER_S = 4;
/** People whose counters are kept: a link that is made anew goes on where it was. */
export const CHAT_PEERS_MAX = 64;
/** What a late joiner is told of what was written before. */
export const HISTORY_MESSAGES_MAX = 200;
export const HISTORY_BYTES_MAX = 262_144;
/** One message of a history, in bytes; with what is around it, below DATA_MESSAGE_BYTES_MAX. */
export const HISTORY_PART_BYTES = 49_152;
/** After the first greeting, how long those of longer present people are awaited. */
export const HISTORY_GREETINGS_MS = 1_000;
/** Whoever does not answer in so long is not asked again; the next is. */
export const HISTORY_ANSWER_MS = 5_000;
/** Nobody asks later than this after the first greeting: who comes then comes after us. */
export const HISTORY_WANTED_MS = 30_000;
/** How often one peer is told the history: once, and again after links that broke. */
export const HISTORY_ANSWERS_MAX = 5;

/** Files: what waits in the channel before more is handed to it; a fast link empties this within 20 ms. */
export const FILES_BUFFERED_LOW_BYTES = 262_144;
/** What may wait in the channel: an offer or a pause comes behind it. */
export const FILES_BUFFERED_HIGH_BYTES = 524_288;
/** Payload of one data message: large enough to be quick, small enough not to hold other channels up. */
export const FILES_CHUNK_BYTES = 49_152;
/**
 * What files may wait in queues on their way: what people say and show waits as long. Not noticed in a conversation, and
 * more than a busy page takes to answer.
 */
export const FILES_PACE_DELAY_MS = 50;
/** What may be under way at first: two pieces of a fast link; it doubles with every round. */
export const FILES_PACE_START_BYTES = 32_768;
/** The smallest piece, of which one is always under way: 40 ms of an uplink of 800 kbit/s. */
export const FILES_PACE_PIECE_MIN_BYTES = 4_096;
/** How often the length of the path is measured anew, and how many such times are remembered: a minute. */
export const FILES_PACE_BASE_MS = 15_000;
export const FILES_PACE_BASES = 4;
/** What is read from a file at once: reading costs more by the call than by the byte. */
export const FILES_BLOCK_BYTES = 393_216;
/** What a receiver lets a sender send ahead of what is written to its disk. */
export const FILES_WINDOW_BYTES = 4_194_304;
/** Transfers with one peer that have not ended, in each direction. */
export const FILE_OFFERS_MAX = 16;
/** Offers that one peer may make at once, and how many more every second. */
export const FILE_OFFERS_BURST_MAX = 32;
export const FILE_OFFERS_PER_S = 1;
/** Transfers that are listed; ended ones go first. */
export const FILE_TRANSFERS_MAX = 200;
/** Ended transfers whose end is told to a peer that missed it. */
export const FILE_OUTCOMES_MAX = 256;
/** Messages of one peer that wait while the code for files is being loaded: more than its offers are not needed. */
export const FILES_WAITING_MESSAGES_MAX = 64;
/** How often the progress of a transfer is told. */
export const FILES_PROGRESS_MS = 250;
/** File systems take 255 bytes for a name; some of it is for what a browser appends. */
export const FILE_NAME_BYTES_MAX = 200;
export const FILE_EXTENSION_CHARS_MAX = 16;
export const FILE_TYPE_CHARS_MAX = 100;

/** Room tokens kept in one browser, the latest. */
export const ROOM_TOKENS_MAX = 32;
/** Identities kept in one browser, the ones used last. */
export const IDENTITIES_MAX = 64;
/** A reloaded page waits so long for the lock of the page it replaces; a duplicated tab, in vain. */
export const SESSION_LOCK_TIMEOUT_MS = 1_500;

/** Devices of one computer that are looked at: more is a browser gone wrong, and a list nobody can read. */
export const MEDIA_DEVICES_MAX = 64;
/** A shared screen's picture: text on it stays legible to people with a screen of this size, at what an encoder can do. */
export const SCREEN_WIDTH_MAX = 2560;
export const SCREEN_HEIGHT_MAX = 1440;
export const SCREEN_FRAME_RATE_MAX = 30;

/** How often the others' voices are looked at: people notice a frame around a speaker that comes later. */
export const VOICE_INTERVAL_MS = 200;
/** Packets of a voice come every 20 ms, and in silence every 400 ms: after this nothing is played any more. */
export const VOICE_STALE_MS = 600;
/** Linear, -40 dB: below is a quiet room. */
export const VOICE_LEVEL_MIN = 0.01;
/** Louder than this is not more of a voice: a door that slams, a cough. */
export const VOICE_LEVEL_MAX = 0.25;
/** In which a voice that stops falls to a third. */
export const VOICE_AVERAGE_MS = 500;
/** The floor is taken by who is so much louder for so long, or lost by so long a silence. */
export const SPEAKER_LOUDER_FACTOR = 1.5;
export const SPEAKER_TAKEOVER_MS = 400;
export const SPEAKER_HOLD_MS = 3_000;

/** How often the uplink is divided anew by what the links measure; a bit less than LINK_CHECK_INTERVAL_MS. */
export const UPLINK_INTERVAL_MS = 400;
