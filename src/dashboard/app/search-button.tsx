import { Search } from 'lucide-react';
import { IconButton } from '../ui/icon-button.tsx';

export const SearchButton = ({ onPress }: { onPress: () => void }) => (
  <IconButton label="Search" icon={<Search />} size="md" side="right" onClick={onPress} />
);
