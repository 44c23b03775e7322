// @visavis/client: everything an app may use, and nothing else.
export { Call } from './call.ts';
export type { View } from './control_channel.ts';
export type { ViewSize } from './control_message.ts';
export type { UplinkState } from './uplink_budget.ts';
export type { CallState, MediaOptions, RoomOptions } from './call_types.ts';
export type { Chat } from './chat.ts';
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
export type { ChatMessage } from './chat_record.ts';
export { CHAT_TEXT_CHARS_MAX, PASSPHRASE_CHARS_MAX } from './limits.ts';
export { VisavisClient, type ClientOptions, type ClientState } from './client.ts';
export { VisavisError, type LocalErrorCode } from './errors.ts';
export { Emitter } from './emitter.ts';
export type { Files } from './files.ts';
export type { IdentityStore } from './identity_store.ts';
export type { Device, DeviceKind } from './device_list.ts';
export { LocalMedia, type DeviceNotice, type Devices } from './local_media.ts';
export {
  parseMediaPreferences,
  type AudioProcessing,
  type DeviceChoice,
  type MediaPreferences,
  type VideoQuality,
} from './media_preferences.ts';
export type { MediaDevicesPart, MediaSource } from './media_source.ts';
export type { ShareContent, ShareOptions } from './screen_share.ts';
export { setLogLevel, type LogLevel, type LogSink } from './logger.ts';
export type { MediaKind, MediaProblem, MediaProblemReason } from './media_problem.ts';
export {
  RemoteParticipant,
  type LinkState,
  type ParticipantState,
  type RemovedBy,
  type Trust,
} from './participant.ts';
export type { Path } from './path.ts';
export type { Person } from './people.ts';
export type { Platform } from './platform.ts';
export type { EndReason, ErrorCode, Knock, RemovedPerson, RoomRefusal } from './protocol.ts';
export { parseRoomLink, roomLink } from './room_link.ts';
export { generatePassphrase, generateRoomName, isRoomName } from './room_name.ts';
export { lookAtRoom, type RoomPreview } from './room_preview.ts';
export type { CloseReason } from './socket_close.ts';
export type { FileSink, Transfer, TransferState } from './transfer.ts';
