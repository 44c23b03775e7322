type DeviceName = 'camera' | 'microphone' | 'speaker';

const NOUN: Record<DeviceName, string> = {
  camera: 'camera',
  microphone: 'microphone',
  speaker: 'speaker',
};

/** What is said when a device comes or goes. */
export const notices = {
  lost: (device: DeviceName, label: string) => `The ${NOUN[device]} “${label}” is gone.`,
  switched: (device: DeviceName, label: string) => `The ${NOUN[device]} is now “${label}”.`,
  found: (device: DeviceName, label: string) => `A ${NOUN[device]} was plugged in: “${label}”.`,
  useIt: 'Use it',
};
