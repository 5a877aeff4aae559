import { config } from 'zod';

/** Zod tries whether it may compile code; our policy forbids that, and a browser reports every try. */
config({ jitless: true });
