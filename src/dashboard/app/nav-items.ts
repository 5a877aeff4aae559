import { House, type LucideIcon, ScrollText, Settings, ShieldCheck, Siren } from 'lucide-react';

export const navItems = [
  { to: '/', label: 'Overview', icon: House },
  { to: '/incidents', label: 'Incidents', icon: Siren },
  { to: '/approvals', label: 'Approvals', icon: ShieldCheck },
  { to: '/audit', label: 'Audit', icon: ScrollText },
  { to: '/settings', label: 'Settings', icon: Settings },
] as const satisfies readonly { to: string; label: string; icon: LucideIcon }[];
