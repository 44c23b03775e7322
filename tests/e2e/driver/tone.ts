// Beeps as a WAV file. Chromium's own fake microphone beeps only while its fake camera runs, so it can't tell
// "muted" from "camera off". Not a steady tone: noise suppression takes that away within seconds.
import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const sampleRate = 48_000;
const beepsPerSecond = 4;
const beepSamples = 4_800;
const pitches = [440, 660, 550, 880]; // whole numbers of periods in a beep, so that none begins with a click
const amplitude = 0.4 * 0x7fff;
const path = resolve(import.meta.dirname, '../../artifacts/tone.wav');

let written: Promise<string> | undefined;

export function toneFile(): Promise<string> {
  written ??= write();
  return written;
}

async function write(): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  // Whole at any time: a browser of another process may be about to read it.
  const next = `${path}.${randomUUID()}`;
  await writeFile(next, wav());
  await rename(next, path);
  return path;
}

function wav(): Buffer {
  const headerBytes = 44;
  const dataBytes = sampleRate * 2;
  const file = Buffer.alloc(headerBytes + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(headerBytes - 8 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16); // size of this chunk
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channel
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28); // bytes per second
  file.writeUInt16LE(2, 32); // bytes per frame
  file.writeUInt16LE(16, 34); // bits per sample
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (const [beep, hertz] of pitches.entries()) {
    const first = (beep * sampleRate) / beepsPerSecond;
    for (let sample = 0; sample < beepSamples; sample += 1) {
      const value = amplitude * Math.sin((2 * Math.PI * hertz * sample) / sampleRate);
      file.writeInt16LE(Math.round(value), headerBytes + (first + sample) * 2);
    }
  }
  return file;
}
