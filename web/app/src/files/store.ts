import type { FileSink } from '@visavis/client';

/** Files of this size and more are written where the person wants them at once, where a page can do that. */
const PICK_BYTES_MIN = 67_108_864;
/** Without a file system, a file is in memory until it is complete: more than this, and tabs die on phones. */
export const FILES_MEMORY_BYTES_MAX = 268_435_456;
/** How long a download may take to begin. */
const URL_KEPT_MS = 60_000;
/** What a page that died left behind is removed when it is older. */
const LEFTOVERS_KEPT_MS = 86_400_000;
/** Written at once: a call into the file system costs more than its bytes. */
const WRITE_BYTES = 1_048_576;
const DIRECTORY = 'received-files';
// Never the type that the sender tells: it is to be saved, and no more.
const SAVED_TYPE = 'application/octet-stream';

/** Where one file that arrives is put. */
export interface Store {
  readonly sink: FileSink;
  /** Hands it to the person; null where they have chosen its place at the beginning. */
  readonly save: (() => Promise<void>) | null;
  /** Removes what is kept of it for `save`. */
  readonly forget: () => void;
}

/** `cancelled`: the person changed their mind in the browser's dialog. */
export type StoreRefusal = 'cancelled' | 'too_large' | 'no_room';

interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/**
 * A place for a file of this name and size. Where a page may write to the disk, nothing of it is held in memory.
 * To be called from a click: the browser may ask the person for the place.
 */
export async function openStore(name: string, size: number): Promise<Store | StoreRefusal> {
  const { showSaveFilePicker } = globalThis as SavePicker;
  if (showSaveFilePicker && size >= PICK_BYTES_MIN) {
    try {
      return await pickedStore(await showSaveFilePicker({ suggestedName: name }));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled';
      // Not allowed here, as in a frame: the other ways are left.
    }
  }
  const directory = await privateDirectory();
  if (directory) {
    if (!(await hasRoomFor(size))) return 'no_room';
    return privateStore(directory, name);
  }
  return size > FILES_MEMORY_BYTES_MAX ? 'too_large' : memoryStore(name);
}

async function pickedStore(handle: FileSystemFileHandle): Promise<Store> {
  const stream = await handle.createWritable();
  const sink = {
    ...inLargePieces(stream),
    abort: async () => {
      await stream.abort();
      // The dialog has made an empty file. Not every browser has `remove`.
      await (handle as { remove?: () => Promise<void> }).remove?.();
    },
  };
  return { sink, save: null, forget: () => undefined };
}

/** The page's own file system, which takes it from memory, until the person has it among their downloads. */
async function privateStore(directory: FileSystemDirectoryHandle, name: string): Promise<Store> {
  const entry = `${String(Date.now())}-${Math.random().toString(36).slice(2)}`;
  const handle = await directory.getFileHandle(entry, { create: true });
  const stream = await handle.createWritable();
  const remove = (): Promise<void> => directory.removeEntry(entry).catch(() => undefined);
  const sink = {
    ...inLargePieces(stream),
    abort: async () => {
      await stream.abort().catch(() => undefined);
      await remove();
    },
  };
  return {
    sink,
    save: async () => {
      download(await handle.getFile(), name);
    },
    // A download that has just begun still reads from it.
    forget: () => setTimeout(() => void remove(), URL_KEPT_MS),
  };
}

function inLargePieces(stream: FileSystemWritableFileStream): Pick<FileSink, 'write' | 'close'> {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const flush = (): Promise<void> => {
    const piece = new Blob(waiting);
    waiting = [];
    bytes = 0;
    return stream.write(piece);
  };
  return {
    write: (more) => {
      waiting.push(more);
      bytes += more.length;
      return bytes < WRITE_BYTES ? Promise.resolve() : flush();
    },
    close: async () => {
      await flush();
      await stream.close();
    },
  };
}

function memoryStore(name: string): Store {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  const sink = {
    write: (bytes: Uint8Array<ArrayBuffer>) => {
      parts.push(bytes);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    abort: () => {
      parts = [];
      return Promise.resolve();
    },
  };
  return {
    sink,
    save: () => {
      download(new Blob(parts), name);
      return Promise.resolve();
    },
    forget: () => {
      parts = [];
    },
  };
}

/** Null where there is none: insecure pages, private windows, browsers that can't write to it from a page. */
async function privateDirectory(): Promise<FileSystemDirectoryHandle | null> {
  const { FileSystemFileHandle: Handle } = globalThis as {
    FileSystemFileHandle?: typeof FileSystemFileHandle;
  };
  if (!Handle || !('createWritable' in Handle.prototype)) return null;
  try {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle(DIRECTORY, { create: true });
    await removeLeftovers(directory);
    return directory;
  } catch {
    return null;
  }
}

async function removeLeftovers(directory: FileSystemDirectoryHandle): Promise<void> {
  const keys = (directory as unknown as { keys: () => AsyncIterable<string> }).keys();
  for await (const entry of keys) {
    const age = Date.now() - Number(entry.split('-')[0]);
    if (!(age < LEFTOVERS_KEPT_MS)) await directory.removeEntry(entry).catch(() => undefined);
  }
}

async function hasRoomFor(size: number): Promise<boolean> {
  const { quota, usage = 0 } = await navigator.storage.estimate();
  return quota === undefined || quota - usage > size;
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file.slice(0, file.size, SAVED_TYPE));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, URL_KEPT_MS);
}
