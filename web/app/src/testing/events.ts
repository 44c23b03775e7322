import type { Emitter } from '@visavis/client';

/** The events of an emitter. */
export type Events<T> = T extends Emitter<infer E> ? E : never;
