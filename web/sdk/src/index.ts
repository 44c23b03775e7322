// @visavis/client: everything an app may use, and nothing else.
export { Call } from './call/call.ts';
export type { View } from './link/control_channel.ts';
export type { ViewSize } from './link/control_message.ts';
export type { UplinkState } from './adapt/uplink_budget.ts';
export type { CallState, MediaOptions, RoomOptions } from './call/call_types.ts';
export type { Chat } from './chat/chat.ts';
export { requestCheck, type CheckAccess } from './check/check_access.ts';
export { checkSignaling, type SignalingCheck } from './check/check_signaling.ts';
export { checkUdp, type Mapping, type UdpCheck } from './check/check_udp.ts';
export {
  downloadSource,
  measureDownload,
  type DownloadSource,
  type DownloadStats,
} from './check/download.ts';
export { lookupFailed, natKind, udpReach, type NatKind, type UdpReach } from './check/nat.ts';
export type { LoadStats, PacketStats } from './check/path_stats.ts';
export { RelayPath, type PathFailure } from './check/relay_path.ts';
export { relayWays, type RelayTransport, type RelayWay } from './check/relay_ways.ts';
export type { ChatMessage } from './chat/chat_record.ts';
export { CHAT_TEXT_CHARS_MAX, PASSPHRASE_CHARS_MAX } from './base/limits.ts';
export { VisavisClient, type ClientOptions, type ClientState } from './client.ts';
export { VisavisError, type LocalErrorCode } from './base/errors.ts';
export { Emitter } from './base/emitter.ts';
export type { Files } from './files/files.ts';
export type { IdentityStore } from './signaling/identity_store.ts';
export type { Device, DeviceKind } from './media/device_list.ts';
export { LocalMedia, type DeviceNotice, type Devices } from './media/local_media.ts';
export {
  parseMediaPreferences,
  type AudioProcessing,
  type DeviceChoice,
  type MediaPreferences,
  type VideoQuality,
} from './media/media_preferences.ts';
export type { MediaDevicesPart, MediaSource } from './media/media_source.ts';
export type { ShareContent, ShareOptions } from './media/screen_share.ts';
export { setLogLevel, type LogLevel, type LogSink } from './base/logger.ts';
export type { MediaKind, MediaProblem, MediaProblemReason } from './media/media_problem.ts';
export {
  RemoteParticipant,
  type LinkState,
  type ParticipantState,
  type RemovedBy,
  type Trust,
} from './link/participant.ts';
export type { Path } from './link/path.ts';
export type { Person } from './signaling/people.ts';
export type { Platform } from './base/platform.ts';
export type { EndReason, ErrorCode, Knock, RemovedPerson, RoomRefusal } from './base/protocol.ts';
export { parseRoomLink, roomLink } from './room/room_link.ts';
export { generatePassphrase, generateRoomName, isRoomName } from './room/room_name.ts';
export { lookAtRoom, type RoomPreview } from './room/room_preview.ts';
export type { CloseReason } from './signaling/socket_close.ts';
export type { FileSink, Transfer, TransferState } from './files/transfer.ts';
