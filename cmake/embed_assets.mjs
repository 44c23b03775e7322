// Turns the built web app into C++: `node embed_assets.mjs DIST OUT` writes
//   OUT/assets.bin  every file, plain, with gzip and with Brotli, one after the other
//   OUT/assets.cpp  puts them into the binary, with the table that server/ops/assets.h declares
// Runs on any Node from version 18, and with nothing but Node.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

// A compressed form is kept where it saves at least this part of the file: less is not worth a header.
const SAVING_MIN = 0.05;

// Vite puts what it names by content under assets/, as NAME-HASH.EXT.
const IMMUTABLE = /^\/assets\/.+-[\w-]{8}\.\w+$/;

function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function contentType(path) {
  const type = CONTENT_TYPES[extname(path)];
  if (!type)
    throw new Error(`${path}: no content type is known for this file (cmake/embed_assets.mjs)`);
  return type;
}

function brotli(content) {
  return brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}

function readAssets(dist) {
  const assets = filesBelow(dist).map((file) => {
    const path = `/${relative(dist, file).split(sep).join('/')}`;
    const content = readFileSync(file);
    const worthwhile = (packed) => packed.length <= content.length * (1 - SAVING_MIN);
    const packed = (pack) => [pack(content)].find(worthwhile) ?? Buffer.alloc(0);
    return {
      path,
      type: contentType(path),
      hash: createHash('sha256').update(content).digest('hex').slice(0, 32),
      immutable: IMMUTABLE.test(path),
      forms: [content, packed((bytes) => gzipSync(bytes, { level: 9 })), packed(brotli)],
    };
  });
  // By bytes, as std::string_view compares.
  return assets.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

const cString = (text) => `"${text.replace(/["\\]/g, '\\$&')}"`;

function sourceOf(assets, blob) {
  let offset = 0;
  const rows = assets.map(({ path, type, hash, immutable, forms }) => {
    const views = forms.map(({ length }) => {
      const view = length > 0 ? `{visavis_assets + ${offset}, ${length}}` : '{}';
      offset += length;
      return view;
    });
    const fields = [cString(path), cString(type), cString(hash), immutable, ...views];
    return `      {${fields.join(', ')}},`;
  });
  return `#include "server/ops/assets.h"

asm(R"(
    .pushsection .rodata
    .globl visavis_assets
visavis_assets:
    .incbin ${cString(blob)}
    .popsection)");
extern "C" const unsigned char visavis_assets[];

namespace visavis::ops {

std::span<const Asset> embedded_assets() {
  static const Asset kAssets[] = {
${rows.join('\n')}
  };
  return kAssets;
}

}  // namespace visavis::ops
`;
}

const [dist, out] = process.argv.slice(2);
const assets = readAssets(dist);
const blob = join(out, 'assets.bin');
writeFileSync(blob, Buffer.concat(assets.flatMap(({ forms }) => forms)));
writeFileSync(join(out, 'assets.cpp'), sourceOf(assets, blob));
