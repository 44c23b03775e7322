// Copies the call's screenshot of the last run into the documentation: node publish_screenshot.ts
import assert from 'node:assert/strict';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { artifacts } from './fixtures/artifacts.ts';

const source = join(artifacts, 'screenshots/call-desktop-light.png');
const target = resolve(import.meta.dirname, '../../docs/images/call.png');
const bytesMax = 300 * 1024; // it is cloned with the repository

const { size } = await stat(source);
assert(
  size <= bytesMax,
  `${source} has ${String(size)} bytes; at most ${String(bytesMax)} belong here`,
);
await mkdir(dirname(target), { recursive: true });
await copyFile(source, target);
