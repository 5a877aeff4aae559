import { buildClientIfStale } from './client-build.ts';

await buildClientIfStale();
// Loaded only now: the server looks for the built dashboard, and a broken dashboard should say so first.
const { main } = await import('../server/main.ts');
await main({});
