// @visavis/client: everything an app may use, and nothing else.
export { Call } from './call.ts';
export type { CallState, MediaOptions, RoomOptions } from './call_types.ts';
export { VisavisClient, type ClientOptions, type ClientState } from './client.ts';
export { VisavisError, type LocalErrorCode } from './errors.ts';
export { Emitter } from './emitter.ts';
export type { IdentityStore } from './identity_store.ts';
export { LocalMedia, type MediaSource } from './local_media.ts';
export { setLogLevel, type LogLevel, type LogSink } from './logger.ts';
export type { MediaKind, MediaProblem, MediaProblemReason } from './media_problem.ts';
export {
  RemoteParticipant,
  type LinkState,
  type ParticipantState,
  type Trust,
} from './participant.ts';
export type { Path } from './path.ts';
export type { Person } from './people.ts';
export type { Platform } from './platform.ts';
export type { EndReason, ErrorCode, Knock } from './protocol.ts';
export { parseRoomLink, roomLink } from './room_link.ts';
export { generatePassphrase, generateRoomName, isRoomName } from './room_name.ts';
export { lookAtRoom, type RoomPreview } from './room_preview.ts';
export type { CloseReason } from './socket_close.ts';
