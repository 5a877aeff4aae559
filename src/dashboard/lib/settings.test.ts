import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** What a browser that has stored this begins with. */
const viewsStored = async (views: unknown) => {
  vi.stubGlobal('localStorage', { getItem: () => JSON.stringify({ theme: 'dark', views }) });
  const { useSettings } = await import('./settings.ts');
  return useSettings.getState();
};

const view = (number: number) => ({ name: `View ${number}`, filter: { status: 'open' } });

test('a view that cannot be read takes no other with it, nor any other setting', async () => {
  const settings = await viewsStored([view(1), { name: '', filter: {} }, 'nothing', view(2)]);
  expect(settings).toMatchObject({ theme: 'dark', views: [view(1), view(2)] });
});

test('of more views than there can be the first stay', async () => {
  const { views } = await viewsStored(Array.from({ length: 60 }, (_, index) => view(index)));
  expect(views).toHaveLength(50);
  expect(views[0]).toEqual(view(0));
});

test('what is no list of views is none', async () => {
  expect((await viewsStored('all')).views).toEqual([]);
});
