import { describe, expect, it } from 'vitest';
import { isTaken, nameProblem, viewOf, viewsOf, withoutView, withView } from './views.ts';

describe('saved views', () => {
  const saved = withView([], ' Night shift ', { severity: 'critical,high', q: 'checkout' });

  it('are found again by what they list', () => {
    const views = viewsOf(saved);
    expect(viewOf(views, { q: 'Checkout', severity: 'critical,high' })?.name).toBe('Night shift');
    expect(viewOf(views, {})?.name).toBe('All');
    expect(viewOf(views, { q: 'orders' })).toBeUndefined();
  });

  it('are replaced under the same name, and removed', () => {
    expect(isTaken(saved, 'night SHIFT')).toBe(true);
    expect(withView(saved, 'Night Shift', { q: 'orders' })).toEqual([{ name: 'Night Shift', filter: { q: 'orders' } }]);
    expect(withoutView(saved, 'night shift')).toEqual([]);
  });

  it('need a name, and not one of those that are always there', () => {
    expect(nameProblem('  ')).toMatch(/name/);
    expect(nameProblem('all')).toMatch(/always/);
    expect(nameProblem('Mine')).toBeUndefined();
  });

  it('from an older version lose only what is unknown', () => {
    const views = viewsOf([{ name: 'Odd', filter: { severity: 'dire,low', team: 'x' } }]);
    expect(views.at(-1)?.filter).toEqual({ severity: 'low' });
  });
});
