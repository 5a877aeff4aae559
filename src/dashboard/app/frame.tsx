import { Outlet, useLocation } from '@tanstack/react-router';
import { Shell } from './shell.tsx';

/** What stands alone on the screen: a view for the wall, and a recording, which needs no server. */
const isBare = (pathname: string): boolean => pathname.endsWith('/wall') || pathname === '/recording';

export const Frame = () => {
  const bare = useLocation({ select: ({ pathname }) => isBare(pathname) });
  return bare ? <Outlet /> : <Shell />;
};
