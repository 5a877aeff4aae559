import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Rounding of scroll positions on screens with fractional pixels. */
const AT_END_PX = 4;

type FollowOptions = {
  scroller: RefObject<HTMLElement | null>;
  /** How many rows there are. */
  length: number;
  /** What moves the end: the height of all rows, and of the window on them. */
  height: number;
};

/**
 * Follow mode: at the end the list sticks to it; scrolled up, it stays where it is. Where we are is read from what
 * somebody did (scrolled up, or back down to the end), never from how far the end is: that moves by itself.
 */
export const useFollow = ({ scroller, length, height }: FollowOptions) => {
  const [following, setFollowing] = useState(true);
  /** How many rows there were when following ended. */
  const [seen, setSeen] = useState(0);
  const lengthNow = useRef(length);
  const lastTop = useRef(0);

  useLayoutEffect(() => {
    lengthNow.current = length;
    const element = scroller.current;
    if (!following || element === null || height < 0) return;
    element.scrollTop = element.scrollHeight;
  }, [following, scroller, length, height]);

  const follow = useCallback(() => setFollowing(true), []);
  const pause = useCallback(() => {
    setFollowing((before) => {
      if (before) setSeen(lengthNow.current);
      return false;
    });
  }, []);

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const left = scrollHeight - clientHeight - scrollTop;
    if (following && scrollTop < lastTop.current && left > AT_END_PX) pause();
    if (!following && scrollTop > lastTop.current && left <= AT_END_PX) follow();
    lastTop.current = scrollTop;
  };

  return { following, unseen: following ? 0 : Math.max(0, length - seen), follow, pause, onScroll };
};
