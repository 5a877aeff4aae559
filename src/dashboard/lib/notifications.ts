/** What the browser says about notifications; `none` where it has no such thing. */
export const notificationPermission = (): NotificationPermission | 'none' =>
  'Notification' in window ? Notification.permission : 'none';

type Notice = { title: string; body: string; tag: string; onOpen: () => void };

/** Only while nobody looks at the tab, and only where it was asked for. */
export const notifyWhileHidden = ({ title, body, tag, onOpen }: Notice): void => {
  if (document.visibilityState === 'visible' || notificationPermission() !== 'granted') return;
  try {
    const notification = new Notification(title, { body, tag, icon: '/icon.svg' });
    notification.onclick = () => {
      window.focus();
      notification.close();
      onOpen();
    };
  } catch {
    // Some phones allow notifications from a service worker only; the badge and the title still say it.
  }
};
