import { CircleQuestionMark } from 'lucide-react';
import { IconButton } from '../ui/icon-button.tsx';

export const HelpButton = ({ onPress }: { onPress: () => void }) => (
  <IconButton label="Keyboard shortcuts" icon={<CircleQuestionMark />} size="md" side="right" onClick={onPress} />
);
