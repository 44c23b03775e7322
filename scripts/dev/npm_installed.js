// Exits with 0 where node_modules holds what package-lock.json says, as after an `npm install` by hand.
import { readFileSync } from 'node:fs';

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}

const wanted = packagesOf('package-lock.json');
const installed = packagesOf('node_modules/.package-lock.json');
const missing = Object.entries(wanted).filter(
  ([path, { optional, version }]) =>
    path.includes('node_modules/') && !optional && installed[path]?.version !== version,
);
process.exitCode = missing.length === 0 ? 0 : 1;
