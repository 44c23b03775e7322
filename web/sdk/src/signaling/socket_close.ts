/** WebSocket close codes, RFC 6455 section 7.4 and PROTOCOL.md section 9. */
export const SocketCloseCode = {
  /** Ours: leaving for good, the session ends. */
  left: 1000,
  /** Ours, in place of a code: the socket is dead. */
  abnormal: 1006,
  /** Ours: this socket is given up, another resumes the session. */
  abandoned: 4000,
  /** The server's: another page goes on with this session. */
  replaced: 4001,
} as const;

/** Why a client is closed for good. */
export type CloseReason = 'left' | 'replaced' | 'refused';
