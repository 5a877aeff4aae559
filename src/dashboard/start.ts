import { askEarly } from './api/early.ts';

// A script of its own, a hundredth of the page's, that runs before the rest has come. A recording needs no server.
if (location.pathname !== '/recording') askEarly();
