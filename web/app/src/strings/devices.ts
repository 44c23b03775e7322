/** Devices and settings. Loaded with the settings, not before. */
export const devices = {
  camera: 'Camera',
  microphone: 'Microphone',
  speaker: 'Speaker',
  systemChoice: 'System default',
  chosenIsAway: 'The chosen one is not plugged in',
  noneYet: 'None is known yet. Plug one in, and allow your browser to use it.',
  speakerFixed: 'In this browser the system decides where sound is played.',
  preview: 'Preview of your camera',
  testSound: 'Play test sound',
  testFailed: 'The sound could not be played there.',
  sound: 'What the browser does to your sound',
  echoCancellation: 'Keep the others out of your microphone',
  echoCancellationHint: 'Echo cancellation. Not needed with headphones.',
  noiseSuppression: 'Take away background noise',
  noiseSuppressionHint: 'Off is better for music.',
  autoGainControl: 'Keep your voice equally loud',
  picture: 'Your picture',
  height: 'Resolution',
  heights: { 360: '360p, saves data', 720: '720p', 1080: '1080p' },
  frameRate: 'Frame rate',
  frameRates: {
    15: '15 pictures a second, saves data',
    30: '30 pictures a second',
    60: '60 pictures a second',
  },
  joining: 'When you open this page',
  joinMuted: 'Join muted',
  joinWithoutCamera: 'Join with camera off',
};

export const settingsWords = {
  title: 'Settings',
  close: 'Close',
  sections: { account: 'Name & privacy', devices: 'Camera & microphone', calls: 'Calls' },
  account: {
    name: 'Your name',
    nameHint: 'Others see the new name at once. You stay the same person to them.',
    hideAddress: 'Hide my IP address',
    hideAddressHint:
      'Calls then go through the server, so that nobody you call learns your address. They stay end-to-end encrypted, but can be a little slower.',
    save: 'Save',
    saving: 'Saving…',
    cancel: 'Cancel',
    failed: 'The name could not be changed.',
  },
  calls: {
    dataSaver: 'Save data',
    dataSaverHint: 'Calls use a fraction of the data; pictures are smaller and less fluent.',
    pushToTalk: 'Hold Space to talk while muted',
    shortcuts: 'Keyboard shortcuts',
    shortcutsHint: 'Single keys that work in a call while you are not typing.',
    showShortcuts: 'Show them',
    mutedHint: 'Tell me when I talk while muted',
    mutedHintHint:
      'Measures how loud your microphone is, in this page and only while you are muted in a call. Nothing is recorded or sent.',
  },
};
