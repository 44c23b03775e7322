/** What this browser is, and what it can do of what calls need. */
export interface BrowserFacts {
  /** Such as “Firefox 153 on Linux”. */
  readonly name: string;
  /** Every change of this app is tried in it. */
  readonly tried: boolean;
  /** The page came over HTTPS, or from this very machine. */
  readonly secure: boolean;
  /** It makes peer connections. */
  readonly calls: boolean;
  readonly choosesSpeaker: boolean;
  readonly sharesScreen: boolean;
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\bFxiOS\/(\d+)/, 'Firefox'],
  [/\bCriOS\/(\d+)/, 'Chrome'],
  [/\bEdgiOS\/(\d+)/, 'Edge'],
  [/\b(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** From the browser's own word (`navigator.userAgent`); null where it says nothing that is known. */
export function browserName(userAgent: string): string | null {
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  for (const [pattern, name] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version === undefined) continue;
    return system === undefined ? `${name} ${version}` : `${name} ${version} on ${system}`;
  }
  return null;
}

/** Chromium and Firefox; on iOS every browser is Safari inside. */
export function isTried(userAgent: string): boolean {
  return /\b(?:(?:Headless)?Chrome|Firefox)\/\d/.test(userAgent);
}

export function readBrowser(): BrowserFacts {
  const { userAgent } = navigator;
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  return {
    name: browserName(userAgent) ?? '',
    tried: isTried(userAgent),
    secure: isSecureContext,
    calls: 'RTCPeerConnection' in globalThis,
    choosesSpeaker: 'setSinkId' in HTMLMediaElement.prototype,
    sharesScreen: devices?.getDisplayMedia !== undefined,
  };
}
