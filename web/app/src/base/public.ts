/**
 * The public side of a class. TypeScript compares classes with private members by name, not by shape; this
 * is the shape alone, which a fake can have too.
 */
export type Public<T> = { [K in keyof T]: T[K] };
